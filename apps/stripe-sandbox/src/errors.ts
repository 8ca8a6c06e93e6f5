import type Stripe from 'stripe';

type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  advice_code?: string;
  network_decline_code?: string;
  charge?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
};

/** An answer that is an error, in Stripe's shape. Thrown before anything was written, or returned by an attempt that failed. */
export class StripeError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
  }

  /** What goes on the wire. */
  toJson() {
    const { code } = this.body;
    return { error: code ? { ...this.body, doc_url: docUrl(code) } : this.body };
  }
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

export function invalidRequest(message: string, param?: string, code?: string): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    message,
    ...(code && { code }),
    ...(param && { param }),
  });
}

/** Stripe knows it and the sandbox does not: refused by name, never ignored. */
export function notModelled(what: string, param?: string): StripeError {
  return invalidRequest(`Stripe sandbox: ${what} exists at Stripe, but the sandbox does not model it.`, param);
}

export function notFound(object: string, id: string, param: string, status = 404): StripeError {
  const message = `No such ${object}: '${id}'`;
  return new StripeError(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** The request asks for something that the PaymentIntent's status forbids. Stripe hands the PaymentIntent back with it. */
export function unexpectedState(message: string, intent: Stripe.PaymentIntent): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: intent,
  });
}
