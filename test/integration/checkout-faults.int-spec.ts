import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, Shop } from '../support/checkout.ts';

const creating = '/v1/payment_intents';

describe('when Stripe does not answer', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.calm());
  afterAll(() => shop.api.stop());

  it.each([
    ['is away', { fail_next: { status: 503, times: 100, path: creating } }],
    ['has too many calls', { fail_next: { status: 429, times: 100, path: creating } }],
    ['breaks down and keeps that as its answer', { fail_next: { status: 500, times: 100, path: creating } }],
    ['makes the payment and the line is cut', { cut_after_commit: { times: 2, path: creating } }],
  ])('and %s, the order waits with its hold, and the reconciler settles it', async (_, fault) => {
    const offer = await shop.offer(1);
    const purchase = await shop.hold(offer);
    await shop.knobs({ ...fault, webhooks: { drop: 1 } });
    const order = await shop.pay(purchase);
    expect(order).toMatchObject({ state: 'pending', failure: null });
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    await shop.reconcile(order.id);

    await shop.calm();
    await shop.knobs({ webhooks: { drop: 1 } });
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'paid' });
    const { intents, charges } = await shop.books(order.id);
    expect([intents.length, charges.length]).toEqual([1, 1]);
    expect(await shop.level(offer)).toEqual({ on_hand: 0, reserved: 0 });
  });

  it.each([
    ['is away', { fail_next: { status: 503, times: 100, path: creating } }],
    ['breaks down', { fail_next: { status: 500, times: 100, path: creating } }],
    ['cuts the line', { cut_after_commit: { times: 2, path: creating } }],
  ])('and %s at the second card, the first decline is not taken for the second', async (_, fault) => {
    const offer = await shop.offer(1);
    const { purchase, order } = await shop.buy(offer, cards.declined);
    await shop.delivered();
    await shop.knobs({ ...fault, webhooks: { drop: 1 } });
    await shop.pay(purchase);
    await shop.calm();
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'pending', failure: null });
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'paid', failure: null });
    const { intents, charges } = await shop.books(order.id);
    expect([intents.length, charges.length]).toEqual([1, 1]);
  });

  it('finds the payment of a cut line by itself when the webhook comes', async () => {
    const purchase = await shop.hold(await shop.offer(1));
    await shop.knobs({ cut_after_commit: { times: 2, path: creating } });
    const order = await shop.pay(purchase);
    await shop.reaches(order.id, 'paid');
    expect((await shop.books(order.id)).charges).toHaveLength(1);
  });

  it('does not charge twice when the buyer presses again meanwhile', async () => {
    const purchase = await shop.hold(await shop.offer(1));
    await shop.knobs({ cut_after_commit: { times: 2, path: creating }, webhooks: { drop: 1 } });
    const order = await shop.pay(purchase);
    expect(await shop.pay(purchase)).toMatchObject({ id: order.id, state: 'paid' });
    const { intents, charges } = await shop.books(order.id);
    expect([intents.length, charges.length]).toEqual([1, 1]);
  });

  it('looks again soon, however long Stripe stays away', async () => {
    const { order } = await shop.buy(await shop.offer(1), cards.asks);
    await shop.knobs({ fail_next: { status: 503, times: 1000, path: creating } });
    for (let look = 0; look < 3; look += 1) await shop.reconcile(order.id);
    const { rows } = await shop.api.database.sql<{ soon: boolean }>(
      `SELECT look_at < engawa_now() + interval '30 seconds' AS soon FROM orders WHERE id = $1`,
      [order.id],
    );
    expect(rows).toEqual([{ soon: true }]);
  });

  it('gives up only long after the hold ended, and only when Stripe knows of no payment', async () => {
    const offer = await shop.offer(1);
    const purchase = await shop.hold(offer);
    await shop.knobs({ fail_next: { status: 503, times: 100, path: creating } });
    const order = await shop.pay(purchase);
    await shop.calm();
    await shop.ahead(330);
    await shop.reconcile(order.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    await shop.ahead(361);
    await shop.knobs({ fail_next: { status: 503, times: 100, path: creating } });
    await shop.reconcile(order.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    await shop.knobs({ fail_next: null });
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({
      state: 'canceled',
      cancelReason: 'hold_expired',
    });
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
  });

  it('finds the payment of an order that was placed under a moved clock', async () => {
    await shop.ahead(7 * 24 * 3600);
    const purchase = await shop.hold(await shop.offer(1));
    await shop.knobs({ cut_after_commit: { times: 2, path: creating }, webhooks: { drop: 1 } });
    const order = await shop.pay(purchase);
    await shop.ahead(7 * 24 * 3600 + 400);
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'paid' });
  });
});
