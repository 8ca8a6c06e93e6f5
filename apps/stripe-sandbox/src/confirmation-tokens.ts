import type Stripe from 'stripe';
import type { Context } from './context.ts';
import { invalidRequest, notFound, notModelled } from './errors.ts';
import {
  type BillingParams,
  type CardParams,
  fullAddress,
  konbiniMethodFor,
  paymentMethodFor,
  savePaymentMethod,
  usePaymentMethod,
} from './payment-methods.ts';
import { newId, seconds } from './store.ts';

export interface ConfirmationTokenParams {
  payment_method?: string;
  payment_method_data?: { type: string; billing_details?: BillingParams; card?: CardParams };
  return_url?: string;
  shipping?: { address: Stripe.AddressParam; name: string; phone?: string | null };
}

const lifetimeSeconds = 12 * 3600;

/**
 * Makes the token that carries a buyer's card, or choice of konbini, to the server. Tokens of a browser ask for `use_stripe_sdk`: the next action
 * is then handled by the page that made the token.
 */
export function createConfirmationToken(
  context: Context,
  params: ConfirmationTokenParams,
  from: 'browser' | 'server',
): Stripe.ConfirmationToken {
  const { paymentMethod, scenario } = methodOf(context, params);
  const { id: _, object: __, created: ___, livemode: ____, metadata: _____, ...preview } = paymentMethod;
  const now = seconds();
  const token: Stripe.ConfirmationToken = {
    id: newId('ctoken_'),
    object: 'confirmation_token',
    created: now,
    expires_at: now + lifetimeSeconds,
    livemode: false,
    metadata: null,
    payment_intent: null,
    payment_method_options: { card: { cvc_token: null } },
    payment_method_preview: preview as Stripe.ConfirmationToken.PaymentMethodPreview,
    return_url: params.return_url ?? null,
    setup_future_usage: null,
    setup_intent: null,
    shipping: params.shipping
      ? {
          address: fullAddress(params.shipping.address),
          name: params.shipping.name,
          phone: params.shipping.phone ?? null,
        }
      : null,
    use_stripe_sdk: from === 'browser',
  };
  context.store.save<'confirmation_token'>(token);
  context.store.setScenario(token.id, scenario);
  return token;
}

function methodOf(context: Context, params: ConfirmationTokenParams) {
  const { payment_method: id, payment_method_data: data } = params;
  if (id !== undefined) {
    const paymentMethod = usePaymentMethod(context, id, 'payment_method');
    return { paymentMethod, scenario: context.store.scenarioOf(paymentMethod.id) };
  }
  if (!data)
    throw invalidRequest('Missing required param: payment_method_data.', 'payment_method_data', 'parameter_missing');
  if (data.type === 'konbini') return konbiniMethodFor(data.billing_details ?? {});
  if (data.type !== 'card') throw notModelled(`the payment method type ${data.type}`, 'payment_method_data[type]');
  if (!data.card)
    throw invalidRequest(
      'Missing required param: payment_method_data[card].',
      'payment_method_data[card]',
      'parameter_missing',
    );
  return paymentMethodFor(data.card, data.billing_details ?? {});
}

/** A token works once: turns it into a payment method and marks it with the PaymentIntent that used it. */
export function useConfirmationToken(
  context: Context,
  id: string,
  paymentIntent: string,
): { token: Stripe.ConfirmationToken; paymentMethod: Stripe.PaymentMethod } {
  const token = context.store.find('confirmation_token', id);
  if (!token?.payment_method_preview) throw notFound('confirmation_token', id, 'confirmation_token', 400);
  if (token.payment_intent)
    throw invalidRequest(
      `The ConfirmationToken ${id} has already been used.`,
      'confirmation_token',
      'token_already_used',
    );
  if (token.expires_at !== null && token.expires_at <= seconds())
    throw invalidRequest(`The ConfirmationToken ${id} has expired.`, 'confirmation_token');
  const paymentMethod: Stripe.PaymentMethod = {
    ...(token.payment_method_preview as Omit<
      Stripe.PaymentMethod,
      'id' | 'object' | 'created' | 'livemode' | 'metadata'
    >),
    id: newId('pm_'),
    object: 'payment_method',
    created: seconds(),
    livemode: false,
    metadata: {},
  };
  savePaymentMethod(context, paymentMethod, context.store.scenarioOf(id));
  const used: Stripe.ConfirmationToken = { ...token, payment_intent: paymentIntent, expires_at: null };
  context.store.save<'confirmation_token'>(used);
  return { token: used, paymentMethod };
}
