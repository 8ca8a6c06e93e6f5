import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ordersApi } from '#contracts/orders';
import type { Tx } from '../../apps/api/src/database/index.ts';
import { eventually } from '../support/api.ts';
import { cards, Shop } from '../support/checkout.ts';

/** Undoes a transaction whose findings were taken. */
class Undo extends Error {}

describe('the invariants', () => {
  let shop: Shop;
  let orders: { paid: string; pending: string; canceled: string; refunded: string };
  let variantId: string;

  /** A healthy history with a bit of everything: sales, a decline, 3DS, an abandoned order, holds taken, adjusted and given back. */
  beforeAll(async () => {
    shop = await Shop.open();
    const offer = await shop.offer(20);
    variantId = offer.variantId;
    const paid = await shop.buy(offer);
    const declined = await shop.buy(offer, cards.declined);
    await shop.pay(declined.purchase);
    const asked = await shop.buy(offer, cards.asks);
    await shop.authenticate(asked.order, true);
    const refunded = await shop.buy(offer);
    const back = { id: refunded.order.id, reason: '傷あり' };
    const restock = [{ position: 1, quantity: 1 }];
    await shop.api.call(ordersApi.refund, { ...back, key: randomUUID(), amount: 1000, restock }, offer.owner);
    await shop.api.call(ordersApi.refund, { ...back, key: randomUUID(), amount: 4060 }, offer.owner);
    await shop.reaches(refunded.order.id, 'refunded');
    // Lost to the buyer's bank; it stands for every way in which money goes back without us.
    const disputed = await shop.buy(offer, '4000000000000259');
    await shop.delivered();
    const [dispute] = (await shop.stripe.disputes.list({ limit: 1 })).data;
    await shop.stripe.disputes.close(dispute!.id);
    await shop.reaches(disputed.order.id, 'refunded');
    const canceled = await shop.buy(offer, cards.asks);
    const { buyer } = await shop.hold(offer, 2);
    await shop.hold(offer, 3, buyer);
    await shop.ahead(301);
    await shop.reconcile(canceled.order.id);
    await shop.hold(offer, 2);
    const pending = await shop.buy(offer, cards.asks);
    await shop.delivered();
    orders = {
      paid: paid.order.id,
      pending: pending.order.id,
      canceled: canceled.order.id,
      refunded: refunded.order.id,
    };
    await eventually(async () => {
      const { rows } = await shop.api.database.sql(`SELECT 1 FROM interactions WHERE name = 'Order Completed'`);
      return rows.length === 5;
    });
    await eventually(async () => {
      const { rows } = await shop.api.database.sql(
        `SELECT 1 FROM holds WHERE state = 'active' AND expires_at < engawa_now()`,
      );
      return rows.length === 0;
    });
  });
  afterAll(() => shop.api.stop());

  /** Numbers of the broken invariants, as they are inside a transaction that breaks something and is then undone. */
  async function brokenBy(statements: string, running = true): Promise<number[]> {
    const { verifyDatabase, verifyStripe } = await import('../../apps/api/src/verify.ts');
    const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
    let broken: number[] = [];
    const look = async (tx: Tx) => {
      if (statements) await tx.sql(statements);
      const findings = [
        ...(await verifyDatabase(tx, running)),
        ...(await verifyStripe(tx, shop.api.app.get(StripeClients))),
      ];
      expect(findings.filter(({ result }) => result === 'unknown')).toEqual([]);
      broken = findings.filter(({ result }) => result === 'broken').map(({ number }) => number);
      throw new Undo();
    };
    await shop.api.database.transaction(look).catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
    return [...new Set(broken)].sort((a, b) => a - b);
  }

  const without = (table: string, constraint: string) => `ALTER TABLE ${table} DROP CONSTRAINT ${constraint};`;
  const event = (order: string, from: string, to: string) =>
    `INSERT INTO order_events (order_id, from_state, to_state, reason) VALUES ('${order}', '${from}', '${to}', 'test');`;
  const refund = (order: string, amount: number, more = '') =>
    `WITH made AS (
       INSERT INTO refunds (id, order_id, kind, payment_intent_id, amount, reason, created_at)
       VALUES (gen_random_uuid(), '${order}', 'staff', 'pi_x', ${amount}, 'goodwill', engawa_now() ${more}) RETURNING id)
     INSERT INTO order_events (order_id, kind, reason, details)
       SELECT '${order}', 'refund', 'requested', jsonb_build_object('refundId', id) FROM made;
     UPDATE orders SET refunded_amount = least(${amount}, total_amount) WHERE id = '${order}';`;

  const forgotten = () =>
    `${without('orders', 'orders_pending_is_looked_after')} UPDATE orders SET look_at = NULL WHERE id = '${orders.pending}'`;

  it('hold over a healthy history, running or stopped', async () => {
    expect(await brokenBy('')).toEqual([]);
    expect(await brokenBy('', false)).toEqual([]);
  });

  it.each<[number[], string, () => string]>([
    [
      [1, 2, 4],
      'more is reserved than there is',
      () =>
        `${without('stock_levels', 'stock_levels_reserved_within_on_hand')} UPDATE stock_levels SET on_hand = 0 WHERE variant_id = '${variantId}'`,
    ],
    [
      [2],
      'stock appears by a movement and its level alike',
      () =>
        `UPDATE stock_levels SET on_hand = on_hand - 1 WHERE variant_id = '${variantId}';
         INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference) VALUES ('${variantId}', 'sell', -1, -1, 'x');
         UPDATE stock_levels SET reserved = reserved - 1 WHERE variant_id = '${variantId}';
         UPDATE holds SET quantity = quantity - 1
         WHERE id = (SELECT id FROM holds WHERE variant_id = '${variantId}' AND state = 'active' AND quantity > 1 LIMIT 1)`,
    ],
    [[2], 'an offer counts one more than it has sold', () => `UPDATE offers SET sold = sold + 1`],
    [
      [3],
      'a deal has sold what nobody holds',
      () =>
        `INSERT INTO allotments (id, brand_id, quantity, taken, per_buyer, opens_at, closes_at)
         SELECT gen_random_uuid(), brand_id, 5, 1, 1, now(), now() FROM variants WHERE id = '${variantId}'`,
    ],
    [
      [3],
      'somebody is waited for who does not wait',
      () => `UPDATE stock_levels SET waiting = 1 WHERE variant_id = '${variantId}'`,
    ],
    [
      [8],
      'a coupon is used by no order',
      () =>
        `INSERT INTO coupons (id, brand_id, code, kind, value, used, starts_at)
         SELECT gen_random_uuid(), brand_id, 'X-1', 'percent', 10, 1, now() FROM variants WHERE id = '${variantId}'`,
    ],
    [[3], 'a hold is forgotten', () => `UPDATE holds SET state = 'released' WHERE state = 'active'`],
    [
      [4],
      'a movement is missing',
      () => `DELETE FROM stock_movements WHERE kind = 'hold' AND variant_id = '${variantId}'`,
    ],
    [
      [4],
      'a movement says another thing than it does',
      () => `UPDATE stock_movements SET kind = 'adjust', reference = reference || ':x' WHERE kind = 'hold'`,
    ],
    [
      [5, 10],
      'an order is paid twice',
      () => `DROP INDEX order_events_paid_once; ${event(orders.paid, 'pending', 'paid')}`,
    ],
    [
      [2, 6, 9, 13, 14],
      'Stripe took money for an order that was canceled',
      () => `UPDATE orders SET state = 'canceled', cancel_reason = 'buyer' WHERE id = '${orders.paid}'`,
    ],
    [
      [7, 11, 14],
      'Stripe took another amount',
      () => `UPDATE orders SET shipping_amount = 661, total_amount = items_amount + 661 WHERE id = '${orders.paid}'`,
    ],
    [[6, 7], 'the payment is lost', () => `UPDATE orders SET payment_intent_id = NULL WHERE id = '${orders.paid}'`],
    [[7, 11], 'yen are charged as dollars', () => `UPDATE orders SET currency = 'USD' WHERE id = '${orders.paid}'`],
    [[8, 11, 14], 'more goes back than came', () => refund(orders.paid, 5061)],
    [[8], 'money goes back for what was never paid', () => refund(orders.canceled, 1)],
    [
      [2, 4, 8],
      'more is restocked than was sold',
      () =>
        `INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference) VALUES ('${variantId}', 'restock', 9, 0, 'x')`,
    ],
    [
      [9],
      'a hold outlives its end',
      () => `UPDATE holds SET expires_at = engawa_now() - interval '3 minutes' WHERE state = 'active'`,
    ],
    [
      [9, 13],
      'nobody looks after an order whose hold is over',
      () =>
        `UPDATE holds SET expires_at = engawa_now() - interval '3 minutes' WHERE state = 'attached';
         ${forgotten()}`,
    ],
    [
      [3, 9],
      'stock is free before the cancel is confirmed',
      () => `UPDATE holds SET state = 'released' WHERE order_id = '${orders.pending}'`,
    ],
    [
      [10],
      'a canceled order comes back',
      () => `${event(orders.canceled, 'canceled', 'pending')} ${event(orders.canceled, 'pending', 'canceled')}`,
    ],
    [
      [11, 14],
      'a line costs something else',
      () => `UPDATE order_lines SET unit_amount = 1 WHERE order_id = '${orders.paid}'`,
    ],
    [[11], 'the tax passes the total', () => `UPDATE orders SET tax_amount = 9999 WHERE id = '${orders.paid}'`],
    [
      [14],
      'a buyer is counted as two persons',
      () =>
        `DROP INDEX identity_links_one_person;
         INSERT INTO persons (id, brand_id) SELECT md5(n::text)::uuid, brand_id FROM orders, generate_series(1, 2) n WHERE orders.id = '${orders.paid}';
         INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source)
           SELECT gen_random_uuid(), brand_id, viewer_id, md5(n::text)::uuid, 'proven', 'test' FROM orders, generate_series(1, 2) n WHERE orders.id = '${orders.paid}'`,
    ],
    [
      [12],
      'an event of Stripe waits',
      () =>
        `INSERT INTO stripe_events (id, type, payload, received_at) VALUES ('evt_x', 'x', '{}', now() - interval '3 minutes')`,
    ],
    [
      [10, 13],
      'an event is missing',
      () =>
        `DELETE FROM order_events WHERE order_id = '${orders.paid}' AND to_state = 'pending'; DELETE FROM order_events WHERE order_id = '${orders.canceled}' AND to_state = 'canceled'`,
    ],
    [[13], 'a pending order is forgotten', () => forgotten()],
    [
      [13],
      'a pending order waits too long for somebody',
      () => `UPDATE orders SET look_at = engawa_now() - interval '3 minutes' WHERE id = '${orders.pending}'`,
    ],
    [[13], 'a refund never reaches Stripe', () => refund(orders.paid, 1, "- interval '1 hour'")],
    [
      [8],
      'a refund is not at Stripe',
      () => `UPDATE refunds SET stripe_refund_id = 're_x' WHERE order_id = '${orders.refunded}' AND amount = 1000`,
    ],
    [
      [8],
      'Stripe gave back another amount',
      () =>
        `UPDATE refunds SET amount = amount + CASE amount WHEN 1000 THEN 1 ELSE -1 END WHERE order_id = '${orders.refunded}'`,
    ],
    [
      [8, 10],
      'Stripe gave back what nobody here knows of',
      () =>
        `UPDATE orders SET refunded_amount = 4060 WHERE id = '${orders.refunded}';
         DELETE FROM refunds WHERE order_id = '${orders.refunded}' AND amount = 1000`,
    ],
    [
      [8, 10],
      'a lost dispute is forgotten',
      () =>
        `UPDATE orders o SET refunded_amount = 0 FROM refunds r WHERE r.order_id = o.id AND r.kind = 'dispute';
         DELETE FROM refunds WHERE kind = 'dispute'`,
    ],
    [
      [8],
      'a line says that more came back than did',
      () => `UPDATE order_lines SET restocked = 1 WHERE order_id = '${orders.paid}';
         INSERT INTO order_events (order_id, kind, reason) VALUES ('${orders.paid}', 'restock', 'test')`,
    ],
    [
      [10],
      'an order is refunded before its refund has succeeded',
      () =>
        `UPDATE refunds SET state = 'pending', succeeded_at = NULL WHERE order_id = '${orders.refunded}' AND amount = 1000`,
    ],
    [
      [13],
      'a refund is not in the history',
      () => `DELETE FROM order_events WHERE order_id = '${orders.refunded}' AND kind = 'refund'`,
    ],
    [
      [14],
      'a sale is not in the log',
      () =>
        `DELETE FROM interactions WHERE name = 'Order Completed'; UPDATE clock_offsets SET ahead = ahead + interval '3 minutes';
         UPDATE orders SET look_at = engawa_now() WHERE state = 'pending'`,
    ],
    [
      [14],
      'the log says more than was sold',
      () => `UPDATE interactions SET quantity = 2 WHERE name = 'Order Completed'`,
    ],
    [
      [14],
      'the log has a sale that was none',
      () =>
        `UPDATE interactions SET message_key = gen_random_uuid() WHERE id = (SELECT min(id) FROM interactions WHERE name = 'Order Completed')`,
    ],
  ])('%j say so when %s', async (numbers, _, statements) => {
    expect(await brokenBy(statements())).toEqual(numbers);
  });

  it('6 says so when a payment names an order that nobody has', async () => {
    const intent = await shop.stripe.paymentIntents.create({
      amount: 1000,
      currency: 'jpy',
      confirm: true,
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
      metadata: { order_id: '0190d2c6-0000-7000-8000-000000000000' },
    });
    await shop.delivered();
    expect(await brokenBy('')).toEqual([6]);
    await shop.stripe.paymentIntents.update(intent.id, { metadata: { order_id: '' } });
    expect(await brokenBy('')).toEqual([]);
  });

  it('5 says so when one order is paid by two payments, until one is given back', async () => {
    const second = await shop.stripe.paymentIntents.create({
      amount: 5060,
      currency: 'jpy',
      confirm: true,
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
      metadata: { order_id: orders.paid },
    });
    await eventually(async () => (await shop.books(orders.paid)).refunds.length === 1);
    expect(await brokenBy('')).toEqual([]);
    const ofSecond = `WHERE kind = 'late' AND payment_intent_id = '${second.id}'`;
    // Given back by the word of a member, once and not twice.
    const outside = `UPDATE refunds SET outside = true, stripe_refund_id = NULL ${ofSecond};`;
    expect(await brokenBy(outside)).toEqual([]);
    const twice = `INSERT INTO refunds (id, order_id, kind, key, payment_intent_id, amount, reason, state, settled_at, outside)
      SELECT gen_random_uuid(), order_id, 'late', 'again:x', payment_intent_id, 1, 'x', 'succeeded', engawa_now(), true FROM refunds ${ofSecond};`;
    expect(await brokenBy(twice)).toEqual([8]);
    expect(await brokenBy(`DELETE FROM refunds WHERE kind = 'late' AND payment_intent_id = '${second.id}'`)).toEqual([
      5, 6, 8,
    ]);
  });

  it('are unknown, and not well, while Stripe is away', async () => {
    const { verify } = await import('../../apps/api/src/verify.ts');
    const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
    const lines: string[] = [];
    const run = () => verify(shop.api.database, shop.api.app.get(StripeClients), true, (line) => void lines.push(line));
    expect(await run()).toBe(true);
    await shop.knobs({ fail_next: { status: 503, times: 100 } });
    expect(await run()).toBe(false);
    await shop.calm();
    expect(lines.filter((line) => line.startsWith('  ?'))).toHaveLength(6);
    expect(lines.at(-1)).toContain('6 could not be checked');
  });
});
