import { describe, expect, it } from '@jest/globals';
import type { Totals } from '#contracts/checkout';
import { askOfWallet, buyerOfWallet } from './wallet.ts';

const totals: Totals = {
  currency: 'USD',
  itemsAmount: 10_000,
  discountAmount: 1_000,
  shippingAmount: 500,
  taxAmount: 950,
  taxIncluded: false,
  taxes: [],
  totalAmount: 10_450,
  freeShippingFromAmount: null,
};

describe('a wallet', () => {
  it.each([true, false])('is shown lines that add up to the total (asked who the buyer is: %s)', (askBuyer) => {
    const { lineItems = [], shippingRates = [] } = askOfWallet(totals, askBuyer);
    const sum = [...lineItems, ...shippingRates].reduce((all, { amount }) => all + amount, 0);
    expect(sum).toBe(totals.totalAmount);
  });

  it('tells who and where the buyer is only when it was asked', () => {
    const address = {
      country: 'JP',
      postal_code: '1500001',
      state: '東京都',
      city: '渋谷区',
      line1: '神宮前0-0-0',
      line2: null,
    };
    expect(buyerOfWallet({ billingDetails: { name: '晴香', address } })).toBeNull();
    expect(
      buyerOfWallet({
        billingDetails: { name: '晴香', email: 'h@example.jp', phone: '09000000000', address },
        shippingAddress: { name: '佐久間 晴香', address },
      }),
    ).toEqual({
      name: '佐久間 晴香',
      email: 'h@example.jp',
      phone: '09000000000',
      country: 'JP',
      postalCode: '150-0001',
      region: '東京都',
      city: '渋谷区',
      line1: '神宮前0-0-0',
      line2: '',
    });
  });
});
