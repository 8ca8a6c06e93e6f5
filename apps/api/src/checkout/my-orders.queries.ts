import type { Currency } from '#contracts/money';
import type { MyOrder } from '#contracts/viewer-account';
import { config } from '#platform/config';
import { imageUrl } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import { orderAccessKey } from './order-access.ts';

const PAGE = 20;

interface Row {
  id: string;
  number: string;
  state: MyOrder['state'];
  currency: Currency;
  total_amount: string;
  refunded_amount: string;
  product_name: string;
  image_id: string | null;
  lines: number;
  quantity: number;
  shipped_at: Date | null;
  placed_at: Date;
}

/** Newest first. An attempt that ran out or was never paid was no order in anybody's eyes. */
export async function ordersOfViewers(
  queryable: Queryable,
  brandId: string,
  viewerIds: string[],
  after: string | null,
): Promise<{ orders: MyOrder[]; next: string | null }> {
  const { rows } = await queryable.sql<Row>(
    `SELECT o.id, o.number, o.state, o.currency, o.total_amount, o.refunded_amount, o.shipped_at, o.placed_at, l.*
     FROM orders o CROSS JOIN LATERAL (
       SELECT (array_agg(product_name ORDER BY position))[1] AS product_name, (array_agg(image_id ORDER BY position))[1] AS image_id,
              count(*)::int AS lines, sum(quantity)::int AS quantity
       FROM order_lines WHERE order_id = o.id) l
     WHERE o.brand_id = $1 AND o.viewer_id = ANY($2) AND ($3::uuid IS NULL OR o.id < $3)
       AND (o.cancel_reason IS NULL OR o.cancel_reason NOT IN ('hold_expired', 'payment_canceled'))
     ORDER BY o.id DESC LIMIT $4`,
    [brandId, viewerIds, after, PAGE + 1],
  );
  const orders = rows.slice(0, PAGE).map((row) => ({
    id: row.id,
    number: row.number,
    state: row.state,
    currency: row.currency,
    totalAmount: Number(row.total_amount),
    refundedAmount: Number(row.refunded_amount),
    firstProduct: row.product_name,
    imageUrl: imageUrl(row.image_id),
    lineCount: row.lines,
    quantity: row.quantity,
    shippedAt: row.shipped_at?.toISOString() ?? null,
    placedAt: row.placed_at.toISOString(),
    statusUrl: `${config.publicUrl}/orders/${row.id}?key=${orderAccessKey(row.id)}`,
  }));
  return { orders, next: rows.length > PAGE ? orders.at(-1)!.id : null };
}
