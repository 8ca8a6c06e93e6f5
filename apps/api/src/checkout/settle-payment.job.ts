import { Injectable, type OnModuleInit } from '@nestjs/common';
import * as z from 'zod/mini';
import { Id } from '#contracts/ids';
import { logger } from '#platform/logger';
import { validate } from '#platform/validate';
import { Database, Jobs } from '../database/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { StripeEvent } from './order.entity.ts';
import { RefundsService } from './refunds.service.ts';
import { StripeClients } from './stripe-clients.ts';

/** What the webhook stored, worked off until it is done; and refunds that were decided. */
@Injectable()
export class SettlePaymentJob implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly checkout: CheckoutService,
    private readonly refunds: RefundsService,
    private readonly stripes: StripeClients,
  ) {}

  onModuleInit(): void {
    this.jobs.register('settle-payment', (payload) => {
      const { eventId, source } = validate(z.object({ eventId: z.string(), source: z.optional(z.string()) }), payload);
      return this.settle(eventId, source);
    });
    this.jobs.register('refund-payment', (payload) => {
      return this.refund(validate(z.object({ refundId: Id }), payload).refundId);
    });
  }

  /** The event only says that something happened: what is so now is read from Stripe. */
  async settle(eventId: string, source = INSTALLATION): Promise<void> {
    const event = await this.database.repository(StripeEvent).findOneBy({ id: eventId, source });
    if (!event || event.processedAt) return;
    const processed = (queryable: Pick<Database, 'sql'>) =>
      queryable.sql(`UPDATE stripe_events SET processed_at = now() WHERE id = $1 AND source = $2`, [eventId, source]);
    if (!event.paymentIntentId) {
      await processed(this.database);
      return;
    }
    const stripe = source === INSTALLATION ? this.stripes.installation : await this.stripes.find(source);
    const intent = await stripe?.find(event.paymentIntentId);
    const orderId = intent?.metadata.order_id;
    if (!stripe || !intent || !orderId || !validId(orderId) || !(await this.#isMadeBy(orderId, stripe.accountId))) {
      logger.info({ paymentIntent: event.paymentIntentId, source }, 'a payment that is not ours');
      await processed(this.database);
      return;
    }
    if (/^(refund|charge\.(refund|dispute))/.test(event.type)) await this.refunds.sync(orderId, intent.id, stripe);
    await this.checkout.settle(orderId, intent, stripe, async (tx) => {
      await processed(tx);
    });
  }

  /** False for an order of another account, which anybody with an account could name in their metadata. */
  async #isMadeBy(orderId: string, accountId: string | null): Promise<boolean> {
    const { rows } = await this.database.sql<{ account: string | null }>(
      `SELECT stripe_account_id AS account FROM orders WHERE id = $1`,
      [orderId],
    );
    return rows[0]?.account === accountId;
  }

  refund(refundId: string): Promise<void> {
    return this.refunds.carryOut(refundId);
  }
}

/** `source` of what came to the installation's own endpoint. */
export const INSTALLATION = 'installation';

const validId = (value: string) => Id.safeParse(value).success;
