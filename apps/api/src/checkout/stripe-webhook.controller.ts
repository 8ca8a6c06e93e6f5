import { Controller, Headers, HttpCode, Post, Req, type RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type Stripe from 'stripe';
import { Access } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { StripeClient } from './stripe.client.ts';

/** Verify, store with its job, answer. Only a failure to store is an error to Stripe, which then sends it again. */
@Controller('/api/stripe/webhook')
export class StripeWebhookController {
  constructor(
    private readonly database: Database,
    private readonly stripe: StripeClient,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('public')
  async receive(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<object> {
    const event = this.stripe.verifyWebhook(request.rawBody, signature);
    await this.database.transaction(async (tx) => {
      const { count } = await tx.sql(
        `INSERT INTO stripe_events (id, type, payment_intent_id, payload) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        [event.id, event.type, paymentIntentOf(event), JSON.stringify(event)],
      );
      if (count === 1) await tx.addJob('settle-payment', { eventId: event.id });
    });
    return { received: true };
  }
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
