import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { checkoutApi, type PublicOrder } from '#contracts/checkout';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import type { ErrorBody, ErrorCode } from '#contracts/errors';
import { peopleApi } from '#contracts/people';
import type { Random } from '../support/random.ts';

/**
 * What a client knows after a call. `unknown` is no failure: the line broke, nobody answered in time, or the server said that it could
 * not; the thing may have been done all the same.
 */
export type Answer<T> =
  { kind: 'done'; value: T } | { kind: 'refused'; code: ErrorCode } | { kind: 'unknown'; why: string };

export interface Identity {
  viewerId: string;
  headers: Record<string, string>;
}

/** What a buyer points at. */
export interface Choice {
  showId: string;
  offerId: string;
  variantId: string;
  quantity: number;
}

/** A press of Pay. */
export interface Press {
  key: string;
  holdIds: string[];
  couponCodes: string[];
  method: 'card' | 'konbini';
  token: string;
  expectedTotalAmount: number;
}

const cards = {
  pays: '4242424242424242',
  declined: '4000000000000002',
  poor: '4000000000009995',
  asks: '4000002760003184',
};
export type Card = keyof typeof cards | 'konbini';

/** Limits of coupons count addresses, too. */
const emailOf = ({ viewerId }: Identity) => `${viewerId}@example.jp`;

/** Somebody waits so long for an answer. */
const PATIENCE_MS = 8_000;

/** A buyer's browser over real HTTP: to the shop, to Stripe with the publishable key, to the bank's page. */
export class ShopClient {
  readonly shopUrl: string;
  readonly stripeUrl: string;
  readonly #stripe: Stripe;

  constructor(shopUrl: string, stripeUrl: string) {
    this.shopUrl = shopUrl;
    this.stripeUrl = stripeUrl;
    const { hostname, port } = new URL(stripeUrl);
    this.#stripe = new Stripe('sk_test_sandbox', { host: hostname, port, protocol: 'http', maxNetworkRetries: 2 });
  }

  /** Somebody new, from an address of their own: limits count addresses. Comes again until let in. */
  async enter(random: Random): Promise<Identity> {
    const address = `10.${[0, 0, 0].map(() => random.int(0, 255)).join('.')}`;
    for (;;) {
      const answer = await this.call(peopleApi.guest, {}, { 'x-forwarded-for': address });
      if (answer.kind === 'done') {
        const { viewerId, token } = answer.value;
        return { viewerId, headers: { authorization: `Guest ${token}`, 'x-forwarded-for': address } };
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  hold({ headers }: Identity, choice: Choice & { dealId: string | null }, key: string = randomUUID()) {
    return this.call(checkoutApi.hold, { key, ...choice }, headers);
  }

  release({ headers }: Identity, holdId: string) {
    return this.call(checkoutApi.releaseHold, { id: holdId }, headers);
  }

  openHolds({ headers }: Identity, showId: string) {
    return this.call(checkoutApi.holds, { showId }, headers);
  }

  setCartLine({ headers }: Identity, choice: Choice) {
    return this.call(checkoutApi.setCartLine, choice, headers);
  }

  holdCart({ headers }: Identity, brandId: string, key: string) {
    return this.call(checkoutApi.holdCart, { key, brandId }, headers);
  }

  quote(who: Identity, holdIds: string[], couponCodes: string[]) {
    return this.call(checkoutApi.quote, { holdIds, couponCodes, email: emailOf(who) }, who.headers);
  }

  joinWaitlist({ headers }: Identity, choice: Choice) {
    return this.call(checkoutApi.joinWaitlist, choice, headers);
  }

  waitlist({ headers }: Identity, showId: string) {
    return this.call(checkoutApi.waitlist, { showId }, headers);
  }

  leaveWaitlist({ headers }: Identity, id: string) {
    return this.call(checkoutApi.leaveWaitlist, { id }, headers);
  }

  pay(who: Identity, press: Press, patienceMs?: number): Promise<Answer<PublicOrder>> {
    const { key, holdIds, couponCodes, method, token, expectedTotalAmount } = press;
    const request = {
      key,
      holdIds,
      couponCodes,
      paymentMethod: method,
      confirmationTokenId: token,
      contact: { email: emailOf(who), name: '佐久間 晴香', phone: '090-0000-0000' },
      address: {
        country: 'JP',
        postalCode: '154-0017',
        region: '東京都',
        city: '世田谷区',
        line1: '世田谷1-2-3',
        line2: '',
      },
      expectedTotalAmount,
    };
    return this.call(checkoutApi.placeOrder, request, who.headers, patienceMs);
  }

  order({ headers }: Identity, id: string) {
    return this.call(checkoutApi.order, { id }, headers);
  }

  refresh({ headers }: Identity, id: string) {
    return this.call(checkoutApi.refresh, { id }, headers);
  }

  /** A card or a voucher as Elements would make it. Null when Stripe does not answer. */
  async paymentToken(card: Card, who: Identity): Promise<string | null> {
    const form = new URLSearchParams(
      card === 'konbini'
        ? {
            'payment_method_data[type]': 'konbini',
            'payment_method_data[billing_details][name]': '佐久間 晴香',
            'payment_method_data[billing_details][email]': emailOf(who),
          }
        : {
            'payment_method_data[type]': 'card',
            'payment_method_data[card][number]': cards[card],
            'payment_method_data[card][exp_month]': '3',
            'payment_method_data[card][exp_year]': '2035',
            'payment_method_data[card][cvc]': '123',
          },
    );
    try {
      const answer = await fetch(`${this.stripeUrl}/v1/confirmation_tokens`, {
        method: 'POST',
        headers: { authorization: 'Bearer pk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return answer.ok ? ((await answer.json()) as { id: string }).id : null;
    } catch {
      return null;
    }
  }

  /** The bank's page of a payment that asks for one; null when it does not (any more). */
  async bankPage(intentId: string): Promise<string | null> {
    const intent = await this.#stripe.paymentIntents.retrieve(intentId).catch(() => null);
    return (intent?.next_action?.use_stripe_sdk as { stripe_js?: string } | undefined)?.stripe_js ?? null;
  }

  /** @returns whether the bank took the answer: a page of a payment that is over takes none */
  async answerBank(page: string, passes: boolean): Promise<boolean> {
    try {
      const answer = await fetch(`${page}/${passes ? 'complete' : 'fail'}?frame=1`, {
        method: 'POST',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.text();
      return answer.ok;
    } catch {
      return false;
    }
  }

  /** What becomes of a voucher outside. @returns whether there was one to pay or to let expire */
  async endVoucher(intentId: string, how: 'pay' | 'expire'): Promise<boolean> {
    const answer = await fetch(`${this.stripeUrl}/_sandbox/konbini/${intentId}/${how}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox' },
    }).catch(() => null);
    await answer?.text();
    return answer?.ok ?? false;
  }

  async call<E extends Endpoint>(
    endpoint: E,
    request: RequestOf<E>,
    headers: Record<string, string> = {},
    patienceMs = PATIENCE_MS,
  ): Promise<Answer<ReplyOf<E>>> {
    const fields = { ...(request as Record<string, unknown>) };
    let path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
      const value = String(fields[name]);
      delete fields[name];
      return encodeURIComponent(value);
    });
    const inQuery = endpoint.method === 'GET' || endpoint.method === 'DELETE';
    if (inQuery) path += `?${new URLSearchParams(fields as Record<string, string>).toString()}`;
    try {
      const response = await fetch(this.shopUrl + path, {
        method: endpoint.method,
        headers: { ...(!inQuery && { 'content-type': 'application/json' }), ...headers },
        body: inQuery ? undefined : JSON.stringify(fields),
        signal: AbortSignal.timeout(patienceMs),
      });
      const body: unknown = await response.json();
      if (response.ok) return { kind: 'done', value: body as ReplyOf<E> };
      const { code } = body as ErrorBody;
      return response.status < 500 ? { kind: 'refused', code } : { kind: 'unknown', why: code };
    } catch {
      return { kind: 'unknown', why: 'no answer' };
    }
  }
}
