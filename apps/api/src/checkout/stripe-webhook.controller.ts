import { Controller, Headers, HttpCode, Param, Post, Req, type RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type Stripe from 'stripe';
import { Id } from '#contracts/ids';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Access } from '../accounts/index.ts';
import { INSTALLATION } from './settle-payment.job.ts';
import type { SignedEvent, StripeClient } from './stripe.client.ts';
import { StripeInbox } from './stripe-inbox.ts';
import { StripeClients } from './stripe-clients.ts';

/** Verify, store, answer. Only a failure to store is an error to Stripe, which then sends it again. */
@Controller('/api/stripe/webhook')
export class StripeWebhookController {
  constructor(
    private readonly inbox: StripeInbox,
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
    const { id, type } = event;
    const payload = body!.toString('utf8');
    const inTime = await this.inbox.store({
      id,
      source,
      type,
      paymentIntentId: paymentIntentOf(event),
      payload,
      signedAt,
    });
    if (!inTime) throw new AppError('webhook_signature');
    return { received: true };
  }
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
