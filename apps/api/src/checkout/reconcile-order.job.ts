import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '#platform/logger';
import { Database, TableQueue } from '../database/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { Order } from './order.entity.ts';
import { lockOrder } from './order-state.ts';
import type { PaymentIntent, StripeClient } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';

const EVERY_MS = 1_000;
const LANES = 4;
/** Who takes an order and dies leaves it for so long; whoever is slower is joined by another, which is harmless. */
const TAKEN_SECONDS = 60;
const AGAIN_SECONDS = 20;
/** A voucher is paid some day; its webhook tells at once. */
const VOUCHER_AGAIN_SECONDS = 900;
/** A payment that was on its way when the hold ended has this long to turn up at Stripe. */
const IN_FLIGHT_SECONDS = 60;

/**
 * Looks after pending orders, each at its own time (`orders.look_at`), until they are settled: compares with Stripe, repeats a payment call
 * that got no answer, and ends an order with its hold. Stock is free only after Stripe confirmed the cancel.
 */
@Injectable()
export class ReconcileOrderJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #orders = new TableQueue<{ id: string }>({
    name: 'orders to look after',
    everyMs: EVERY_MS,
    lanes: LANES,
    take: (atMost) => this.#take(atMost),
    work: ({ id }) => this.reconcile(id),
  });

  constructor(
    private readonly database: Database,
    private readonly checkout: CheckoutService,
    private readonly stripes: StripeClients,
  ) {}

  onApplicationBootstrap(): void {
    this.#orders.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#orders.stop();
  }

  async #take(atMost: number): Promise<{ id: string }[]> {
    const { rows } = await this.database.planned.sql<{ id: string }>(
      `UPDATE orders SET look_at = engawa_now() + make_interval(secs => $2) WHERE id IN (
         SELECT id FROM orders WHERE state = 'pending' AND look_at <= engawa_now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [atMost, TAKEN_SECONDS],
    );
    return rows;
  }

  /** Whatever stands in the way, Stripe being away above all, the order and its hold wait, and are looked at again soon. */
  async reconcile(orderId: string): Promise<void> {
    const order = await this.database.repository(Order).findOneBy({ id: orderId });
    if (!order || order.state !== 'pending') return;
    const left = await this.#secondsLeft(order.id);
    try {
      await this.#compare(order, left);
    } catch (error) {
      logger.warn({ err: error, orderId }, 'order could not be reconciled');
    }
    await this.#lookAgain(orderId, left);
  }

  async #compare(order: Order, secondsLeft: number): Promise<void> {
    const stripe = await this.stripes.ofAccount(order.stripeAccountId);
    const intent = order.paymentIntentId
      ? await stripe.retrieve(order.paymentIntentId)
      : await stripe.findByOrder(order.id);
    if (intent) await this.checkout.settle(order.id, intent, stripe);
    // A voucher that ended unpaid is not tried again: the buyer has long gone.
    const voucherOver = order.payBy !== null && intent?.status === 'requires_payment_method';
    if (secondsLeft <= 0 || voucherOver) await this.#expire(order, intent, secondsLeft, stripe);
    // The last attempt may never have arrived; one that did, and was refused, is not repeated.
    else if (!intent || intent.status === 'requires_payment_method') await this.checkout.pay(order.id);
  }

  /**
   * The buyer's browser is back from its bank: look at once instead of waiting for the webhook. Stripe being away changes nothing.
   * @returns the PaymentIntent as it was read; null when there is none to look at, or no answer
   */
  async lookNow(orderId: string): Promise<PaymentIntent | null> {
    const order = await this.database.repository(Order).findOneBy({ id: orderId });
    if (order?.state !== 'pending' || !order.paymentIntentId) return null;
    try {
      const stripe = await this.stripes.ofAccount(order.stripeAccountId);
      const intent = await stripe.retrieveNow(order.paymentIntentId);
      await this.checkout.settle(orderId, intent, stripe);
      return intent;
    } catch (error) {
      logger.warn({ err: error, orderId }, 'order could not be looked at');
      return null;
    }
  }

  async #expire(order: Order, intent: PaymentIntent | null, secondsLeft: number, stripe: StripeClient): Promise<void> {
    if (intent) {
      if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing') return;
      await this.checkout.settle(order.id, await stripe.cancel(intent.id), stripe);
      return;
    }
    if (secondsLeft > -IN_FLIGHT_SECONDS) return;
    await this.database.transaction(async (tx) => {
      const locked = await lockOrder(tx, order.id);
      if (locked && !locked.paymentIntentId) await this.checkout.cancel(tx, locked, 'hold_expired');
    });
  }

  /** Until the first of its holds ends. */
  async #secondsLeft(orderId: string): Promise<number> {
    const { rows } = await this.database.sql<{ left: number }>(
      `SELECT extract(epoch FROM min(expires_at) - engawa_now())::float8 AS left FROM holds WHERE order_id = $1`,
      [orderId],
    );
    return rows[0]?.left ?? 0;
  }

  async #lookAgain(orderId: string, secondsLeft: number): Promise<void> {
    const wait = secondsLeft > 0 ? secondsLeft + 1 : AGAIN_SECONDS / 4;
    await this.database.sql(
      `UPDATE orders SET look_at = engawa_now() + make_interval(secs => least($2::float8, CASE WHEN pay_by IS NULL THEN $3::float8 ELSE $4::float8 END))
       WHERE id = $1 AND state = 'pending'`,
      [orderId, wait, AGAIN_SECONDS, VOUCHER_AGAIN_SECONDS],
    );
  }
}
