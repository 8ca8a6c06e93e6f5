import Stripe from 'stripe';
import { v7 as uuid } from 'uuid';
import type { PaymentMethod } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';

const TIMEOUT_MS = 20_000;
/** A voucher is paid until the end of the third day, Japan's time. */
const VOUCHER_DAYS = 3;

export type PaymentIntent = Stripe.PaymentIntent;
export type StripeRefund = Stripe.Refund;
export type StripeDispute = Stripe.Dispute;

/** Stripe will not give this money back, however often it is asked. */
export class RefundRefused extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

/** Stripe did not answer, or not with what it did. `isKept`: the same key will get the same failure for ever. */
export class RefundUnsure extends Error {
  constructor(
    cause: unknown,
    readonly isKept: boolean,
  ) {
    super('Stripe did not answer a refund', { cause });
  }
}

/**
 * What a call to pay came to. `unknown`: Stripe did not answer, the payment may or may not exist, and the same call may be repeated.
 * `failed`: Stripe broke down and keeps that as the answer to this attempt's key; only another attempt can come to something.
 */
export type PayOutcome =
  | { kind: 'intent'; intent: PaymentIntent }
  | { kind: 'declined'; declineCode: string; intent: PaymentIntent | null }
  | { kind: 'failed' }
  | { kind: 'unknown' };

export interface PayRequest {
  orderId: string;
  attempt: number;
  method: PaymentMethod;
  amount: number;
  currency: string;
  confirmationTokenId: string;
  email: string;
  returnUrl: string;
}

export interface SignedEvent {
  event: Stripe.Event;
  /** In seconds. */
  signedAt: number;
}

/** What opens an account at Stripe. */
export interface StripeKeys {
  /** `stripe_accounts.id`; null for the installation's own account. */
  accountId: string | null;
  secretKey: string;
  publishableKey: string;
  webhookSecret: string;
  /** Where the sandbox is that stands in for Stripe. */
  apiUrl: string | undefined;
}

/**
 * The only place that speaks with Stripe, or with the sandbox that stands in for it: one code path, another host. One client for each
 * account; `StripeClients` has them.
 */
export class StripeClient {
  readonly #stripe: Stripe;
  readonly accountId: string | null;
  readonly publishableKey: string;
  readonly apiUrl: string | undefined;
  readonly #webhookSecret: string;

  constructor({ accountId, secretKey, publishableKey, webhookSecret, apiUrl }: StripeKeys) {
    this.accountId = accountId;
    this.publishableKey = publishableKey;
    this.apiUrl = apiUrl;
    this.#webhookSecret = webhookSecret;
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

  /** Whose account the keys open, by Stripe's own name: acct_… Changes nothing there. */
  async whose(): Promise<string> {
    return (await this.#stripe.accounts.retrieveCurrent()).id;
  }

  /** One attempt to pay: makes the order's PaymentIntent, or tries another card on it. Repeating an attempt answers what it came to before. */
  pay(paymentIntentId: string | null, request: PayRequest): Promise<PayOutcome> {
    return outcome(async () => {
      // A first attempt that Stripe has failed may have made a PaymentIntent all the same. There must not be two.
      const known =
        paymentIntentId ?? (request.attempt > 1 ? ((await this.findByOrder(request.orderId))?.id ?? null) : null);
      return known === null ? this.#create(request) : this.#confirm(known, request);
    });
  }

  #create(request: PayRequest): Promise<PaymentIntent> {
    return this.#stripe.paymentIntents.create(
      {
        amount: request.amount,
        currency: request.currency.toLowerCase(),
        confirm: true,
        confirmation_token: request.confirmationTokenId,
        allowed_payment_method_types: [request.method],
        ...(request.method === 'konbini' && {
          payment_method_options: { konbini: { expires_after_days: VOUCHER_DAYS } },
        }),
        use_stripe_sdk: true,
        receipt_email: request.email,
        return_url: request.returnUrl,
        metadata: { order_id: request.orderId },
      },
      { idempotencyKey: attemptKey(request) },
    );
  }

  /** On the same PaymentIntent, so that an order can never be charged twice. */
  #confirm(paymentIntentId: string, request: PayRequest): Promise<PaymentIntent> {
    return this.#stripe.paymentIntents.confirm(
      paymentIntentId,
      { confirmation_token: request.confirmationTokenId, use_stripe_sdk: true, return_url: request.returnUrl },
      { idempotencyKey: attemptKey(request) },
    );
  }

  async retrieve(paymentIntentId: string): Promise<PaymentIntent> {
    return this.#stripe.paymentIntents.retrieve(paymentIntentId);
  }

  /** @returns null for a PaymentIntent that this account does not have */
  async find(paymentIntentId: string): Promise<PaymentIntent | null> {
    try {
      return await this.retrieve(paymentIntentId);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing') return null;
      throw error;
    }
  }

  /** For a page that waits and asks again by itself: an answer soon, or none. */
  async retrieveNow(paymentIntentId: string): Promise<PaymentIntent> {
    return this.#stripe.paymentIntents.retrieve(paymentIntentId, {}, { timeout: 3_000, maxNetworkRetries: 0 });
  }

  /** The PaymentIntent that a card was shown to; null for one that never arrived. */
  async intentOfToken(confirmationTokenId: string): Promise<string | null> {
    return (await this.#stripe.confirmationTokens.retrieve(confirmationTokenId)).payment_intent;
  }

  /** The PaymentIntent of an order whose answer was lost; null when Stripe has none. */
  async findByOrder(orderId: string): Promise<PaymentIntent | null> {
    const created = { gte: Math.floor(madeAt(orderId) / 1000) - 60 };
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

  /**
   * A key of its own for each call: a second cancel does nothing, and Stripe would keep a failure as the answer to the first key.
   * @returns the PaymentIntent, canceled; or as it is when it can no longer be canceled, because it succeeded
   */
  async cancel(paymentIntentId: string): Promise<PaymentIntent> {
    try {
      return await this.#stripe.paymentIntents.cancel(
        paymentIntentId,
        { cancellation_reason: 'abandoned' },
        { idempotencyKey: `cancel:${paymentIntentId}:${uuid()}` },
      );
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError) return this.retrieve(paymentIntentId);
      throw error;
    }
  }

  /**
   * Gives money back. The record exists before this call, and its id and the number of the attempt are the key.
   * @throws RefundRefused when Stripe will never do it; RefundUnsure `isKept` when it broke down and keeps that as the answer to this key
   */
  async refund(refundId: string, paymentIntentId: string, amount: number, attempt = 1): Promise<StripeRefund> {
    try {
      return await this.#stripe.refunds.create(
        { payment_intent: paymentIntentId, amount, metadata: { refund_id: refundId } },
        { idempotencyKey: `refund:${refundId}${attempt > 1 ? `:attempt:${attempt}` : ''}` },
      );
    } catch (error) {
      if (isFinal(error)) {
        throw new RefundRefused(
          error.message,
          error.code ?? (error.param === 'amount' ? 'amount_too_large' : undefined),
        );
      }
      throw new RefundUnsure(error, isKeptFailure(error));
    }
  }

  /** Everything that was given back of a payment, by us or by hand at Stripe's. */
  refundsOf(paymentIntentId: string): Promise<StripeRefund[]> {
    return all(this.#stripe.refunds.list({ payment_intent: paymentIntentId, limit: 100 }));
  }

  disputesOf(paymentIntentId: string): Promise<StripeDispute[]> {
    return all(this.#stripe.disputes.list({ payment_intent: paymentIntentId, limit: 100 }));
  }

  /** Of the whole account, made since. */
  refundsSince(since: Date): Promise<StripeRefund[]> {
    return all(this.#stripe.refunds.list({ created: { gte: Math.floor(since.getTime() / 1000) }, limit: 100 }));
  }

  disputesSince(since: Date): Promise<StripeDispute[]> {
    return all(this.#stripe.disputes.list({ created: { gte: Math.floor(since.getTime() / 1000) }, limit: 100 }));
  }

  /**
   * Verifies a webhook over the bytes that arrived, before anything else looks at it.
   * @returns the event, and when Stripe signed it, in seconds: whether that is a sane time, the database's clock decides
   * @throws webhook_signature for a wrong signature or a body that was parsed on the way
   */
  verifyWebhook(rawBody: Buffer | undefined, signature: string | undefined): SignedEvent {
    if (!rawBody || !signature) throw new AppError('webhook_signature');
    try {
      const anyTime = 0;
      const event = this.#stripe.webhooks.constructEvent(rawBody, signature, this.#webhookSecret, anyTime);
      // Where a header names several times, the SDK has verified the last.
      const times = signature.split(',').filter((item) => item.startsWith('t='));
      return { event, signedAt: Number.parseInt(times.at(-1)!.slice(2), 10) };
    } catch (error) {
      throw new AppError('webhook_signature', undefined, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Stored, in effect, before the call: the attempt's row is committed. */
function attemptKey({ orderId, attempt }: PayRequest): string {
  return `order:${orderId}:attempt:${attempt}`;
}

/** When an order was really made, by its UUIDv7, in milliseconds. Its placed_at may follow a clock that Stripe does not know. */
function madeAt(orderId: string): number {
  return Number.parseInt(orderId.replaceAll('-', '').slice(0, 12), 16);
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
      // Paid, on its way or over already: what the payment is now decides, not this call.
      const intent = error.payment_intent as PaymentIntent | undefined;
      if (error.code === 'payment_intent_unexpected_state' && intent) return { kind: 'intent', intent };
      logger.warn({ code: error.code, param: error.param, reason: error.message }, 'Stripe refused a payment');
      return { kind: 'declined', declineCode: error.code ?? 'invalid_request', intent: null };
    }
    logger.warn({ err: error }, 'Stripe did not answer a payment');
    return { kind: isKeptFailure(error) ? 'failed' : 'unknown' };
  }
}

/** Whether Stripe refuses for good. That the same key is in use just now is no refusal: the other call may come to something. */
function isFinal(error: unknown): error is Stripe.errors.StripeError {
  if (error instanceof Stripe.errors.StripePermissionError) return true;
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409;
}

/** Stripe broke down once, and answers so to every repetition of the key. */
function isKeptFailure(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeAPIError && error.headers?.['idempotent-replayed'] === 'true';
}

async function all<T extends { id: string }>(pages: Stripe.ApiListPromise<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of pages) found.push(one);
  return found;
}
