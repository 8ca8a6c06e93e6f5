import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { checkoutApi, type PublicOrder } from '#contracts/checkout';
import type { ProductInput } from '#contracts/catalog';
import { eventually, startApi, type Api, type Staff, type Viewer } from './api.ts';

export const cards = {
  pays: '4242424242424242',
  declined: '4000000000000002',
  poor: '4000000000009995',
  asks: '4000002760003184',
} as const;

/** All knobs of the sandbox at rest. */
const still = {
  latency_ms: 0,
  processing_ms: 0,
  fail_next: null,
  cut_after_commit: null,
  refuse_refunds: null,
  webhooks: { duplicate: 0, drop: 0, delay_ms: 0, reorder: false },
};

export interface Offer {
  owner: Staff;
  showId: string;
  offerId: string;
  productId: string;
  variantId: string;
}

/** The api with its sandbox, and the steps of a purchase as a browser would take them. */
export class Shop {
  private constructor(
    readonly api: Api,
    /** Reads Stripe's books, by the SDK that nobody here wrote. */
    readonly stripe: Stripe,
  ) {}

  static async open(): Promise<Shop> {
    const api = await startApi();
    const { hostname, port } = new URL(api.sandboxUrl);
    const stripe = new Stripe('sk_test_sandbox', {
      host: hostname,
      port: Number(port),
      protocol: 'http',
      maxNetworkRetries: 0,
    });
    return new Shop(api, stripe);
  }

  async offer(stock = 10, overrides: Partial<ProductInput> & { priceAmount?: number } = {}): Promise<Offer> {
    const owner = await this.api.staff();
    const product = await this.api.product(owner, { stock, ...overrides });
    const show = await this.api.show(owner, [product.id]);
    return {
      owner,
      showId: show.id,
      offerId: show.offers[0]!.id,
      productId: product.id,
      variantId: product.variants[0]!.id,
    };
  }

  async hold({ showId, offerId, variantId }: Offer, quantity = 1, buyer?: Viewer) {
    const viewer = buyer ?? (await this.api.viewer());
    const request = { key: randomUUID(), showId, offerId, variantId, quantity };
    const { hold, totals } = await this.api.call(checkoutApi.hold, request, viewer);
    return { buyer: viewer, holdId: hold.id, totalAmount: totals.totalAmount, key: randomUUID() as string };
  }

  /** Presses Pay; the same purchase again is the same press. */
  pay(purchase: Awaited<ReturnType<Shop['hold']>>, card: string = cards.pays): Promise<PublicOrder> {
    return this.api.purchase(purchase.buyer, purchase.holdId, purchase.totalAmount, card, purchase.key);
  }

  async buy(offer: Offer, card: string = cards.pays) {
    const purchase = await this.hold(offer);
    return { purchase, order: await this.pay(purchase, card) };
  }

  order(id: string, buyer: Viewer): Promise<PublicOrder> {
    return this.api.call(checkoutApi.order, { id }, buyer);
  }

  /** Waits for a state that comes without anybody's asking Stripe: by webhook and job. */
  async reaches(id: string, state: PublicOrder['state']): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.api.database.sql(`SELECT 1 FROM orders WHERE id = $1 AND state = $2`, [id, state]);
      return rows.length > 0;
    });
  }

  /** The bank's page, as the buyer's browser finds and answers it. */
  async authenticate(order: PublicOrder, passes: boolean): Promise<void> {
    const clientSecret = order.payment!.clientSecret;
    const intent = await this.stripe.paymentIntents.retrieve(clientSecret.split('_secret_')[0]!);
    const page = (intent.next_action!.use_stripe_sdk as { stripe_js: string }).stripe_js;
    const answer = await fetch(`${page}/${passes ? 'complete' : 'fail'}?frame=1`, { method: 'POST' });
    if (!answer.ok) throw new Error(`the 3DS page answered ${answer.status}`);
    await answer.text();
  }

  /** Stripe's books about an order: its PaymentIntents, and what was charged and given back for them. */
  async books(orderId: string) {
    const intents = (await this.intents()).filter(({ metadata }) => metadata.order_id === orderId);
    const ids = intents.map(({ id }) => id);
    const charges = await Promise.all(ids.map((id) => this.stripe.charges.list({ payment_intent: id })));
    const refunds = await Promise.all(ids.map((id) => this.stripe.refunds.list({ payment_intent: id })));
    return {
      intents,
      charges: charges.flatMap(({ data }) => data).filter(({ paid }) => paid),
      refunds: refunds.flatMap(({ data }) => data),
    };
  }

  async intents(): Promise<Stripe.PaymentIntent[]> {
    const all: Stripe.PaymentIntent[] = [];
    for await (const intent of this.stripe.paymentIntents.list({ limit: 100 })) all.push(intent);
    return all;
  }

  async level({ variantId }: Pick<Offer, 'variantId'>) {
    const { rows } = await this.api.database.sql<{ on_hand: number; reserved: number }>(
      `SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1`,
      [variantId],
    );
    return rows[0];
  }

  async events(orderId: string): Promise<string[]> {
    const { rows } = await this.api.database.sql<{ move: string }>(
      `SELECT concat_ws(' > ', from_state, to_state) AS move FROM order_events WHERE order_id = $1 AND kind = 'state' ORDER BY id`,
      [orderId],
    );
    return rows.map(({ move }) => move);
  }

  /** Moves the clock of the business. */
  async ahead(seconds: number): Promise<void> {
    await this.api.database.sql(`UPDATE clock_offsets SET ahead = make_interval(secs => $1)`, [seconds]);
  }

  async reconcile(orderId: string): Promise<void> {
    const { ReconcileOrderJob } = await import('../../apps/api/src/checkout/index.ts');
    await this.api.app.get(ReconcileOrderJob).reconcile(orderId);
  }

  /** Walks through Stripe's books for money that no webhook told of. */
  async sweep(): Promise<void> {
    const { SweepPaymentsJob } = await import('../../apps/api/src/checkout/index.ts');
    await this.api.app.get(SweepPaymentsJob).sweep();
  }

  /** Sends an event of Stripe's once more. */
  async resend(eventId: string): Promise<void> {
    await this.#control('POST', `events/${eventId}/resend`);
  }

  /** Waits until every webhook is delivered, or dropped, and every job that could run has run. */
  async delivered(): Promise<void> {
    await eventually(
      async () => (await this.#control<{ undeliveredEvents: number }>('GET', 'state')).undeliveredEvents === 0,
    );
    await this.jobsDone();
  }

  async jobsDone(): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.api.database.sql(
        `SELECT 1 FROM graphile_worker.jobs WHERE run_at <= now() OR locked_at IS NOT NULL
         UNION ALL SELECT 1 FROM stripe_events WHERE processed_at IS NULL AND next_at <= now()
         UNION ALL SELECT 1 FROM mails WHERE state = 'queued' AND next_at <= now()`,
      );
      return rows.length === 0;
    });
  }

  async #control<T>(method: 'GET' | 'POST', path: string): Promise<T> {
    const answer = await fetch(`${this.api.sandboxUrl}/_sandbox/${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_sandbox' },
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }

  knobs(values: object): Promise<void> {
    return this.api.knobs(values);
  }

  /** Undoes what a test has turned: knobs and clock. */
  async calm(): Promise<void> {
    await this.api.knobs(still);
    await this.ahead(0);
  }
}
