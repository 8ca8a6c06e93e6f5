import { Injectable } from '@nestjs/common';
import type { OrderFilter, OrderSummary, StaffOrder } from '#contracts/orders';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { may, type Actor } from '../accounts/index.ts';
import { stockMoved } from '../catalog/index.ts';
import { Database, DomainEvents, type Tx } from '../database/index.ts';
import { MailService } from '../mail/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { isFrozen } from './disputes.ts';
import { settleOutside, tryAgain } from './failed-refunds.ts';
import type { Order } from './order.entity.ts';
import { OrderMails } from './order-mails.ts';
import { lockOrder, recordHistory } from './order-state.ts';
import { listOrders, staffOrder } from './orders.queries.ts';
import { RefundsService, type RefundWish } from './refunds.service.ts';
import { restockGoods, type RestockWish } from './restock.ts';
import type { PaymentIntent } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';

/** A payment that was on its way when staff asked for the cancel has this long to turn up at Stripe. */
const IN_FLIGHT_SECONDS = 60;

/** What staff see of orders, and do with them. Each deed is refused for another brand's order as if there were none. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly checkout: CheckoutService,
    private readonly refunds: RefundsService,
    private readonly stripes: StripeClients,
    private readonly orderMails: OrderMails,
    private readonly mails: MailService,
  ) {}

  /** Newest first, a page at a time: `after` is the last id of the page before. */
  async list(
    brandId: string,
    { limit, ...filter }: OrderFilter & { after?: string | undefined; limit: number },
  ): Promise<{ orders: OrderSummary[]; next: string | null }> {
    const found = await listOrders(this.database, brandId, { ...filter, limit: limit + 1 });
    const orders = found.slice(0, limit);
    return { orders, next: found.length > limit ? orders.at(-1)!.id : null };
  }

  /** As it is at one moment. @throws not_found */
  async get(actor: Actor, id: string): Promise<StaffOrder> {
    const order = await this.database.transaction((tx) => staffOrder(tx, actor.brandId, id), 'REPEATABLE READ');
    if (!order) throw new AppError('not_found');
    return { ...order, mails: may(actor.role, 'mails.read') ? await this.mails.about(actor.brandId, id) : [] };
  }

  /** @throws not_found, disputed, order_transition, refund_too_large { left }, restock_too_many { position, left }, conflict */
  async refund(actor: Actor, id: string, wish: RefundWish, back: RestockWish['lines']): Promise<StaffOrder> {
    await this.#change(actor, id, async (tx, order) => {
      const isNew = await this.refunds.decide(tx, order, wish, actor);
      if (isNew && back.length > 0) await this.#restock(tx, order, { key: wish.key, lines: back }, actor);
    });
    return this.get(actor, id);
  }

  /** Said again, it changes nothing. @throws not_found, disputed, order_transition, refund_too_large { left } */
  async retryRefund(actor: Actor, id: string, refundId: string): Promise<StaffOrder> {
    await this.#change(actor, id, (tx, order) => tryAgain(tx, order, refundId, actor));
    return this.get(actor, id);
  }

  /** Said again, it changes nothing. @throws not_found, order_transition, refund_too_large { left } */
  async settleRefund(actor: Actor, id: string, refundId: string, note: string): Promise<StaffOrder> {
    await this.#change(actor, id, (tx, order) => settleOutside(tx, order, refundId, note, actor));
    return this.get(actor, id);
  }

  /** @throws not_found, order_transition, restock_too_many { position, left } */
  async restock(actor: Actor, id: string, wish: RestockWish): Promise<StaffOrder> {
    await this.#change(actor, id, (tx, order) => this.#restock(tx, order, wish, actor));
    return this.get(actor, id);
  }

  /** Said again with the same words, it changes nothing. @throws not_found, disputed, order_transition */
  async ship(actor: Actor, id: string, parcel: { carrier: string; trackingNumber: string }): Promise<StaffOrder> {
    await this.#change(actor, id, async (tx, order) => {
      if (isFrozen(order, 'ship')) throw new AppError('disputed');
      const isCorrection = order.shippedAt !== null;
      if (order.state !== 'paid' && !(isCorrection && order.state === 'refunded')) {
        throw new AppError('order_transition', { from: order.state, to: 'shipped' });
      }
      if (isCorrection && order.carrier === parcel.carrier && order.trackingNumber === parcel.trackingNumber) return;
      await tx.sql(
        `UPDATE orders SET shipped_at = COALESCE(shipped_at, engawa_now()), carrier = $2, tracking_number = $3 WHERE id = $1`,
        [id, parcel.carrier, parcel.trackingNumber],
      );
      await recordHistory(tx, id, {
        kind: 'shipped',
        reason: isCorrection ? 'corrected' : 'shipped',
        memberId: actor.memberId,
        details: parcel,
      });
      const { rows } = await tx.sql<{ times: number }>(
        `SELECT count(*)::int AS times FROM order_events WHERE order_id = $1 AND kind = 'shipped'`,
        [id],
      );
      await this.orderMails.shipped(tx, order, parcel, rows[0]!.times);
    });
    return this.get(actor, id);
  }

  /**
   * Ends a pending order. Who asked is written down first; then Stripe calls the payment off, and only what Stripe confirmed frees the
   * stock. A payment that was faster stands.
   * @throws not_found, disputed, order_transition; payment_unavailable when Stripe does not answer, or a payment may still be on its way
   */
  async cancel(actor: Actor, id: string): Promise<{ outcome: 'canceled' | 'paid' | 'processing'; order: StaffOrder }> {
    const asked = await this.#change(actor, id, async (tx, order) => {
      if (isFrozen(order, 'cancel')) throw new AppError('disputed');
      if (order.state !== 'pending') throw new AppError('order_transition', { from: order.state, to: 'canceled' });
      await recordHistory(tx, id, { kind: 'note', reason: 'cancel_requested', memberId: actor.memberId });
      return order;
    });
    const intent = await this.#callOff(asked);
    const order = await this.get(actor, id);
    if (order.state === 'canceled') return { outcome: 'canceled', order };
    if (order.state !== 'pending') return { outcome: 'paid', order };
    if (intent) return { outcome: 'processing', order };
    throw new AppError('payment_unavailable');
  }

  /** @returns the PaymentIntent as it is then; null when there is none */
  async #callOff(order: Order): Promise<PaymentIntent | null> {
    const stripe = await this.stripes.ofAccount(order.stripeAccountId);
    try {
      const known = order.paymentIntentId ?? (await stripe.findByOrder(order.id))?.id ?? null;
      if (known === null) {
        await this.#cancelUnpaid(order.id);
        return null;
      }
      const intent = await stripe.cancel(known);
      await this.checkout.settle(order.id, intent, stripe);
      return intent;
    } catch (error) {
      logger.warn({ err: error, orderId: order.id }, 'an order could not be canceled');
      throw new AppError('payment_unavailable');
    }
  }

  /** Stripe has no payment of it. One that is still on its way would be a late payment, and goes back. */
  async #cancelUnpaid(orderId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      const { rows } = await tx.sql<{ quiet: boolean }>(
        `SELECT max(created_at) < engawa_now() - make_interval(secs => $2) AS quiet FROM payment_attempts WHERE order_id = $1`,
        [orderId, IN_FLIGHT_SECONDS],
      );
      if (order && !order.paymentIntentId && rows[0]?.quiet) await this.checkout.cancel(tx, order, 'staff');
    });
  }

  async #restock(tx: Tx, order: Order, wish: RestockWish, actor: Actor): Promise<void> {
    const variantIds = await restockGoods(tx, order, wish, actor);
    if (variantIds.length > 0) tx.afterCommit(() => this.events.emit(stockMoved, { variantIds }));
  }

  async #change<T>(actor: Actor, id: string, deed: (tx: Tx, order: Order) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      const order = await lockOrder(tx, id);
      if (!order || order.brandId !== actor.brandId) throw new AppError('not_found');
      return deed(tx, order);
    });
  }
}
