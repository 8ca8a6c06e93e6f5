import { randomInt } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Address, Contact, PaymentMethod } from '#contracts/checkout';
import type { SellingTerms } from '../accounts/index.ts';
import { attaching } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import type { PlacedOrder } from './placed-order.ts';
import { priceColumns, priceJoins, type PriceRow, type Purchase } from './purchase.ts';

/** First look at an order that nobody settled. */
const LOOK_AFTER_SECONDS = 20;

/** What a press of Pay says. */
export interface PurchaseInput {
  key: string;
  holdIds: string[];
  couponCodes: string[];
  locale: 'ja' | 'en';
  paymentMethod: PaymentMethod;
  confirmationTokenId: string;
  contact: Contact;
  address: Address;
  expectedTotalAmount: number;
}

/** What it wants to become an order, under which key. */
export interface Press {
  viewerId: string;
  key: string;
  holdIds: string[];
}

export const nameOfPress = ({ viewerId, key, holdIds }: Press) => [viewerId, key, ...holdIds].join();

export type HeldGoods = PriceRow & { holdId: string; revision: number; showSlug: string };

/** What a press finds. */
export interface Pressed {
  /** The order that its key or one of its holds has already. */
  known: string | null;
  /** Whether everything is still held for it. */
  isHeld: boolean;
  /** In its order; null when something is not sold any more. */
  goods: HeldGoods[] | null;
}

type GoodsRow = Omit<HeldGoods, 'taxRateBp'> & {
  press: number;
  taxRateBp: number | null;
  isHeld: boolean | null;
  known: string | null;
};

/** The terms of a brand are much to read, and the same for all presses of a moment: they come once. */
const goodsStatement = `
  SELECT w.press, ${priceColumns('row_number() OVER (PARTITION BY s.brand_id ORDER BY w.press, w.place) = 1')},
         w.hold_id AS "holdId", w.revision, s.slug AS "showSlug", w.state = 'active' AND w.expires_at > engawa_now() AS "isHeld", known.id AS known
  FROM (SELECT g.press, g.place, g.viewer_id, g.key, h.id AS hold_id, h.show_id, h.offer_id, h.variant_id, h.quantity, h.allotment_id, h.revision,
               h.state, h.expires_at
        FROM unnest($1::int[], $2::int[], $3::uuid[], $4::text[], $5::uuid[]) AS g (press, place, viewer_id, key, hold_id)
        LEFT JOIN holds h ON h.id = g.hold_id AND h.viewer_id = g.viewer_id) w
  LEFT JOIN LATERAL (
    SELECT o.id FROM orders o WHERE o.viewer_id = w.viewer_id AND (o.key = w.key OR (o.state <> 'canceled'
      AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.hold_id = w.hold_id)))
    ORDER BY (o.key = w.key) DESC LIMIT 1) known ON true
  ${priceJoins('LEFT JOIN')}
  ORDER BY w.press, w.place`;

/**
 * What is held and what it costs, for many presses at once.
 * @returns by `nameOfPress`
 */
export async function readGoods(queryable: Queryable, presses: Press[]): Promise<Map<string, Pressed>> {
  const wanted = presses.flatMap(({ viewerId, key, holdIds }, press) =>
    holdIds.map((holdId, place) => ({ press, place, viewerId, key, holdId })),
  );
  const { rows } = await queryable.sql<GoodsRow>(goodsStatement, [
    wanted.map(({ press }) => press),
    wanted.map(({ place }) => place),
    wanted.map(({ viewerId }) => viewerId),
    wanted.map(({ key }) => key),
    wanted.map(({ holdId }) => holdId),
  ]);
  const terms = new Map<string, SellingTerms>();
  for (const row of rows) if (row.terms) terms.set(row.brandId, row.terms);
  const byPress = Map.groupBy(rows, ({ press }) => press);
  return new Map(
    presses.map((press, index) => {
      const found = byPress.get(index)!;
      const goods = found.map(({ press: _, known: __, isHeld: ___, ...row }) => ({
        ...row,
        terms: terms.get(row.brandId) ?? null,
      }));
      return [
        nameOfPress(press),
        {
          known: found.find(({ known }) => known)?.known ?? null,
          isHeld: found.every(({ isHeld }) => isHeld),
          goods: goods.every(isSold) ? goods : null,
        },
      ];
    }),
  );
}

const isSold = (row: Omit<HeldGoods, 'taxRateBp'> & { taxRateBp: number | null }): row is HeldGoods =>
  row.taxRateBp !== null;

/** An order that is to be written, with what it needs of its holds. */
export interface NewOrder extends Omit<PlacedOrder, 'placedAt' | 'stripeAccountId'> {
  holds: { id: string; revision: number }[];
  snapshot: { order: object; lines: object[]; taxes: object[] };
  confirmationTokenId: string;
}

/** The snapshot: whatever the brand changes later, the order stays what was agreed. */
export function newOrder(
  viewerId: string,
  input: PurchaseInput,
  { terms, lines, totals, discounts }: Purchase,
  goods: HeldGoods[],
): NewOrder {
  const { showId, showSlug } = goods[0]!;
  const order = {
    id: uuid(),
    brandId: terms.brandId,
    showId,
    viewerId,
    key: input.key,
    number: newOrderNumber(),
    currency: totals.currency,
    itemsAmount: totals.itemsAmount,
    discountAmount: totals.discountAmount,
    shippingAmount: totals.shippingAmount,
    taxAmount: totals.taxAmount,
    pricesIncludeTax: totals.taxIncluded,
    totalAmount: totals.totalAmount,
    brandName: terms.brandName,
    email: input.contact.email,
    name: input.contact.name,
    phone: input.contact.phone,
    address: input.address,
    locale: input.locale,
    paymentMethod: input.paymentMethod,
    registrationNumber: terms.registrationNumber,
  };
  const orderId = order.id;
  return {
    ...order,
    showSlug,
    timeZone: terms.timeZone,
    lines,
    taxes: totals.taxes,
    coupons: discounts.map(({ code, amount }) => ({ code, amount })),
    holds: goods.map(({ holdId, revision }) => ({ id: holdId, revision })),
    snapshot: {
      order: row({ ...order, state: 'pending', seller: terms.seller }),
      lines: lines.map((line, index) => row({ ...line, orderId, position: index + 1, holdId: goods[index]!.holdId })),
      taxes: totals.taxes.map((tax) => row({ ...tax, orderId })),
    },
    confirmationTokenId: input.confirmationTokenId,
  };
}

const orderColumns = [
  'id',
  'brand_id',
  'show_id',
  'viewer_id',
  'key',
  'number',
  'state',
  'currency',
  'items_amount',
  'discount_amount',
  'shipping_amount',
  'tax_amount',
  'prices_include_tax',
  'total_amount',
  'brand_name',
  'email',
  'name',
  'phone',
  'address',
  'locale',
  'payment_method',
  'seller',
  'registration_number',
] as const;
const lineColumns = `order_id, position, product_id, variant_id, product_name, variant_name, sku, image_id, hold_id, list_amount, unit_amount,
  deal_id, quantity, tax_rate_bp`;

const insertStatement = `
  WITH ${attaching('unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[])')}, placed AS (
    INSERT INTO orders (${orderColumns.join(', ')}, placed_at, look_at, stripe_account_id)
    SELECT ${orderColumns.map((column) => `o.${column}`).join(', ')}, engawa_now(), engawa_now() + make_interval(secs => ${LOOK_AFTER_SECONDS}),
      (SELECT id FROM stripe_accounts a WHERE a.brand_id = o.brand_id AND retired_at IS NULL FOR KEY SHARE)
    FROM json_populate_recordset(NULL::orders, $5) o JOIN agreed USING (id)
    RETURNING id, placed_at, stripe_account_id
  ), lines AS (
    INSERT INTO order_lines (${lineColumns})
    SELECT ${lineColumns} FROM json_populate_recordset(NULL::order_lines, $6) WHERE order_id IN (SELECT id FROM agreed)
  ), taxes AS (
    INSERT INTO order_taxes (order_id, rate_bp, taxable_amount, tax_amount)
    SELECT order_id, rate_bp, taxable_amount, tax_amount FROM json_populate_recordset(NULL::order_taxes, $7)
    WHERE order_id IN (SELECT id FROM agreed)
  ), event AS (
    INSERT INTO order_events (order_id, to_state, reason) SELECT id, 'pending', 'placed' FROM agreed
  ), attempt AS (
    INSERT INTO payment_attempts (order_id, number, confirmation_token_id)
    SELECT id, 1, token FROM unnest($8::uuid[], $9::text[]) AS t (id, token) JOIN agreed USING (id)
  )
  SELECT id, placed_at AS "placedAt", stripe_account_id AS "stripeAccountId" FROM placed`;

/**
 * Writes orders and gives them their holds. Of several of one viewer, who may mean the same holds, only the first.
 * @returns by id. One has written nothing, and is not there, when its holds are not as they were priced
 * @throws a violation of orders_key_once for a key that is another order's
 */
export async function insertOrders(queryable: Queryable, asked: NewOrder[]): Promise<Map<string, PlacedOrder>> {
  const orders = [...new Map(asked.toReversed().map((order) => [order.viewerId, order])).values()];
  const wishes = orders.flatMap(({ id, viewerId, holds }) =>
    holds.map((hold) => ({ ...hold, id, viewerId, holdId: hold.id })),
  );
  const { rows } = await queryable.sql<{ id: string; placedAt: Date; stripeAccountId: string | null }>(
    insertStatement,
    [
      wishes.map(({ id }) => id),
      wishes.map(({ viewerId }) => viewerId),
      wishes.map(({ holdId }) => holdId),
      wishes.map(({ revision }) => revision),
      JSON.stringify(orders.map(({ snapshot }) => snapshot.order)),
      JSON.stringify(orders.flatMap(({ snapshot }) => snapshot.lines)),
      JSON.stringify(orders.flatMap(({ snapshot }) => snapshot.taxes)),
      orders.map(({ id }) => id),
      orders.map(({ confirmationTokenId }) => confirmationTokenId),
    ],
  );
  const placed = new Map(rows.map(({ id, ...row }) => [id, row]));
  return new Map(
    orders.flatMap((order) => {
      const row = placed.get(order.id);
      return row ? [[order.id, { ...order, ...row }]] : [];
    }),
  );
}

/** By the names of the columns. */
function row(values: object): object {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

/** Read out on the telephone: no letters that look or sound like others. */
function newOrderNumber(): string {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  return `E-${Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}
