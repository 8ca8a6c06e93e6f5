import type Stripe from 'stripe';
import { invalidRequest, notModelled } from './errors.ts';
import { type KonbiniParams, konbiniOptions } from './konbini.ts';
import type { MetadataParams } from './metadata.ts';
import { fullAddress } from './payment-methods.ts';

/* The parameters of PaymentIntents: their shapes, and what is asked of them beyond their shape. */

interface ShippingParams {
  address: Stripe.AddressParam;
  name: string;
  carrier?: string;
  phone?: string;
  tracking_number?: string;
}

interface MethodOptions {
  konbini?: KonbiniParams | null;
}

interface Details {
  allowed_payment_method_types?: Stripe.PaymentIntent.AllowedPaymentMethodType[];
  description?: string;
  metadata?: MetadataParams | null;
  payment_method_options?: MethodOptions;
  receipt_email?: string | null;
  shipping?: ShippingParams | null;
  statement_descriptor?: string;
  statement_descriptor_suffix?: string;
  transfer_group?: string;
}

export interface ConfirmParams {
  confirmation_token?: string;
  payment_method?: string;
  payment_method_options?: MethodOptions;
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

const modelledTypes = ['card', 'konbini'];

export function checkTypes(types: string[] | undefined, currency: string): void {
  const other = types?.find((type) => !modelledTypes.includes(type));
  if (other) throw notModelled(`the payment method type ${other}`, 'allowed_payment_method_types');
  if (types?.includes('konbini') && currency !== 'jpy') {
    const message = `The currency provided (${currency}) is invalid. Payments with konbini support the following currencies: jpy.`;
    throw invalidRequest(message, 'allowed_payment_method_types');
  }
}

/** What a buyer may pay with: the types of the request, or all that the account has for the currency. */
export function methodTypes(types: string[] | undefined, currency: string): string[] {
  return types ?? (currency === 'jpy' ? modelledTypes : ['card']);
}

export function checkMethod(intent: Stripe.PaymentIntent, { type }: Stripe.PaymentMethod): void {
  if (intent.payment_method_types.includes(type)) return;
  const message =
    `The PaymentMethod provided (${type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of ` +
    `the following types: ${intent.payment_method_types.join(', ')}.`;
  throw invalidRequest(message, 'payment_method', 'payment_intent_incompatible_payment_method');
}

export function optionsOf(
  before: Stripe.PaymentIntent.PaymentMethodOptions | null,
  params: MethodOptions | undefined,
): Stripe.PaymentIntent.PaymentMethodOptions | null {
  if (params?.konbini === undefined) return before;
  return params.konbini ? { ...before, konbini: konbiniOptions(params.konbini) } : null;
}

export function checkUrl(url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && /^(https?|[a-z][\w.+-]*):/.test(url))) return;
  throw invalidRequest('Not a valid URL', 'return_url', 'url_invalid');
}

export function shippingOf(shipping: ShippingParams | null | undefined): Stripe.PaymentIntent.Shipping | null {
  if (!shipping) return null;
  return {
    address: fullAddress(shipping.address),
    carrier: shipping.carrier ?? null,
    name: shipping.name,
    phone: shipping.phone ?? null,
    tracking_number: shipping.tracking_number ?? null,
  };
}
