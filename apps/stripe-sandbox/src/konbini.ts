import { randomInt } from 'node:crypto';
import type Stripe from 'stripe';
import { collect, fail, openAttempt } from './attempts.ts';
import type { Context } from './context.ts';
import { docUrl, invalidRequest } from './errors.ts';
import { emit } from './events.ts';
import { displayAmount } from './money.ts';
import { type Attempt, seconds } from './store.ts';

/** Where the voucher's page is served. */
export const voucherPath = '/voucher/';

export interface KonbiniParams {
  confirmation_number?: string | null;
  expires_after_days?: number | null;
  expires_at?: number | null;
  product_description?: string | null;
  setup_future_usage?: 'none';
}

const least = 120;
const most = 300_000;
const dayMs = 24 * 3600 * 1000;
const japanMs = 9 * 3600 * 1000;
const delayMs = 3 * 60 * 1000;

/** Stripe's documented ways to say what comes of a voucher. Without one it waits for its page, or for its end. */
const outcomes = [
  { number: '11111111110', task: 'payVoucher', after: delayMs },
  { number: '22222222220', email: /succeed_immediately@/, task: 'payVoucher', after: 0 },
  { number: '33333333330', email: /expire_immediately@/, task: 'expireVoucher', after: 0 },
  { number: '44444444440', email: /expire_with_delay@/, task: 'expireVoucher', after: delayMs },
  { number: '55555555550', email: /fill_never@/, task: null, after: 0 },
] as const;
const rejectedNumber = '01234567890';

const option = (name: keyof KonbiniParams) => `payment_method_options[konbini][${name}]`;

/** Refuses what Stripe refuses, and answers the options as the PaymentIntent shows them. */
export function konbiniOptions(params: KonbiniParams): Stripe.PaymentIntent.PaymentMethodOptions.Konbini {
  const {
    confirmation_number: number,
    expires_after_days: days,
    expires_at: time,
    product_description: product,
  } = params;
  if (number && (!/^\d{10,11}$/.test(number) || /^0+$/.test(number)))
    throw invalidRequest(
      'The confirmation number must be 10 to 11 digits, and not all of them zero.',
      option('confirmation_number'),
    );
  if (days && time) {
    const message = 'You may only specify one of these parameters: expires_after_days, expires_at.';
    throw invalidRequest(message, option('expires_at'), 'parameters_exclusive');
  }
  if (typeof days === 'number' && (days < 1 || days > 60))
    throw invalidRequest('`expires_after_days` must be between 1 and 60.', option('expires_after_days'));
  const now = seconds();
  if (time && (time < now + 30 * 60 || time > now + 60 * 24 * 3600))
    throw invalidRequest('`expires_at` must be between 30 minutes and 60 days from now.', option('expires_at'));
  if (product && product.length > 22)
    throw invalidRequest('The product description can be at most 22 characters.', option('product_description'));
  return {
    confirmation_number: number ?? null,
    expires_after_days: days ?? null,
    expires_at: time ?? null,
    product_description: product ?? null,
    ...(params.setup_future_usage && { setup_future_usage: params.setup_future_usage }),
  };
}

/** Gives the buyer codes to pay with at a store, for a PaymentIntent that is confirmed with konbini. */
export function issueVoucher(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  check(intent, paymentMethod);
  const options = intent.payment_method_options?.konbini;
  const given = options?.confirmation_number ?? null;
  if (given === rejectedNumber) {
    const code = 'payment_intent_konbini_rejected_confirmation_number';
    throw invalidRequest('The confirmation number was rejected. Try another.', option('confirmation_number'), code);
  }
  const email = paymentMethod.billing_details.email ?? '';
  const outcome =
    outcomes.find(({ number }) => number === given) ??
    (given ? undefined : outcomes.find((each) => 'email' in each && each.email.test(email)));
  const now = Date.now();
  const { voucher_ago_ms: ago } = context.knobs.values;
  const expiresAt =
    outcome?.task === 'expireVoucher'
      ? Math.floor((now - ago + outcome.after) / 1000)
      : (options?.expires_at ?? endOfDayInJapan(now - ago, options?.expires_after_days ?? 3));

  const open = openAttempt(context, intent, paymentMethod, 'cash');
  const number = given ?? digits(11);
  const store = () => ({ confirmation_number: number, payment_code: digits(6) });
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_action',
    next_action: {
      type: 'konbini_display_details',
      konbini_display_details: {
        expires_at: expiresAt,
        hosted_voucher_url: `${context.url}${voucherPath}${open.id}`,
        stores: { familymart: store(), lawson: store(), ministop: store(), seicomart: store() },
      },
    },
  };
  context.store.save<'payment_intent'>(waiting);
  emit(context, 'payment_intent.requires_action', waiting);
  if (outcome?.task === 'payVoucher')
    context.store.schedule({ kind: 'payVoucher', subject: open.id }, now + outcome.after);
  context.store.schedule({ kind: 'expireVoucher', subject: open.id }, expiresAt * 1000 + ago);
  return waiting;
}

/** The buyer has handed the cash over. */
export function payVoucher(context: Context, open: Attempt): void {
  const intent = context.store.get('payment_intent', open.paymentIntent);
  const paymentMethod = context.store.get('payment_method', open.paymentMethod);
  context.store.closeAttempt(intent.id);
  collect(context, { ...intent, next_action: null }, paymentMethod, { decline: null, authenticated: false });
}

/** Nobody came: the buyer may try again, with konbini or with something else. */
export function expireVoucher(context: Context, open: Attempt): void {
  const intent = context.store.get('payment_intent', open.paymentIntent);
  const code = 'payment_intent_payment_attempt_expired';
  fail(context, intent, {
    type: 'invalid_request_error',
    code,
    doc_url: docUrl(code),
    message:
      'The latest payment attempt of this PaymentIntent has expired. You can provide payment_method_data or a new ' +
      'PaymentMethod to attempt to fulfill this PaymentIntent again.',
    payment_method: context.store.get('payment_method', open.paymentMethod),
  });
}

function check(intent: Stripe.PaymentIntent, { billing_details: billing }: Stripe.PaymentMethod): void {
  for (const field of ['name', 'email'] as const)
    if (!billing[field]) {
      const param = `billing_details[${field}]`;
      throw invalidRequest(`Missing required param: ${param}.`, param, 'parameter_missing');
    }
  if (intent.currency !== 'jpy') {
    const message = `The currency provided (${intent.currency}) is invalid. Payments with konbini support the following currencies: jpy.`;
    throw invalidRequest(message, 'currency');
  }
  if (intent.amount < least)
    throw invalidRequest(`Amount must be at least ${displayAmount(least, 'jpy')} jpy`, 'amount', 'amount_too_small');
  if (intent.amount > most)
    throw invalidRequest(`Amount must be no more than ${displayAmount(most, 'jpy')} jpy`, 'amount', 'amount_too_large');
  if (intent.capture_method === 'manual')
    throw invalidRequest('konbini does not support capture_method=manual.', 'capture_method');
}

/** 23:59:59 in Japan, so many days after the day that it is there now; in seconds. */
function endOfDayInJapan(now: number, days: number): number {
  const today = Math.floor((now + japanMs) / dayMs);
  return ((today + days + 1) * dayMs - japanMs) / 1000 - 1;
}

function digits(length: number): string {
  return Array.from({ length }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join('');
}
