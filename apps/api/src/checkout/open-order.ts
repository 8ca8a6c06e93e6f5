import { randomInt } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import {
  KONBINI_MAX_AMOUNT,
  KONBINI_MIN_AMOUNT,
  type Address,
  type Contact,
  type PaymentMethod,
} from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { attaching } from '../catalog/index.ts';
import type { Database, Queryable, Tx } from '../database/index.ts';
import { claimCoupons } from '../deals/index.ts';
import { PaymentAttempt, type Order } from './order.entity.ts';
import { lockOrder } from './order-state.ts';
import type { PlacedOrder } from './placed-order.ts';
import { priceColumns, pricedPurchase, priceJoins, type PriceRow, type Purchase } from './purchase.ts';
import { requireChargeable } from './totals.ts';

/** First look at an order that nobody settled. */
const LOOK_AFTER_SECONDS = 20;

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

/** What a press of Pay came to: an order of its own, or the id of one that was there. */
export type Opened = { placed: PlacedOrder } | { known: string };

/** A press that others are in the way of, each time differently, is at last refused. */
const MOST_TRIES = 3;

/**
 * TX1: the order with its snapshot, its holds attached, its first attempt, and when to look after it. An order that the key or one of the holds
 * has already is found again, with a further attempt when the last was declined.
 *
 * One statement reads what it is about, another writes the order, if nothing of it has changed meanwhile. With coupons there are more, in one
 * transaction.
 * @throws hold_expired, price_changed { totals }, coupon_refused, amount_not_chargeable
 */
export async function openOrder(database: Database, viewerId: string, input: PurchaseInput): Promise<Opened> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
    const { known, goods } = await readGoods(database, viewerId, input);
    if (known) {
      await database.transaction((tx) => reopen(tx, known, input));
      return { known };
    }
    const buyer = { viewerId, email: input.contact.email };
    const purchase = await pricedPurchase(database.planned, goods, input.couponCodes, buyer);
    const { totals } = purchase;
    if (totals.totalAmount !== input.expectedTotalAmount) throw new AppError('price_changed', { totals });
    requireChargeable(totals);
    if (input.paymentMethod === 'konbini') requireKonbini(purchase);
    const write = (queryable: Queryable) => insertOrder(queryable, viewerId, input, purchase, goods);
    const placed =
      purchase.discounts.length === 0
        ? await write(database.planned)
        : await database.transaction(async (tx) => {
            const order = await write(tx);
            if (order) await claimCoupons(tx, order.id, purchase.discounts, buyer);
            return order;
          });
    if (placed) return { placed };
    // The hold was over at this very moment, changed in another tab, or is an order's since: of a press that was faster.
  }
  throw new AppError('hold_expired');
}

/** @throws price_changed */
async function reopen(tx: Tx, orderId: string, input: PurchaseInput): Promise<void> {
  const order = (await lockOrder(tx, orderId))!;
  requireAgreed(order, input);
  await nextAttempt(tx, order, input);
}

/**
 * An order is found by any of its holds, and may have more than this press means: what the button said is what is charged.
 * @throws price_changed
 */
function requireAgreed(order: Order, { expectedTotalAmount }: PurchaseInput): void {
  if (order.state === 'pending' && order.totalAmount !== expectedTotalAmount) throw new AppError('price_changed');
}

/** @throws invalid_request naming paymentMethod: a deal lasts minutes, a voucher days */
function requireKonbini({ lines, totals }: Purchase): void {
  const fits = totals.totalAmount >= KONBINI_MIN_AMOUNT && totals.totalAmount <= KONBINI_MAX_AMOUNT;
  const deal = lines.some((line) => line.dealId !== null);
  if (totals.currency === 'JPY' && fits && !deal) return;
  const message = deal ? 'not for a flash deal' : `in yen, from ${KONBINI_MIN_AMOUNT} to ${KONBINI_MAX_AMOUNT}`;
  throw new AppError('invalid_request', { issues: [{ path: 'paymentMethod', message }] }, `paymentMethod: ${message}`);
}

type HeldGoods = PriceRow & { holdId: string; revision: number; showSlug: string };

/** An order of one line is the rule, and has statements of its own whose plans PostgreSQL keeps: of a list it expects too much. */
type Count = 'one' | 'many';
const listed = <T>(values: T[]): T | T[] => (values.length === 1 ? values[0]! : values);
const countOf = (of: unknown[]): Count => (of.length === 1 ? 'one' : 'many');

const goodsStatement = (count: Count) => `
  SELECT ${priceColumns}, w.hold_id AS "holdId", w.revision, s.slug AS "showSlug",
         w.state = 'active' AND w.expires_at > engawa_now() AS open, known.id AS known
  FROM (SELECT g.place, h.id AS hold_id, h.show_id, h.offer_id, h.variant_id, h.quantity, h.allotment_id, h.revision, h.state, h.expires_at
        FROM ${count === 'one' ? '(SELECT $2::uuid, 1)' : 'unnest($2::uuid[]) WITH ORDINALITY'} AS g (id, place)
        LEFT JOIN holds h ON h.id = g.id AND h.viewer_id = $1) w
  LEFT JOIN LATERAL (
    SELECT o.id FROM orders o WHERE o.viewer_id = $1 AND (o.key = $3 OR (o.state <> 'canceled'
      AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.hold_id ${count === 'one' ? '= $2' : '= ANY($2)'})))
    ORDER BY (o.key = $3) DESC LIMIT 1) known ON w.place = 1
  ${priceJoins('LEFT JOIN')}
  ORDER BY w.place`;
const goodsStatements = { one: goodsStatement('one'), many: goodsStatement('many') };

/**
 * What is held and what it costs; or the order that the key or one of the holds has already.
 * @throws hold_expired; not_found when something is not sold any more
 */
async function readGoods(
  database: Database,
  viewerId: string,
  { key, holdIds }: PurchaseInput,
): Promise<{ known: string | null; goods: HeldGoods[] }> {
  const { rows } = await database.planned.sql<
    HeldGoods & { open: boolean | null; known: string | null; taxRateBp: number | null }
  >(goodsStatements[countOf(holdIds)], [viewerId, listed(holdIds), key]);
  const known = rows[0]?.known ?? null;
  if (known) return { known, goods: [] };
  if (rows.some((row) => !row.open)) throw new AppError('hold_expired');
  if (rows.some((row) => row.taxRateBp === null)) throw new AppError('not_found');
  return { known: null, goods: rows.map(({ open: _, known: __, ...row }) => row) };
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
const lineColumns = `position, product_id, variant_id, product_name, variant_name, sku, image_id, hold_id, list_amount, unit_amount,
  deal_id, quantity, tax_rate_bp`;

const orderStatement = (count: Count) => `
  WITH ${attaching({ holds: '$1', revisions: '$2', one: count === 'one', viewer: '$3', order: '$4' })}, placed AS (
    INSERT INTO orders (${orderColumns.join(', ')}, placed_at, look_at, stripe_account_id)
    SELECT ${orderColumns.join(', ')}, engawa_now(), engawa_now() + make_interval(secs => ${LOOK_AFTER_SECONDS}),
      (SELECT id FROM stripe_accounts a WHERE a.brand_id = o.brand_id AND retired_at IS NULL FOR KEY SHARE)
    FROM json_populate_record(NULL::orders, $5) o WHERE EXISTS (SELECT FROM attached)
    RETURNING id, placed_at, stripe_account_id
  ), lines AS (
    INSERT INTO order_lines (order_id, ${lineColumns})
    SELECT placed.id, ${lineColumns} FROM placed, json_populate_recordset(NULL::order_lines, $6)
  ), taxes AS (
    INSERT INTO order_taxes (order_id, rate_bp, taxable_amount, tax_amount)
    SELECT placed.id, rate_bp, taxable_amount, tax_amount FROM placed, json_populate_recordset(NULL::order_taxes, $7)
  ), event AS (
    INSERT INTO order_events (order_id, to_state, reason) SELECT id, 'pending', 'placed' FROM placed
  ), attempt AS (
    INSERT INTO payment_attempts (order_id, number, confirmation_token_id) SELECT id, 1, $8 FROM placed
  )
  SELECT placed_at, stripe_account_id FROM placed`;
const orderStatements = { one: orderStatement('one'), many: orderStatement('many') };

/**
 * The snapshot: whatever the brand changes later, the order stays what was agreed.
 * @returns null, having written nothing, when the holds are not as they were priced
 */
async function insertOrder(
  queryable: Queryable,
  viewerId: string,
  input: PurchaseInput,
  { terms, lines, totals, discounts }: Purchase,
  goods: HeldGoods[],
): Promise<PlacedOrder | null> {
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
  const { rows } = await queryable.sql<{ placed_at: Date; stripe_account_id: string | null }>(
    orderStatements[countOf(goods)],
    [
      listed(goods.map(({ holdId }) => holdId)),
      listed(goods.map(({ revision }) => revision)),
      viewerId,
      order.id,
      JSON.stringify(row({ ...order, state: 'pending', seller: terms.seller })),
      JSON.stringify(lines.map((line, index) => row({ ...line, position: index + 1, holdId: goods[index]!.holdId }))),
      JSON.stringify(totals.taxes.map(row)),
      input.confirmationTokenId,
    ],
  );
  if (!rows[0]) return null;
  return {
    ...order,
    placedAt: rows[0].placed_at,
    stripeAccountId: rows[0].stripe_account_id,
    showSlug,
    timeZone: terms.timeZone,
    lines,
    taxes: totals.taxes,
    coupons: discounts.map(({ code, amount }) => ({ code, amount })),
  };
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

/** Stripe has failed an attempt for good, without a decline: the same card is tried under another key, at the next press or look. */
export async function renewAttempt(
  tx: Tx,
  orderId: string,
  failed: Pick<PaymentAttempt, 'number' | 'confirmationTokenId'>,
): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order?.state !== 'pending') return;
  if ((await lastAttempt(tx, orderId)).number !== failed.number) return;
  await addAttempt(tx, orderId, failed.number + 1, failed.confirmationTokenId);
}

/** A new token after a decline is a new attempt; the same press repeated is not. */
async function nextAttempt(tx: Tx, order: Order, input: PurchaseInput): Promise<void> {
  if (order.state !== 'pending') return;
  const last = await lastAttempt(tx, order.id);
  if (!last.declineCode || last.confirmationTokenId === input.confirmationTokenId) return;
  await tx.sql(`UPDATE orders SET email = $2, name = $3, phone = $4, address = $5 WHERE id = $1`, [
    order.id,
    input.contact.email,
    input.contact.name,
    input.contact.phone,
    JSON.stringify(input.address),
  ]);
  await addAttempt(tx, order.id, last.number + 1, input.confirmationTokenId);
}

function lastAttempt(tx: Tx, orderId: string): Promise<PaymentAttempt> {
  return tx.repository(PaymentAttempt).findOneOrFail({ where: { orderId }, order: { number: 'DESC' } });
}

async function addAttempt(tx: Tx, orderId: string, number: number, confirmationTokenId: string): Promise<void> {
  await tx.sql(`INSERT INTO payment_attempts (order_id, number, confirmation_token_id) VALUES ($1, $2, $3)`, [
    orderId,
    number,
    confirmationTokenId,
  ]);
}

/** Read out on the telephone: no letters that look or sound like others. */
function newOrderNumber(): string {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  return `E-${Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}
