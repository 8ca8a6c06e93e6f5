import type Stripe from 'stripe';
import { capturePaymentIntent } from './capture.ts';
import { type ConfirmationTokenParams, createConfirmationToken } from './confirmation-tokens.ts';
import type { Context } from './context.ts';
import { type DisputeParams, closeDispute, updateDispute } from './disputes.ts';
import { StripeError, invalidRequest, notFound, notModelled } from './errors.ts';
import { type MetadataParams, mergeMetadata } from './metadata.ts';
import type { ConfirmParams, CreateParams, UpdateParams } from './payment-intent-params.ts';
import {
  cancelPaymentIntent,
  clientView,
  confirmPaymentIntent,
  createPaymentIntent,
  findPaymentIntent,
  updatePaymentIntent,
} from './payment-intents.ts';
import {
  type BillingParams,
  type CardParams,
  konbiniMethodFor,
  paymentMethodFor,
  savePaymentMethod,
} from './payment-methods.ts';
import { type RefundParams, cancelRefund, createRefund, expireRefund, updateRefund } from './refunds.ts';
import { requestSchema } from './schema/validate.ts';
import type { Schema } from './schema/schema.ts';
import type { ListQuery, StripeObject } from './store.ts';

export type KeyKind = 'secret' | 'publishable';

export interface Route {
  method: 'GET' | 'POST';
  /** `:id` stands for one segment. */
  path: string;
  schema: Schema;
  /** Who may call: a publishable key is in every browser. */
  keys: KeyKind[];
  /** Answers the object, or an error that belongs to a change that was made. */
  handle: (context: Context, id: string, params: never, key: KeyKind) => object;
}

function route<P>(
  method: 'GET' | 'POST',
  path: string,
  schema: Schema,
  handle: (context: Context, id: string, params: P, key: KeyKind) => object,
  keys: KeyKind[] = ['secret'],
): Route {
  return { method, path, schema, keys, handle: handle as Route['handle'] };
}

/** The SDK has no type for what Stripe.js posts: the test helper's parameters, with a card that only a browser may send. */
function browserTokenSchema(): Schema {
  const helper = requestSchema('TestHelpers.ConfirmationTokenCreateParams');
  const data = helper.properties?.['payment_method_data'];
  const card = requestSchema('PaymentMethodCreateParams').properties?.['card'];
  const withNumber = card?.anyOf?.find((branch) => branch.properties?.['number']) ?? card;
  if (!data?.properties || !withNumber)
    throw new Error('stripe-schema.json has changed: no card for a browser to send.');
  const type: Schema = { enum: ['card', ...(data.properties['type']?.enum ?? [])] };
  const cardOrWallet = { ...withNumber, properties: { ...withNumber.properties, wallet: { enum: ['google_pay'] } } };
  const withCard = { ...data, properties: { ...data.properties, card: cardOrWallet, type } };
  return { ...helper, properties: { ...helper.properties, payment_method_data: withCard } };
}

type Expand = { expand?: string[] };
type List = ListQuery & Expand & { payment_intent?: string; charge?: string; source?: string; type?: string };

export const routes: Route[] = [
  route<CreateParams>('POST', '/v1/payment_intents', requestSchema('PaymentIntentCreateParams'), (context, _, params) =>
    createPaymentIntent(context, params),
  ),
  route<List>('GET', '/v1/payment_intents', requestSchema('PaymentIntentListParams'), (context, _, params) =>
    list(context, 'payment_intent', '/v1/payment_intents', params),
  ),
  route<{ client_secret?: string }>(
    'GET',
    '/v1/payment_intents/:id',
    requestSchema('PaymentIntentRetrieveParams'),
    (context, id, params, key) => retrieveIntent(context, id, params.client_secret, key),
    ['secret', 'publishable'],
  ),
  route<UpdateParams>(
    'POST',
    '/v1/payment_intents/:id',
    requestSchema('PaymentIntentUpdateParams'),
    (context, id, params) => updatePaymentIntent(context, id, params),
  ),
  route<ConfirmParams>(
    'POST',
    '/v1/payment_intents/:id/confirm',
    requestSchema('PaymentIntentConfirmParams'),
    confirmPaymentIntent,
  ),
  route<{ amount_to_capture?: number }>(
    'POST',
    '/v1/payment_intents/:id/capture',
    requestSchema('PaymentIntentCaptureParams'),
    capturePaymentIntent,
  ),
  route<{ cancellation_reason?: Stripe.PaymentIntentCancelParams.CancellationReason }>(
    'POST',
    '/v1/payment_intents/:id/cancel',
    requestSchema('PaymentIntentCancelParams'),
    cancelPaymentIntent,
  ),
  route<ConfirmationTokenParams>(
    'POST',
    '/v1/confirmation_tokens',
    browserTokenSchema(),
    (context, _, params) => createConfirmationToken(context, params, 'browser'),
    ['publishable'],
  ),
  route('GET', '/v1/confirmation_tokens/:id', requestSchema('ConfirmationTokenRetrieveParams'), (context, id) =>
    find(context, 'confirmation_token', id, 'confirmation_token'),
  ),
  route<ConfirmationTokenParams>(
    'POST',
    '/v1/test_helpers/confirmation_tokens',
    requestSchema('TestHelpers.ConfirmationTokenCreateParams'),
    (context, _, params) => createConfirmationToken(context, params, 'server'),
  ),
  route<MethodParams>('POST', '/v1/payment_methods', requestSchema('PaymentMethodCreateParams'), (context, _, params) =>
    createPaymentMethod(context, params),
  ),
  route('GET', '/v1/payment_methods/:id', requestSchema('PaymentMethodRetrieveParams'), (context, id) =>
    find(context, 'payment_method', id, 'payment_method'),
  ),
  route<List>('GET', '/v1/charges', requestSchema('ChargeListParams'), (context, _, params) =>
    list(context, 'charge', '/v1/charges', params),
  ),
  route('GET', '/v1/charges/:id', requestSchema('ChargeRetrieveParams'), (context, id) =>
    find(context, 'charge', id, 'id'),
  ),
  route<RefundParams>('POST', '/v1/refunds', requestSchema('RefundCreateParams'), (context, _, params) =>
    createRefund(context, params),
  ),
  route<List>('GET', '/v1/refunds', requestSchema('RefundListParams'), (context, _, params) =>
    list(context, 'refund', '/v1/refunds', params),
  ),
  route('GET', '/v1/refunds/:id', requestSchema('RefundRetrieveParams'), (context, id) =>
    find(context, 'refund', id, 'id'),
  ),
  route<{ metadata?: MetadataParams | null }>(
    'POST',
    '/v1/refunds/:id',
    requestSchema('RefundUpdateParams'),
    updateRefund,
  ),
  route('POST', '/v1/refunds/:id/cancel', requestSchema('RefundCancelParams'), cancelRefund),
  route('POST', '/v1/test_helpers/refunds/:id/expire', requestSchema('TestHelpers.RefundExpireParams'), expireRefund),
  route<List>('GET', '/v1/disputes', requestSchema('DisputeListParams'), (context, _, params) =>
    list(context, 'dispute', '/v1/disputes', params),
  ),
  route('GET', '/v1/disputes/:id', requestSchema('DisputeRetrieveParams'), (context, id) =>
    find(context, 'dispute', id, 'dispute'),
  ),
  route<DisputeParams>('POST', '/v1/disputes/:id', requestSchema('DisputeUpdateParams'), updateDispute),
  route('POST', '/v1/disputes/:id/close', requestSchema('DisputeCloseParams'), closeDispute),
  route('GET', '/v1/account', requestSchema('AccountRetrieveCurrentParams'), ({ account }) => ({
    ...{ id: account, object: 'account', type: 'standard', email: null, country: 'JP', default_currency: 'jpy' },
    ...{ charges_enabled: true, payouts_enabled: true, details_submitted: true },
  })),
  route<List>('GET', '/v1/balance_transactions', requestSchema('BalanceTransactionListParams'), (context, _, params) =>
    list(context, 'balance_transaction', '/v1/balance_transactions', params),
  ),
  route('GET', '/v1/balance_transactions/:id', requestSchema('BalanceTransactionRetrieveParams'), (context, id) =>
    find(context, 'balance_transaction', id, 'id'),
  ),
  route<List>('GET', '/v1/events', requestSchema('EventListParams'), (context, _, params) =>
    list(context, 'event', '/v1/events', params),
  ),
  route('GET', '/v1/events/:id', requestSchema('EventRetrieveParams'), (context, id) =>
    find(context, 'event', id, 'id'),
  ),
];

/** The route of a request, and the id in its path. */
export function findRoute(method: string, path: string): { route: Route; id: string } | undefined {
  for (const candidate of routes) {
    const pattern = new RegExp(`^${candidate.path.replace(':id', '([\\w-]+)')}$`);
    const match = candidate.method === method ? pattern.exec(path) : null;
    if (match) return { route: candidate, id: match[1] ?? '' };
  }
  return undefined;
}

function retrieveIntent(context: Context, id: string, clientSecret: string | undefined, key: KeyKind): object {
  if (key === 'publishable' && !clientSecret)
    throw invalidRequest('Missing required param: client_secret.', 'client_secret', 'parameter_missing');
  const intent = context.store.find('payment_intent', id);
  if (!intent || (clientSecret !== undefined && intent.client_secret !== clientSecret)) {
    if (key === 'secret' && intent) {
      const message = 'The client_secret provided does not match the client_secret associated with this PaymentIntent.';
      throw invalidRequest(message, 'client_secret');
    }
    throw notFound('payment_intent', id, 'intent');
  }
  return key === 'publishable' ? clientView(intent) : findPaymentIntent(context, id);
}

interface MethodParams {
  type?: string;
  card?: CardParams;
  billing_details?: BillingParams;
  metadata?: MetadataParams | null;
}

function createPaymentMethod(context: Context, params: MethodParams): Stripe.PaymentMethod {
  const { paymentMethod, scenario } = methodFor(params);
  const named = { ...paymentMethod, metadata: mergeMetadata({}, params.metadata) };
  savePaymentMethod(context, named, scenario);
  return named;
}

function methodFor({ type, card, billing_details: billing = {} }: MethodParams) {
  if (type === 'konbini') return konbiniMethodFor(billing);
  if (type === 'card' && card?.number) return paymentMethodFor(card, billing);
  throw notModelled(`a payment method that is neither konbini nor a card with its number (${type})`, 'type');
}

function find(context: Context, object: StripeObject, id: string, param: string): object {
  const found = context.store.find(object, id);
  if (!found) throw notFound(object, id, param);
  return found;
}

function list(context: Context, object: StripeObject, url: string, params: List): object {
  if (params.limit !== undefined && (params.limit < 1 || params.limit > 100))
    throw invalidRequest('Limit can range between 1 and 100.', 'limit', 'parameter_invalid_integer');
  for (const cursor of ['starting_after', 'ending_before'] as const) {
    const id = params[cursor];
    if (id !== undefined && !context.store.find(object, id)) throw notFound(object, id, cursor, 400);
  }
  const types = params.types ?? (params.type ? [params.type] : undefined);
  const belongsTo = params.payment_intent ?? params.charge ?? params.source;
  const { data, hasMore } = context.store.list(object, { ...params, types, belongsTo });
  return { object: 'list', data, has_more: hasMore, url };
}

/** The references that `expand` may replace by their object. */
const expandable: Record<string, StripeObject> = {
  balance_transaction: 'balance_transaction',
  failure_balance_transaction: 'balance_transaction',
  latest_charge: 'charge',
  charge: 'charge',
  payment_intent: 'payment_intent',
  payment_method: 'payment_method',
};

/** Puts objects in the place of their ids, for paths such as `latest_charge` and `data.latest_charge`. */
export function expand(context: Context, answer: object, paths: string[]): object {
  const copy = structuredClone(answer);
  for (const path of paths) put(context, copy as Record<string, unknown>, path.split('.'), path);
  return copy;
}

function put(context: Context, target: Record<string, unknown>, path: string[], whole: string): void {
  const [key = '', ...rest] = path;
  const list =
    key === 'data' && Array.isArray(target['data']) ? (target['data'] as Record<string, unknown>[]) : undefined;
  if (list) {
    for (const item of list) put(context, item, rest, whole);
    return;
  }
  const object = expandable[key];
  if (!object || !(key in target) || (target['object'] === 'charge' && key === 'payment_method'))
    throw invalidRequest(`This property cannot be expanded (${whole}).`, 'expand');
  const value = target[key];
  if (typeof value === 'string') target[key] = context.store.get(object, value);
  const inner = target[key];
  if (rest.length > 0 && inner !== null && typeof inner === 'object')
    put(context, inner as Record<string, unknown>, rest, whole);
}

export function unrecognized(method: string, path: string): StripeError {
  const message = `Unrecognized request URL (${method}: ${path}). The Stripe sandbox may not model it: see docs/stripe-sandbox.md.`;
  return new StripeError(404, { type: 'invalid_request_error', message });
}
