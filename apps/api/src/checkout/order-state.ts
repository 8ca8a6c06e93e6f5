import { AppError } from '#platform/app-error';
import type { Tx } from '../database/index.ts';
import { Order, type OrderEventKind } from './order.entity.ts';

/** A row lock, so that settling, expiring and paying of one order wait for each other. */
export async function lockOrder(tx: Tx, id: string): Promise<Order | null> {
  return tx.repository(Order).findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
}

/** Brings a locked order into another state, with the event that says why. @throws order_transition when it has left its state */
export async function moveOrder(tx: Tx, order: Order, to: Order['state'], reason: string): Promise<void> {
  const { count } = await tx.sql(
    `UPDATE orders SET state = $3, paid_at = CASE WHEN $3 = 'paid' THEN engawa_now() ELSE paid_at END,
       cancel_reason = CASE WHEN $3 = 'canceled' THEN $4 END
     WHERE id = $1 AND state = $2`,
    [order.id, order.state, to, reason],
  );
  if (count !== 1) throw new AppError('order_transition', { from: order.state, to });
  await recordEvent(tx, order.id, order.state, to, reason);
  order.state = to;
}

async function recordEvent(
  tx: Tx,
  orderId: string,
  from: Order['state'] | null,
  to: Order['state'],
  reason: string,
): Promise<void> {
  await tx.sql(`INSERT INTO order_events (order_id, from_state, to_state, reason) VALUES ($1, $2, $3, $4)`, [
    orderId,
    from,
    to,
    reason,
  ]);
}

/** What happened to an order beside its state. */
export async function recordHistory(
  tx: Tx,
  orderId: string,
  event: { kind: Exclude<OrderEventKind, 'state'>; reason: string; memberId?: string; details?: object },
): Promise<void> {
  await tx.sql(`INSERT INTO order_events (order_id, kind, reason, member_id, details) VALUES ($1, $2, $3, $4, $5)`, [
    orderId,
    event.kind,
    event.reason,
    event.memberId ?? null,
    event.details ? JSON.stringify(event.details) : null,
  ]);
}
