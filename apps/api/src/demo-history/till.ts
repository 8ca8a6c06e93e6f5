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

/** What a show sells, by variant. */
export interface Stall {
  showId: string;
  offerOf: Map<string, string>;
  dealOf: Map<string, string>;
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
    if (how.isDeclinedOnce) await this.#press(held, person, key, DECLINED);
    let order = await this.#press(held, person, key, PAYS);
    for (let again = 0; order.state === 'pending' && again < MOST_AGAIN; again += 1) {
      order = await this.#press(held, person, key, PAYS);
    }
    if (order.state !== 'paid') throw new Error(`an order of the history is ${order.state}`);
    return order.id;
  }

  /** The card is declined, and they have no other. @returns the order's id */
  async giveUp(held: Held, person: Person): Promise<string> {
    return (await this.#press(held, person, uuid(), DECLINED)).id;
  }

  async #press({ viewerId, holdIds, totalAmount }: Held, person: Person, key: string, card: string) {
    const confirmationTokenId = await patiently(() => confirmationToken(card));
    const press = () =>
      this.checkout.placeOrder(viewerId, {
        ...{ key, holdIds, couponCodes: [], paymentMethod: 'card' as const },
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

/** A card at the sandbox's browser side, as Stripe's Elements make it in a page. */
async function confirmationToken(card: string): Promise<string> {
  const response = await fetch(`${config.stripe.apiUrl}/v1/confirmation_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${config.stripe.publishableKey}` },
    body: new URLSearchParams({
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': card,
      'payment_method_data[card][exp_month]': '3',
      'payment_method_data[card][exp_year]': '2035',
      'payment_method_data[card][cvc]': '123',
    }),
  });
  const body = (await response.json()) as { id: string };
  if (!response.ok) throw new Error(`the stand-in for Stripe takes no card: ${JSON.stringify(body)}`);
  return body.id;
}
