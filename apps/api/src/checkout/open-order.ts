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
import type { Hold, HoldsService } from '../catalog/index.ts';
import type { Tx } from '../database/index.ts';
import { claimCoupons } from '../deals/index.ts';
import { Order, OrderLine, OrderTax, PaymentAttempt } from './order.entity.ts';
import { lockOrder, recordEvent } from './order-state.ts';
import { pricePurchase, type Purchase } from './purchase.ts';
import { requireChargeable } from './totals.ts';

/** First look at an order that nobody settled. */
const RECONCILE_AFTER_SECONDS = 20;

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

/**
 * TX1: the order with its snapshot, its holds attached, its first attempt, and the job that will look after it. An order that the key
 * or one of the holds has already is found again, with a further attempt when the last was declined.
 * @returns the order's id
 * @throws hold_expired, price_changed { totals }, coupon_refused, amount_not_chargeable
 */
export async function openOrder(tx: Tx, holds: HoldsService, viewerId: string, input: PurchaseInput): Promise<string> {
  const known = await existingOrder(tx, viewerId, input);
  const existing = known && (await lockOrder(tx, known.id));
  if (existing) {
    requireAgreed(existing, input);
    await nextAttempt(tx, existing, input);
    return existing.id;
  }
  const id = uuid();
  const held = await holds.attach(tx, input.holdIds, viewerId, id);
  if (!held) {
    // A press at the same moment was faster. The attach has waited for it, so that its order can be seen now; but not be locked: the holds
    // are, by us, and whoever settles an order locks it first and its holds then.
    const rival = await existingOrder(tx, viewerId, input);
    if (rival) {
      requireAgreed(rival, input);
      return rival.id;
    }
    throw new AppError('hold_expired');
  }
  const buyer = { viewerId, email: input.contact.email };
  const purchase = await pricePurchase(tx, held, input.couponCodes, buyer);
  const { totals } = purchase;
  if (totals.totalAmount !== input.expectedTotalAmount) throw new AppError('price_changed', { totals });
  requireChargeable(totals);
  if (input.paymentMethod === 'konbini') requireKonbini(purchase);
  await insertOrder(tx, id, viewerId, input, purchase, held);
  await claimCoupons(tx, id, purchase.discounts, buyer);
  await recordEvent(tx, id, null, 'pending', 'placed');
  await addAttempt(tx, id, 1, input.confirmationTokenId);
  await tx.addJob(
    'reconcile-order',
    { orderId: id },
    { delaySeconds: RECONCILE_AFTER_SECONDS, key: `reconcile:${id}` },
  );
  return id;
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

/** The snapshot: whatever the brand changes later, the order stays what was agreed. */
async function insertOrder(
  tx: Tx,
  id: string,
  viewerId: string,
  input: PurchaseInput,
  { terms, lines, totals }: Purchase,
  held: Hold[],
): Promise<void> {
  const order = {
    id,
    brand_id: terms.brandId,
    show_id: held[0]!.showId,
    viewer_id: viewerId,
    key: input.key,
    number: newOrderNumber(),
    state: 'pending',
    currency: totals.currency,
    items_amount: totals.itemsAmount,
    discount_amount: totals.discountAmount,
    shipping_amount: totals.shippingAmount,
    tax_amount: totals.taxAmount,
    prices_include_tax: totals.taxIncluded,
    total_amount: totals.totalAmount,
    brand_name: terms.brandName,
    email: input.contact.email,
    name: input.contact.name,
    phone: input.contact.phone,
    address: JSON.stringify(input.address),
    locale: input.locale,
    payment_method: input.paymentMethod,
    seller: JSON.stringify(terms.seller),
    registration_number: terms.registrationNumber,
  };
  const names = Object.keys(order);
  await tx.sql(
    `INSERT INTO orders (${names.join(', ')}, placed_at, stripe_account_id)
     VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')}, engawa_now(),
       (SELECT id FROM stripe_accounts WHERE brand_id = $${names.indexOf('brand_id') + 1} AND retired_at IS NULL FOR KEY SHARE))`,
    Object.values(order),
  );
  await tx.repository(OrderLine).insert(
    lines.map((line, index) => ({
      orderId: id,
      position: index + 1,
      holdId: held[index]!.id,
      productId: line.productId,
      variantId: line.variantId,
      productName: line.productName,
      variantName: line.variantName,
      sku: line.sku,
      imageId: line.imageId,
      listAmount: line.listAmount,
      unitAmount: line.unitAmount,
      dealId: line.dealId,
      quantity: line.quantity,
      taxRateBp: line.taxRateBp,
    })),
  );
  await tx.repository(OrderTax).insert(totals.taxes.map((tax) => ({ orderId: id, ...tax })));
}

/** Stripe has failed an attempt for good, without a decline: the same card is tried under another key, at the next press or look. */
export async function renewAttempt(tx: Tx, orderId: string, failed: PaymentAttempt): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order?.state !== 'pending') return;
  if ((await lastAttempt(tx, orderId)).number !== failed.number) return;
  await addAttempt(tx, orderId, failed.number + 1, failed.confirmationTokenId);
}

async function existingOrder(tx: Tx, viewerId: string, input: PurchaseInput): Promise<Order | null> {
  const { rows } = await tx.sql<{ id: string }>(
    `SELECT o.id FROM orders o WHERE o.viewer_id = $1 AND (o.key = $2 OR (o.state <> 'canceled'
       AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.hold_id = ANY($3))))
     ORDER BY (o.key = $2) DESC LIMIT 1`,
    [viewerId, input.key, input.holdIds],
  );
  return rows[0] ? tx.repository(Order).findOneBy({ id: rows[0].id }) : null;
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
