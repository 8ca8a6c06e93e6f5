import { setTimeout as sleep } from 'node:timers/promises';
import { config } from '#platform/config';
import { inParallel } from './parallel.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';
import type { SoldOrder, Voucher } from './till.ts';

/** Its last day is the third after, and a shop may report a payment of the last minute a little later. */
const OVER_AFTER_DAYS = 4;
const MOST_LOOKS = 20;
const PAUSE_MS = 100;

/** What is paid at a convenience store a day later, or never. */
export class Vouchers {
  #open: Voucher[] = [];

  constructor(private readonly services: Services) {}

  /** Lets vouchers be of the evening, and not of today. Its stand-in's clock is not the business's. */
  async date(evening: Date): Promise<void> {
    await control('knobs', { voucher_ago_ms: Math.max(0, Date.now() - evening.getTime()) });
  }

  async today(): Promise<void> {
    await control('knobs', { voucher_ago_ms: 0 });
  }

  take(vouchers: Voucher[]): void {
    this.#open.push(...vouchers);
  }

  /** Those who mean to pay go to the store. @returns their orders, which are paid then */
  async pay(): Promise<SoldOrder[]> {
    const paid = this.#open.filter(({ willPay }) => willPay);
    this.#open = this.#open.filter(({ willPay }) => !willPay);
    await inParallel(paid, async ({ orderId, paymentIntentId }) => {
      await patiently(() => control(`konbini/${paymentIntentId}/pay`));
      await this.#becomes(orderId, 'paid');
    });
    return paid.map(({ orderId }) => ({ orderId, isFirst: false }));
  }

  /** Those of this day or before that nobody paid are over. @returns how many */
  async lapse(day: number): Promise<number> {
    const over = this.#open.filter((voucher) => voucher.day <= day - OVER_AFTER_DAYS);
    this.#open = this.#open.filter((voucher) => !over.includes(voucher));
    await inParallel(over, async ({ orderId }) => {
      await this.#becomes(orderId, 'canceled');
    });
    return over.length;
  }

  /** Looks after what still waits, as it is in the present. */
  async lookAfter(): Promise<void> {
    await inParallel(this.#open, ({ orderId }) => this.services.reconciler.reconcile(orderId));
  }

  /** Looks at once what came of it: the webhook, or the job that looks after orders, may be at it too. */
  async #becomes(orderId: string, state: 'paid' | 'canceled'): Promise<void> {
    const { database, reconciler } = this.services;
    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      await reconciler.reconcile(orderId);
      const { rows } = await database.sql(`SELECT 1 FROM orders WHERE id = $1 AND state = $2`, [orderId, state]);
      if (rows.length > 0) return;
      await sleep(PAUSE_MS * look);
    }
    throw new Error(`an order of the history with a voucher is not ${state}`);
  }
}

/** Of the stand-in for Stripe: what the world outside does there. */
async function control(path: string, body: object = {}): Promise<void> {
  const response = await fetch(`${config.stripe.apiUrl}/_sandbox/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${config.stripe.secretKey}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the stand-in for Stripe refuses ${path}: ${text}`);
}
