import type Stripe from 'stripe';
import { attempt } from './attempts.ts';
import { releaseAuthorization } from './capture.ts';
import { useConfirmationToken } from './confirmation-tokens.ts';
import type { Context } from './context.ts';
import { type StripeError, invalidRequest, notFound, notModelled, unexpectedState } from './errors.ts';
import { emit } from './events.ts';
import { issueVoucher } from './konbini.ts';
import { mergeMetadata } from './metadata.ts';
import { checkMoney } from './money.ts';
import {
  type ConfirmParams,
  type CreateParams,
  type UpdateParams,
  checkMethod,
  checkTypes,
  checkUrl,
  methodTypes,
  optionsOf,
  shippingOf,
} from './payment-intent-params.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { newId, seconds } from './store.ts';

type Intent = Stripe.PaymentIntent;

/** An error that is the answer to a change that was made: a declined card. The change stays. */
type Outcome = Intent | StripeError;

export function createPaymentIntent(context: Context, params: CreateParams): Outcome {
  const currency = checkMoney(params.amount, params.currency);
  if (params.confirmation_method === 'manual') throw notModelled('confirmation_method=manual', 'confirmation_method');
  if (params.automatic_payment_methods?.enabled === false && !params.allowed_payment_method_types)
    throw notModelled('automatic_payment_methods[enabled]=false without allowed types', 'automatic_payment_methods');
  for (const param of ['return_url', 'confirmation_token', 'use_stripe_sdk'] as const)
    if (!params.confirm && params[param] !== undefined) {
      const message = `The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`;
      throw invalidRequest(message, param);
    }
  checkTypes(params.allowed_payment_method_types, currency);
  const id = newId('pi_');
  const paymentMethod = params.payment_method && usePaymentMethod(context, params.payment_method, 'payment_method').id;
  const intent: Intent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: {
      allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always',
      enabled: params.automatic_payment_methods?.enabled ?? true,
    },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: newId(`${id}_secret_`),
    confirmation_method: 'automatic',
    created: seconds(),
    currency,
    customer: null,
    customer_account: null,
    description: params.description || null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: paymentMethod || null,
    payment_method_configuration_details: null,
    payment_method_options: optionsOf(null, params.payment_method_options),
    payment_method_types: methodTypes(params.allowed_payment_method_types, currency),
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email || null,
    review: null,
    setup_future_usage: null,
    shipping: shippingOf(params.shipping),
    source: null,
    statement_descriptor: params.statement_descriptor || null,
    statement_descriptor_suffix: params.statement_descriptor_suffix || null,
    status: paymentMethod ? 'requires_confirmation' : 'requires_payment_method',
    transfer_group: params.transfer_group || null,
  };
  context.store.save<'payment_intent'>(intent);
  emit(context, 'payment_intent.created', intent);
  return params.confirm ? confirmPaymentIntent(context, id, params) : intent;
}

export function findPaymentIntent(context: Context, id: string): Intent {
  const intent = context.store.find('payment_intent', id);
  if (!intent) throw notFound('payment_intent', id, 'intent');
  return intent;
}

export function confirmPaymentIntent(context: Context, id: string, params: ConfirmParams): Outcome {
  const intent = findPaymentIntent(context, id);
  if (intent.status === 'succeeded') {
    const message =
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.';
    throw unexpectedState(message, intent);
  }
  if (['canceled', 'processing', 'requires_capture'].includes(intent.status)) {
    const message =
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one ` +
      'of the following statuses may be confirmed: requires_confirmation, requires_action.';
    throw unexpectedState(message, intent);
  }
  if (params.payment_method !== undefined && params.confirmation_token !== undefined) {
    const message = 'You may only specify one of these parameters: payment_method, confirmation_token.';
    throw invalidRequest(message, 'confirmation_token', 'parameters_exclusive');
  }
  checkUrl(params.return_url);

  const used = params.confirmation_token ? useConfirmationToken(context, params.confirmation_token, id) : undefined;
  const methodId = params.payment_method ?? String(intent.payment_method ?? '');
  if (!used && !methodId) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the " +
      'PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment ' +
      'method or ConfirmationToken.';
    throw unexpectedState(message, intent);
  }
  const paymentMethod = used?.paymentMethod ?? usePaymentMethod(context, methodId, 'payment_method');
  checkMethod(intent, paymentMethod);
  const returnUrl = params.return_url ?? used?.token.return_url ?? null;
  if (
    !returnUrl &&
    !intent.allowed_payment_method_types &&
    intent.automatic_payment_methods?.allow_redirects !== 'never'
  ) {
    const message =
      'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these ' +
      "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't " +
      'want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and ' +
      '`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.';
    throw invalidRequest(message, 'return_url');
  }

  const confirmed: Intent = {
    ...intent,
    last_payment_error: null,
    next_action: null,
    payment_method: paymentMethod.id,
    payment_method_options: optionsOf(intent.payment_method_options, params.payment_method_options),
    receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email || null,
    shipping: params.shipping === undefined ? (used?.token.shipping ?? intent.shipping) : shippingOf(params.shipping),
  };
  if (paymentMethod.type === 'konbini') return issueVoucher(context, confirmed, paymentMethod);
  const useStripeSdk = params.use_stripe_sdk ?? used?.token.use_stripe_sdk ?? false;
  return attempt(context, confirmed, paymentMethod, { returnUrl, useStripeSdk });
}

const cancelable = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'];

export function cancelPaymentIntent(
  context: Context,
  id: string,
  params: { cancellation_reason?: Stripe.PaymentIntentCancelParams.CancellationReason },
): Intent {
  const intent = findPaymentIntent(context, id);
  if (!cancelable.includes(intent.status)) {
    const message =
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of ` +
      'the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, ' +
      'requires_action.';
    throw unexpectedState(message, intent);
  }
  const canceled: Intent = {
    ...intent,
    status: 'canceled',
    canceled_at: seconds(),
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
    amount_capturable: 0,
  };
  if (intent.status === 'requires_capture') releaseAuthorization(context, intent);
  context.store.closeAttempt(id);
  context.store.save<'payment_intent'>(canceled);
  emit(context, 'payment_intent.canceled', canceled);
  return canceled;
}

/** What may still change once a payment is under way or over. */
const alwaysChangeable = ['description', 'metadata', 'receipt_email', 'expand'];
const changeable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export function updatePaymentIntent(context: Context, id: string, params: UpdateParams): Intent {
  const intent = findPaymentIntent(context, id);
  const late = Object.keys(params).find((param) => !alwaysChangeable.includes(param));
  if (late && !changeable.includes(intent.status)) {
    const message =
      `This PaymentIntent's ${late} could not be updated because it has a status of ${intent.status}. You may only ` +
      `update the ${late} of a PaymentIntent with one of the following statuses: ${changeable.join(', ')}.`;
    throw unexpectedState(message, intent);
  }
  const amount = params.amount ?? intent.amount;
  const currency = checkMoney(amount, params.currency ?? intent.currency);
  const types = params.allowed_payment_method_types ?? intent.allowed_payment_method_types ?? undefined;
  checkTypes(types, currency);
  const paymentMethod = params.payment_method
    ? usePaymentMethod(context, params.payment_method, 'payment_method').id
    : intent.payment_method;
  const updated: Intent = {
    ...intent,
    allowed_payment_method_types: types ?? null,
    amount,
    currency,
    description: params.description === undefined ? intent.description : params.description || null,
    metadata: mergeMetadata(intent.metadata, params.metadata),
    payment_method: paymentMethod,
    payment_method_options: optionsOf(intent.payment_method_options, params.payment_method_options),
    payment_method_types: methodTypes(types, currency),
    receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email || null,
    shipping: params.shipping === undefined ? intent.shipping : shippingOf(params.shipping),
    statement_descriptor: params.statement_descriptor ?? intent.statement_descriptor,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? intent.statement_descriptor_suffix,
    transfer_group: params.transfer_group ?? intent.transfer_group,
  };
  // A change of what is paid, or with what, makes an authentication under way worthless.
  const material = amount !== intent.amount || currency !== intent.currency || params.payment_method !== undefined;
  if (material) {
    updated.last_payment_error = null;
    updated.next_action = null;
    updated.status = paymentMethod ? 'requires_confirmation' : 'requires_payment_method';
    context.store.closeAttempt(id);
  }
  context.store.save<'payment_intent'>(updated);
  return updated;
}

/** What a browser may see: it holds the client secret, not the secret key. */
export function clientView(intent: Intent): Partial<Intent> {
  const {
    application: _application,
    application_fee_amount: _fee,
    amount_capturable: _capturable,
    amount_received: _received,
    customer: _customer,
    customer_account: _account,
    latest_charge: _charge,
    metadata: _metadata,
    on_behalf_of: _behalf,
    payment_method_options: _options,
    payment_record: _record,
    review: _review,
    statement_descriptor: _descriptor,
    statement_descriptor_suffix: _suffix,
    transfer_group: _group,
    ...visible
  } = intent;
  return visible;
}
