import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';

const TIMEOUT_MS = 20_000;
/** The SDK accepts a webhook from the future; we do not. */
const MOST_AHEAD_SECONDS = 60;

export type PaymentIntent = Stripe.PaymentIntent;

/** What a call to pay came to. `unknown`: Stripe did not answer, the payment may or may not exist. */
export type PayOutcome =
  | { kind: 'intent'; intent: PaymentIntent }
  | { kind: 'declined'; declineCode: string; intent: PaymentIntent | null }
  | { kind: 'unknown' };

export interface PayRequest {
  orderId: string;
  attempt: number;
  amount: number;
  currency: string;
  confirmationTokenId: string;
  email: string;
  returnUrl: string;
}

/** The only place that speaks with Stripe, or with the sandbox that stands in for it: one code path, another host. */
@Injectable()
export class StripeClient {
  readonly #stripe: Stripe;

  constructor() {
    const { secretKey, apiUrl } = config.stripe;
    const sandbox = apiUrl ? new URL(apiUrl) : undefined;
    this.#stripe = new Stripe(secretKey, {
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
      ...(sandbox && {
        host: sandbox.hostname,
        port: Number(sandbox.port || (sandbox.protocol === 'https:' ? 443 : 80)),
        protocol: sandbox.protocol === 'https:' ? 'https' : 'http',
      }),
    });
  }

  /** The first attempt: makes the order's PaymentIntent and confirms it. Repeating an attempt answers what it came to before. */
  async create(request: PayRequest): Promise<PayOutcome> {
    return outcome(() =>
      this.#stripe.paymentIntents.create(
        {
          amount: request.amount,
          currency: request.currency.toLowerCase(),
          confirm: true,
          confirmation_token: request.confirmationTokenId,
          allowed_payment_method_types: ['card'],
          use_stripe_sdk: true,
          receipt_email: request.email,
          return_url: request.returnUrl,
          metadata: { order_id: request.orderId },
        },
        { idempotencyKey: attemptKey(request) },
      ),
    );
  }

  /** A later attempt, with another card, on the same PaymentIntent: an order can never be charged twice. */
  async confirm(paymentIntentId: string, request: PayRequest): Promise<PayOutcome> {
    return outcome(() =>
      this.#stripe.paymentIntents.confirm(
        paymentIntentId,
        { confirmation_token: request.confirmationTokenId, use_stripe_sdk: true, return_url: request.returnUrl },
        { idempotencyKey: attemptKey(request) },
      ),
    );
  }

  async retrieve(paymentIntentId: string): Promise<PaymentIntent> {
    return this.#stripe.paymentIntents.retrieve(paymentIntentId);
  }

  /** The PaymentIntent of an order whose answer was lost; null when Stripe has none. */
  async findByOrder(orderId: string, since: Date): Promise<PaymentIntent | null> {
    const created = { gte: Math.floor(since.getTime() / 1000) - 60 };
    for await (const intent of this.#stripe.paymentIntents.list({ created, limit: 100 })) {
      if (intent.metadata.order_id === orderId) return intent;
    }
    return null;
  }

  /** Every PaymentIntent with our metadata made since, for the sweep. */
  async *ours(since: Date): AsyncGenerator<PaymentIntent> {
    const created = { gte: Math.floor(since.getTime() / 1000) };
    for await (const intent of this.#stripe.paymentIntents.list({ created, limit: 100 })) {
      if (intent.metadata.order_id) yield intent;
    }
  }

  /** @returns the PaymentIntent, canceled; or as it is when it can no longer be canceled, because it succeeded */
  async cancel(paymentIntentId: string, orderId: string): Promise<PaymentIntent> {
    try {
      return await this.#stripe.paymentIntents.cancel(
        paymentIntentId,
        { cancellation_reason: 'abandoned' },
        { idempotencyKey: `order:${orderId}:cancel` },
      );
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError) return this.retrieve(paymentIntentId);
      throw error;
    }
  }

  /** @returns Stripe's id of the refund. The record exists before this call, and its id is the key. */
  async refund(refundId: string, paymentIntentId: string, amount: number): Promise<string> {
    const refund = await this.#stripe.refunds.create(
      { payment_intent: paymentIntentId, amount, metadata: { refund_id: refundId } },
      { idempotencyKey: `refund:${refundId}` },
    );
    return refund.id;
  }

  /**
   * Verifies a webhook over the bytes that arrived, before anything else looks at it.
   * @throws webhook_signature for a wrong or old signature, one from the future, or a body that was parsed on the way
   */
  verifyWebhook(rawBody: Buffer | undefined, signature: string | undefined): Stripe.Event {
    if (!rawBody || !signature) throw new AppError('webhook_signature');
    const timestamp = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1]);
    if (!(timestamp <= Date.now() / 1000 + MOST_AHEAD_SECONDS)) throw new AppError('webhook_signature');
    try {
      return this.#stripe.webhooks.constructEvent(rawBody, signature, config.stripe.webhookSecret);
    } catch (error) {
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'webhook refused');
      throw new AppError('webhook_signature');
    }
  }
}

/** Stored, in effect, before the call: the attempt's row is committed. */
function attemptKey({ orderId, attempt }: PayRequest): string {
  return `order:${orderId}:attempt:${attempt}`;
}

async function outcome(call: () => Promise<PaymentIntent>): Promise<PayOutcome> {
  try {
    return { kind: 'intent', intent: await call() };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) {
      const intent = (error.payment_intent as PaymentIntent | undefined) ?? null;
      return { kind: 'declined', declineCode: error.decline_code ?? error.code ?? 'generic_decline', intent };
    }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      logger.warn({ code: error.code, param: error.param, reason: error.message }, 'Stripe refused a payment');
      return { kind: 'declined', declineCode: error.code ?? 'invalid_request', intent: null };
    }
    logger.warn({ err: error }, 'Stripe did not answer a payment');
    return { kind: 'unknown' };
  }
}
