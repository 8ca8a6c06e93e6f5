import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Id } from '#contracts/ids';
import { logger } from '#platform/logger';
import { Database, Jobs } from '../database/index.ts';
import { CheckoutService } from './checkout.service.ts';
import type { StripeClient } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';

const FIRST_SECONDS = 120;
const EVERY_SECONDS = 3_600;
const LOOK_BACK_HOURS = 48;

/**
 * Walks through Stripe's books for money of ours that no webhook told of: what succeeded is settled as if one had, so that a late payment becomes a
 * refund and never a paid buyer without an order.
 */
@Injectable()
export class SweepPaymentsJob implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly checkout: CheckoutService,
    private readonly stripes: StripeClients,
  ) {}

  onModuleInit(): void {
    this.jobs.register('sweep-payments', async () => {
      // Planned before the walk: a walk that fails is one hour late, not the last.
      await this.#plan(EVERY_SECONDS);
      await this.sweep();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#plan(FIRST_SECONDS);
  }

  /**
   * All accounts, whatever becomes of one: a brand that has withdrawn its key at Stripe stands in nobody else's way.
   * @returns how many succeeded payments were looked at
   */
  async sweep(): Promise<number> {
    const walks = (await this.stripes.all()).map((stripe) => this.#walk(stripe));
    const results = await Promise.allSettled(walks);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
  }

  async #walk(stripe: StripeClient): Promise<number> {
    let seen = 0;
    for await (const intent of stripe.ours(new Date(Date.now() - LOOK_BACK_HOURS * 3_600_000))) {
      const orderId = intent.metadata.order_id ?? '';
      if (intent.status !== 'succeeded') continue;
      seen += 1;
      if (Id.safeParse(orderId).success) await this.checkout.settle(orderId, intent, stripe);
      else logger.error({ paymentIntent: intent.id }, 'a payment names an order that cannot be');
    }
    return seen;
  }

  async #plan(delaySeconds: number): Promise<void> {
    await this.database.transaction((tx) => tx.addJob('sweep-payments', {}, { delaySeconds, key: 'sweep-payments' }));
  }
}
