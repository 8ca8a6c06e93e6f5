import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Address, Contact, Hold as HoldView, PublicOrder, Totals } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { HoldsService, type Hold } from '../catalog/index.ts';
import { Database, DomainEvents, violatedConstraint, type Tx } from '../database/index.ts';
import { PeopleService } from '../people/index.ts';
import { orderPaid } from './checkout.events.ts';
import { isOrderAccessKey, offerFacts, orderAccessKey, publicOrder, type OfferFacts } from './checkout.queries.ts';
import { Order, OrderLine, PaymentAttempt, Refund, type CancelReason } from './order.entity.ts';
import { StripeClient, type PaymentIntent, type PayOutcome, type PayRequest } from './stripe.client.ts';
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

/** Holds become orders, orders become paid. Stripe is never called inside a transaction. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly database: Database,
    private readonly holds: HoldsService,
    private readonly people: PeopleService,
    private readonly stripe: StripeClient,
    private readonly events: DomainEvents,
  ) {}

  /**
   * The press of Buy, or a change of variant or quantity at the sheet.
   * @throws not_found, show_ended, banned, sold_out { available }, hold_expired
   */
  async hold(
    viewerId: string,
    input: { key: string; showId: string; offerId: string; variantId: string; quantity: number },
  ): Promise<{ hold: HoldView; totals: Totals }> {
    const facts = await this.#facts(this.database, input);
    if (facts.showState === 'ended') throw new AppError('show_ended');
    if (await this.people.isBanned(facts.brandId, viewerId)) throw new AppError('banned');
    const hold = await this.holds.hold({ ...input, viewerId, brandId: facts.brandId });
    return { hold: holdView(hold), totals: totalsOf(facts, [{ ...facts, quantity: hold.quantity }]) };
  }

  async openHolds(viewerId: string, showId: string): Promise<{ hold: HoldView; totals: Totals }[]> {
    const holds = await this.holds.openHolds(viewerId, showId);
    return Promise.all(
      holds.map(async (hold) => {
        const facts = await this.#facts(this.database, hold);
        return { hold: holdView(hold), totals: totalsOf(facts, [{ ...facts, quantity: hold.quantity }]) };
      }),
    );
  }

  /**
   * The press of Pay. The same key answers the same order; after a decline a new confirmation token tries again on the same
   * PaymentIntent. What Stripe did not answer stays pending with its hold until the reconciler knows.
   * @throws hold_expired, price_changed { totals }, order_transition for an order that is over
   */
  async placeOrder(viewerId: string, input: PurchaseInput): Promise<PublicOrder> {
    const orderId = await this.#openOrder(viewerId, input);
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (order.state === 'pending') await this.pay(order);
    return this.view(orderId);
  }

  /** Sends the order's last attempt to Stripe, or repeats it: the attempt's key makes that harmless. */
  async pay(order: Order): Promise<void> {
    const attempt = await this.database
      .repository(PaymentAttempt)
      .findOneOrFail({ where: { orderId: order.id }, order: { number: 'DESC' } });
    if (attempt.declineCode) return;
    const request: PayRequest = {
      orderId: order.id,
      attempt: attempt.number,
      amount: order.totalAmount,
      currency: order.currency,
      confirmationTokenId: attempt.confirmationTokenId,
      email: order.email,
      returnUrl: `${config.publicUrl}/orders/${order.id}?key=${orderAccessKey(order.id)}`,
    };
    const known = order.paymentIntentId;
    const outcome: PayOutcome = known ? await this.stripe.confirm(known, request) : await this.stripe.create(request);
    if (outcome.kind === 'unknown') return;
    if (outcome.kind === 'declined') {
      await this.database.sql(
        `UPDATE payment_attempts SET decline_code = $3 WHERE order_id = $1 AND number = $2 AND decline_code IS NULL`,
        [order.id, attempt.number, outcome.declineCode],
      );
    }
    if (outcome.intent) await this.settle(order.id, outcome.intent);
  }

  /**
   * Brings an order to what its PaymentIntent says: from the answer of a call, a webhook or the reconciler, in any order and
   * any number of times.
   */
  async settle(
    orderId: string,
    intent: PaymentIntent,
    alsoInside: (tx: Tx) => Promise<void> = async () => {},
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (!order) {
        logger.error({ orderId, paymentIntent: intent.id }, 'a PaymentIntent names an order that does not exist');
        await alsoInside(tx);
        return;
      }
      if (!order.paymentIntentId) {
        await tx.sql(`UPDATE orders SET payment_intent_id = $2 WHERE id = $1`, [orderId, intent.id]);
        order.paymentIntentId = intent.id;
      }
      if (order.paymentIntentId !== intent.id && intent.status !== 'succeeded') {
        await alsoInside(tx);
        return;
      }
      if (intent.status === 'succeeded') await this.#onSucceeded(tx, order, intent);
      else if (intent.status === 'canceled') await this.cancel(tx, order, 'payment_canceled');
      else if (intent.status === 'requires_payment_method') await this.#onDeclined(tx, order, intent);
      await alsoInside(tx);
    });
  }

  /** Ends a pending order whose payment cannot happen any more, and frees its stock. Does nothing to any other. */
  async cancel(tx: Tx, order: Order, reason: CancelReason): Promise<void> {
    if (order.state !== 'pending') return;
    const late = reason === 'payment_canceled' && (await isHoldOver(tx, order.holdId)) ? 'hold_expired' : reason;
    await this.#move(tx, order, 'canceled', late);
    await this.holds.releaseAttached(tx, order.holdId, order.id);
  }

  /** @throws not_found unless the viewer placed it or the key is that of its link */
  async viewFor(orderId: string, viewerId: string | null, key: string | undefined): Promise<PublicOrder> {
    const found = await publicOrder(this.database, orderId);
    if (!found || !(found.viewerId === viewerId || (key !== undefined && isOrderAccessKey(orderId, key)))) {
      throw new AppError('not_found');
    }
    return this.view(orderId);
  }

  /** With the payment's secret while the browser still has something to do with it. */
  async view(orderId: string): Promise<PublicOrder> {
    const found = await publicOrder(this.database, orderId);
    if (!found) throw new AppError('not_found');
    const { order } = found;
    if (order.state !== 'pending') return { ...order, payment: null };
    const { rows } = await this.database.sql<{ payment_intent_id: string | null }>(
      `SELECT payment_intent_id FROM orders WHERE id = $1`,
      [orderId],
    );
    const intentId = rows[0]?.payment_intent_id;
    const intent = intentId ? await this.stripe.retrieve(intentId).catch(() => null) : null;
    return {
      ...order,
      payment: intent?.client_secret ? { clientSecret: intent.client_secret, status: paymentStatus(intent) } : null,
    };
  }

  /** TX1: the order with its snapshot, its hold attached, its first attempt, and the job that will look after it. */
  async #openOrder(viewerId: string, input: PurchaseInput): Promise<string> {
    try {
      return await this.database.transaction(async (tx) => {
        const existing = await this.#existingOrder(tx, viewerId, input);
        if (existing) {
          await this.#nextAttempt(tx, existing, input);
          return existing.id;
        }
        return this.#insertOrder(tx, viewerId, input);
      });
    } catch (error) {
      // Two presses at once: the slower one finds what the faster one made.
      if (violatedConstraint(error) !== 'orders_key_once' && violatedConstraint(error) !== 'orders_one_open_per_hold')
        throw error;
      const existing = await this.database.repository(Order).findOneBy({ viewerId, key: input.key });
      if (!existing) throw new AppError('conflict');
      return existing.id;
    }
  }

  async #existingOrder(tx: Tx, viewerId: string, input: PurchaseInput): Promise<Order | null> {
    const { rows } = await tx.sql<{ id: string }>(
      `SELECT id FROM orders WHERE viewer_id = $1 AND (key = $2 OR (hold_id = $3 AND state = 'pending'))
       ORDER BY (key = $2) DESC LIMIT 1`,
      [viewerId, input.key, input.holdId],
    );
    return rows[0] ? lockOrder(tx, rows[0].id) : null;
  }

  async #insertOrder(tx: Tx, viewerId: string, input: PurchaseInput): Promise<string> {
    const id = uuid();
    const hold = await this.holds.attach(tx, input.holdId, viewerId, id);
    if (!hold) throw new AppError('hold_expired');
    const facts = await this.#facts(tx, hold);
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
      { runAt: secondsFromNow(RECONCILE_AFTER_SECONDS), key: `reconcile:${id}` },
    );
    return id;
  }

  /** A new token after a decline is a new attempt; the same press repeated is not. */
  async #nextAttempt(tx: Tx, order: Order, input: PurchaseInput): Promise<void> {
    if (order.state !== 'pending') return;
    const last = await tx
      .repository(PaymentAttempt)
      .findOneOrFail({ where: { orderId: order.id }, order: { number: 'DESC' } });
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

  async #onSucceeded(tx: Tx, order: Order, intent: PaymentIntent): Promise<void> {
    if (order.state === 'canceled' || order.paymentIntentId !== intent.id) {
      await this.#refundLate(tx, order, intent);
      return;
    }
    if (order.state !== 'pending') return;
    if (intent.amount_received !== order.totalAmount || intent.currency.toUpperCase() !== order.currency) {
      throw new Error(
        `order ${order.id}: Stripe took ${intent.amount_received} ${intent.currency}, not ${order.totalAmount} ${order.currency}`,
      );
    }
    if (!(await this.holds.sellAttached(tx, order.holdId, order.id))) {
      throw new Error(`order ${order.id} is pending without its hold`);
    }
    await this.#move(tx, order, 'paid', 'payment_succeeded');
    tx.afterCommit(() =>
      this.events.emit(orderPaid, { orderId: order.id, showId: order.showId, brandId: order.brandId }),
    );
  }

  async #onDeclined(tx: Tx, order: Order, intent: PaymentIntent): Promise<void> {
    const error = intent.last_payment_error;
    if (!error || order.state !== 'pending') return;
    await tx.sql(
      `UPDATE payment_attempts SET decline_code = $2 WHERE order_id = $1 AND decline_code IS NULL
         AND number = (SELECT max(number) FROM payment_attempts WHERE order_id = $1)`,
      [order.id, error.decline_code ?? error.code ?? 'generic_decline'],
    );
  }

  /** Money for an order that is over goes back: our record first, the call to Stripe by a job. */
  async #refundLate(tx: Tx, order: Order, intent: PaymentIntent): Promise<void> {
    const reason = `late payment ${intent.id}`;
    if (await tx.repository(Refund).existsBy({ orderId: order.id, reason })) return;
    const refundId = uuid();
    await tx.sql(`INSERT INTO refunds (id, order_id, amount, reason) VALUES ($1, $2, $3, $4)`, [
      refundId,
      order.id,
      intent.amount_received,
      reason,
    ]);
    await tx.addJob('refund-payment', { refundId, paymentIntentId: intent.id });
  }

  async #move(tx: Tx, order: Order, to: Order['state'], reason: string): Promise<void> {
    const { count } = await tx.sql(
      `UPDATE orders SET state = $3, paid_at = CASE WHEN $3 = 'paid' THEN engawa_now() ELSE paid_at END,
         cancel_reason = CASE WHEN $3 = 'canceled' THEN $4 END
       WHERE id = $1 AND state = $2`,
      [order.id, order.state, to, reason],
    );
    if (count !== 1) throw new AppError('order_transition', { from: order.state, to });
    await recordEvent(tx, order.id, order.state, to, reason);
    order.state = to;
  }

  async #facts(
    queryable: Parameters<typeof offerFacts>[0],
    { showId, offerId, variantId }: { showId: string; offerId: string; variantId: string },
  ): Promise<OfferFacts> {
    const facts = await offerFacts(queryable, showId, offerId, variantId);
    if (!facts) throw new AppError('not_found');
    return facts;
  }
}

/** A row lock, so that settling, expiring and paying of one order wait for each other. */
export async function lockOrder(tx: Tx, id: string): Promise<Order | null> {
  return tx.repository(Order).findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
}

async function recordEvent(
  tx: Tx,
  orderId: string,
  from: Order['state'] | null,
  to: Order['state'],
  reason: string,
): Promise<void> {
  await tx.sql(`INSERT INTO order_events (order_id, from_state, to_state, reason) VALUES ($1, $2, $3, $4)`, [
    orderId,
    from,
    to,
    reason,
  ]);
}

async function addAttempt(tx: Tx, orderId: string, number: number, confirmationTokenId: string): Promise<void> {
  await tx.sql(`INSERT INTO payment_attempts (order_id, number, confirmation_token_id) VALUES ($1, $2, $3)`, [
    orderId,
    number,
    confirmationTokenId,
  ]);
}

async function isHoldOver(tx: Tx, holdId: string): Promise<boolean> {
  const { rows } = await tx.sql<{ over: boolean }>(
    `SELECT expires_at <= engawa_now() AS over FROM holds WHERE id = $1`,
    [holdId],
  );
  return rows[0]?.over ?? false;
}

export function secondsFromNow(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

/** Read out on the telephone: no letters that look or sound like others. */
function newOrderNumber(): string {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  return `E-${Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}

type PaymentStatus = NonNullable<PublicOrder['payment']>['status'];

/** What the browser can act upon; whatever else Stripe may call a state of its own, the payment is on its way. */
function paymentStatus({ status }: PaymentIntent): PaymentStatus {
  const known: readonly string[] = ['requires_action', 'requires_payment_method', 'succeeded', 'canceled'];
  return known.includes(status) ? (status as PaymentStatus) : 'processing';
}

function holdView(hold: Hold): HoldView {
  return {
    id: hold.id,
    showId: hold.showId,
    offerId: hold.offerId,
    variantId: hold.variantId,
    quantity: hold.quantity,
    createdAt: hold.createdAt.toISOString(),
    expiresAt: hold.expiresAt.toISOString(),
    state: hold.state,
    serverTime: new Date().toISOString(),
  };
}
