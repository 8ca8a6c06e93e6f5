import type { Address, PaymentMethod, PublicOrder, TaxLine } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import { config } from '#platform/config';
import { imageUrl } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import type { MailedOrder } from '../mail/index.ts';
import { orderAccessKey } from './order-access.ts';

interface PlacedLine {
  variantId: string;
  productName: string;
  variantName: string;
  sku: string;
  imageId: string | null;
  listAmount: number;
  unitAmount: number;
  quantity: number;
  taxRateBp: number;
}

/** An order as it was placed, with all that its payment, its mails and its view say of it. What becomes of it is elsewhere. */
export interface PlacedOrder {
  id: string;
  brandId: string;
  showId: string;
  showSlug: string;
  viewerId: string;
  number: string;
  locale: 'ja' | 'en';
  currency: Currency;
  itemsAmount: number;
  discountAmount: number;
  shippingAmount: number;
  taxAmount: number;
  pricesIncludeTax: boolean;
  totalAmount: number;
  brandName: string;
  timeZone: string;
  email: string;
  name: string;
  address: Address;
  paymentMethod: PaymentMethod;
  placedAt: Date;
  stripeAccountId: string | null;
  lines: PlacedLine[];
  taxes: TaxLine[];
  coupons: PublicOrder['coupons'];
}

type AmountName = 'itemsAmount' | 'discountAmount' | 'shippingAmount' | 'taxAmount' | 'totalAmount';
type Row = Omit<PlacedOrder, AmountName> & Record<AmountName, string>;

/** SQL of a placed order `o` in a show `s` of a brand `b`. */
export const placedColumns = `o.id, o.brand_id AS "brandId", o.show_id AS "showId", s.slug AS "showSlug", o.viewer_id AS "viewerId",
  o.number, o.locale, o.currency, o.items_amount AS "itemsAmount", o.discount_amount AS "discountAmount",
  o.shipping_amount AS "shippingAmount", o.tax_amount AS "taxAmount", o.prices_include_tax AS "pricesIncludeTax",
  o.total_amount AS "totalAmount", o.brand_name AS "brandName", b.time_zone AS "timeZone", o.email, o.name, o.address,
  o.payment_method AS "paymentMethod", o.placed_at AS "placedAt", o.stripe_account_id AS "stripeAccountId",
  COALESCE((SELECT json_agg(json_build_object('variantId', variant_id, 'productName', product_name, 'variantName', variant_name,
     'sku', sku, 'imageId', image_id, 'listAmount', list_amount, 'unitAmount', unit_amount, 'quantity', quantity,
     'taxRateBp', tax_rate_bp) ORDER BY position) FROM order_lines WHERE order_id = o.id), '[]') AS lines,
  COALESCE((SELECT json_agg(json_build_object('rateBp', rate_bp, 'taxableAmount', taxable_amount, 'taxAmount', tax_amount)
     ORDER BY rate_bp DESC) FROM order_taxes WHERE order_id = o.id), '[]') AS taxes,
  COALESCE((SELECT json_agg(json_build_object('code', code, 'amount', amount)) FROM coupon_uses WHERE order_id = o.id), '[]') AS coupons`;
export const placedTables = `orders o JOIN shows s ON s.id = o.show_id JOIN brands b ON b.id = o.brand_id`;

export function placedOf<R extends Row>(row: R): Omit<R, AmountName> & PlacedOrder {
  return {
    ...row,
    itemsAmount: Number(row.itemsAmount),
    discountAmount: Number(row.discountAmount),
    shippingAmount: Number(row.shippingAmount),
    taxAmount: Number(row.taxAmount),
    totalAmount: Number(row.totalAmount),
  };
}

const statement = `SELECT ${placedColumns}, engawa_now() AS now FROM ${placedTables} WHERE o.id = $1`;

/** With the time at which it was read. */
export async function placedOrder(
  queryable: Queryable,
  orderId: string,
): Promise<{ placed: PlacedOrder; now: Date } | null> {
  const { rows } = await queryable.sql<Row & { now: Date }>(statement, [orderId]);
  if (!rows[0]) return null;
  const { now, ...row } = rows[0];
  return { placed: placedOf(row), now };
}

/** What has become of an order, as its buyer sees it. */
export type OrderProgress = Pick<
  PublicOrder,
  'state' | 'failure' | 'cancelReason' | 'refundedAmount' | 'payBy' | 'shipping' | 'paidAt'
>;

/** The buyer's view, without the payment part, which only Stripe knows. */
export function orderView(placed: PlacedOrder, progress: OrderProgress): Omit<PublicOrder, 'payment'> {
  return {
    id: placed.id,
    number: placed.number,
    ...progress,
    lines: placed.lines.map((line) => ({
      productName: line.productName,
      variantName: line.variantName,
      sku: line.sku,
      imageUrl: imageUrl(line.imageId),
      listAmount: line.listAmount,
      unitAmount: line.unitAmount,
      taxRateBp: line.taxRateBp,
      quantity: line.quantity,
    })),
    totals: {
      currency: placed.currency,
      itemsAmount: placed.itemsAmount,
      discountAmount: placed.discountAmount,
      shippingAmount: placed.shippingAmount,
      taxAmount: placed.taxAmount,
      taxIncluded: placed.pricesIncludeTax,
      taxes: placed.taxes,
      totalAmount: placed.totalAmount,
      freeShippingFromAmount: null,
    },
    coupons: placed.coupons,
    paymentMethod: placed.paymentMethod,
    email: placed.email,
    shipTo: { name: placed.name, address: placed.address },
    showSlug: placed.showSlug,
    brandName: placed.brandName,
    placedAt: placed.placedAt.toISOString(),
    statusUrl: statusUrl(placed.id),
  };
}

/** The same as its letters tell it. */
export function mailedOrder(placed: PlacedOrder): MailedOrder {
  return {
    locale: placed.locale,
    sellerName: placed.brandName,
    timeZone: placed.timeZone,
    number: placed.number,
    buyerName: placed.name,
    currency: placed.currency,
    lines: placed.lines,
    itemsAmount: placed.itemsAmount,
    discountAmount: placed.discountAmount,
    shippingAmount: placed.shippingAmount,
    totalAmount: placed.totalAmount,
    pricesIncludeTax: placed.pricesIncludeTax,
    taxes: placed.taxes,
    statusUrl: statusUrl(placed.id),
  };
}

/** The page of an order, with its key. */
export function statusUrl(orderId: string): string {
  return `${config.publicUrl}/orders/${orderId}?key=${orderAccessKey(orderId)}`;
}
