import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { cards, Shop } from '../support/checkout.ts';

const seconds = () => Math.floor(Date.now() / 1000);

describe("Stripe's webhooks", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.calm());
  afterAll(() => shop.api.stop());

  it.each([
    ['come twice', { duplicate: 1 }],
    ['come in any order', { reorder: true, reorder_ms: 300 }],
    ['come late', { delay_ms: 400 }],
    ['come late, twice and in any order', { delay_ms: 100, duplicate: 1, reorder: true }],
    ['never come', { drop: 1 }],
  ])('lead to the same end when they %s', async (_, webhooks) => {
    const offer = await shop.offer(5);
    await shop.knobs({ webhooks });
    const paid = await shop.buy(offer);
    const declinedThenPaid = await shop.buy(offer, cards.declined);
    await shop.pay(declinedThenPaid.purchase);
    const authenticated = await shop.buy(offer, cards.asks);
    await shop.authenticate(authenticated.order, true);
    const failed = await shop.buy(offer, cards.asks);
    await shop.authenticate(failed.order, false);
    const abandoned = await shop.buy(offer, cards.asks);
    await shop.delivered();
    await shop.ahead(301);
    const all = [paid, declinedThenPaid, authenticated, failed, abandoned];
    for (const { order } of all) await shop.reconcile(order.id);
    await shop.delivered();

    const ends = await Promise.all(all.map(({ purchase, order }) => shop.order(order.id, purchase.buyer)));
    expect(ends.map(({ state }) => state)).toEqual(['paid', 'paid', 'paid', 'canceled', 'canceled']);
    expect(await shop.level(offer)).toEqual({ on_hand: 2, reserved: 0 });
    for (const { order } of all) {
      const moves = await shop.events(order.id);
      expect(moves).toHaveLength(2);
    }
    const { rows } = await shop.api.database.sql(
      `SELECT 1 FROM stripe_events WHERE processed_at IS NULL UNION ALL SELECT 1 FROM refunds`,
    );
    expect(rows).toEqual([]);
  });

  it('change nothing when the whole log comes again, backwards', async () => {
    const offer = await shop.offer(3);
    await shop.buy(offer);
    const { order } = await shop.buy(offer, cards.declined);
    await shop.delivered();
    const state = async () =>
      (
        await shop.api.database.sql(
          `SELECT o.id, o.state, (SELECT count(*) FROM order_events e WHERE e.order_id = o.id) AS moves,
             (SELECT json_agg(a.decline_code ORDER BY number) FROM payment_attempts a WHERE a.order_id = o.id) AS attempts
           FROM orders o ORDER BY o.id`,
        )
      ).rows;
    const before = await state();
    const { data } = await shop.stripe.events.list({ limit: 100 });
    expect(data.length).toBeGreaterThan(4);
    await shop.api.database.sql(`DELETE FROM stripe_events`); // as if none had ever been seen
    for (const event of data) await shop.resend(event.id);
    await shop.delivered();
    expect(await state()).toEqual(before);
    expect(await shop.events(order.id)).toEqual(['pending']);
  });

  it.each(['before', 'after'])('give back a payment of another amount that came %s its own', async (when) => {
    const offer = await shop.offer(3);
    if (when === 'before') await shop.knobs({ fail_next: { status: 503, times: 10, path: '/v1/payment_intents' } });
    const { purchase, order } = await shop.buy(offer, cards.asks);
    await shop.knobs({ fail_next: null });
    const odd = await shop.stripe.paymentIntents.create({
      amount: purchase.totalAmount + 1,
      currency: 'jpy',
      confirm: true,
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
      metadata: { order_id: order.id },
    });
    await shop.delivered();
    expect((await shop.books(order.id)).refunds).toMatchObject([{ payment_intent: odd.id, status: 'succeeded' }]);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'pending' });
    await shop.ahead(301);
    await shop.reconcile(order.id);
    await shop.delivered();
  });

  it('are ignored when the payment is not ours', async () => {
    const foreign = (metadata: Record<string, string>) =>
      shop.stripe.paymentIntents.create({
        amount: 1000,
        currency: 'jpy',
        confirm: true,
        payment_method: 'pm_card_visa',
        allowed_payment_method_types: ['card'],
        metadata,
      });
    const intents = [await foreign({}), await foreign({ order_id: '42' }), await foreign({ invoice: 'x' })];
    await shop.delivered();
    const { rows } = await shop.api.database.sql<{ all_done: boolean }>(
      `SELECT bool_and(processed_at IS NOT NULL) AS all_done FROM stripe_events WHERE payment_intent_id = ANY($1)`,
      [intents.map(({ id }) => id)],
    );
    expect(rows).toEqual([{ all_done: true }]);
  });

  describe('at the door', () => {
    const body = JSON.stringify({
      id: 'evt_door',
      object: 'event',
      type: 'payment_intent.succeeded',
      data: { object: { id: 'pi_door', object: 'payment_intent', note: 'A–Z, ¥' } },
    });
    const signed = (payload: string, timestamp: number, secret = 'whsec_test') =>
      Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

    async function send(payload: string, signature?: string) {
      const response = await fetch(`${shop.api.url}/api/stripe/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(signature && { 'stripe-signature': signature }) },
        body: payload,
      });
      return { status: response.status, code: ((await response.json()) as { code?: string }).code };
    }
    const refused = { status: 400, code: 'webhook_signature' };

    it.each([
      ['no signature', () => send(body)],
      ['another secret', () => send(body, signed(body, seconds(), 'whsec_other'))],
      ['a body that was changed', () => send(body.replace('pi_door', 'pi_back'), signed(body, seconds()))],
      [
        'a body that was parsed and written anew',
        () => send(JSON.stringify(JSON.parse(body), null, 2), signed(body, seconds())),
      ],
      ['a time that is to come', () => send(body, signed(body, seconds() + 90))],
      ['a time long past', () => send(body, signed(body, seconds() - 400))],
      ['an old time behind a fresh one', () => send(body, `t=${seconds()},${signed(body, seconds() - 400)}`)],
      ['a fresh time behind an old one', () => send(body, `${signed(body, seconds() - 400)},t=${seconds()}`)],
      ['no time', () => send(body, signed(body, seconds()).replace(/^t=\d+,/, ''))],
      ['a time that is no number', () => send(body, signed(body, seconds()).replace(/^t=\d+/, 't=soon'))],
    ])('are refused with %s, and nothing is kept', async (_, call) => {
      expect(await call()).toEqual(refused);
      const { rows } = await shop.api.database.sql(`SELECT 1 FROM stripe_events WHERE id = 'evt_door'`);
      expect(rows).toEqual([]);
    });

    it("are let in with a sound signature, a little ahead of the database's clock, and kept once", async () => {
      const ok = { status: 200, code: undefined };
      expect(await send(body, signed(body, seconds() + 30))).toEqual(ok);
      expect(await send(body, signed(body, seconds()))).toEqual(ok);
      const { rows } = await shop.api.database.sql(`SELECT type FROM stripe_events WHERE id = 'evt_door'`);
      expect(rows).toEqual([{ type: 'payment_intent.succeeded' }]);
      await shop.api.database.sql(`DELETE FROM stripe_events WHERE id = 'evt_door'`);
    });

    it('are judged by a clock that a trial does not move', async () => {
      await shop.ahead(7 * 24 * 3600);
      expect(await send(body, signed(body, seconds()))).toMatchObject({ status: 200 });
      await shop.api.database.sql(`DELETE FROM stripe_events WHERE id = 'evt_door'`);
    });
  });
});
