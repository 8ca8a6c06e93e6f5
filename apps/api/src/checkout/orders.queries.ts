import type {
  OrderFilter,
  OrderHistoryEntry,
  OrderRefund,
  OrderSummary,
  StaffOrder,
  StaffOrderLine,
} from '#contracts/orders';
import { imageUrl } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import { publicOrder } from './checkout.queries.ts';
import { creditNoteOf, type NotedRefund } from './credit-note.ts';
import { hasFailedRefund, owedOfRefund } from './failed-refunds.ts';

const summaryColumns = `
  o.id, o.number, o.state, o.cancel_reason AS "cancelReason", o.name, o.email, o.show_id AS "showId", s.title AS "showTitle",
  l.first_product AS "firstProduct", l.lines AS "lineCount", l.quantity, o.currency, o.total_amount::int AS "totalAmount",
  o.refunded_amount::int AS "refundedAmount", o.payment_method AS "paymentMethod", o.pay_by AS "payBy", o.shipped_at AS "shippedAt",
  o.disputed_at AS "disputedAt", o.dispute_state AS "disputeState", ${hasFailedRefund} AS "refundFailed", o.placed_at AS "placedAt", o.paid_at AS "paidAt"`;

const summaryTables = `
  orders o JOIN shows s ON s.id = o.show_id JOIN brands b ON b.id = o.brand_id
  JOIN LATERAL (SELECT count(*)::int AS lines, sum(quantity)::int AS quantity, min(product_name) FILTER (WHERE position = 1) AS first_product
                FROM order_lines WHERE order_id = o.id) l ON true`;

/** A page of a brand's orders, newest first. Ids are in the order in which orders were made. */
export async function listOrders(
  queryable: Queryable,
  brandId: string,
  filter: OrderFilter & { after?: string | undefined; limit: number },
): Promise<OrderSummary[]> {
  const { conditions, parameters } = filterSql(brandId, filter);
  if (filter.after) conditions.push(`o.id < ${parameters.add(filter.after)}`);
  const { rows } = await queryable.sql<Record<string, unknown>>(
    `SELECT ${summaryColumns} FROM ${summaryTables} WHERE ${conditions.join(' AND ')}
     ORDER BY o.id DESC LIMIT ${parameters.add(filter.limit)}`,
    parameters.values,
  );
  return rows.map(toSummary);
}

/** Those of a brand's orders that a filter lets through, as conditions over `orders o` and `brands b`. */
export function filterSql(brandId: string, filter: OrderFilter) {
  const parameters = new Parameters();
  const conditions = [`o.brand_id = ${parameters.add(brandId)}`];
  if (filter.q) {
    const like = parameters.add(`%${filter.q.normalize('NFKC').replace(/[\\%_]/g, '\\$&')}%`);
    const close = parameters.add(
      `%${filter.q
        .normalize('NFKC')
        .replace(/\s+/g, '')
        .replace(/[\\%_]/g, '\\$&')}%`,
    );
    conditions.push(
      `(o.number ILIKE ${like} OR o.email ILIKE ${like} OR regexp_replace(normalize(o.name, NFKC), '\\s', '', 'g') ILIKE ${close}
        OR EXISTS (SELECT FROM order_lines q WHERE q.order_id = o.id AND (normalize(q.product_name, NFKC) ILIKE ${like} OR q.sku ILIKE ${like})))`,
    );
  }
  if (filter.state) conditions.push(`o.state = ${parameters.add(filter.state)}`);
  if (filter.shipped === 'yes') conditions.push(`o.shipped_at IS NOT NULL`);
  if (filter.shipped === 'no') conditions.push(`o.shipped_at IS NULL AND o.state = 'paid'`);
  if (filter.disputed) conditions.push(`o.disputed_at IS ${filter.disputed === 'yes' ? 'NOT NULL' : 'NULL'}`);
  if (filter.refundFailed) conditions.push(`${filter.refundFailed === 'yes' ? '' : 'NOT '}${hasFailedRefund}`);
  if (filter.paymentMethod) conditions.push(`o.payment_method = ${parameters.add(filter.paymentMethod)}`);
  if (filter.showId) conditions.push(`o.show_id = ${parameters.add(filter.showId)}`);
  if (filter.from)
    conditions.push(`o.placed_at >= ${parameters.add(filter.from)}::date::timestamp AT TIME ZONE b.time_zone`);
  if (filter.to)
    conditions.push(`o.placed_at < (${parameters.add(filter.to)}::date + 1)::timestamp AT TIME ZONE b.time_zone`);
  return { conditions, parameters };
}

class Parameters {
  readonly values: unknown[] = [];

  /** @returns its place in the statement */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** All of one order but its mails; null for one that the brand does not have. */
export async function staffOrder(
  queryable: Queryable,
  brandId: string,
  orderId: string,
): Promise<Omit<StaffOrder, 'mails'> | null> {
  const { rows } = await queryable.sql<
    Record<string, unknown> & Pick<StaffOrder, 'phone' | 'address' | 'locale' | 'seller'>
  >(
    `SELECT ${summaryColumns}, o.phone, o.address, o.locale, o.seller, o.registration_number AS "registrationNumber",
            o.brand_name AS "brandName", o.payment_intent_id AS "paymentIntentId"
     FROM ${summaryTables} WHERE o.id = $2 AND o.brand_id = $1`,
    [brandId, orderId],
  );
  const row = rows[0];
  const known = await publicOrder(queryable, orderId);
  if (!row || !known) return null;
  const { totals, coupons, shipping, statusUrl } = known.order;
  return {
    ...toSummary(row),
    phone: row.phone,
    address: row.address,
    locale: row.locale,
    seller: row.seller,
    registrationNumber: row.registrationNumber as string | null,
    brandName: row.brandName as string,
    paymentIntentId: row.paymentIntentId as string | null,
    ...{ totals, coupons, shipping, statusUrl },
    lines: await linesOf(queryable, orderId),
    refunds: await refundsOf(queryable, orderId, { number: row.number as string, totals }),
    history: await historyOf(queryable, orderId),
  };
}

async function linesOf(queryable: Queryable, orderId: string): Promise<StaffOrderLine[]> {
  const { rows } = await queryable.sql<Omit<StaffOrderLine, 'imageUrl'> & { imageId: string | null }>(
    `SELECT position, product_id AS "productId", variant_id AS "variantId", product_name AS "productName", variant_name AS "variantName",
            sku, image_id AS "imageId", list_amount::int AS "listAmount", unit_amount::int AS "unitAmount", tax_rate_bp AS "taxRateBp",
            quantity, restocked
     FROM order_lines WHERE order_id = $1 ORDER BY position`,
    [orderId],
  );
  return rows.map(({ imageId, ...line }) => ({ ...line, imageUrl: imageUrl(imageId) }));
}

interface RefundRow extends Omit<OrderRefund, 'createdAt' | 'creditNote'>, NotedRefund {
  createdAt: Date;
}

async function refundsOf(
  queryable: Queryable,
  orderId: string,
  sale: Pick<StaffOrder, 'number' | 'totals'>,
): Promise<OrderRefund[]> {
  const { rows } = await queryable.sql<RefundRow>(
    `SELECT r.id, r.kind, r.amount::int AS amount, r.reason, r.state, r.failure, r.failure_code AS "failureCode",
            ${owedOfRefund} AS "owedAmount", r.instead_of AS "insteadOf", r.outside, m.name AS by, r.created_at AS "createdAt",
            row_number() OVER (ORDER BY r.id)::int AS place, COALESCE(r.succeeded_at, r.settled_at) AS "givenBackAt",
            b.tax_rounding AS "taxRounding", o.paid_at IS NOT NULL AS "isSale",
            COALESCE((SELECT e.details -> 'lines' FROM order_events e LEFT JOIN refunds f ON f.id = r.instead_of
                      WHERE e.order_id = r.order_id AND e.kind = 'restock' AND e.details ->> 'key' IN (r.key, f.key) LIMIT 1), '[]') AS goods
     FROM refunds r JOIN orders o ON o.id = r.order_id JOIN brands b ON b.id = o.brand_id LEFT JOIN members m ON m.id = r.member_id
     WHERE r.order_id = $1 ORDER BY r.created_at, r.id`,
    [orderId],
  );
  return rows.map(({ place, givenBackAt, taxRounding, isSale, goods, ...row }) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    creditNote: creditNoteOf({ ...row, place, givenBackAt, taxRounding, isSale, goods }, sale),
  }));
}

async function historyOf(queryable: Queryable, orderId: string): Promise<OrderHistoryEntry[]> {
  const { rows } = await queryable.sql<Omit<OrderHistoryEntry, 'at'> & { at: Date }>(
    `SELECT e.id, e.kind, e.from_state AS "fromState", e.to_state AS "toState", e.reason, m.name AS by, e.details, e.created_at AS at
     FROM order_events e LEFT JOIN members m ON m.id = e.member_id WHERE e.order_id = $1 ORDER BY e.id`,
    [orderId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

function toSummary(row: Record<string, unknown>): OrderSummary {
  const { payBy, shippedAt, disputedAt, placedAt, paidAt } = row as Record<string, Date | null>;
  const time = (at: Date | null | undefined) => at?.toISOString() ?? null;
  const summary = row as unknown as OrderSummary;
  return {
    id: summary.id,
    number: summary.number,
    state: summary.state,
    cancelReason: summary.cancelReason,
    name: summary.name,
    email: summary.email,
    showId: summary.showId,
    showTitle: summary.showTitle,
    firstProduct: summary.firstProduct,
    lineCount: summary.lineCount,
    quantity: summary.quantity,
    currency: summary.currency,
    totalAmount: summary.totalAmount,
    refundedAmount: summary.refundedAmount,
    paymentMethod: summary.paymentMethod,
    disputeState: summary.disputeState,
    refundFailed: summary.refundFailed,
    payBy: time(payBy),
    shippedAt: time(shippedAt),
    disputedAt: time(disputedAt),
    placedAt: placedAt!.toISOString(),
    paidAt: time(paidAt),
  };
}
