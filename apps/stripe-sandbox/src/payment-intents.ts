import type Stripe from 'stripe';
import { attempt } from './attempts.ts';
import { useConfirmationToken } from './confirmation-tokens.ts';
import type { Context } from './context.ts';
import { type StripeError, invalidRequest, notFound, unexpectedState } from './errors.ts';
import { emit } from './events.ts';
import { checkMoney } from './money.ts';
import { fullAddress, usePaymentMethod } from './payment-methods.ts';
import { newId, seconds } from './store.ts';

type Intent = Stripe.PaymentIntent;
/** A null removes its key. */
type Metadata = Record<string, string | null>;

interface ShippingParams {
  address: Stripe.AddressParam;
  name: string;
  carrier?: string;
  phone?: string;
  tracking_number?: string;
}

interface Details {
  allowed_payment_method_types?: Stripe.PaymentIntent.AllowedPaymentMethodType[];
  description?: string;
  metadata?: Metadata | null;
  receipt_email?: string | null;
  shipping?: ShippingParams | null;
  statement_descriptor?: string;
  statement_descriptor_suffix?: string;
  transfer_group?: string;
}

export interface ConfirmParams {
  confirmation_token?: string;
  payment_method?: string;
  receipt_email?: string | null;
  return_url?: string;
  shipping?: ShippingParams | null;
  use_stripe_sdk?: boolean;
}

export interface CreateParams extends Details, ConfirmParams {
  amount: number;
  currency: string;
  automatic_payment_methods?: { enabled: boolean; allow_redirects?: 'always' | 'never' };
  capture_method?: 'automatic' | 'automatic_async' | 'manual';
  confirm?: boolean;
  confirmation_method?: 'automatic' | 'manual';
}

export interface UpdateParams extends Details {
  amount?: number;
  currency?: string;
  payment_method?: string;
}

/** An error that is the answer to a change that was made: a declined card. The change stays. */
type Outcome = Intent | StripeError;

export function createPaymentIntent(context: Context, params: CreateParams): Outcome {
  const currency = checkMoney(params.amount, params.currency);
  if (params.capture_method === 'manual') throw notModelled('capture_method=manual', 'capture_method');
  if (params.confirmation_method === 'manual') throw notModelled('confirmation_method=manual', 'confirmation_method');
  if (params.automatic_payment_methods?.enabled === false && !params.allowed_payment_method_types)
    throw notModelled('automatic_payment_methods[enabled]=false without allowed types', 'automatic_payment_methods');
  for (const param of ['return_url', 'confirmation_token', 'use_stripe_sdk'] as const)
    if (!params.confirm && params[param] !== undefined) {
      const message = `The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`;
      throw invalidRequest(message, param);
    }
  checkMetadata(params.metadata);
  checkTypes(params.allowed_payment_method_types);
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
    payment_method_options: null,
    payment_method_types: ['card'],
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
  if (intent.status === 'canceled' || intent.status === 'processing') {
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
    receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email || null,
    shipping: params.shipping === undefined ? (used?.token.shipping ?? intent.shipping) : shippingOf(params.shipping),
  };
  const useStripeSdk = params.use_stripe_sdk ?? used?.token.use_stripe_sdk ?? false;
  return attempt(context, confirmed, paymentMethod, { returnUrl, useStripeSdk });
}

const cancelable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

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
  };
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
  checkMetadata(params.metadata);
  checkTypes(params.allowed_payment_method_types);
  const amount = params.amount ?? intent.amount;
  const currency = checkMoney(amount, params.currency ?? intent.currency);
  const paymentMethod = params.payment_method
    ? usePaymentMethod(context, params.payment_method, 'payment_method').id
    : intent.payment_method;
  const updated: Intent = {
    ...intent,
    allowed_payment_method_types: params.allowed_payment_method_types ?? intent.allowed_payment_method_types,
    amount,
    currency,
    description: params.description === undefined ? intent.description : params.description || null,
    metadata: mergeMetadata(intent.metadata, params.metadata),
    payment_method: paymentMethod,
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

function notModelled(what: string, param: string): StripeError {
  return invalidRequest(`Stripe sandbox: ${what} exists at Stripe, but the sandbox does not model it.`, param);
}

function checkTypes(types: string[] | undefined): void {
  const other = types?.find((type) => type !== 'card');
  if (other) throw notModelled(`the payment method type ${other}`, 'allowed_payment_method_types');
}

function checkUrl(url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && /^(https?|[a-z][\w.+-]*):/.test(url))) return;
  throw invalidRequest('Not a valid URL', 'return_url', 'url_invalid');
}

function checkMetadata(metadata: Metadata | null | undefined): void {
  const entries = Object.entries(metadata ?? {});
  if (entries.length > 50) throw invalidRequest('You can have up to 50 keys on metadata.', 'metadata');
  for (const [key, value] of entries) {
    if (key.length > 40) {
      const message = `Metadata keys can be up to 40 characters, but you passed in a key that is ${key.length} characters.`;
      throw invalidRequest(message, 'metadata');
    }
    if (value && value.length > 500) {
      const message = `Metadata values can have up to 500 characters, but you passed in a value that is ${value.length} characters.`;
      throw invalidRequest(message, `metadata[${key}]`);
    }
  }
}

/** Keys are added to what is there; an empty value removes its key, an empty `metadata` removes them all. */
function mergeMetadata(before: Stripe.Metadata, change: Metadata | null | undefined): Stripe.Metadata {
  if (change === null) return {};
  const entries = Object.entries({ ...before, ...change });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function shippingOf(shipping: ShippingParams | null | undefined): Stripe.PaymentIntent.Shipping | null {
  if (!shipping) return null;
  return {
    address: fullAddress(shipping.address),
    carrier: shipping.carrier ?? null,
    name: shipping.name,
    phone: shipping.phone ?? null,
    tracking_number: shipping.tracking_number ?? null,
  };
}
