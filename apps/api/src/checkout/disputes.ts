import { v7 as uuid } from 'uuid';
import type { DisputeState } from '#contracts/orders';
import type { Tx } from '../database/index.ts';
import { Refund, type Order } from './order.entity.ts';
import { lockOrder, recordHistory } from './order-state.ts';
import { noteRefund } from './refund-record.ts';
import type { StripeDispute } from './stripe.client.ts';

/** The course of a dispute: an inquiry may become one, and a few that were lost are won after all. */
const course: readonly DisputeState[] = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'prevented',
  'lost',
  'won',
];
const isOver = (state: DisputeState) => ['warning_closed', 'prevented', 'lost', 'won'].includes(state);

/**
 * Whether the dispute of an order forbids something. An inquiry, in which the bank only asks, is best answered by giving the money back;
 * Stripe refuses that while a dispute has taken the money.
 */
export function isFrozen(order: Order, deed: 'refund' | 'ship' | 'cancel'): boolean {
  if (order.disputedAt === null) return false;
  return !(deed === 'refund' && order.disputeState?.startsWith('warning_'));
}

/**
 * Brings an order to what Stripe says of the disputes of its payment. While one is open the order is frozen. One that was lost stays
 * marked, and the money that the bank took counts as given back. An answer of Stripe's that comes late, after a newer one, changes nothing.
 */
export async function noteDisputes(
  tx: Tx,
  orderId: string,
  paymentIntentId: string,
  disputes: StripeDispute[],
): Promise<void> {
  if (disputes.length === 0) return;
  const order = await lockOrder(tx, orderId);
  if (!order) return;
  const { rows } = await tx.sql<{ id: string; state: DisputeState }>(
    `SELECT DISTINCT ON (details ->> 'dispute') details ->> 'dispute' AS id, reason AS state FROM order_events
     WHERE order_id = $1 AND kind = 'dispute' ORDER BY details ->> 'dispute', id DESC`,
    [orderId],
  );
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  for (const dispute of disputes.toSorted((a, b) => a.created - b.created)) {
    const before = states.get(dispute.id);
    const state = dispute.status as DisputeState;
    if (before && course.indexOf(state) <= course.indexOf(before)) continue;
    states.set(dispute.id, state);
    await recordHistory(tx, orderId, {
      kind: 'dispute',
      reason: state,
      details: { dispute: dispute.id, amount: dispute.amount, why: dispute.reason },
    });
    await noteLoss(tx, order, paymentIntentId, dispute);
  }
  const all = [...states.values()];
  const state = all.find((one) => !isOver(one)) ?? all.find((one) => one === 'lost') ?? all.at(-1)!;
  await tx.sql(
    `UPDATE orders SET dispute_state = $2, disputed_at = CASE WHEN $3 THEN COALESCE(disputed_at, engawa_now()) END
     WHERE id = $1 AND dispute_state IS DISTINCT FROM $2`,
    [orderId, state, !isOver(state) || state === 'lost'],
  );
}

/** The money of a lost dispute is a refund that the bank has made; of one that was won after all, it is not. */
async function noteLoss(tx: Tx, order: Order, paymentIntentId: string, dispute: StripeDispute): Promise<void> {
  const known = await tx.repository(Refund).findOneBy({ stripeRefundId: dispute.id });
  if (known && dispute.status === 'won') {
    await noteRefund(tx, order, known.id, {
      state: 'canceled',
      stripeRefundId: dispute.id,
      failure: 'the dispute was won',
    });
  }
  const isSale = (order.state === 'paid' || order.state === 'refunded') && order.paymentIntentId === paymentIntentId;
  if (known || dispute.status !== 'lost' || !isSale) return;
  const amount = Math.min(dispute.amount, order.totalAmount - order.refundedAmount);
  if (amount === 0) return;
  const id = uuid();
  await tx.sql(`UPDATE orders SET refunded_amount = refunded_amount + $2 WHERE id = $1`, [order.id, amount]);
  order.refundedAmount += amount;
  await tx.sql(
    `INSERT INTO refunds (id, order_id, payment_intent_id, amount, kind, reason, stripe_refund_id) VALUES ($1, $2, $3, $4, 'dispute', $5, $6)`,
    [id, order.id, paymentIntentId, amount, dispute.reason, dispute.id],
  );
  await noteRefund(tx, order, id, { state: 'succeeded', stripeRefundId: dispute.id, failure: null });
}
