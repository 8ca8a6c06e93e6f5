import { randomUUID } from 'node:crypto';

/** A shop that is bought from. */
export interface Seller {
  /** The server whose CPU counts. */
  pid: number;
  /** One whole purchase by somebody new, until the shop says that it is paid. */
  order(): Promise<void>;
  /** Resolves when nothing is left to do for the orders so far. */
  settled(): Promise<void>;
}

/** Who buys, in both shops. */
export const buyer = {
  name: '佐久間 晴香',
  email: () => `${randomUUID()}@example.jp`,
  phone: '090-0000-0000',
  address: {
    country: 'JP',
    postalCode: '154-0017',
    region: '東京都',
    city: '世田谷区',
    line1: '世田谷1-2-3',
    line2: '',
  },
};
