import { selling } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import { queuedRow, queueing, type NewMail } from '../mail/index.ts';
import type { PlacedOrder } from './placed-order.ts';

const due = '(SELECT id FROM due)';
const statement = `
  WITH due AS MATERIALIZED (
    SELECT o.id, o.viewer_id FROM orders o
    WHERE o.id = $1 AND o.state = 'pending' AND COALESCE(o.payment_intent_id, $2) = $2 AND o.total_amount = $3 AND o.currency = $4
      AND (SELECT count(*) FROM order_lines l WHERE l.order_id = $1)
        = (SELECT count(*) FROM holds h WHERE h.order_id = $1 AND h.state = 'attached')
    FOR UPDATE OF o
  ), ${selling(due)}, paid AS (
    UPDATE orders SET state = 'paid', paid_at = engawa_now(), payment_intent_id = $2 WHERE id = ${due} RETURNING paid_at
  ), event AS (
    INSERT INTO order_events (order_id, from_state, to_state, reason) SELECT id, 'pending', 'paid', 'payment_succeeded' FROM due
  ), emptied AS (
    DELETE FROM cart_lines WHERE viewer_id = (SELECT viewer_id FROM due) AND variant_id IN (SELECT variant_id FROM sold)
  ), ${queueing('$5', 'EXISTS (SELECT FROM due)')}
  SELECT paid_at AS "paidAt", ARRAY(SELECT variant_id::text FROM gone) AS "variantIds" FROM paid`;

/**
 * Makes a pending order paid: what was held for it is sold, the cart has it no more, and its buyer is told, all in one statement.
 * @param payment of the order's own account, and succeeded
 * @returns null, having changed nothing, when the order is not pending, its payment is another one or of another amount, or its holds are gone
 */
export async function sellOrder(
  queryable: Queryable,
  order: PlacedOrder,
  payment: { id: string; amountReceived: number; currency: string },
  mail: NewMail,
): Promise<{ paidAt: Date; variantIds: string[] } | null> {
  const { rows } = await queryable.sql<{ paidAt: Date; variantIds: string[] }>(statement, [
    order.id,
    payment.id,
    payment.amountReceived,
    payment.currency.toUpperCase(),
    queuedRow(mail),
  ]);
  return rows[0] ?? null;
}
