import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { RefundState } from '#contracts/orders';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import type { Actor } from '../accounts/index.ts';
import { Database, type Tx } from '../database/index.ts';
import { isFrozen, noteDisputes } from './disputes.ts';
import { oldestFailed } from './failed-refunds.ts';
import { Order, Refund } from './order.entity.ts';
import { OrderMails } from './order-mails.ts';
import { lockOrder, recordHistory } from './order-state.ts';
import { claimRefund, noteRefund, type RefundNews } from './refund-record.ts';
import { RefundRefused, RefundUnsure, type StripeClient, type StripeRefund } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';

/** A press of Refund. */
export interface RefundWish {
  key: string;
  amount: number;
  reason: string;
}

/** Money goes back: our own record first, then the call to Stripe by a job, then whatever Stripe says became of it. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly database: Database,
    private readonly stripes: StripeClients,
    private readonly mails: OrderMails,
  ) {}

  /**
   * Decides a refund of a locked order of the actor's. The same key decides once.
   * @returns whether it was decided now
   * @throws disputed, order_transition, refund_too_large { left }; conflict for a key that stands for another amount
   */
  async decide(tx: Tx, order: Order, wish: RefundWish, actor: Actor): Promise<boolean> {
    const existing = await tx.repository(Refund).findOneBy({ orderId: order.id, key: wish.key });
    if (existing) {
      if (existing.amount !== wish.amount) throw new AppError('conflict', {}, 'the key stands for another refund');
      return false;
    }
    if (isFrozen(order, 'refund')) throw new AppError('disputed');
    if ((order.state !== 'paid' && order.state !== 'refunded') || order.paymentIntentId === null) {
      throw new AppError('order_transition', { from: order.state, to: 'refunded' });
    }
    await claimRefund(tx, order, wish.amount);
    const id = uuid();
    await tx.repository(Refund).insert({
      id,
      orderId: order.id,
      kind: 'staff',
      key: wish.key,
      paymentIntentId: order.paymentIntentId,
      amount: wish.amount,
      reason: wish.reason,
      memberId: actor.memberId,
    });
    await recordHistory(tx, order.id, {
      kind: 'refund',
      reason: 'requested',
      memberId: actor.memberId,
      details: { refundId: id, amount: wish.amount, reason: wish.reason },
    });
    await tx.addJob('refund-payment', { refundId: id });
    return true;
  }

  /**
   * Asks Stripe for a refund that was decided, and writes down the answer. What Stripe refuses for good fails, and often because somebody
   * has given the money back there: that is looked for at once. What Stripe did not answer is asked again by the job.
   */
  async carryOut(refundId: string): Promise<void> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    if (refund.settledAt) return;
    const order = await this.database.repository(Order).findOneByOrFail({ id: refund.orderId });
    const stripe = await this.stripes.ofAccount(order.stripeAccountId);
    const news = await this.#ask(refund, stripe);
    await this.#note(refund, news);
    if (news.state !== 'failed' || news.stripeRefundId !== null) return;
    await this.sync(order.id, refund.paymentIntentId, stripe).catch((error: unknown) => {
      logger.warn({ err: error, orderId: order.id }, 'refunds at Stripe could not be looked at: the sweep will');
    });
  }

  /** Brings refunds and disputes of a payment to what Stripe says of them now. A refund made by hand at Stripe's becomes one of ours. */
  async sync(orderId: string, paymentIntentId: string, stripe: StripeClient): Promise<void> {
    const refunds = await stripe.refundsOf(paymentIntentId);
    for (const one of refunds.toSorted((a, b) => a.created - b.created)) {
      const ours = await this.#ourRecord(orderId, one);
      if (ours) await this.#note(ours, newsOf(one));
      else await this.#adopt(orderId, paymentIntentId, one);
    }
    const disputes = await stripe.disputesOf(paymentIntentId);
    if (disputes.length === 0) return;
    await this.database.transaction((tx) => noteDisputes(tx, orderId, paymentIntentId, disputes));
  }

  async #ask(refund: Refund, stripe: StripeClient): Promise<RefundNews> {
    // Keys do not last for ever at Stripe, and a new attempt has a new one: what has been done already is found by our id in it.
    const there = await stripe.refundsOf(refund.paymentIntentId);
    const done = there.find((one) => one.metadata?.refund_id === refund.id);
    if (done) return newsOf(done);
    const stranger = refund.insteadOf === null ? undefined : await this.#stranger(refund, there);
    if (stranger) {
      const failure = `${stranger.id} was made at Stripe meanwhile`;
      return { state: 'failed', stripeRefundId: null, failure, failureCode: 'made_at_stripe' };
    }
    try {
      return newsOf(await stripe.refund(refund.id, refund.paymentIntentId, refund.amount, refund.attempt));
    } catch (error) {
      if (error instanceof RefundRefused) {
        logger.warn({ refundId: refund.id, code: error.code, reason: error.message }, 'Stripe refused a refund');
        return { state: 'failed', stripeRefundId: null, failure: error.message, failureCode: error.code ?? null };
      }
      if (error instanceof RefundUnsure && error.isKept) {
        await this.database.sql(`UPDATE refunds SET attempt = attempt + 1 WHERE id = $1 AND attempt = $2`, [
          refund.id,
          refund.attempt,
        ]);
      }
      throw error;
    }
  }

  async #note(refund: Refund, news: RefundNews): Promise<void> {
    await this.database.transaction(async (tx) => {
      const order = (await lockOrder(tx, refund.orderId))!;
      const isNew = await noteRefund(tx, order, refund.id, news);
      if (isNew) await this.mails.refunded(tx, order, { ...refund, isLate: refund.kind === 'late' });
    });
  }

  /**
   * A refund of the same payment that stands at Stripe's, and of which whoever tries again did not know: our books do not have it, or only
   * since then, told by a webhook that was faster; or it is the one that had failed.
   */
  async #stranger(refund: Refund, there: StripeRefund[]): Promise<StripeRefund | undefined> {
    for (const one of there) {
      if (isOver(one)) continue;
      const ours = await this.#ourRecord(refund.orderId, one);
      if (!ours || ours.failure !== null || ours.id === refund.insteadOf) return one;
      if (ours.kind === 'stripe' && ours.id > refund.id) return one;
    }
    return undefined;
  }

  async #ourRecord(orderId: string, one: StripeRefund): Promise<Refund | null> {
    const named = one.metadata?.refund_id ?? '';
    const { rows } = await this.database.sql<{ id: string }>(
      `SELECT id FROM refunds WHERE order_id = $1 AND (stripe_refund_id = $2 OR id::text = $3)`,
      [orderId, one.id, named],
    );
    return rows[0] ? this.database.repository(Refund).findOneBy({ id: rows[0].id }) : null;
  }

  /**
   * A refund that somebody made in Stripe's own pages: of the order's payment, where it may be what was done for one that failed, or of a
   * late one.
   */
  async #adopt(orderId: string, paymentIntentId: string, one: StripeRefund): Promise<void> {
    if (isOver(one)) return;
    await this.database.transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      const isSale =
        order?.paymentIntentId === paymentIntentId && (order.state === 'paid' || order.state === 'refunded');
      const isLate = !isSale && (await tx.repository(Refund).existsBy({ orderId, paymentIntentId, kind: 'late' }));
      if (!order || (!isSale && !isLate)) {
        logger.warn({ orderId, refund: one.id }, 'a refund at Stripe has no paid order');
        return;
      }
      if (await tx.repository(Refund).existsBy({ stripeRefundId: one.id })) return;
      const insteadOf = isSale ? await oldestFailed(tx, orderId, one.amount) : null;
      // While a refund of ours, that Stripe will now refuse, still claims the amount, this one waits for its next try.
      if (isSale) await claimRefund(tx, order, one.amount);
      const id = uuid();
      await tx.repository(Refund).insert({
        id,
        orderId,
        kind: isSale ? 'stripe' : 'late',
        key: isSale ? null : `stripe:${one.id}`,
        paymentIntentId,
        amount: one.amount,
        reason: one.reason ?? 'made at Stripe',
        insteadOf,
        stripeRefundId: one.id,
      });
      if (await noteRefund(tx, order, id, newsOf(one))) {
        await this.mails.refunded(tx, order, { id, amount: one.amount, isLate });
      }
    });
  }
}

const isOver = ({ status }: StripeRefund) => status === 'failed' || status === 'canceled';

/** Stripe names the states of a refund as we do; one that it does not name is on its way. */
function newsOf(refund: StripeRefund): RefundNews {
  const known: readonly RefundState[] = ['requires_action', 'pending', 'succeeded', 'canceled', 'failed'];
  const state = known.find((one) => one === refund.status) as RefundNews['state'] | undefined;
  const failure = refund.failure_reason ?? null;
  return { state: state ?? 'pending', stripeRefundId: refund.id, failure, failureCode: failure };
}
