import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Address, OrderState, PublicOrder } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import type { Sale, SalesFigures } from '#contracts/room';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { deriveKey } from '#platform/grants';
import { imageUrl } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import type { CancelReason } from './order.entity.ts';

/** What is for sale under an offer, with the brand's rules: all that a price depends on. */
export interface OfferFacts {
  brandId: string;
  brandName: string;
  showSlug: string;
  showState: string;
  productId: string;
  productName: string;
  variantId: string;
  variantName: string;
  sku: string;
  imageId: string | null;
  unitAmount: number;
  currency: Currency;
  taxRateBp: number;
  shippingAmount: number;
  freeShippingFromAmount: number | null;
}

/** @throws not_found when the variant is not sold under this offer of this show */
export async function factsOf(
  queryable: Queryable,
  { showId, offerId, variantId }: { showId: string; offerId: string; variantId: string },
): Promise<OfferFacts> {
  const { rows } = await queryable.sql<
    Omit<OfferFacts, 'unitAmount' | 'shippingAmount' | 'freeShippingFromAmount'> & {
      unitAmount: string;
      shippingAmount: string;
      freeShippingFromAmount: string | null;
    }
  >(
    `SELECT b.id AS "brandId", b.name AS "brandName", s.slug AS "showSlug", s.state AS "showState", p.id AS "productId",
            p.name AS "productName", v.id AS "variantId", v.name AS "variantName", v.sku, COALESCE(v.image_id, p.image_id) AS "imageId",
            v.price_amount AS "unitAmount", b.currency, b.tax_rate_bp AS "taxRateBp", b.shipping_amount AS "shippingAmount",
            b.free_shipping_from_amount AS "freeShippingFromAmount"
     FROM offers o JOIN shows s ON s.id = o.show_id JOIN brands b ON b.id = s.brand_id
     JOIN products p ON p.id = o.product_id JOIN variants v ON v.product_id = p.id AND v.archived_at IS NULL
     WHERE o.show_id = $1 AND o.id = $2 AND v.id = $3`,
    [showId, offerId, variantId],
  );
  const row = rows[0];
  if (!row) throw new AppError('not_found');
  return {
    ...row,
    unitAmount: Number(row.unitAmount),
    shippingAmount: Number(row.shippingAmount),
    freeShippingFromAmount: row.freeShippingFromAmount === null ? null : Number(row.freeShippingFromAmount),
  };
}

/** The secret part of an order's status link: derived, so that nothing needs to be stored. */
export function orderAccessKey(orderId: string): string {
  return createHmac('sha256', deriveKey('order-link')).update(orderId).digest('base64url').slice(0, 32);
}

export function isOrderAccessKey(orderId: string, key: string): boolean {
  const expected = Buffer.from(orderAccessKey(orderId));
  const given = Buffer.from(key);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

interface OrderRow {
  id: string;
  viewer_id: string;
  number: string;
  state: OrderState;
  cancel_reason: CancelReason | null;
  currency: Currency;
  items_amount: string;
  shipping_amount: string;
  tax_amount: string;
  total_amount: string;
  brand_name: string;
  email: string;
  name: string;
  address: Address;
  placed_at: Date;
  paid_at: Date | null;
  show_slug: string;
  decline_code: string | null;
}

/** The buyer's view, without the payment part, which only Stripe knows; and whose order it is. */
export async function publicOrder(
  queryable: Queryable,
  orderId: string,
): Promise<{ viewerId: string; order: Omit<PublicOrder, 'payment'> } | null> {
  const { rows } = await queryable.sql<OrderRow>(
    `SELECT o.*, s.slug AS show_slug,
            (SELECT decline_code FROM payment_attempts a WHERE a.order_id = o.id ORDER BY number DESC LIMIT 1) AS decline_code
     FROM orders o JOIN shows s ON s.id = o.show_id WHERE o.id = $1`,
    [orderId],
  );
  const row = rows[0];
  if (!row) return null;
  const lines = await queryable.sql<{
    product_name: string;
    variant_name: string;
    sku: string;
    image_id: string | null;
    unit_amount: string;
    quantity: number;
  }>(`SELECT * FROM order_lines WHERE order_id = $1 ORDER BY position`, [orderId]);
  return {
    viewerId: row.viewer_id,
    order: {
      id: row.id,
      number: row.number,
      state: row.state,
      failure: row.state === 'pending' && row.decline_code ? { declineCode: row.decline_code } : null,
      cancelReason: row.cancel_reason,
      lines: lines.rows.map((line) => ({
        productName: line.product_name,
        variantName: line.variant_name,
        sku: line.sku,
        imageUrl: imageUrl(line.image_id),
        unitAmount: Number(line.unit_amount),
        quantity: line.quantity,
      })),
      totals: {
        currency: row.currency,
        itemsAmount: Number(row.items_amount),
        shippingAmount: Number(row.shipping_amount),
        taxAmount: Number(row.tax_amount),
        totalAmount: Number(row.total_amount),
        freeShippingFromAmount: null,
      },
      email: row.email,
      shipTo: { name: row.name, address: row.address },
      showSlug: row.show_slug,
      brandName: row.brand_name,
      placedAt: row.placed_at.toISOString(),
      paidAt: row.paid_at?.toISOString() ?? null,
      statusUrl: `${config.publicUrl}/orders/${row.id}?key=${orderAccessKey(row.id)}`,
    },
  };
}

/** GMV is order value before refunds; net is after. A late payment that went back was never in either. */
export async function salesFigures(queryable: Queryable, showId: string): Promise<SalesFigures> {
  const { rows } = await queryable.sql<{ orders: number; gmv: string; refunded: string }>(
    `SELECT count(*)::int AS orders, COALESCE(sum(total_amount), 0) AS gmv,
            COALESCE(sum((SELECT sum(r.amount) FROM refunds r
                          WHERE r.order_id = o.id AND r.reason NOT LIKE 'late payment %')), 0) AS refunded
     FROM orders o WHERE show_id = $1 AND state IN ('paid', 'refunded')`,
    [showId],
  );
  const row = rows[0]!;
  return { orders: row.orders, gmvAmount: Number(row.gmv), netAmount: Number(row.gmv) - Number(row.refunded) };
}

/** The latest paid orders of a show, newest first; or one of them. */
export async function sales(queryable: Queryable, showId: string, limit: number, orderId?: string): Promise<Sale[]> {
  const { rows } = await queryable.sql<{
    id: string;
    number: string;
    name: string;
    total_amount: string;
    paid_at: Date;
    lines: Sale['lines'];
  }>(
    `SELECT o.id, o.number, o.name, o.total_amount, o.paid_at,
            (SELECT json_agg(json_build_object('name', l.product_name, 'variant', l.variant_name, 'quantity', l.quantity) ORDER BY l.position)
             FROM order_lines l WHERE l.order_id = o.id) AS lines
     FROM orders o WHERE o.show_id = $1 AND o.state IN ('paid', 'refunded') AND ($3::uuid IS NULL OR o.id = $3)
     ORDER BY o.paid_at DESC LIMIT $2`,
    [showId, limit, orderId ?? null],
  );
  return rows.map((row) => ({
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
