import type Stripe from 'stripe';
import { withBalance } from './balance.ts';
import { type Decline, declines } from './cards.ts';
import { chargeFor } from './charges.ts';
import type { Context } from './context.ts';
import { StripeError, docUrl } from './errors.ts';
import { emit } from './events.ts';
import { type Attempt, newId } from './store.ts';

type Intent = Stripe.PaymentIntent;

/** Charges a confirmed PaymentIntent, or asks the buyer to authenticate first. A decline is an answer, and is kept. */
export function attempt(
  context: Context,
  intent: Intent,
  paymentMethod: Stripe.PaymentMethod,
  options: { returnUrl: string | null; useStripeSdk: boolean },
): Intent | StripeError {
  const scenario = context.store.scenarioOf(paymentMethod.id);
  if (scenario.kind !== 'authenticates') {
    const decline = scenario.kind === 'declines' ? scenario.decline : null;
    return collect(context, intent, paymentMethod, { decline, authenticated: false });
  }
  const open = openAttempt(context, intent, paymentMethod, 'authentication', options.returnUrl);
  const url = `${context.url}/3ds/${open.id}`;
  const waiting: Intent = {
    ...intent,
    status: 'requires_action',
    next_action:
      options.returnUrl && !options.useStripeSdk
        ? { type: 'redirect_to_url', redirect_to_url: { return_url: options.returnUrl, url } }
        : {
            type: 'use_stripe_sdk',
            use_stripe_sdk: { type: 'three_d_secure_redirect', source: open.id, stripe_js: url },
          },
  };
  context.store.save<'payment_intent'>(waiting);
  emit(context, 'payment_intent.requires_action', waiting);
  return waiting;
}

/** The end of the buyer's authentication. Answers the PaymentIntent as it is then, paid or not. */
export function finishAuthentication(context: Context, open: Attempt, passed: boolean): Intent {
  const intent = context.store.get('payment_intent', open.paymentIntent);
  const paymentMethod = context.store.get('payment_method', open.paymentMethod);
  context.store.closeAttempt(intent.id);
  if (passed) {
    const scenario = context.store.scenarioOf(paymentMethod.id);
    const decline = scenario.kind === 'authenticates' && scenario.then === 'declines' ? 'generic_decline' : null;
    collect(context, { ...intent, next_action: null }, paymentMethod, { decline, authenticated: true });
  } else {
    const code = 'payment_intent_authentication_failure';
    const message =
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
      'PaymentMethod to attempt to fulfill this PaymentIntent again.';
    fail(context, intent, {
      type: 'invalid_request_error',
      code,
      doc_url: docUrl(code),
      message,
      payment_method: paymentMethod,
    });
  }
  return context.store.get('payment_intent', intent.id);
}

/** A payment that the bank has been thinking about goes through. */
export function settle(context: Context, open: Attempt): void {
  const intent = context.store.get('payment_intent', open.paymentIntent);
  const paymentMethod = context.store.get('payment_method', open.paymentMethod);
  const authenticated = context.store.scenarioOf(paymentMethod.id).kind === 'authenticates';
  succeed(context, { ...intent, processing: null }, paymentMethod, authenticated);
}

/** Takes the money, or lets the bank think about it for as long as the knob says. */
export function collect(
  context: Context,
  intent: Intent,
  paymentMethod: Stripe.PaymentMethod,
  result: { decline: Decline | null; authenticated: boolean },
): Intent | StripeError {
  if (result.decline) return decline(context, intent, paymentMethod, result.decline, result.authenticated);
  const { processing_ms: wait } = context.knobs.values;
  if (wait === 0) return succeed(context, intent, paymentMethod, result.authenticated);
  const open = openAttempt(context, intent, paymentMethod, 'bank');
  context.store.schedule({ kind: 'settle', subject: open.id }, Date.now() + wait);
  const card = paymentMethod.type === 'card';
  const processing: Intent = { ...intent, status: 'processing', processing: card ? { type: 'card', card: {} } : null };
  context.store.save<'payment_intent'>(processing);
  emit(context, 'payment_intent.processing', processing);
  return processing;
}

function succeed(
  context: Context,
  intent: Intent,
  paymentMethod: Stripe.PaymentMethod,
  authenticated: boolean,
): Intent {
  const captured = intent.capture_method !== 'manual';
  const made = chargeFor(intent, paymentMethod, { decline: null, authenticated, captured });
  const paid = intent.capture_method === 'automatic' ? withBalance(context, made) : made;
  const done: Intent = {
    ...intent,
    latest_charge: paid.id,
    ...(captured
      ? { status: 'succeeded', amount_received: intent.amount }
      : { status: 'requires_capture', amount_capturable: intent.amount }),
  };
  context.store.closeAttempt(intent.id);
  context.store.save<'charge'>(paid);
  context.store.save<'payment_intent'>(done);
  emit(context, 'charge.succeeded', paid);
  emit(context, captured ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', done);
  const scenario = context.store.scenarioOf(paymentMethod.id);
  if (intent.capture_method === 'automatic_async')
    context.store.schedule({ kind: 'attachBalance', subject: paid.id }, Date.now());
  if (captured && scenario.kind === 'succeeds' && scenario.disputed)
    context.store.schedule({ kind: 'openDispute', subject: paid.id }, Date.now());
  return done;
}

function decline(
  context: Context,
  intent: Intent,
  paymentMethod: Stripe.PaymentMethod,
  reason: Decline,
  authenticated: boolean,
): StripeError {
  const failed = chargeFor(intent, paymentMethod, { decline: reason, authenticated, captured: false });
  const error = {
    type: 'card_error' as const,
    ...declines[reason],
    charge: failed.id,
    payment_method: paymentMethod,
  };
  context.store.save<'charge'>(failed);
  emit(context, 'charge.failed', failed);
  const doc_url = docUrl(error.code);
  const left = fail(context, { ...intent, latest_charge: failed.id }, { ...error, doc_url });
  return new StripeError(402, { ...error, payment_intent: left });
}

/** The method is taken off, so that the buyer may try with another. */
export function fail(context: Context, intent: Intent, error: Stripe.PaymentIntent.LastPaymentError): Intent {
  const failed: Intent = {
    ...intent,
    status: 'requires_payment_method',
    last_payment_error: error,
    next_action: null,
    payment_method: null,
  };
  context.store.closeAttempt(intent.id);
  context.store.save<'payment_intent'>(failed);
  emit(context, 'payment_intent.payment_failed', failed);
  return failed;
}

export function openAttempt(
  context: Context,
  intent: Intent,
  paymentMethod: Stripe.PaymentMethod,
  waitsFor: Attempt['waitsFor'],
  returnUrl: string | null = null,
): Attempt {
  const open: Attempt = {
    id: newId('src_'),
    paymentIntent: intent.id,
    paymentMethod: paymentMethod.id,
    returnUrl,
    waitsFor,
  };
  context.store.openAttempt(open);
  return open;
}
