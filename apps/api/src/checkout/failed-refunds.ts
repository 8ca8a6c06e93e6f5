import { v7 as uuid } from 'uuid';
import { AppError } from '#platform/app-error';
import type { Actor } from '../accounts/index.ts';
import type { Tx } from '../database/index.ts';
import { isFrozen } from './disputes.ts';
import { Refund, type Order } from './order.entity.ts';
import { recordHistory } from './order-state.ts';
import { claimRefund, noteRefund } from './refund-record.ts';

/**
 * SQL of what is still owed of a refund `r` of an order `o`: of one that failed, in whose place nothing came, and which is not in the place of
 * one that stands after all. Of a late payment that is what did not go back by other refunds; of an order, the amount while so much of it can
 * be given back. Null when nothing is.
 */
export const owedOfRefund = `CASE
  WHEN r.failure IS NULL OR EXISTS (SELECT FROM refunds n WHERE n.instead_of = r.id) THEN NULL
  WHEN EXISTS (SELECT FROM refunds n WHERE n.id = r.instead_of AND n.failure IS NULL) THEN NULL
  WHEN r.kind = 'late' AND COALESCE(r.key, '') NOT LIKE 'stripe:%' THEN (
    SELECT nullif(greatest(max(l.amount) FILTER (WHERE l.key IS NULL) - COALESCE(sum(l.amount) FILTER (WHERE l.failure IS NULL), 0), 0), 0)
    FROM refunds l WHERE l.order_id = r.order_id AND l.payment_intent_id = r.payment_intent_id AND l.kind = 'late')
  WHEN r.kind IN ('staff', 'stripe') AND r.state = 'failed' AND o.state IN ('paid', 'refunded')
    AND r.amount <= o.total_amount - o.refunded_amount THEN r.amount
  END::int`;

/** SQL of whether something is owed of an order `o` for a refund that failed. */
export const hasFailedRefund = `EXISTS (SELECT FROM refunds r WHERE r.order_id = o.id AND r.failure IS NOT NULL AND ${owedOfRefund} IS NOT NULL)`;

/**
 * The first refund of an order's payment for which an amount made at Stripe may have been meant: one that failed, or one that is being tried
 * again and has not been answered.
 */
export async function oldestFailed(tx: Tx, orderId: string, amount: number): Promise<string | null> {
  const { rows } = await tx.sql<{ id: string }>(
    `SELECT r.id FROM refunds r JOIN orders o ON o.id = r.order_id
     WHERE r.order_id = $1 AND r.kind <> 'late' AND NOT EXISTS (SELECT FROM refunds n WHERE n.instead_of = r.id)
       AND CASE WHEN r.state = 'requested' AND r.instead_of IS NOT NULL THEN r.amount ELSE ${owedOfRefund} END <= $2
     ORDER BY r.created_at, r.id LIMIT 1`,
    [orderId, amount],
  );
  return rows[0]?.id ?? null;
}

/**
 * Asks Stripe again for what is owed of a refund of a locked order, as a new refund with a key of its own. It is done once: the refund that
 * failed has one in its place then.
 * @throws not_found, disputed, refund_too_large { left }; order_transition when nothing is owed of it
 */
export async function tryAgain(tx: Tx, order: Order, refundId: string, actor: Actor): Promise<void> {
  const failed = await failedRefund(tx, order, refundId);
  const next = await tx.repository(Refund).findOneBy({ insteadOf: failed.id });
  if (next?.outside) throw nothingOwed(failed);
  if (next) return;
  if (failed.kind !== 'late' && isFrozen(order, 'refund')) throw new AppError('disputed');
  const again = await replace(tx, order, failed, { reason: failed.reason, outside: false, memberId: actor.memberId });
  await recordHistory(tx, order.id, {
    kind: 'refund',
    reason: 'requested_again',
    memberId: actor.memberId,
    details: { refundId: again.id, amount: again.amount },
  });
  await tx.addJob('refund-payment', { refundId: again.id });
}

/**
 * Writes down that what is owed of a refund of a locked order was given back without Stripe.
 * @throws not_found, refund_too_large { left }; order_transition when nothing is owed of it
 */
export async function settleOutside(tx: Tx, order: Order, refundId: string, note: string, actor: Actor): Promise<void> {
  const failed = await failedRefund(tx, order, refundId);
  const next = await tx.repository(Refund).findOneBy({ insteadOf: failed.id });
  if (next && !next.outside) throw nothingOwed(failed);
  if (next) return;
  const settled = await replace(tx, order, failed, { reason: note, outside: true, memberId: actor.memberId });
  await recordHistory(tx, order.id, {
    kind: 'refund',
    reason: 'outside',
    memberId: actor.memberId,
    details: { refundId: settled.id, amount: settled.amount, reason: note },
  });
  await noteRefund(tx, order, settled.id, { state: 'succeeded', stripeRefundId: null, failure: null });
}

const nothingOwed = ({ state }: Refund) => new AppError('order_transition', { from: state, to: 'requested' });

async function failedRefund(tx: Tx, order: Order, refundId: string): Promise<Refund> {
  const refund = await tx.repository(Refund).findOneBy({ id: refundId, orderId: order.id });
  if (!refund) throw new AppError('not_found');
  return refund;
}

async function replace(
  tx: Tx,
  order: Order,
  failed: Refund,
  how: Pick<Refund, 'reason' | 'outside' | 'memberId'>,
): Promise<{ id: string; amount: number }> {
  const isLate = failed.kind === 'late';
  const amount = await owed(tx, failed.id);
  const left = order.totalAmount - order.refundedAmount;
  if (amount === null && failed.state === 'failed' && !isLate && failed.amount > left) {
    throw new AppError('refund_too_large', { left });
  }
  if (amount === null) throw nothingOwed(failed);
  if (!isLate) await claimRefund(tx, order, amount);
  const id = uuid();
  await tx.repository(Refund).insert({
    id,
    orderId: order.id,
    kind: isLate ? 'late' : 'staff',
    key: `again:${failed.id}`,
    paymentIntentId: failed.paymentIntentId,
    amount,
    insteadOf: failed.id,
    ...how,
  });
  return { id, amount };
}

async function owed(tx: Tx, refundId: string): Promise<number | null> {
  const { rows } = await tx.sql<{ amount: number | null }>(
    `SELECT ${owedOfRefund} AS amount FROM refunds r JOIN orders o ON o.id = r.order_id WHERE r.id = $1`,
    [refundId],
  );
  return rows[0]!.amount;
}
