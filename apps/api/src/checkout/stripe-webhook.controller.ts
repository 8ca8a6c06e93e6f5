import { Controller, Headers, HttpCode, Param, Post, Req, type RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type Stripe from 'stripe';
import { Id } from '#contracts/ids';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Access } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { INSTALLATION } from './settle-payment.job.ts';
import type { SignedEvent, StripeClient } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';

const MOST_OLD_SECONDS = 300;
/** The SDK accepts a webhook from the future; we do not. */
const MOST_AHEAD_SECONDS = 60;

/** Verify, store with its job, answer. Only a failure to store is an error to Stripe, which then sends it again. */
@Controller('/api/stripe/webhook')
export class StripeWebhookController {
  constructor(
    private readonly database: Database,
    private readonly stripes: StripeClients,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('public')
  async receive(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<object> {
    return this.#store([this.stripes.installation], request.rawBody, signature);
  }

  /** The endpoint of a brand's own account. An account that was replaced goes on telling of its orders, signed with its own secret. */
  @Post(':brandId')
  @HttpCode(200)
  @Access('public')
  async receiveForBrand(
    @Param('brandId') brandId: string,
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<object> {
    const accounts = Id.safeParse(brandId).success ? await this.stripes.ownedBy(brandId) : [];
    return this.#store(accounts, request.rawBody, signature);
  }

  /** @param accounts of whose events one may be */
  async #store(accounts: StripeClient[], body: Buffer | undefined, signature: string | undefined): Promise<object> {
    const { event, signedAt, source } = verified(accounts, body, signature);
    await this.database.transaction(async (tx) => {
      // One statement, because a payment sends four. Stripe's clock is the world's: the database's own, and not engawa_now(), which trials
      // may move. That the payment which paid an order has succeeded is no news.
      const { rows } = await tx.sql<{ in_time: boolean; to_do: boolean }>(
        `WITH clock AS (SELECT extract(epoch FROM now())::float8 - $6 BETWEEN -$7::float8 AND $8::float8 AS in_time),
              stored AS (
                INSERT INTO stripe_events (id, source, type, payment_intent_id, payload, processed_at)
                SELECT $1, $2, $3, $4, $5, CASE WHEN NOT $9 OR ($3 = 'payment_intent.succeeded' AND EXISTS (
                  SELECT FROM orders WHERE payment_intent_id = $4 AND state IN ('paid', 'refunded'))) THEN now() END
                FROM clock WHERE in_time ON CONFLICT DO NOTHING RETURNING processed_at)
         SELECT in_time, EXISTS (SELECT FROM stored WHERE processed_at IS NULL) AS to_do FROM clock`,
        [
          event.id,
          source,
          event.type,
          paymentIntentOf(event),
          JSON.stringify(event),
          signedAt,
          MOST_AHEAD_SECONDS,
          MOST_OLD_SECONDS,
          tells(event.type),
        ],
      );
      const { in_time: inTime, to_do: toDo } = rows[0]!;
      if (!inTime) throw new AppError('webhook_signature');
      if (toDo) await tx.addJob('settle-payment', { eventId: event.id, source });
    });
    return { received: true };
  }
}

/**
 * Whether something may have to be done. What a charge does, its PaymentIntent says too, and of a PaymentIntent's making we know, having
 * made it.
 */
function tells(type: string): boolean {
  return /^(payment_intent\.|refund\.|charge\.(refund|dispute))/.test(type) && type !== 'payment_intent.created';
}

/** @throws webhook_signature unless one of these accounts has signed it */
function verified(accounts: StripeClient[], body: Buffer | undefined, signature: string | undefined) {
  const refusals: unknown[] = [];
  for (const account of accounts) {
    try {
      const signed: SignedEvent = account.verifyWebhook(body, signature);
      return { ...signed, source: account.accountId ?? INSTALLATION };
    } catch (error) {
      refusals.push(error);
    }
  }
  logger.warn({ reasons: refusals.map(String) }, 'webhook refused');
  throw new AppError('webhook_signature');
}

/** The PaymentIntent that an event is about; null for what has none. */
function paymentIntentOf(event: Stripe.Event): string | null {
  const subject = event.data.object as {
    object?: string;
    id?: string;
    payment_intent?: string | { id: string } | null;
  };
  if (subject.object === 'payment_intent') return subject.id ?? null;
  const named = subject.payment_intent;
  return typeof named === 'string' ? named : (named?.id ?? null);
}
