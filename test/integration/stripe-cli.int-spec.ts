import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cards, type Offer, Shop } from '../support/checkout.ts';
import { StripeCli } from '../support/stripe-cli.ts';

/** Every event of payments that the command line can make come out of what the sandbox models. */
const events = [
  'payment_intent.created',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'charge.succeeded',
  'charge.failed',
  'charge.captured',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
];

describe("Stripe's own command line", () => {
  let shop: Shop;
  let cli: StripeCli;
  let offer: Offer;
  beforeAll(async () => {
    shop = await Shop.open();
    cli = await StripeCli.open(shop.api.sandboxUrl);
    offer = await shop.offer(5);
  });
  afterAll(async () => {
    await cli.close();
    await shop.api.stop();
  });

  /** All that a stranger's payment could spoil. */
  async function ours() {
    await shop.delivered();
    const { database } = shop.api;
    const orders = await database.sql(`SELECT id, state, payment_intent_id FROM orders ORDER BY id`);
    const moves = await database.sql(`SELECT count(*)::int AS n FROM stock_movements`);
    const refunds = await database.sql(`SELECT count(*)::int AS n FROM refunds`);
    return { orders: orders.rows, moves: moves.rows, refunds: refunds.rows, level: await shop.level(offer) };
  }

  /** How many webhooks of each type were stored, and how many of all were not worked off. */
  async function inbox(): Promise<{ stored: Map<string, number>; open: number }> {
    await shop.delivered();
    const { rows } = await shop.api.database.sql<{ type: string; stored: number; open: number }>(
      `SELECT type, count(*)::int AS stored, count(*) FILTER (WHERE processed_at IS NULL)::int AS open
       FROM stripe_events GROUP BY type`,
    );
    return {
      stored: new Map(rows.map(({ type, stored }) => [type, stored])),
      open: rows.reduce((sum, { open }) => sum + open, 0),
    };
  }

  it.each([
    ['with no order', () => []],
    ['with an order that nobody made', () => ['--add', `payment_intent:metadata.order_id=${randomUUID()}`]],
    ['with what is no order', () => ['--override', 'payment_intent:metadata.order_id=6735']],
  ])("makes strangers' payments %s, which leave orders and stock alone", async (_, more) => {
    const { order } = await shop.buy(offer);
    await shop.delivered();
    expect(await shop.events(order.id)).toEqual(['pending', 'pending > paid']);
    const before = { ours: await ours(), inbox: await inbox() };

    for (const event of events) await cli.trigger(event, ...more());

    expect(await ours()).toEqual(before.ours);
    const after = await inbox();
    expect(after.open).toBe(0);
    const came = events.filter((event) => (after.stored.get(event) ?? 0) > (before.inbox.stored.get(event) ?? 0));
    expect(came).toEqual(events);
  });

  it('cannot pay for an order of ours: the money goes back, and the buyer pays as if nothing had been', async () => {
    const { order, purchase } = await shop.buy(offer, cards.asks);
    const level = await shop.level(offer);
    const sameMoney = ['--override', 'payment_intent:currency=jpy', '--override'];
    await cli.trigger(
      'payment_intent.succeeded',
      ...[...sameMoney, `payment_intent:amount=${purchase.totalAmount}`],
      ...['--add', `payment_intent:metadata.order_id=${order.id}`],
    );
    await shop.delivered();
    const stranger = (await shop.intents()).find(
      ({ metadata, description }) => metadata.order_id === order.id && description === '(created by Stripe CLI)',
    );
    expect(stranger).toMatchObject({ status: 'succeeded', amount: purchase.totalAmount });
    expect((await shop.stripe.refunds.list({ payment_intent: stranger!.id })).data).toMatchObject([
      { amount: purchase.totalAmount, status: 'succeeded' },
    ]);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'pending' });
    expect(await shop.level(offer)).toEqual(level);

    await shop.authenticate(order, true);
    await shop.reaches(order.id, 'paid');
    expect((await inbox()).open).toBe(0);
  });

  it.each([
    ['payment_intent.processing', 'sepa_debit'],
    ['payment_intent.amount_capturable_updated', 'confirmation_method=manual'],
    ['customer.created', '/v1/customers'],
    ['product.created', '/v1/products'],
  ])('is told by name what the sandbox does not model: %s', async (event, name) => {
    await expect(cli.trigger(event)).rejects.toThrow(name);
  });

  it('can leave that out', async () => {
    await cli.trigger('payment_intent.amount_capturable_updated', '--remove', 'payment_intent:confirmation_method');
    expect((await inbox()).stored.get('payment_intent.amount_capturable_updated')).toBeGreaterThan(0);
  });
});
