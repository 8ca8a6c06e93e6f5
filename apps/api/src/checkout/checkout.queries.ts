import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Address, Hold as HoldView, OrderState, PublicOrder, TaxLine } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import type { Sale, SalesFigures } from '#contracts/room';
import { config } from '#platform/config';
import { deriveKey } from '#platform/grants';
import { imageUrl, type Hold } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import type { CancelReason } from './order.entity.ts';

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
  discount_amount: string;
  prices_include_tax: boolean;
  refunded_amount: string;
  payment_method: PublicOrder['paymentMethod'];
  pay_by: Date | null;
  shipped_at: Date | null;
  carrier: string | null;
  tracking_number: string | null;
  taxes: TaxLine[] | null;
  coupons: PublicOrder['coupons'] | null;
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
            (SELECT decline_code FROM payment_attempts a WHERE a.order_id = o.id ORDER BY number DESC LIMIT 1) AS decline_code,
            (SELECT json_agg(json_build_object('rateBp', rate_bp, 'taxableAmount', taxable_amount, 'taxAmount', tax_amount) ORDER BY rate_bp DESC)
             FROM order_taxes t WHERE t.order_id = o.id) AS taxes,
            (SELECT json_agg(json_build_object('code', code, 'amount', amount)) FROM coupon_uses c WHERE c.order_id = o.id) AS coupons
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
    list_amount: string;
    unit_amount: string;
    tax_rate_bp: number;
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
        listAmount: Number(line.list_amount),
        unitAmount: Number(line.unit_amount),
        taxRateBp: line.tax_rate_bp,
        quantity: line.quantity,
      })),
      totals: {
        currency: row.currency,
        itemsAmount: Number(row.items_amount),
        discountAmount: Number(row.discount_amount),
        shippingAmount: Number(row.shipping_amount),
        taxAmount: Number(row.tax_amount),
        taxIncluded: row.prices_include_tax,
        taxes: row.taxes ?? [],
        totalAmount: Number(row.total_amount),
        freeShippingFromAmount: null,
      },
      coupons: row.coupons ?? [],
      refundedAmount: Number(row.refunded_amount),
      paymentMethod: row.payment_method,
      payBy: row.pay_by?.toISOString() ?? null,
      shipping: row.shipped_at && {
        shippedAt: row.shipped_at.toISOString(),
        carrier: row.carrier ?? '',
        trackingNumber: row.tracking_number ?? '',
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
                          WHERE r.order_id = o.id AND r.kind <> 'late' AND r.failure IS NULL)), 0) AS refunded
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
