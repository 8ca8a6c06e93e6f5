import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestOf } from '#contracts/endpoint';
import { ordersApi, ordersCsvPath, type OrderRefund, type StaffOrder } from '#contracts/orders';
import { codeOf, eventually, type Staff } from '../support/api.ts';
import { cards, Shop, type Offer } from '../support/checkout.ts';

const disputing = '4000000000000259';
const asking = '4000000000001976';
const waitsForRefund = '4000000000007726';
const failsRefund = '4000000000005126';

describe('orders for staff', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.calm());
  afterAll(() => shop.api.stop());

  async function sold(card: string = cards.pays, offer?: Offer) {
    const from = offer ?? (await shop.offer());
    const { order } = await shop.buy(from, card);
    await shop.delivered();
    return { offer: from, owner: from.owner, id: order.id, total: order.totals.totalAmount };
  }
  const get = (staff: Staff, id: string) => shop.api.call(ordersApi.get, { id }, staff);
  const refund = (staff: Staff, id: string, amount: number, more: Partial<RequestOf<typeof ordersApi.refund>> = {}) =>
    shop.api.call(ordersApi.refund, { id, key: randomUUID(), amount, reason: '傷あり', ...more }, staff);
  const ship = (staff: Staff, id: string, trackingNumber = '1234-5678') =>
    shop.api.call(ordersApi.ship, { id, carrier: 'ヤマト運輸', trackingNumber }, staff);
  const restock = (staff: Staff, id: string, quantity = 1, key: string = randomUUID()) =>
    shop.api.call(ordersApi.restock, { id, key, lines: [{ position: 1, quantity }] }, staff);

  /** Waits until Stripe has answered all refunds of an order, and nothing of them is under way. */
  async function refundsOf(staff: Staff, id: string, states: OrderRefund['state'][]): Promise<StaffOrder> {
    return eventually(async () => {
      const order = await get(staff, id);
      return JSON.stringify(order.refunds.map(({ state }) => state)) === JSON.stringify(states) ? order : null;
    });
  }
  const refundStory = (order: StaffOrder) =>
    order.history.filter(({ kind }) => kind === 'refund').map(({ reason }) => reason);
  const mailsOf = (order: StaffOrder) => order.mails.map(({ kind }) => kind);

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

  describe('found', () => {
    it('newest first, by page, search and filter', async () => {
      const offer = await shop.offer(10, { name: '青磁の茶碗' });
      const { owner } = offer;
      const first = await sold(cards.pays, offer);
      const second = await sold(cards.declined, offer);
      const third = await sold(cards.pays, offer);
      await ship(owner, first.id);
      const list = async (filter: RequestOf<typeof ordersApi.list>) =>
        (await shop.api.call(ordersApi.list, filter, owner)).orders.map(({ id }) => id);
      expect(await list({})).toEqual([third.id, second.id, first.id]);
      const page = await shop.api.call(ordersApi.list, { limit: 2 }, owner);
      expect(page.next).toBe(second.id);
      const rest = await shop.api.call(ordersApi.list, { limit: 2, after: page.next! }, owner);
      expect([rest.orders.map(({ id }) => id), rest.next]).toEqual([[first.id], null]);
      const { number, lines } = await get(owner, first.id);
      expect(await list({ q: number.toLowerCase() })).toEqual([first.id]);
      for (const q of ['佐久間晴香', '佐久間　晴', 'HARUKA@', '青磁', lines[0]!.sku.slice(0, 12)]) {
        expect([q, await list({ q })]).toEqual([q, [third.id, second.id, first.id]]);
      }
      for (const q of ['%', '_', 'nobody', "' OR 1=1 --"]) expect([q, await list({ q })]).toEqual([q, []]);
      expect(await list({ state: 'pending' })).toEqual([second.id]);
      expect(await list({ shipped: 'yes' })).toEqual([first.id]);
      expect(await list({ shipped: 'no' })).toEqual([third.id]);
      expect(await list({ paymentMethod: 'konbini' })).toEqual([]);
      expect(await list({ showId: offer.showId, disputed: 'no' })).toHaveLength(3);
      expect(await list({ showId: randomUUID() })).toEqual([]);
      const day = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tokyo' }).format(new Date());
      const dayBefore = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tokyo' }).format(Date.now() - 86_400_000);
      expect(await list({ from: day, to: day })).toHaveLength(3);
      expect(await list({ to: dayBefore })).toEqual([]);
      const bad = { from: '2026-13-01' };
      expect(await codeOf(list(bad))).toBe('invalid_request');
    });

    it('as a file that no spreadsheet runs', async () => {
      const offer = await shop.offer(10, { name: '=HYPERLINK("http://x")' });
      const { owner, id } = await sold(cards.pays, offer);
      const other = await sold(cards.pays, offer);
      const ask = async (query: string) => {
        const answer = await fetch(`${shop.api.url}${ordersCsvPath}${query}`, { headers: owner.headers });
        return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
      };
      const { answer, bytes } = await ask('');
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      const rows = new TextDecoder().decode(bytes).trimEnd().split('\r\n');
      expect(rows).toHaveLength(3);
      const { number } = await get(owner, id);
      expect(rows[2]).toContain(`${number},`);
      expect(rows[2]).toContain(`,"'=HYPERLINK(""http://x"")",`);
      expect(rows[2]).toContain(',JPY,4400,0,660,460,5060,0,');
      const some = await ask(`?q=${(await get(owner, other.id)).number}&locale=en`);
      expect(new TextDecoder().decode(some.bytes).split('\r\n')).toEqual([
        expect.stringMatching(/^Order,Placed,Paid,State/),
        expect.stringContaining(',paid,'),
        '',
      ]);
      expect((await ask('?state=lost')).answer.status).toBe(400);
    });
  });

  it('say what was agreed and all that happened since, and by whom', async () => {
    const { owner, id } = await sold();
    const order = await get(owner, id);
    expect(order).toMatchObject({
      state: 'paid',
      name: '佐久間 晴香',
      phone: '090-0000-0000',
      totals: { totalAmount: 5060, taxes: [{ rateBp: 1000, taxableAmount: 5060, taxAmount: 460 }] },
      lines: [{ position: 1, productName: '月白のマグ', quantity: 1, restocked: 0 }],
      refunds: [],
      locale: 'ja',
    });
    expect(order.history.map(({ toState, by }) => [toState, by])).toEqual([
      ['pending', null],
      ['paid', null],
    ]);
    expect(mailsOf(order)).toEqual(['order_paid']);
    await ship(owner, id);
    const shipped = await get(owner, id);
    expect(shipped.history.at(-1)).toMatchObject({ kind: 'shipped', reason: 'shipped', by: 'The owner' });
    const marketer = await shop.api.staff('marketer', owner.brandId);
    expect((await get(marketer, id)).mails).toEqual([]);
  });

  describe('shipped', () => {
    it('once, or as often as the number is corrected; the buyer is told each time', async () => {
      const { owner, id } = await sold();
      const first = await ship(owner, id);
      await ship(owner, id);
      const corrected = await ship(owner, id, '1234-5679');
      expect(corrected.shipping).toEqual({ ...first.shipping, trackingNumber: '1234-5679' });
      expect(corrected.history.filter(({ kind }) => kind === 'shipped').map(({ reason }) => reason)).toEqual([
        'shipped',
        'corrected',
      ]);
      expect(mailsOf(corrected)).toEqual(['order_paid', 'order_shipped', 'order_shipped']);
    });

    it('never before they are paid', async () => {
      const { owner, id } = await sold(cards.declined);
      expect(await codeOf(ship(owner, id))).toBe('order_transition');
    });
  });

  describe('refunded', () => {
    it('in parts and then as a whole, with the goods back as a decision of its own', async () => {
      const { offer, owner, id, total } = await sold();
      const part = await refund(owner, id, 1000);
      expect(part.refundedAmount).toBe(1000);
      const after = await refundsOf(owner, id, ['succeeded']);
      expect([after.state, after.refunds[0]]).toMatchObject([
        'paid',
        { kind: 'staff', reason: '傷あり', by: 'The owner' },
      ]);
      expect(await shop.level(offer)).toEqual({ on_hand: 9, reserved: 0 });
      await refund(owner, id, total - 1000, { restock: [{ position: 1, quantity: 1 }] });
      const whole = await refundsOf(owner, id, ['succeeded', 'succeeded']);
      expect([whole.state, whole.refundedAmount, whole.lines[0]!.restocked]).toEqual(['refunded', total, 1]);
      expect(await shop.level(offer)).toEqual({ on_hand: 10, reserved: 0 });
      // Each has its credit note, and together they give back what the invoice says of the rate.
      expect(whole.refunds.map(({ creditNote }) => creditNote)).toEqual([
        {
          number: `${whole.number}-R1`,
          givenBackAt: expect.any(String),
          taxes: [{ rateBp: 1000, taxableAmount: 1000, taxAmount: 90 }],
          goods: [],
        },
        {
          number: `${whole.number}-R2`,
          givenBackAt: expect.any(String),
          taxes: [{ rateBp: 1000, taxableAmount: total - 1000, taxAmount: 369 }],
          goods: [{ position: 1, quantity: 1 }],
        },
      ]);
      expect(mailsOf(whole)).toEqual(['order_paid', 'order_refunded', 'order_refunded']);
      expect((await shop.books(id)).refunds.map(({ amount }) => amount).sort()).toEqual([1000, total - 1000]);
      const left = await refund(owner, id, 1).catch((error: { body: object }) => error.body);
      expect(left).toMatchObject({ code: 'refund_too_large', details: { left: 0 } });
      expect(await broken()).toEqual([]);
    });

    it('once by one key, however often it is pressed', async () => {
      const { owner, id } = await sold();
      const key = randomUUID();
      const back = { key, restock: [{ position: 1, quantity: 1 }] };
      await Promise.all(Array.from({ length: 8 }, () => refund(owner, id, 700, back)));
      const order = await refundsOf(owner, id, ['succeeded']);
      expect([order.refundedAmount, order.lines[0]!.restocked]).toEqual([700, 1]);
      expect(await codeOf(refund(owner, id, 701, { key }))).toBe('conflict');
      expect((await shop.books(id)).refunds).toHaveLength(1);
    });

    it('never above the total by presses at once', async () => {
      const { owner, id, total } = await sold();
      const codes = await Promise.all(Array.from({ length: 6 }, () => codeOf(refund(owner, id, 2000))));
      expect(codes.sort()).toEqual(['no refusal', 'no refusal', ...Array<string>(4).fill('refund_too_large')]);
      const order = await refundsOf(owner, id, ['succeeded', 'succeeded']);
      expect(order.refundedAmount).toBe(4000);
      const sum = (await shop.books(id)).refunds.reduce((so, { amount }) => so + amount, 0);
      expect(sum).toBeLessThanOrEqual(total);
    });

    it('only what was paid, and only sensible amounts', async () => {
      const { owner, id } = await sold(cards.declined);
      expect(await codeOf(refund(owner, id, 100))).toBe('order_transition');
      const paid = await sold();
      for (const amount of [0, -1, 1.5, 1e9])
        expect(await codeOf(refund(paid.owner, paid.id, amount))).toBe('invalid_request');
      expect(await codeOf(refund(paid.owner, paid.id, 100, { reason: ' ' }))).toBe('invalid_request');
      expect(await codeOf(refund(paid.owner, paid.id, 100, { key: `again:${randomUUID()}` }))).toBe('invalid_request');
      const tooMany = { restock: [{ position: 1, quantity: 2 }] };
      expect(await codeOf(refund(paid.owner, paid.id, 100, tooMany))).toBe('restock_too_many');
      expect((await get(paid.owner, paid.id)).refundedAmount).toBe(0);
    });

    it('when the bank has taken it on: until then the order stays paid', async () => {
      await shop.knobs({ refund_ms: 60_000 });
      const { owner, id, total } = await sold(waitsForRefund);
      await refund(owner, id, total);
      const waiting = await refundsOf(owner, id, ['pending']);
      expect([waiting.state, waiting.refundedAmount]).toEqual(['paid', total]);
      expect(mailsOf(waiting)).toContain('order_refunded');
      expect(await codeOf(refund(owner, id, 1))).toBe('refund_too_large');
      expect(await broken()).toEqual([]);
      await shop.knobs({ refund_ms: 10 });
      const quick = await sold(waitsForRefund);
      await refund(quick.owner, quick.id, quick.total);
      const done = await refundsOf(quick.owner, quick.id, ['succeeded']);
      expect([done.state, refundStory(done)]).toEqual(['refunded', ['requested', 'pending', 'succeeded']]);
    });

    it('again, when the bank sent the money back', async () => {
      await shop.knobs({ refund_ms: 300 });
      const { owner, id, total } = await sold(failsRefund);
      await refund(owner, id, 1000);
      const failed = await refundsOf(owner, id, ['failed']);
      expect([failed.state, failed.refundedAmount, failed.refunds[0]!.failure]).toEqual(['paid', 0, 'unknown']);
      expect(refundStory(failed)).toEqual(['requested', 'succeeded', 'failed']);
      expect(await broken()).toEqual([]);

      await refund(owner, id, total);
      const again = await refundsOf(owner, id, ['failed', 'failed']);
      // It had been given back as a whole, and an order does not come back from there.
      expect([again.state, again.refundedAmount]).toEqual(['refunded', 0]);
      await shop.knobs({ refund_ms: 60_000 });
      await refund(owner, id, total);
      expect((await refundsOf(owner, id, ['failed', 'failed', 'succeeded'])).refundedAmount).toBe(total);
      expect(await broken()).toEqual([]);
    });

    it('though Stripe breaks down, keeps that for the key, or is cut off: once, and in the end', async () => {
      const { owner, id } = await sold();
      await shop.knobs({ fail_next: { status: 500, times: 2, path: '/v1/refunds' } });
      await refund(owner, id, 600);
      await refundsOf(owner, id, ['succeeded']);
      await shop.knobs({ cut_after_commit: { times: 2, path: '/v1/refunds' } });
      await refund(owner, id, 400);
      const order = await refundsOf(owner, id, ['succeeded', 'succeeded']);
      expect(order.refundedAmount).toBe(1000);
      expect((await shop.books(id)).refunds.map(({ amount }) => amount).sort()).toEqual([400, 600]);
      expect(await broken()).toEqual([]);
    });

    it('not, when Stripe refuses for good: it says so in its own words', async () => {
      const { owner, id, total } = await sold();
      const { paymentIntentId } = await get(owner, id);
      await shop.knobs({ webhooks: { drop: 1 } });
      await shop.stripe.refunds.create({ payment_intent: paymentIntentId!, amount: total - 500 });
      await refund(owner, id, 1000);
      // No webhook told of the one at Stripe: it is found, because ours was refused.
      const order = await refundsOf(owner, id, ['failed', 'succeeded']);
      expect(order.refunds[0]!.failure).toContain('greater than unrefunded amount');
      expect([order.state, order.refundedAmount]).toEqual(['paid', total - 500]);
      expect(await broken()).toEqual([]);
    });

    it('by hand at Stripe’s, which becomes a refund here', async () => {
      const { owner, id, total } = await sold();
      const { paymentIntentId } = await get(owner, id);
      await shop.stripe.refunds.create({ payment_intent: paymentIntentId!, amount: 500 });
      const part = await refundsOf(owner, id, ['succeeded']);
      expect([part.refundedAmount, part.refunds[0]]).toMatchObject([500, { kind: 'stripe', by: null }]);
      // No webhook tells of the next one, and still it is found.
      await shop.knobs({ webhooks: { drop: 1 } });
      await shop.stripe.refunds.create({ payment_intent: paymentIntentId! });
      const { SweepRefundsJob } = await import('../../apps/api/src/checkout/sweep-refunds.job.ts');
      await shop.api.app.get(SweepRefundsJob).sweep();
      const whole = await refundsOf(owner, id, ['succeeded', 'succeeded']);
      expect([whole.state, whole.refundedAmount]).toEqual(['refunded', total]);
      expect(await broken()).toEqual([]);
    });
  });

  describe('restocked', () => {
    it('once by one key, and never more than was sold', async () => {
      const { offer, owner, id } = await sold();
      const key = randomUUID();
      await Promise.all(Array.from({ length: 6 }, () => restock(owner, id, 1, key)));
      expect(await shop.level(offer)).toEqual({ on_hand: 10, reserved: 0 });
      const refusal = await restock(owner, id).catch((error: { body: object }) => error.body);
      expect(refusal).toMatchObject({ code: 'restock_too_many', details: { position: 1, left: 0 } });
      const order = await get(owner, id);
      expect(order.history.filter(({ kind }) => kind === 'restock')).toHaveLength(1);
      expect(await broken()).toEqual([]);
    });

    it('not, when several presses want the last one', async () => {
      const { offer, owner, id } = await sold();
      const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(restock(owner, id))));
      expect(codes.filter((code) => code === 'no refusal')).toHaveLength(1);
      expect(await shop.level(offer)).toEqual({ on_hand: 10, reserved: 0 });
    });

    it('not before they were sold, nor a line that is not there', async () => {
      const pending = await sold(cards.declined);
      expect(await codeOf(restock(pending.owner, pending.id))).toBe('order_transition');
      const { owner, id } = await sold();
      const other = shop.api.call(
        ordersApi.restock,
        { id, key: randomUUID(), lines: [{ position: 2, quantity: 1 }] },
        owner,
      );
      expect(await codeOf(other)).toBe('not_found');
    });
  });

  describe('canceled', () => {
    const cancel = (staff: Staff, id: string) => shop.api.call(ordersApi.cancel, { id }, staff);

    it('at Stripe first, then here, and the stock is free', async () => {
      const { offer, owner, id } = await sold(cards.asks);
      expect(await shop.level(offer)).toEqual({ on_hand: 10, reserved: 1 });
      const { outcome, order } = await cancel(owner, id);
      expect([outcome, order.state, order.cancelReason]).toEqual(['canceled', 'canceled', 'staff']);
      expect(await shop.level(offer)).toEqual({ on_hand: 10, reserved: 0 });
      expect((await shop.books(id)).intents.map(({ status }) => status)).toEqual(['canceled']);
      expect(order.history.find(({ reason }) => reason === 'cancel_requested')).toMatchObject({ by: 'The owner' });
      expect(await codeOf(cancel(owner, id))).toBe('order_transition');
      expect(await broken()).toEqual([]);
    });

    it('not, when the payment was faster: the sale stands', async () => {
      const offer = await shop.offer();
      await shop.knobs({ webhooks: { drop: 1 } });
      const { order } = await shop.buy(offer, cards.asks);
      await shop.authenticate(order, true);
      const answer = await cancel(offer.owner, order.id);
      expect([answer.outcome, answer.order.state]).toEqual(['paid', 'paid']);
      expect(await shop.level(offer)).toEqual({ on_hand: 9, reserved: 0 });
    });

    it('or paid, and never both, when they race', async () => {
      const offer = await shop.offer();
      for (let round = 0; round < 6; round += 1) {
        const { order } = await shop.buy(offer, cards.asks);
        const [, { outcome }] = await Promise.all([
          shop.authenticate(order, true).catch(() => undefined),
          cancel(offer.owner, order.id),
        ]);
        await shop.delivered();
        const { state } = await get(offer.owner, order.id);
        expect([outcome, state]).toEqual(outcome === 'paid' ? ['paid', 'paid'] : ['canceled', 'canceled']);
      }
      expect(await broken()).toEqual([]);
    });

    it('not, while Stripe does not answer', async () => {
      const { offer, owner, id } = await sold(cards.asks);
      await shop.knobs({ fail_next: { status: 503, times: 10, path: '/v1/payment_intents' } });
      expect(await codeOf(cancel(owner, id))).toBe('payment_unavailable');
      expect(await shop.level(offer)).toEqual({ on_hand: 10, reserved: 1 });
      await shop.calm();
      expect((await cancel(owner, id)).outcome).toBe('canceled');
    });
  });

  describe('disputed', () => {
    const open = async (owner: Staff, id: string, state: string) =>
      eventually(async () => {
        const order = await get(owner, id);
        return order.disputeState === state ? order : null;
      });
    const decide = async (id: string, evidence: 'winning_evidence' | 'losing_evidence') => {
      const { data } = await shop.stripe.disputes.list({ payment_intent: (await shop.books(id)).intents[0]!.id });
      await shop.stripe.disputes.update(data[0]!.id, { evidence: { uncategorized_text: evidence } });
    };

    it('are frozen, and thaw when the dispute is won', async () => {
      const { owner, id } = await sold(disputing);
      const order = await open(owner, id, 'needs_response');
      expect([order.state, order.disputedAt]).toEqual(['paid', expect.any(String)]);
      expect(await codeOf(refund(owner, id, 100))).toBe('disputed');
      expect(await codeOf(ship(owner, id))).toBe('disputed');
      const list = await shop.api.call(ordersApi.list, { disputed: 'yes' }, owner);
      expect(list.orders.map((one) => one.id)).toEqual([id]);
      await decide(id, 'winning_evidence');
      const won = await open(owner, id, 'won');
      expect([won.disputedAt, won.refundedAmount]).toEqual([null, 0]);
      expect(won.history.filter(({ kind }) => kind === 'dispute').map(({ reason }) => reason)).toEqual(
        expect.arrayContaining(['needs_response', 'won']),
      );
      expect(await codeOf(ship(owner, id))).toBe('no refusal');
      expect(await broken()).toEqual([]);
    });

    it('stay marked when it is lost, and the money counts as given back', async () => {
      const { owner, id, total } = await sold(disputing);
      await open(owner, id, 'needs_response');
      await decide(id, 'losing_evidence');
      const lost = await open(owner, id, 'lost');
      expect([lost.state, lost.refundedAmount, lost.disputedAt]).toEqual(['refunded', total, expect.any(String)]);
      expect(lost.refunds).toMatchObject([{ kind: 'dispute', amount: total, state: 'succeeded' }]);
      expect(mailsOf(lost)).toEqual(['order_paid']);
      expect(await codeOf(refund(owner, id, 1))).toBe('disputed');
      const { rows } = await shop.api.database.sql<{ id: string }>(
        `SELECT id FROM stripe_events WHERE type LIKE 'charge.dispute%'`,
      );
      for (const event of rows) await shop.resend(event.id);
      expect(await broken()).toEqual([]);
      expect((await get(owner, id)).refunds).toHaveLength(1);
    });

    it('say so from the start of an inquiry, which a refund ends', async () => {
      const { owner, id, total } = await sold(asking);
      await open(owner, id, 'warning_needs_response');
      expect(await codeOf(ship(owner, id))).toBe('disputed');
      await refund(owner, id, total);
      await refundsOf(owner, id, ['succeeded']);
      const closed = await open(owner, id, 'warning_closed');
      expect([closed.state, closed.disputedAt]).toEqual(['refunded', null]);
    });

    it('lose a refund that was on its way when the dispute came', async () => {
      const { owner, id } = await sold(disputing);
      await open(owner, id, 'needs_response');
      // The refund was decided before the webhook told of the dispute.
      await shop.api.database.sql(`UPDATE orders SET disputed_at = NULL WHERE id = $1`, [id]);
      await refund(owner, id, 300);
      const order = await refundsOf(owner, id, ['failed']);
      expect(order.refunds[0]!.failure).toContain('charged back');
      expect(order.refundedAmount).toBe(0);
    });
  });
});
