import { Injectable } from '@nestjs/common';
import { KONBINI_MAX_AMOUNT, KONBINI_MIN_AMOUNT } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { Database, Gathered, type Tx } from '../database/index.ts';
import { claimCoupons } from '../deals/index.ts';
import { PaymentAttempt, type Order } from './order.entity.ts';
import { lockOrder } from './order-state.ts';
import type { PlacedOrder } from './placed-order.ts';
import {
  insertOrders,
  nameOfPress,
  newOrder,
  readGoods,
  type NewOrder,
  type Press,
  type Pressed,
  type PurchaseInput,
} from './place-orders.ts';
import { pricedPurchase, type Purchase } from './purchase.ts';
import { requireChargeable } from './totals.ts';

/** What a press of Pay came to: an order of its own, or the id of one that was there. */
export type Opened = { placed: PlacedOrder } | { known: string };

/** A press that others are in the way of, each time differently, is at last refused. */
const MOST_TRIES = 3;

/** Presses of Pay become orders. Those of one moment, as at the height of a deal, are read by one statement and written by another. */
@Injectable()
export class OrderOpening {
  readonly #goods = new Gathered<Press, Pressed>(nameOfPress, (presses) => readGoods(this.database.planned, presses));
  readonly #placing = new Gathered<NewOrder, PlacedOrder>(
    ({ id }) => id,
    (orders) => insertOrders(this.database.planned, orders),
  );

  constructor(private readonly database: Database) {}

  /**
   * TX1: the order with its snapshot, its holds attached, its first attempt, and when to look after it. An order that the key or one of the holds
   * has already is found again, with a further attempt when the last was declined.
   *
   * It is priced as it was read, and written only if nothing of it has changed meanwhile; with coupons, in a transaction that claims them too.
   * @throws hold_expired, price_changed { totals }, coupon_refused, amount_not_chargeable
   */
  async open(viewerId: string, input: PurchaseInput): Promise<Opened> {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
      const { key, holdIds } = input;
      const { known, isHeld, goods } = (await this.#goods.get({ viewerId, key, holdIds }))!;
      if (known) {
        await this.database.transaction((tx) => reopen(tx, known, input));
        return { known };
      }
      if (!isHeld) throw new AppError('hold_expired');
      if (!goods) throw new AppError('not_found');
      const buyer = { viewerId, email: input.contact.email };
      const purchase = await pricedPurchase(this.database.planned, goods, input.couponCodes, buyer);
      const { totals, discounts } = purchase;
      if (totals.totalAmount !== input.expectedTotalAmount) throw new AppError('price_changed', { totals });
      requireChargeable(totals);
      if (input.paymentMethod === 'konbini') requireKonbini(purchase);
      const order = newOrder(viewerId, input, purchase, goods);
      const placed =
        discounts.length === 0
          ? await this.#placing.get(order)
          : await this.database.transaction(async (tx) => {
              const written = await insertOrders(tx, [order]);
              if (written.size > 0) await claimCoupons(tx, order.id, discounts, buyer);
              return written.get(order.id);
            });
      if (placed) return { placed };
      // The hold was over at this very moment, changed in another tab, or is an order's since: of a press that was faster.
    }
    throw new AppError('hold_expired');
  }
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
