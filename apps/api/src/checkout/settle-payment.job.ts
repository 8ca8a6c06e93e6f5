import { Injectable, type OnModuleInit } from '@nestjs/common';
import * as z from 'zod/mini';
import { Id } from '#contracts/ids';
import { logger } from '#platform/logger';
import { validate } from '#platform/validate';
import { Database, Jobs } from '../database/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { Refund, StripeEvent } from './order.entity.ts';
import { StripeClient } from './stripe.client.ts';

/** What the webhook stored, worked off until it is done; and refunds that were decided. */
@Injectable()
export class SettlePaymentJob implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly checkout: CheckoutService,
    private readonly stripe: StripeClient,
  ) {}

  onModuleInit(): void {
    this.jobs.register('settle-payment', (payload) =>
      this.settle(validate(z.object({ eventId: z.string() }), payload).eventId),
    );
    this.jobs.register('refund-payment', (payload) => {
      return this.refund(validate(z.object({ refundId: Id }), payload).refundId);
    });
  }

  /** The event only says that something happened: what is so now is read from Stripe. */
  async settle(eventId: string): Promise<void> {
    const event = await this.database.repository(StripeEvent).findOneBy({ id: eventId });
    if (!event || event.processedAt) return;
    const processed = (queryable: Pick<Database, 'sql'>) =>
      queryable.sql(`UPDATE stripe_events SET processed_at = now() WHERE id = $1`, [eventId]);
    if (!event.paymentIntentId) {
      await processed(this.database);
      return;
    }
    const intent = await this.stripe.retrieve(event.paymentIntentId);
    const orderId = intent.metadata.order_id;
    if (!orderId || !validId(orderId)) {
      logger.info({ paymentIntent: intent.id }, 'a payment that is not ours');
      await processed(this.database);
      return;
    }
    await this.checkout.settle(orderId, intent, async (tx) => {
      await processed(tx);
    });
  }

  async refund(refundId: string): Promise<void> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    if (refund.settledAt) return;
    const stripeRefundId = await this.stripe.refund(refundId, refund.paymentIntentId, refund.amount);
    await this.database.sql(
      `UPDATE refunds SET stripe_refund_id = $2, settled_at = engawa_now() WHERE id = $1 AND settled_at IS NULL`,
      [refundId, stripeRefundId],
    );
  }
}

const validId = (value: string) => Id.safeParse(value).success;
