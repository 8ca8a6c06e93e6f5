import { randomInt } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Address, Contact } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import type { HoldsService } from '../catalog/index.ts';
import type { Tx } from '../database/index.ts';
import { factsOf } from './checkout.queries.ts';
import { Order, OrderLine, PaymentAttempt } from './order.entity.ts';
import { lockOrder, recordEvent } from './order-state.ts';
import { totalsOf } from './totals.ts';

/** First look at an order that nobody settled. */
const RECONCILE_AFTER_SECONDS = 20;

export interface PurchaseInput {
  key: string;
  holdId: string;
  confirmationTokenId: string;
  contact: Contact;
  address: Address;
  expectedTotalAmount: number;
}

/**
 * TX1: the order with its snapshot, its hold attached, its first attempt, and the job that will look after it. An order that the key
 * or the hold has already is found again, with a further attempt when the last was declined.
 * @returns the order's id
 * @throws hold_expired, price_changed { totals }
 */
export async function openOrder(tx: Tx, holds: HoldsService, viewerId: string, input: PurchaseInput): Promise<string> {
  const existing = await existingOrder(tx, viewerId, input);
  if (existing) {
    await nextAttempt(tx, existing, input);
    return existing.id;
  }
  const id = uuid();
  const hold = await holds.attach(tx, input.holdId, viewerId, id);
  if (!hold) {
    // A press at the same moment was faster. The attach has waited for it, so that its order can be seen now.
    const rival = await existingOrder(tx, viewerId, input);
    if (rival) return rival.id;
    throw new AppError('hold_expired');
  }
  const facts = await factsOf(tx, hold);
  const totals = totalsOf(facts, [{ ...facts, quantity: hold.quantity }]);
  if (totals.totalAmount !== input.expectedTotalAmount) throw new AppError('price_changed', { totals });
  await tx.sql(
    `INSERT INTO orders (id, brand_id, show_id, viewer_id, hold_id, key, number, state, currency, items_amount, shipping_amount,
       tax_amount, total_amount, brand_name, email, name, phone, address, placed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, engawa_now())`,
    [
      id,
      facts.brandId,
      hold.showId,
      viewerId,
      hold.id,
      input.key,
      newOrderNumber(),
      facts.currency,
      totals.itemsAmount,
      totals.shippingAmount,
      totals.taxAmount,
      totals.totalAmount,
      facts.brandName,
      input.contact.email,
      input.contact.name,
      input.contact.phone,
      JSON.stringify(input.address),
    ],
  );
  await tx.repository(OrderLine).insert({
    orderId: id,
    position: 1,
    productId: facts.productId,
    variantId: facts.variantId,
    productName: facts.productName,
    variantName: facts.variantName,
    sku: facts.sku,
    imageId: facts.imageId,
    unitAmount: facts.unitAmount,
    quantity: hold.quantity,
    taxRateBp: facts.taxRateBp,
  });
  await recordEvent(tx, id, null, 'pending', 'placed');
  await addAttempt(tx, id, 1, input.confirmationTokenId);
  await tx.addJob(
    'reconcile-order',
    { orderId: id },
    { delaySeconds: RECONCILE_AFTER_SECONDS, key: `reconcile:${id}` },
  );
  return id;
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
    `SELECT id FROM orders WHERE viewer_id = $1 AND (key = $2 OR (hold_id = $3 AND state <> 'canceled'))
     ORDER BY (key = $2) DESC LIMIT 1`,
    [viewerId, input.key, input.holdId],
  );
  return rows[0] ? lockOrder(tx, rows[0].id) : null;
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
