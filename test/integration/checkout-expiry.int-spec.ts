import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutApi } from '#contracts/checkout';
import { codeOf, eventually } from '../support/api.ts';
import { cards, Shop, type Offer } from '../support/checkout.ts';

describe('the end of a hold that an order has', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.calm());
  afterAll(() => shop.api.stop());

  /** Pay was pressed, the create did not get through, and the order is over before it does. */
  async function canceledWithoutIntent(offer: Offer) {
    const purchase = await shop.hold(offer);
    await shop.knobs({ fail_next: { status: 429, times: 100, path: '/v1/payment_intents' } });
    const order = await shop.pay(purchase);
    await shop.knobs({ fail_next: null });
    expect(order).toMatchObject({ state: 'pending', payment: null });
    await shop.ahead(400);
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({
      state: 'canceled',
      cancelReason: 'hold_expired',
    });
    return { purchase, order };
  }

  /** The call that had been on its way, made by the SDK as our api makes it. */
  async function lateCreate(orderId: string, amount: number) {
    return shop.stripe.paymentIntents.create({
      amount,
      currency: 'jpy',
      confirm: true,
      confirmation_token: await shop.api.confirmationToken(),
      allowed_payment_method_types: ['card'],
      metadata: { order_id: orderId },
    });
  }

  it('cancels at Stripe first, and frees the stock then', async () => {
    const offer = await shop.offer(1);
    const { purchase, order } = await shop.buy(offer, cards.asks);
    await shop.ahead(301);
    await shop.knobs({ fail_next: { status: 503, times: 100, path: '/v1/payment_intents' } });
    await shop.reconcile(order.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'pending' });

    await shop.knobs({ fail_next: null });
    await shop.reconcile(order.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({
      state: 'canceled',
      cancelReason: 'hold_expired',
      payment: null,
    });
    expect((await shop.books(order.id)).intents).toMatchObject([{ status: 'canceled' }]);
    const next = await shop.buy(offer);
    expect(next.order.state).toBe('paid');
  });

  it('cancels again after Stripe broke down at the first cancel and kept that answer', async () => {
    const offer = await shop.offer(1);
    const { order } = await shop.buy(offer, cards.declined);
    const { intents } = await shop.books(order.id);
    await shop.ahead(301);
    const fault = { status: 500, path: `/v1/payment_intents/${intents[0]!.id}/cancel` };
    await shop.knobs({ fail_next: fault });
    await shop.reconcile(order.id);
    await shop.reconcile(order.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
  });

  it('lets the sale stand when the cancel comes after the success', async () => {
    const offer = await shop.offer(1);
    await shop.knobs({ webhooks: { drop: 1 } });
    const { purchase, order } = await shop.buy(offer, cards.asks);
    await shop.ahead(301);
    const [intent] = (await shop.books(order.id)).intents;
    // The reconciler has read "requires_action"; the buyer passes the bank's page before it cancels.
    const { StripeClient } = await import('../../apps/api/src/checkout/index.ts');
    const client = shop.api.app.get(StripeClient);
    await shop.authenticate(order, true);
    expect((await client.cancel(intent!.id)).status).toBe('succeeded');
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'paid' });
    expect(await shop.level(offer)).toEqual({ on_hand: 0, reserved: 0 });
  });

  it('ends as paid or as canceled, never in between, when cancel and success race', async () => {
    const offer = await shop.offer(8);
    const bought = await Promise.all(Array.from({ length: 8 }, () => shop.buy(offer, cards.asks)));
    await shop.ahead(301);
    await Promise.all(
      bought.flatMap(({ order }) => [
        shop.authenticate(order, true).catch(() => undefined), // the page is closed: the cancel was faster
        shop.reconcile(order.id),
      ]),
    );
    const seen: string[] = [];
    for (const { order } of bought) {
      await shop.reconcile(order.id);
      const [intent] = (await shop.books(order.id)).intents;
      const wanted = intent!.status === 'succeeded' ? 'paid' : 'canceled';
      await shop.reaches(order.id, wanted);
      seen.push(wanted);
    }
    const sold = seen.filter((state) => state === 'paid').length;
    expect(await shop.level(offer)).toEqual({ on_hand: 8 - sold, reserved: 0 });
  });

  it('waits for a payment that is on its way', async () => {
    const offer = await shop.offer(1);
    await shop.knobs({ processing_ms: 1500 });
    const { order } = await shop.buy(offer);
    expect(order).toMatchObject({ state: 'pending', payment: { status: 'processing' } });
    await shop.ahead(301);
    await shop.reconcile(order.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    await shop.reaches(order.id, 'paid');
  });

  it('gives back, once, what is paid after the order was canceled', async () => {
    const offer = await shop.offer(1);
    const { purchase, order } = await canceledWithoutIntent(offer);
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
    await shop.knobs({ webhooks: { duplicate: 1 } });
    const intent = await lateCreate(order.id, purchase.totalAmount);
    await eventually(async () => (await shop.books(order.id)).refunds.length > 0);
    const events = await shop.stripe.events.list({ limit: 100 });
    for (const event of events.data) {
      if ((event.data.object as { id: string }).id === intent.id) await shop.resend(event.id);
    }
    await shop.jobsDone();
    expect((await shop.books(order.id)).refunds).toMatchObject([{ amount: 5060, status: 'succeeded' }]);
    const { rows } = await shop.api.database.sql(
      `SELECT amount::int, kind, payment_intent_id AS intent, settled_at IS NOT NULL AS settled FROM refunds WHERE order_id = $1`,
      [order.id],
    );
    expect(rows).toEqual([{ amount: 5060, kind: 'late', intent: intent.id, settled: true }]);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({
      state: 'canceled',
      cancelReason: 'refunded_late',
    });
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
    expect(await shop.events(order.id)).toEqual(['pending', 'pending > canceled']);
  });

  it('finds a late payment in Stripe’s books when its webhook never came', async () => {
    const offer = await shop.offer(1);
    const { order } = await canceledWithoutIntent(offer);
    await shop.knobs({ webhooks: { drop: 1 } });
    const intent = await lateCreate(order.id, 5060);
    expect((await shop.books(order.id)).refunds).toEqual([]);
    await shop.sweep();
    await shop.jobsDone();
    expect((await shop.books(order.id)).refunds).toMatchObject([{ amount: 5060, payment_intent: intent.id }]);
  });

  it('does not open an order that is over again', async () => {
    const offer = await shop.offer(1);
    const { purchase } = await canceledWithoutIntent(offer);
    expect(await shop.pay(purchase)).toMatchObject({ state: 'canceled' });
    expect(await codeOf(shop.pay({ ...purchase, key: 'another key of the buyer' }))).toBe('hold_expired');
    const { holds } = await shop.api.call(checkoutApi.holds, { showId: offer.showId }, purchase.buyer);
    expect(holds).toEqual([]);
  });
});
