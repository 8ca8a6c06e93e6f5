import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ordersApi, type OrderRefund, type StaffOrder } from '#contracts/orders';
import { codeOf, eventually, type Staff } from '../support/api.ts';
import { Shop } from '../support/checkout.ts';

const TOTAL = 5060;
const poor = { refuse_refunds: { code: 'balance_insufficient', message: 'Insufficient funds in your account.' } };

describe('a refund that Stripe refused for good', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.calm());
  afterAll(() => shop.api.stop());

  async function sold() {
    const offer = await shop.offer();
    const { order } = await shop.buy(offer);
    await shop.delivered();
    return { owner: offer.owner, id: order.id };
  }
  const get = (staff: Staff, id: string) => shop.api.call(ordersApi.get, { id }, staff);
  const retry = (staff: Staff, id: string, refundId: string) =>
    shop.api.call(ordersApi.retryRefund, { id, refundId }, staff);
  const settle = (staff: Staff, id: string, refundId: string, note = '11月22日、銀行振込') =>
    shop.api.call(ordersApi.settleRefund, { id, refundId, note }, staff);
  const owing = async (staff: Staff) =>
    (await shop.api.call(ordersApi.list, { refundFailed: 'yes' }, staff)).orders.map(({ id }) => id);
  const statesOf = ({ refunds }: StaffOrder) => refunds.map(({ state }) => state);

  async function until(staff: Staff, id: string, states: OrderRefund['state'][]): Promise<StaffOrder> {
    return eventually(async () => {
      const order = await get(staff, id);
      return JSON.stringify(statesOf(order)) === JSON.stringify(states) ? order : null;
    });
  }

  /** A second payment of an order that is paid has to go back, and Stripe will not have it. */
  async function lateRefused() {
    const { owner, id } = await sold();
    await shop.knobs(poor);
    const intent = await shop.stripe.paymentIntents.create({
      amount: TOTAL,
      currency: 'jpy',
      confirm: true,
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
      metadata: { order_id: id },
    });
    const { refunds } = await until(owner, id, ['failed']);
    return { owner, id, intentId: intent.id, refund: refunds[0]! };
  }

  async function staffRefused(amount: number) {
    const { owner, id } = await sold();
    await shop.knobs(poor);
    await shop.api.call(ordersApi.refund, { id, key: randomUUID(), amount, reason: '傷あり' }, owner);
    const order = await until(owner, id, ['failed']);
    return { owner, id, intentId: order.paymentIntentId!, refund: order.refunds[0]! };
  }

  const atStripe = async (intentId: string) =>
    (await shop.stripe.refunds.list({ payment_intent: intentId })).data.map(({ amount }) => amount);

  async function broken(): Promise<string[]> {
    const { verifyDatabase, verifyStripe } = await import('../../apps/api/src/verify.ts');
    const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
    await shop.delivered();
    const findings = [
      ...(await verifyDatabase(shop.api.database, true)),
      ...(await verifyStripe(shop.api.database, shop.api.app.get(StripeClients))),
    ];
    return findings.filter(({ result }) => result !== 'holds').map(({ rule }) => rule);
  }

  it('says why, is found in the list, and is tried again once, however often it is pressed', async () => {
    const { owner, id, intentId, refund } = await lateRefused();
    expect(refund).toMatchObject({
      kind: 'late',
      failureCode: 'balance_insufficient',
      failure: 'Insufficient funds in your account.',
      owedAmount: TOTAL,
    });
    expect(await owing(owner)).toEqual([id]);
    expect(await broken()).toContain('every payment that succeeded has its paid order, or is given back with a reason');

    await Promise.all(Array.from({ length: 8 }, () => retry(owner, id, refund.id)));
    const order = await until(owner, id, ['failed', 'succeeded']);
    expect(order.refunds.map(({ owedAmount, insteadOf }) => [owedAmount, insteadOf])).toEqual([
      [null, null],
      [null, refund.id],
    ]);
    // It never was part of a sale.
    expect(order.refunds.map(({ creditNote }) => creditNote)).toEqual([null, null]);
    expect(await atStripe(intentId)).toEqual([TOTAL]);
    expect(await owing(owner)).toEqual([]);
    expect(order.history.find(({ reason }) => reason === 'requested_again')).toMatchObject({ by: 'The owner' });
    expect(await codeOf(retry(owner, id, order.refunds[1]!.id))).toBe('order_transition');
    expect(await codeOf(settle(owner, id, refund.id))).toBe('order_transition');
    expect(await broken()).toEqual([]);
  });

  it('may be refused again, and again be tried', async () => {
    const { owner, id, intentId, refund } = await staffRefused(1000);
    await shop.knobs(poor);
    await retry(owner, id, refund.id);
    const again = await until(owner, id, ['failed', 'failed']);
    expect([again.refundedAmount, again.refunds.map(({ owedAmount }) => owedAmount)]).toEqual([0, [null, 1000]]);
    await retry(owner, id, again.refunds[1]!.id);
    const done = await until(owner, id, ['failed', 'failed', 'succeeded']);
    expect([done.refundedAmount, await atStripe(intentId)]).toEqual([1000, [1000]]);
    expect(await broken()).toEqual([]);
  });

  it('is not paid again when it was made by hand at Stripe meanwhile, which no webhook told of', async () => {
    const { owner, id, intentId, refund } = await lateRefused();
    await shop.knobs({ webhooks: { drop: 1 } });
    await shop.stripe.refunds.create({ payment_intent: intentId, amount: 2000 });
    await retry(owner, id, refund.id);
    const found = await until(owner, id, ['failed', 'failed', 'succeeded']);
    expect(found.refunds.map(({ failureCode, owedAmount }) => [failureCode, owedAmount])).toEqual([
      ['balance_insufficient', null],
      ['made_at_stripe', TOTAL - 2000],
      [null, null],
    ]);
    expect(await atStripe(intentId)).toEqual([2000]);
    // Only what is left of it goes back by the next press.
    await retry(owner, id, found.refunds[1]!.id);
    const rest = await until(owner, id, ['failed', 'failed', 'succeeded', 'succeeded']);
    expect((await atStripe(intentId)).sort()).toEqual([2000, TOTAL - 2000]);
    expect([rest.refundedAmount, await owing(owner)]).toEqual([0, []]);
    expect(await broken()).toEqual([]);
  });

  it('is not paid again when it is made by hand between the press and the call', async () => {
    const { owner, id, intentId, refund } = await staffRefused(1000);
    await shop.knobs({ webhooks: { drop: 1 } });
    const { RefundsService } = await import('../../apps/api/src/checkout/refunds.service.ts');
    const service = shop.api.app.get(RefundsService);
    const carryOut = service.carryOut.bind(service);
    const spy = jest.spyOn(service, 'carryOut').mockImplementationOnce(async (refundId) => {
      await shop.stripe.refunds.create({ payment_intent: intentId, amount: 1000 });
      await carryOut(refundId);
    });
    await retry(owner, id, refund.id);
    const order = await until(owner, id, ['failed', 'failed', 'succeeded']);
    spy.mockRestore();
    const [, again, byHand] = order.refunds;
    expect([again!.failureCode, again!.owedAmount]).toEqual(['made_at_stripe', null]);
    expect(byHand).toMatchObject({ kind: 'stripe', insteadOf: again!.id });
    expect([order.refundedAmount, await atStripe(intentId)]).toEqual([1000, [1000]]);
    await retry(owner, id, again!.id);
    await shop.delivered();
    expect(await atStripe(intentId)).toEqual([1000]);
    expect(await broken()).toEqual([]);
  });

  it('is not paid again when the webhook of what was made by hand is faster than the call', async () => {
    for (const amount of [1000, 400]) {
      const { owner, id, intentId, refund } = await staffRefused(1000);
      const { RefundsService } = await import('../../apps/api/src/checkout/refunds.service.ts');
      const service = shop.api.app.get(RefundsService);
      const carryOut = service.carryOut.bind(service);
      const spy = jest.spyOn(service, 'carryOut').mockImplementationOnce(async (refundId) => {
        await shop.stripe.refunds.create({ payment_intent: intentId, amount });
        await until(owner, id, ['failed', 'requested', 'succeeded']);
        await carryOut(refundId);
      });
      await retry(owner, id, refund.id);
      const order = await until(owner, id, ['failed', 'failed', 'succeeded']);
      spy.mockRestore();
      const [, again, byHand] = order.refunds;
      // Whether the rest is to follow, staff decide: what was given by hand may have been meant for something else.
      expect([again!.failureCode, again!.owedAmount]).toEqual(['made_at_stripe', amount === 1000 ? null : 1000]);
      expect(byHand!.insteadOf).toBe(amount === 1000 ? again!.id : null);
      expect([order.refundedAmount, await atStripe(intentId)]).toEqual([amount, [amount]]);
      if (amount === 1000) continue;
      await retry(owner, id, again!.id);
      await until(owner, id, ['failed', 'failed', 'succeeded', 'succeeded']);
      expect(await atStripe(intentId)).toHaveLength(2);
    }
    expect(await broken()).toEqual([]);
  });

  it('is none when Stripe’s books have it after all', async () => {
    const { owner, id, intentId, refund } = await staffRefused(TOTAL);
    await shop.stripe.refunds.create({ payment_intent: intentId, metadata: { refund_id: refund.id } });
    const order = await until(owner, id, ['succeeded']);
    expect([order.state, order.refundedAmount, order.refundFailed]).toEqual(['refunded', TOTAL, false]);
    expect(await codeOf(retry(owner, id, refund.id))).toBe('order_transition');
    expect(await broken()).toEqual([]);
  });

  it('is not paid again when the webhook of Stripe’s books having it after all is faster than the call', async () => {
    const { owner, id, intentId, refund } = await staffRefused(1000);
    const { RefundsService } = await import('../../apps/api/src/checkout/refunds.service.ts');
    const service = shop.api.app.get(RefundsService);
    const carryOut = service.carryOut.bind(service);
    const spy = jest.spyOn(service, 'carryOut').mockImplementationOnce(async (refundId) => {
      const metadata = { refund_id: refund.id };
      await shop.stripe.refunds.create({ payment_intent: intentId, amount: 1000, metadata });
      await until(owner, id, ['succeeded', 'requested']);
      await carryOut(refundId);
    });
    await retry(owner, id, refund.id);
    const order = await until(owner, id, ['succeeded', 'failed']);
    spy.mockRestore();
    expect([await owing(owner), order.refunds[1]]).toMatchObject([
      [],
      { failureCode: 'made_at_stripe', owedAmount: null },
    ]);
    expect(await codeOf(retry(owner, id, order.refunds[1]!.id))).toBe('order_transition');
    expect([order.refundedAmount, await atStripe(intentId)]).toEqual([1000, [1000]]);
    expect(await broken()).toEqual([]);
  });

  it('is settled outside of Stripe by the word of a member, of a late payment and of an order', async () => {
    for (const { owner, id, intentId, refund } of [await lateRefused(), await staffRefused(TOTAL)]) {
      expect(await codeOf(settle(owner, id, refund.id, ' '))).toBe('invalid_request');
      await Promise.all([settle(owner, id, refund.id), settle(owner, id, refund.id)]);
      const order = await get(owner, id);
      const isLate = refund.kind === 'late';
      expect([statesOf(order), order.state]).toEqual([['failed', 'succeeded'], isLate ? 'paid' : 'refunded']);
      expect(order.refunds[1]).toMatchObject({
        kind: refund.kind,
        outside: true,
        amount: TOTAL,
        reason: '11月22日、銀行振込',
        by: 'The owner',
        insteadOf: refund.id,
      });
      const [, note] = order.refunds.map(({ creditNote }) => creditNote?.number ?? null);
      expect(note).toBe(isLate ? null : `${order.number}-R2`);
      expect(order.history.find(({ reason }) => reason === 'outside')).toMatchObject({
        by: 'The owner',
        details: { amount: TOTAL, reason: '11月22日、銀行振込' },
      });
      expect([order.refundedAmount, await owing(owner)]).toEqual([isLate ? 0 : TOTAL, []]);
      expect(await codeOf(retry(owner, id, refund.id))).toBe('order_transition');
      expect(await atStripe(intentId)).toEqual([]);
    }
    expect(await broken()).toEqual([]);
  });

  it('is settled or tried again, and never both, when two press at once', async () => {
    const { owner, id, intentId, refund } = await lateRefused();
    const codes = await Promise.all([
      codeOf(settle(owner, id, refund.id)),
      codeOf(retry(owner, id, refund.id)),
      codeOf(settle(owner, id, refund.id)),
      codeOf(retry(owner, id, refund.id)),
    ]);
    expect(codes.sort()).toEqual(['no refusal', 'no refusal', 'order_transition', 'order_transition']);
    await shop.delivered();
    const { refunds } = await until(owner, id, ['failed', 'succeeded']);
    expect(await atStripe(intentId)).toEqual(refunds[1]!.outside ? [] : [TOTAL]);
    expect(await broken()).toEqual([]);
  });

  it('is no longer owed when the order was given back otherwise', async () => {
    const { owner, id, intentId, refund } = await staffRefused(1000);
    const whole = { id, key: randomUUID(), amount: TOTAL, reason: '返品' };
    await shop.api.call(ordersApi.refund, whole, owner);
    const order = await until(owner, id, ['failed', 'succeeded']);
    expect([order.refundFailed, order.refunds[0]!.owedAmount]).toEqual([false, null]);
    const refusal = await retry(owner, id, refund.id).catch((error: { body: object }) => error.body);
    expect(refusal).toMatchObject({ code: 'refund_too_large', details: { left: 0 } });
    const other = await sold();
    expect(await codeOf(retry(other.owner, other.id, refund.id))).toBe('not_found');
    expect(await atStripe(intentId)).toEqual([TOTAL]);
  });
});
