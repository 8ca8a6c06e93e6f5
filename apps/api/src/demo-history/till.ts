import { v7 as uuid } from 'uuid';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import type { HoldWish, CheckoutService } from '../checkout/index.ts';
import type { Person } from './crowd.ts';
import { patiently } from './patience.ts';

const PAYS = '4242424242424242';
/** Where Stripe did not answer in time. */
const MOST_AGAIN = 5;
const DECLINED = '4000000000000002';

/** A card by its number. */
type Means = { card: string } | 'konbini';

/** What a show sells, by variant. */
export interface Stall {
  showId: string;
  offerOf: Map<string, string>;
  dealOf: Map<string, string>;
}

export interface SoldOrder {
  orderId: string;
  isFirst: boolean;
}

/** Of a convenience store: an order that waits for its cash. */
export interface Voucher {
  orderId: string;
  paymentIntentId: string;
  /** Of the evening on which it was taken. */
  day: number;
  /** Whether its buyer goes to the store. */
  willPay: boolean;
}

export interface Held {
  viewerId: string;
  holdIds: string[];
  totalAmount: number;
}

/** The presses of a buyer at the sheet, in a browser's order. */
export class Till {
  constructor(private readonly checkout: CheckoutService) {}

  /** @throws AppError sold_out */
  async hold(
    viewerId: string,
    stall: Stall,
    lines: { variantId: string; productId: string; quantity: number }[],
  ): Promise<Held> {
    const holdIds: string[] = [];
    let totalAmount = 0;
    for (const { variantId, productId, quantity } of lines) {
      const wish: HoldWish = {
        ...{ key: uuid(), variantId, quantity, path: 'instant' as const },
        showId: stall.showId,
        offerId: stall.offerOf.get(productId)!,
        dealId: stall.dealOf.get(productId) ?? null,
      };
      const { hold, totals } = await patiently(() => this.checkout.hold(viewerId, wish));
      holdIds.push(hold.id);
      totalAmount = totals.totalAmount;
    }
    if (holdIds.length > 1) {
      const { totals } = await this.checkout.quote(viewerId, { holdIds, couponCodes: [], email: null });
      totalAmount = totals.totalAmount;
    }
    return { viewerId, holdIds, totalAmount };
  }

  /**
   * Pays by card; after a decline, with another one.
   * @returns the order's id
   */
  async pay(held: Held, person: Person, how: { isDeclinedOnce: boolean }): Promise<string> {
    const key = uuid();
    if (how.isDeclinedOnce) await this.#press(held, person, key, { card: DECLINED });
    let order = await this.#press(held, person, key, { card: PAYS });
    for (let again = 0; order.state === 'pending' && again < MOST_AGAIN; again += 1) {
      order = await this.#press(held, person, key, { card: PAYS });
    }
    if (order.state !== 'paid') throw new Error(`an order of the history is ${order.state}`);
    return order.id;
  }

  /** The card is declined, and they have no other. @returns the order's id */
  async giveUp(held: Held, person: Person): Promise<string> {
    return (await this.#press(held, person, uuid(), { card: DECLINED })).id;
  }

  /** Takes a voucher for a convenience store. */
  async voucher(held: Held, person: Person): Promise<{ orderId: string; paymentIntentId: string }> {
    const key = uuid();
    for (let again = 0; again <= MOST_AGAIN; again += 1) {
      const { id, payment } = await this.#press(held, person, key, 'konbini');
      if (payment?.voucherUrl) return { orderId: id, paymentIntentId: payment.clientSecret.split('_secret_')[0]! };
    }
    throw new Error('an order of the history got no voucher');
  }

  async #press({ viewerId, holdIds, totalAmount }: Held, person: Person, key: string, means: Means) {
    const confirmationTokenId = await patiently(() => confirmationToken(means, person));
    const press = () =>
      this.checkout.placeOrder(viewerId, {
        ...{ key, holdIds, couponCodes: [] },
        paymentMethod: means === 'konbini' ? means : ('card' as const),
        locale: person.locale,
        confirmationTokenId,
        contact: person.contact,
        address: person.address,
        expectedTotalAmount: totalAmount,
      });
    return patiently(press);
  }
}

/** Whether it is refused because nothing is left. */
export const isSoldOut = (error: unknown) => error instanceof AppError && error.code === 'sold_out';

/** A card, or the choice of konbini, at the sandbox's browser side, as Stripe's Elements make it in a page. */
async function confirmationToken(means: Means, { contact }: Person): Promise<string> {
  const method: Record<string, string> =
    means === 'konbini'
      ? { type: 'konbini', 'billing_details][name': contact.name, 'billing_details][email': contact.email }
      : {
          type: 'card',
          'card][number': means.card,
          'card][exp_month': '3',
          'card][exp_year': '2035',
          'card][cvc': '123',
        };
  const response = await fetch(`${config.stripe.apiUrl}/v1/confirmation_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${config.stripe.publishableKey}` },
    body: new URLSearchParams(
      Object.entries(method).map(([name, value]): [string, string] => [`payment_method_data[${name}]`, value]),
    ),
  });
  const body = (await response.json()) as { id: string };
  if (!response.ok) throw new Error(`the stand-in for Stripe takes no payment: ${JSON.stringify(body)}`);
  return body.id;
}
