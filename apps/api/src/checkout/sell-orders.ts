import { selling } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import { queuedRows, queueing, type NewMail } from '../mail/index.ts';
import type { PlacedOrder } from './placed-order.ts';

/** A pending order and what may have paid it. */
export interface Sale {
  order: PlacedOrder;
  /** Of the order's own account, and succeeded. */
  payment: { id: string; amountReceived: number; currency: string };
  /** Tells the buyer. */
  mail: NewMail;
}

export interface Sold {
  paidAt: Date;
  variantIds: string[];
}

const statement = `
  WITH locked AS MATERIALIZED ( -- in id order, so that two who settle the same orders wait for each other only one way
    SELECT id, viewer_id, state, payment_intent_id, total_amount, currency FROM orders WHERE id = ANY($1) ORDER BY id FOR UPDATE
  ), due AS MATERIALIZED (
    SELECT o.id, o.viewer_id, p.payment_id, p.mail
    FROM locked o JOIN unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS p (order_id, payment_id, amount, currency, mail)
      ON p.order_id = o.id
    WHERE o.state = 'pending' AND COALESCE(o.payment_intent_id, p.payment_id) = p.payment_id AND o.total_amount = p.amount AND o.currency = p.currency
      AND NOT EXISTS (SELECT FROM order_lines l LEFT JOIN holds h ON h.id = l.hold_id WHERE l.order_id = o.id
                      AND (h.order_id = o.id AND h.state = 'attached') IS NOT TRUE)
  ), ${selling('due')}, paid AS (
    UPDATE orders o SET state = 'paid', paid_at = engawa_now(), payment_intent_id = due.payment_id FROM due WHERE o.id = due.id
    RETURNING o.id, o.paid_at
  ), event AS (
    INSERT INTO order_events (order_id, from_state, to_state, reason) SELECT id, 'pending', 'paid', 'payment_succeeded' FROM due
  ), emptied AS (
    DELETE FROM cart_lines c USING due JOIN sold ON sold.order_id = due.id WHERE c.viewer_id = due.viewer_id AND c.variant_id = sold.variant_id
  ), ${queueing('$6', 'mail.reference IN (SELECT mail FROM due)')}
  SELECT id, paid_at AS "paidAt", ARRAY(SELECT DISTINCT variant_id::text FROM sold WHERE order_id = paid.id) AS "variantIds" FROM paid`;

/**
 * Makes pending orders paid: what was held for them is sold, their carts have it no more, and their buyers are told, all in one statement.
 * @param sales at most one of each order
 * @returns by order. One has changed nothing, and is not there, when its order is not pending, its payment is another one or of another amount, or
 *   its holds are gone
 */
export async function sellOrders(queryable: Queryable, sales: Sale[]): Promise<Map<string, Sold>> {
  const { rows } = await queryable.sql<Sold & { id: string }>(statement, [
    sales.map(({ order }) => order.id),
    sales.map(({ payment }) => payment.id),
    sales.map(({ payment }) => payment.amountReceived),
    sales.map(({ payment }) => payment.currency.toUpperCase()),
    sales.map(({ mail }) => mail.reference),
    queuedRows(sales.map(({ mail }) => mail)),
  ]);
  return new Map(rows.map(({ id, ...sold }) => [id, sold]));
}
