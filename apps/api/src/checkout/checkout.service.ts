import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Hold as HoldView, PublicOrder, Quote, Totals } from '#contracts/checkout';
import type { PicturePath } from '#contracts/deals';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { HoldsService, type Hold } from '../catalog/index.ts';
import { Database, DomainEvents, Gathered, Shared, violatedConstraint, type Tx } from '../database/index.ts';
import { DealsService, releaseCoupons } from '../deals/index.ts';
import { PicturePaths } from '../shows/index.ts';
import { orderPaid } from './checkout.events.ts';
import { holdView, publicOrder } from './checkout.queries.ts';
import { OrderOpening, renewAttempt, type Opened } from './open-order.ts';
import { Order, PaymentAttempt, type CancelReason } from './order.entity.ts';
import { isOrderAccessKey } from './order-access.ts';
import { OrderMails } from './order-mails.ts';
import { lockOrder, moveOrder, recordHistory } from './order-state.ts';
import { orderView, placedOrder, statusUrl, type OrderProgress, type PlacedOrder } from './placed-order.ts';
import type { PurchaseInput } from './place-orders.ts';
import { pricedLine, pricePurchase, type Purchase, type WantedGoods } from './purchase.ts';
import { sellOrders, type Sale, type Sold } from './sell-orders.ts';
import type { PaymentIntent, PayOutcome, PayRequest, StripeClient } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';
import { requireChargeable } from './totals.ts';

/** A shop reports a voucher that was paid at the last moment only later. */
const VOUCHER_GRACE_MS = 3_600_000;

/** A press of Buy. */
export interface HoldWish {
  key: string;
  showId: string;
  offerId: string;
  variantId: string;
  quantity: number;
  /** The deal whose price was on screen. */
  dealId?: string | null | undefined;
  /** What the page says of its picture. The longer grace needs heartbeats that said so too. */
  path: PicturePath;
}

/** Holds become orders, orders become paid. Stripe is never called inside a transaction. */
@Injectable()
export class CheckoutService {
  /** Everybody in a drop asks for the same offer, and what it costs. */
  readonly #prices = new Shared<Awaited<ReturnType<typeof pricePurchase>>>();
  /** By a press of Pay, an event of Stripe and the reconciler, which may mean the same order: it is sold, and told of, once. */
  readonly #selling = new Gathered<Sale, Sold>(nameOfSale, async (asked) => {
    const sales = [...new Map(asked.map((sale) => [sale.order.id, sale])).values()];
    const sold = await sellOrders(this.database.planned, sales);
    this.#tellSold(sales, sold);
    return new Map(
      sales.flatMap((sale) => {
        const one = sold.get(sale.order.id);
        return one ? [[nameOfSale(sale), one]] : [];
      }),
    );
  });

  constructor(
    private readonly database: Database,
    private readonly holds: HoldsService,
    private readonly deals: DealsService,
    private readonly paths: PicturePaths,
    private readonly stripes: StripeClients,
    private readonly mails: OrderMails,
    private readonly opening: OrderOpening,
    private readonly events: DomainEvents,
  ) {}

  /**
   * The press of Buy, or a change of variant or quantity at the sheet.
   * @throws not_found, show_ended, banned, sold_out { available }, hold_expired, deal_over, deal_sold_out, deal_limit
   */
  async hold(viewerId: string, { dealId, path, ...input }: HoldWish): Promise<{ hold: HoldView; totals: Totals }> {
    const { showId, offerId, variantId, quantity } = input;
    const goods = { showId, offerId, variantId, quantity };
    const listed = await this.#priceOf({ ...goods, allotmentId: null });
    const { brandId } = listed.terms;
    if (!listed.isOpen) throw new AppError('show_ended');
    const smoothSince = path === 'smooth' ? this.paths.smoothSince(showId, viewerId) : null;
    const allotment = dealId ? await this.deals.termsOf(dealId, { ...input, brandId, smoothSince }) : null;
    const hold = await this.holds.hold({ ...input, viewerId, brandId, allotment, from: 'sheet' });
    const asListed = hold.variantId === variantId && hold.quantity === quantity && hold.allotmentId === null;
    return asListed ? heldGoods(hold, listed) : heldGoods(hold, await this.#priceOf(hold));
  }

  /** Those that can still be bought: one whose product is no longer for sale only waits for its end. */
  async openHolds(viewerId: string, showId: string): Promise<{ hold: HoldView; totals: Totals }[]> {
    const holds = await this.holds.openHolds(viewerId, showId);
    const views = await Promise.all(
      holds.map((hold) =>
        this.#priceOf(hold).then(
          (purchase) => heldGoods(hold, purchase),
          (error: unknown) => {
            if (error instanceof AppError && error.code === 'not_found') return null;
            throw error;
          },
        ),
      ),
    );
    return views.filter((view) => view !== null);
  }

  /**
   * What Pay would cost for these holds, with these coupons. Claims nothing.
   * @throws not_found, hold_expired, coupon_refused, amount_not_chargeable
   */
  async quote(
    viewerId: string,
    { holdIds, couponCodes, email }: { holdIds: string[]; couponCodes: string[]; email: string | null },
  ): Promise<Quote> {
    const holds = await this.holds.findAll(holdIds, viewerId);
    if (holds.some((hold) => hold.state !== 'active' && hold.state !== 'attached')) throw new AppError('hold_expired');
    const { lines, discounts, totals } = await pricePurchase(this.database.planned, holds, couponCodes, {
      viewerId,
      email,
    });
    requireChargeable(totals);
    return {
      lines: lines.map((line, index) => ({ ...pricedLine(line), holdId: holds[index]!.id })),
      coupons: discounts.map(({ code, amount }) => ({ code, amount })),
      totals,
      expiresAt: new Date(Math.min(...holds.map((hold) => hold.expiresAt.getTime()))).toISOString(),
    };
  }

  /**
   * The press of Pay. The same key answers the same order; after a decline a new confirmation token tries again on the same
   * PaymentIntent. What Stripe did not answer stays pending with its hold until the reconciler knows.
   * @throws hold_expired, price_changed { totals }, order_transition for an order that is over
   */
  async placeOrder(viewerId: string, input: PurchaseInput): Promise<PublicOrder> {
    const opened = await this.#openOrder(viewerId, input);
    if ('known' in opened) {
      await this.pay(opened.known);
      return this.view(opened.known);
    }
    const { placed } = opened;
    const openedAt = performance.now();
    const stripe = await this.stripes.ofAccount(placed.stripeAccountId);
    const attempt = { number: 1, confirmationTokenId: input.confirmationTokenId };
    const outcome = await stripe.pay(null, payRequest(placed, attempt));
    if (outcome.kind === 'intent' && outcome.intent.status === 'succeeded') {
      // The clock of the database, a moment later.
      const now = new Date(placed.placedAt.getTime() + performance.now() - openedAt);
      const paidAt = await this.#sell({ placed, now }, outcome.intent);
      if (paidAt) return { ...orderView(placed, justPaid(paidAt)), payment: null };
    }
    await this.#take(outcome, placed.id, attempt, stripe);
    return this.view(placed.id, outcome.kind === 'intent' ? outcome.intent : undefined);
  }

  /** Sends the order's last attempt to Stripe, or repeats it: the attempt's key makes that harmless. Only a pending order is paid. */
  async pay(orderId: string): Promise<void> {
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (order.state !== 'pending') return;
    const attempt = await this.#lastAttempt(orderId);
    if (!attempt || attempt.declineCode) return;
    // The first attempt makes the PaymentIntent: where there is one, it has arrived.
    if (order.paymentIntentId && attempt.number === 1) return;
    const stripe = await this.stripes.ofAccount(order.stripeAccountId);
    const outcome = await stripe.pay(order.paymentIntentId, payRequest(order, attempt));
    await this.#take(outcome, orderId, attempt, stripe);
  }

  async #take(outcome: PayOutcome, orderId: string, attempt: Attempt, stripe: StripeClient): Promise<void> {
    if (outcome.kind === 'unknown') return;
    if (outcome.kind === 'failed') {
      await this.database.transaction((tx) => renewAttempt(tx, orderId, attempt));
      return;
    }
    if (outcome.kind === 'declined') {
      await this.database.sql(
        `UPDATE payment_attempts SET decline_code = $3 WHERE order_id = $1 AND number = $2 AND decline_code IS NULL`,
        [orderId, attempt.number, outcome.declineCode],
      );
    }
    if (outcome.intent) await this.settle(orderId, outcome.intent, stripe);
  }

  /**
   * Brings an order to what its PaymentIntent says: from the answer of a call, a webhook or the reconciler, in any order and
   * any number of times.
   *
   * @param from where it was read: a PaymentIntent of another account than the order's says nothing of it, whatever its metadata claim
   */
  async settle(orderId: string, intent: PaymentIntent, from: StripeClient): Promise<void> {
    const found = await placedOrder(this.database.planned, orderId);
    if (!found) {
      logger.error({ orderId, paymentIntent: intent.id }, 'a PaymentIntent names an order that does not exist');
      return;
    }
    if (found.placed.stripeAccountId !== from.accountId) {
      logger.error({ orderId, paymentIntent: intent.id }, "a PaymentIntent names another account's order");
      return;
    }
    if (intent.status === 'succeeded' && (await this.#sell(found, intent))) return;
    const refused =
      intent.status === 'requires_payment_method' ? await this.#refusedAttempt(orderId, intent.id, from) : null;
    await this.database.transaction(async (tx) => {
      const order = (await lockOrder(tx, orderId))!;
      if (!order.paymentIntentId && isFor(intent, order)) {
        await tx.sql(`UPDATE orders SET payment_intent_id = $2 WHERE id = $1`, [orderId, intent.id]);
        order.paymentIntentId = intent.id;
      }
      if (order.paymentIntentId !== intent.id && intent.status !== 'succeeded') return;
      if (intent.status === 'succeeded') await this.#onSucceeded(tx, order, found, intent);
      else if (intent.status === 'canceled') await this.cancel(tx, order, 'payment_canceled');
      else if (voucherOf(intent)) await this.#onVoucher(tx, order, voucherOf(intent)!);
      else if (refused) {
        await tx.sql(
          `UPDATE payment_attempts SET decline_code = $3 WHERE order_id = $1 AND number = $2 AND decline_code IS NULL`,
          [orderId, refused.number, refused.declineCode],
        );
      }
    });
  }

  /** Ends a pending order whose payment cannot happen any more, and frees its stock. Does nothing to any other. */
  async cancel(tx: Tx, order: Order, reason: CancelReason): Promise<void> {
    if (order.state !== 'pending') return;
    await moveOrder(tx, order, 'canceled', reason === 'payment_canceled' ? await whyCanceled(tx, order.id) : reason);
    await this.holds.releaseAttached(tx, order.id);
    await releaseCoupons(tx, order.id);
  }

  async viewFor(orderId: string, viewerId: string | null, key: string | undefined): Promise<PublicOrder> {
    await this.authorize(orderId, viewerId, key);
    return this.view(orderId);
  }

  /** @throws not_found unless the viewer placed it or the key is that of its link */
  async authorize(orderId: string, viewerId: string | null, key: string | undefined): Promise<void> {
    const found = await publicOrder(this.database, orderId);
    if (!found || !(found.viewerId === viewerId || (key !== undefined && isOrderAccessKey(orderId, key)))) {
      throw new AppError('not_found');
    }
  }

  /**
   * With the payment's secret while the browser still has something to do with it.
   * @param seen the order's PaymentIntent as the caller has just read it, null when Stripe did not answer; else it is read here
   */
  async view(orderId: string, seen?: PaymentIntent | null): Promise<PublicOrder> {
    const found = await publicOrder(this.database.planned, orderId);
    if (!found) throw new AppError('not_found');
    const { order } = found;
    if (order.state !== 'pending') return { ...order, payment: null };
    const intent = seen === undefined ? await this.#glance(orderId) : seen;
    return {
      ...order,
      payment: intent?.client_secret
        ? {
            clientSecret: intent.client_secret,
            status: paymentStatus(intent),
            voucherUrl: voucherOf(intent)?.url ?? null,
          }
        : null,
    };
  }

  #priceOf({ showId, offerId, variantId, quantity, allotmentId }: WantedGoods) {
    const goods = { showId, offerId, variantId, quantity, allotmentId };
    return this.#prices.get(Object.values(goods).join(':'), () => pricePurchase(this.database.planned, [goods]));
  }

  async #glance(orderId: string): Promise<PaymentIntent | null> {
    const { paymentIntentId, stripeAccountId } = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (!paymentIntentId) return null;
    const stripe = await this.stripes.ofAccount(stripeAccountId);
    return stripe.retrieveNow(paymentIntentId).catch(() => null);
  }

  /** Two presses at once find one order; see `OrderOpening`. */
  async #openOrder(viewerId: string, input: PurchaseInput): Promise<Opened> {
    try {
      return await this.opening.open(viewerId, input);
    } catch (error) {
      if (violatedConstraint(error) !== 'orders_key_once') throw error;
      return this.opening.open(viewerId, input);
    }
  }

  /**
   * @param within a transaction that has locked the order; without it, by a statement of its own
   * @returns null when the order is not to be sold for this payment, and nothing has changed
   */
  async #sell({ placed, now }: Found, intent: PaymentIntent, within?: Tx): Promise<Date | null> {
    if (intent.amount !== intent.amount_received) return null;
    const sale = {
      order: placed,
      payment: { id: intent.id, amountReceived: intent.amount_received, currency: intent.currency },
      mail: this.mails.paid(placed, now),
    };
    if (!within) return (await this.#selling.get(sale))?.paidAt ?? null;
    const sold = await sellOrders(within, [sale]);
    within.afterCommit(() => this.#tellSold([sale], sold));
    return sold.get(placed.id)?.paidAt ?? null;
  }

  #tellSold(sales: Sale[], sold: Map<string, Sold>): void {
    if (sold.size === 0) return;
    this.holds.tellSold([...new Set([...sold.values()].flatMap(({ variantIds }) => variantIds))]);
    this.mails.tellQueued();
    for (const { order } of sales) {
      if (!sold.has(order.id)) continue;
      this.events.emit(orderPaid, { orderId: order.id, showId: order.showId, brandId: order.brandId });
    }
  }

  async #onSucceeded(tx: Tx, order: Order, found: Found, intent: PaymentIntent): Promise<void> {
    if (order.state === 'canceled' || order.paymentIntentId !== intent.id) {
      await this.#refundLate(tx, order, intent);
      return;
    }
    if (order.state !== 'pending') return;
    if (!isFor(intent, order) || intent.amount_received !== order.totalAmount) {
      // Somebody has changed the payment at Stripe. What the buyer did not agree to is not kept.
      const took = `${intent.amount_received} ${intent.currency}`;
      logger.error(
        { orderId: order.id, took, total: `${order.totalAmount} ${order.currency}` },
        'another amount was paid',
      );
      await this.cancel(tx, order, 'payment_canceled');
      await this.#refundLate(tx, order, intent);
      return;
    }
    if (!(await this.#sell(found, intent, tx))) {
      throw new Error(`order ${order.id} is pending without its holds`);
    }
  }

  /** A voucher was made: what it is for is held until it ends. */
  async #onVoucher(tx: Tx, order: Order, voucher: Voucher): Promise<void> {
    if (order.state !== 'pending' || order.payBy) return;
    const { payBy } = voucher;
    await tx.sql(`UPDATE orders SET pay_by = $2 WHERE id = $1`, [order.id, payBy]);
    await this.holds.extendAttached(tx, order.id, new Date(payBy.getTime() + VOUCHER_GRACE_MS));
    await recordHistory(tx, order.id, { kind: 'note', reason: 'voucher', details: { payBy: payBy.toISOString() } });
    await this.mails.voucher(tx, order, voucher);
  }

  /**
   * The last attempt, if it is the one that Stripe has refused: its card was shown there, and the PaymentIntent, read after that, wants
   * another. An attempt that never arrived is still open, whatever the PaymentIntent says of the one before.
   */
  async #refusedAttempt(
    orderId: string,
    intentId: string,
    stripe: StripeClient,
  ): Promise<{ number: number; declineCode: string } | null> {
    const attempt = await this.#lastAttempt(orderId);
    if (!attempt || attempt.declineCode) return null;
    if ((await stripe.intentOfToken(attempt.confirmationTokenId)) !== intentId) return null;
    const { status, last_payment_error: error } = await stripe.retrieve(intentId);
    if (status !== 'requires_payment_method' || !error) return null;
    return { number: attempt.number, declineCode: error.decline_code ?? error.code ?? 'generic_decline' };
  }

  #lastAttempt(orderId: string): Promise<PaymentAttempt | null> {
    return this.database.repository(PaymentAttempt).findOne({ where: { orderId }, order: { number: 'DESC' } });
  }

  /** Money for an order that is over goes back: our record first, the call to Stripe by a job. */
  async #refundLate(tx: Tx, order: Order, intent: PaymentIntent): Promise<void> {
    await tx.sql(`UPDATE orders SET cancel_reason = 'refunded_late' WHERE id = $1 AND state = 'canceled'`, [order.id]);
    const refundId = uuid();
    const { count } = await tx.sql(
      `INSERT INTO refunds (id, order_id, kind, payment_intent_id, amount, reason) VALUES ($1, $2, 'late', $3, $4, 'late payment')
       ON CONFLICT (payment_intent_id) WHERE kind = 'late' AND key IS NULL DO NOTHING`,
      [refundId, order.id, intent.id, intent.amount_received],
    );
    if (count === 0) return;
    await recordHistory(tx, order.id, {
      kind: 'refund',
      reason: 'late payment',
      details: { amount: intent.amount_received },
    });
    await tx.addJob('refund-payment', { refundId });
  }
}

const nameOfSale = ({ order, payment }: Sale) => `${order.id}:${payment.id}`;

/** An order, and when it was read. */
type Found = { placed: PlacedOrder; now: Date };
type Attempt = Pick<PaymentAttempt, 'number' | 'confirmationTokenId'>;

function payRequest(order: PlacedOrder | Order, { number, confirmationTokenId }: Attempt): PayRequest {
  return {
    orderId: order.id,
    attempt: number,
    method: order.paymentMethod,
    amount: order.totalAmount,
    currency: order.currency,
    confirmationTokenId,
    email: order.email,
    returnUrl: statusUrl(order.id),
  };
}

function justPaid(paidAt: Date): OrderProgress {
  const nothingElse = { failure: null, cancelReason: null, refundedAmount: 0, payBy: null, shipping: null };
  return { state: 'paid', paidAt: paidAt.toISOString(), ...nothingElse };
}

function heldGoods(hold: Hold, { lines, totals }: Purchase): { hold: HoldView; totals: Totals } {
  return { hold: holdView(hold, lines[0]!.dealId), totals };
}

/** Why a payment was called off: staff asked for it, the hold was over, or somebody at Stripe's did it. */
async function whyCanceled(tx: Tx, orderId: string): Promise<CancelReason> {
  const { rows } = await tx.sql<{ over: boolean; asked: boolean }>(
    `SELECT COALESCE(bool_or(expires_at <= engawa_now()), false) AS over,
            EXISTS (SELECT FROM order_events WHERE order_id = $1 AND reason = 'cancel_requested') AS asked
     FROM holds WHERE order_id = $1`,
    [orderId],
  );
  const { over, asked } = rows[0]!;
  if (asked) return 'staff';
  return over ? 'hold_expired' : 'payment_canceled';
}

/** Whether a payment is for what the order costs; an order's number alone, anybody with the account's key can write into one. */
function isFor({ amount, currency }: PaymentIntent, order: Order): boolean {
  return amount === order.totalAmount && currency.toUpperCase() === order.currency;
}

type Voucher = Parameters<OrderMails['voucher']>[2];

/** The konbini voucher that a payment waits for. */
function voucherOf({ status, next_action: action }: PaymentIntent): Voucher | null {
  const details = status === 'requires_action' ? action?.konbini_display_details : undefined;
  if (!details) return null;
  const stores = (['familymart', 'lawson', 'ministop', 'seicomart'] as const).flatMap((store) => {
    const codes = details.stores[store];
    if (!codes) return [];
    return [{ store, paymentCode: codes.payment_code, confirmationNumber: codes.confirmation_number ?? null }];
  });
  return { url: details.hosted_voucher_url, payBy: new Date(details.expires_at * 1000), stores };
}

type PaymentStatus = NonNullable<PublicOrder['payment']>['status'];

/** What the browser can act upon; whatever else Stripe may call a state of its own, the payment is on its way. */
function paymentStatus({ status }: PaymentIntent): PaymentStatus {
  const known: readonly string[] = ['requires_action', 'requires_payment_method', 'succeeded', 'canceled'];
  return known.includes(status) ? (status as PaymentStatus) : 'processing';
}
