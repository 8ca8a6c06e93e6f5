import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { logger } from '#platform/logger';
import { Database, Jobs } from '../database/index.ts';
import { RefundsService } from './refunds.service.ts';
import type { StripeClient } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';

const FIRST_SECONDS = 150;
const EVERY_SECONDS = 3_600;
const LOOK_BACK_HOURS = 48;

/**
 * Finds what no webhook told of: refunds made by hand at Stripe's, refunds and disputes that have moved on. So that no order stays frozen, or
 * open for a refund, for want of a message.
 */
@Injectable()
export class SweepRefundsJob implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly refunds: RefundsService,
    private readonly stripes: StripeClients,
  ) {}

  onModuleInit(): void {
    this.jobs.register('sweep-refunds', async () => {
      // Planned before the walk: a walk that fails is one hour late, not the last.
      await this.#plan(EVERY_SECONDS);
      await this.sweep();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#plan(FIRST_SECONDS);
  }

  async sweep(): Promise<void> {
    for (const stripe of await this.stripes.all()) {
      for (const { orderId, intentId } of await this.#toLookAt(stripe)) {
        await this.refunds.sync(orderId, intentId, stripe).catch((error: unknown) => {
          logger.warn({ err: error, orderId }, 'refunds and disputes could not be looked at');
        });
      }
    }
  }

  /** Payments with news at Stripe, and those with something under way here. */
  async #toLookAt(stripe: StripeClient): Promise<{ orderId: string; intentId: string }[]> {
    const since = new Date(Date.now() - LOOK_BACK_HOURS * 3_600_000);
    const news = [...(await stripe.refundsSince(since)), ...(await stripe.disputesSince(since))];
    const intents = news.map(({ payment_intent: intent }) => (typeof intent === 'string' ? intent : intent?.id));
    const { rows } = await this.database.sql<{ orderId: string; intentId: string }>(
      `SELECT id AS "orderId", payment_intent_id AS "intentId" FROM orders
       WHERE stripe_account_id IS NOT DISTINCT FROM $1 AND payment_intent_id IS NOT NULL
         AND (payment_intent_id = ANY($2) OR (disputed_at IS NOT NULL AND dispute_state <> 'lost'))
       UNION
       SELECT o.id, r.payment_intent_id FROM refunds r JOIN orders o ON o.id = r.order_id
       WHERE o.stripe_account_id IS NOT DISTINCT FROM $1
         AND (r.payment_intent_id = ANY($2) OR r.state IN ('requires_action', 'pending'))`,
      [stripe.accountId, intents],
    );
    return rows;
  }

  async #plan(delaySeconds: number): Promise<void> {
    await this.database.transaction((tx) => tx.addJob('sweep-refunds', {}, { delaySeconds, key: 'sweep-refunds' }));
  }
}
