import type { Hold as HoldView, OrderState, PublicOrder } from '#contracts/checkout';
import type { Sale, SalesFigures } from '#contracts/room';
import type { Hold } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import type { CancelReason } from './order.entity.ts';
import { orderView, placedColumns, placedOf, placedTables } from './placed-order.ts';

/** A hold as its viewer sees it. */
export function holdView(
  hold: Pick<Hold, 'id' | 'showId' | 'offerId' | 'variantId' | 'quantity' | 'createdAt' | 'expiresAt' | 'state'>,
  dealId: string | null,
): HoldView {
  return {
    id: hold.id,
    showId: hold.showId,
    offerId: hold.offerId,
    variantId: hold.variantId,
    dealId,
    quantity: hold.quantity,
    createdAt: hold.createdAt.toISOString(),
    expiresAt: hold.expiresAt.toISOString(),
    state: hold.state,
    serverTime: new Date().toISOString(),
  };
}

interface ProgressRow {
  state: OrderState;
  cancelReason: CancelReason | null;
  refundedAmount: string;
  payBy: Date | null;
  shippedAt: Date | null;
  carrier: string | null;
  trackingNumber: string | null;
  paidAt: Date | null;
  declineCode: string | null;
}

/** The buyer's view, without the payment part, which only Stripe knows; and whose order it is. */
export async function publicOrder(
  queryable: Queryable,
  orderId: string,
): Promise<{ viewerId: string; order: Omit<PublicOrder, 'payment'> } | null> {
  const { rows } = await queryable.sql<Parameters<typeof placedOf>[0] & ProgressRow>(
    `SELECT ${placedColumns}, o.state, o.cancel_reason AS "cancelReason", o.refunded_amount AS "refundedAmount", o.pay_by AS "payBy",
            o.shipped_at AS "shippedAt", o.carrier, o.tracking_number AS "trackingNumber", o.paid_at AS "paidAt",
            (SELECT decline_code FROM payment_attempts a WHERE a.order_id = o.id ORDER BY number DESC LIMIT 1) AS "declineCode"
     FROM ${placedTables} WHERE o.id = $1`,
    [orderId],
  );
  const row = rows[0];
  if (!row) return null;
  const order = orderView(placedOf(row), {
    state: row.state,
    failure: row.state === 'pending' && row.declineCode ? { declineCode: row.declineCode } : null,
    cancelReason: row.cancelReason,
    refundedAmount: Number(row.refundedAmount),
    payBy: row.payBy?.toISOString() ?? null,
    shipping: row.shippedAt && {
      shippedAt: row.shippedAt.toISOString(),
      carrier: row.carrier ?? '',
      trackingNumber: row.trackingNumber ?? '',
    },
    paidAt: row.paidAt?.toISOString() ?? null,
  });
  return { viewerId: row.viewerId, order };
}

/** GMV is order value before refunds; net is after. A late payment that went back was never in either. */
export async function salesFigures(queryable: Queryable, showId: string): Promise<SalesFigures> {
  const { rows } = await queryable.sql<{ orders: number; gmv: string; refunded: string }>(
    `SELECT count(*)::int AS orders, COALESCE(sum(total_amount), 0) AS gmv,
            (SELECT COALESCE(sum(r.amount), 0) FROM orders o JOIN refunds r ON r.order_id = o.id
             WHERE o.show_id = $1 AND o.paid_at IS NOT NULL AND o.refunded_amount > 0 AND o.state IN ('paid', 'refunded')
               AND r.kind <> 'late' AND r.failure IS NULL) AS refunded
     FROM orders WHERE show_id = $1 AND paid_at IS NOT NULL AND state IN ('paid', 'refunded')`,
    [showId],
  );
  const row = rows[0]!;
  return { orders: row.orders, gmvAmount: Number(row.gmv), netAmount: Number(row.gmv) - Number(row.refunded) };
}

/** Paid orders, newest first: the latest of a show, or those named. */
export async function sales(
  queryable: Queryable,
  of: { showId: string; limit: number } | { orderIds: string[] },
): Promise<(Sale & { showId: string })[]> {
  const named = 'orderIds' in of;
  const { rows } = await queryable.sql<{
    id: string;
    show_id: string;
    number: string;
    name: string;
    total_amount: string;
    paid_at: Date;
    lines: Sale['lines'];
  }>(
    `SELECT o.id, o.show_id, o.number, o.name, o.total_amount, o.paid_at,
            (SELECT json_agg(json_build_object('name', l.product_name, 'variant', l.variant_name, 'quantity', l.quantity) ORDER BY l.position)
             FROM order_lines l WHERE l.order_id = o.id) AS lines
     FROM orders o WHERE ${named ? 'o.id = ANY($1)' : 'o.show_id = $1'} AND o.state IN ('paid', 'refunded')
     ORDER BY o.paid_at DESC${named ? '' : ' LIMIT $2'}`,
    named ? [of.orderIds] : [of.showId, of.limit],
  );
  return rows.map((row) => ({
    showId: row.show_id,
    orderId: row.id,
    number: row.number,
    name: firstWord(row.name),
    lines: row.lines,
    totalAmount: Number(row.total_amount),
    at: row.paid_at.toISOString(),
  }));
}

function firstWord(name: string): string {
  return name.trim().split(/\s+/)[0]!;
}
