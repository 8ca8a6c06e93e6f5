import type { RefundState } from '#contracts/orders';
import { AppError } from '#platform/app-error';
import type { Tx } from '../database/index.ts';
import type { Order, Refund } from './order.entity.ts';
import { moveOrder, recordHistory } from './order-state.ts';

/** Later ones follow earlier ones and never the other way: an old answer that arrives late changes nothing. */
const rank: Record<RefundState, number> = {
  requested: 0,
  requires_action: 1,
  pending: 2,
  succeeded: 3,
  canceled: 4,
  failed: 4,
};

/** What became of a refund, as Stripe says it or as its refusal says. */
export interface RefundNews {
  state: Exclude<RefundState, 'requested'>;
  stripeRefundId: string | null;
  failure: string | null;
  /** Stripe's code of the failure, where it gave one. */
  failureCode?: string | null;
}

/**
 * Takes an amount out of what can still be given back of a locked order.
 * @throws refund_too_large { left }
 */
export async function claimRefund(tx: Tx, order: Order, amount: number): Promise<void> {
  const { count } = await tx.sql(
    `UPDATE orders SET refunded_amount = refunded_amount + $2 WHERE id = $1 AND refunded_amount + $2 <= total_amount`,
    [order.id, amount],
  );
  if (count !== 1) throw new AppError('refund_too_large', { left: order.totalAmount - order.refundedAmount });
  order.refundedAmount += amount;
}

/**
 * Writes down what became of a refund of a locked order. What failed can be given back again; the order is refunded when refunds that
 * succeeded make its whole, and stays so should one of them fail later. One that counts as refused and yet is in Stripe's books stands:
 * the books decide.
 * @returns whether Stripe has taken it on only now, so that the buyer is to be told
 */
export async function noteRefund(tx: Tx, order: Order, refundId: string, news: RefundNews): Promise<boolean> {
  const { rows } = await tx.sql<Pick<Refund, 'kind' | 'state'> & { amount: string; isRefused: boolean }>(
    `SELECT kind, state, amount, state = 'failed' AND stripe_refund_id IS NULL AS "isRefused" FROM refunds WHERE id = $1 FOR UPDATE`,
    [refundId],
  );
  const before = rows[0]!;
  const failed = news.state === 'failed' || news.state === 'canceled';
  const isRevived = before.isRefused && !failed;
  if (rank[news.state] <= rank[before.state] && !isRevived) return false;
  const amount = Number(before.amount);
  if (isRevived && before.kind !== 'late') await claimRefund(tx, order, amount);
  await tx.sql(
    `UPDATE refunds SET state = $2, stripe_refund_id = COALESCE($3, stripe_refund_id), failure = $4, failure_code = $5,
       settled_at = COALESCE(settled_at, engawa_now()),
       succeeded_at = CASE WHEN $2 = 'succeeded' THEN engawa_now() ELSE succeeded_at END
     WHERE id = $1`,
    [
      refundId,
      news.state,
      news.stripeRefundId,
      failed ? (news.failure ?? news.state) : null,
      failed ? (news.failureCode ?? null) : null,
    ],
  );
  if (failed && before.kind !== 'late') {
    await tx.sql(`UPDATE orders SET refunded_amount = refunded_amount - $2 WHERE id = $1`, [order.id, amount]);
    order.refundedAmount -= amount;
  }
  await recordHistory(tx, order.id, {
    kind: 'refund',
    reason: news.state,
    details: {
      refundId,
      amount,
      ...(news.failure && { failure: news.failure }),
      ...(news.failureCode && { failureCode: news.failureCode }),
    },
  });
  if (news.state === 'succeeded' && order.state === 'paid' && (await isWholeBack(tx, order))) {
    await moveOrder(tx, order, 'refunded', 'refund');
  }
  return (before.state === 'requested' || isRevived) && !failed;
}

async function isWholeBack(tx: Tx, order: Order): Promise<boolean> {
  const { rows } = await tx.sql<{ back: string }>(
    `SELECT COALESCE(sum(amount), 0) AS back FROM refunds WHERE order_id = $1 AND kind <> 'late' AND state = 'succeeded'`,
    [order.id],
  );
  return Number(rows[0]!.back) >= order.totalAmount;
}
