import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import * as z from 'zod/mini';
import { Id } from '#contracts/ids';
import { logger } from '#platform/logger';
import { validate } from '#platform/validate';
import { Database, Jobs, TableQueue } from '../database/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { StripeEvent } from './order.entity.ts';
import { RefundsService } from './refunds.service.ts';
import { StripeClients } from './stripe-clients.ts';

const EVERY_MS = 1_000;
/** As a rule a payment's own call is answered at the same moment: after it the event has nothing more to say. */
const SOON_MS = 200;
const LANES = 5;
/** Longer than settling may take, its calls to Stripe included. */
const TAKEN_FOR = '3 minutes';
const LONGEST_PAUSE_SECONDS = 3_600;

/** What the webhook stored, worked off until it is done; and refunds that were decided. */
@Injectable()
export class SettlePaymentJob implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #inbox = new TableQueue<DueEvent>({
    name: 'events of Stripe',
    everyMs: EVERY_MS,
    lanes: LANES,
    take: (atMost) => this.#take(atMost),
    work: (event) => this.#work(event),
  });

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly checkout: CheckoutService,
    private readonly refunds: RefundsService,
    private readonly stripes: StripeClients,
  ) {}

  onModuleInit(): void {
    this.jobs.register('refund-payment', (payload) => {
      return this.refund(validate(z.object({ refundId: Id }), payload).refundId);
    });
  }

  /** What a process that died was at is begun again; that another may be at it still is harmless. */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.sql(
      `UPDATE stripe_events SET taken_until = NULL WHERE processed_at IS NULL AND taken_until IS NOT NULL`,
    );
    this.#inbox.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#inbox.stop();
  }

  /** Something was stored. */
  soon(): void {
    this.#inbox.soon(SOON_MS);
  }

  /** That the payment which paid an order has succeeded is no news: such events are done with, together. */
  async #take(atMost: number): Promise<DueEvent[]> {
    const { rows } = await this.database.planned.sql<DueEvent>(
      `WITH no_news AS (
         UPDATE stripe_events e SET processed_at = now()
         WHERE processed_at IS NULL AND next_at <= now() AND type = 'payment_intent.succeeded' AND EXISTS (
           SELECT FROM orders o WHERE o.payment_intent_id = e.payment_intent_id AND o.state IN ('paid', 'refunded')
             AND COALESCE(o.stripe_account_id::text, '${INSTALLATION}') = e.source)
         RETURNING id, source
       )
       UPDATE stripe_events SET taken_until = now() + $2::interval, attempts = attempts + 1
       WHERE (id, source) IN (
         SELECT id, source FROM stripe_events e
         WHERE processed_at IS NULL AND next_at <= now() AND (taken_until IS NULL OR taken_until < now())
           AND NOT EXISTS (SELECT FROM no_news n WHERE (n.id, n.source) = (e.id, e.source))
         ORDER BY received_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id, source, attempts`,
      [atMost, TAKEN_FOR],
    );
    return rows;
  }

  async #work({ id, source, attempts }: DueEvent): Promise<void> {
    try {
      await this.settle(id, source);
    } catch (error) {
      await this.database.sql(
        `UPDATE stripe_events SET next_at = now() + make_interval(secs => $3), taken_until = NULL WHERE id = $1 AND source = $2`,
        [id, source, Math.min(Math.exp(Math.min(attempts, 10)), LONGEST_PAUSE_SECONDS)],
      );
      throw error;
    }
  }

  /** The event only says that something happened: what is so now is read from Stripe. */
  async settle(eventId: string, source = INSTALLATION): Promise<void> {
    const event = await this.database.repository(StripeEvent).findOneBy({ id: eventId, source });
    if (!event || event.processedAt) return;
    const processed = () =>
      this.database.sql(`UPDATE stripe_events SET processed_at = now() WHERE id = $1 AND source = $2`, [
        eventId,
        source,
      ]);
    if (!event.paymentIntentId) {
      await processed();
      return;
    }
    const stripe = source === INSTALLATION ? this.stripes.installation : await this.stripes.find(source);
    const intent = await stripe?.find(event.paymentIntentId);
    const orderId = intent?.metadata.order_id;
    if (!stripe || !intent || !orderId || !validId(orderId) || !(await this.#isMadeBy(orderId, stripe.accountId))) {
      logger.info({ paymentIntent: event.paymentIntentId, source }, 'a payment that is not ours');
      await processed();
      return;
    }
    if (/^(refund|charge\.(refund|dispute))/.test(event.type)) await this.refunds.sync(orderId, intent.id, stripe);
    await this.checkout.settle(orderId, intent, stripe);
    await processed();
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

type DueEvent = Pick<StripeEvent, 'id' | 'source' | 'attempts'>;

/** `source` of what came to the installation's own endpoint. */
export const INSTALLATION = 'installation';

const validId = (value: string) => Id.safeParse(value).success;
