import type Stripe from 'stripe';
import { type Scenario, cardById, cardByNumber, passesLuhn } from './cards.ts';
import type { Context } from './context.ts';
import { StripeError, notFound } from './errors.ts';
import { newId, seconds } from './store.ts';

export interface CardParams {
  number: string;
  exp_month: number;
  exp_year: number;
  cvc?: string;
  /** Only the browser side sends it: the card comes out of the buyer's wallet. */
  wallet?: 'google_pay';
}

export interface BillingParams {
  address?: Stripe.AddressParam | null;
  email?: string | null;
  name?: string | null;
  phone?: string | null;
  tax_id?: string;
}

/** Builds a payment method of type card, or throws what Stripe says of a card that cannot be one. Saves nothing. */
export function paymentMethodFor(
  card: CardParams,
  billing: BillingParams,
): { paymentMethod: Stripe.PaymentMethod; scenario: Scenario } {
  const number = card.number.replaceAll(/[ -]/g, '');
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number))
    throw cardError('incorrect_number', 'Your card number is incorrect.', 'number');
  if (card.exp_month < 1 || card.exp_month > 12)
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  const now = new Date();
  const year = card.exp_year < 100 ? 2000 + card.exp_year : card.exp_year;
  const last = year * 12 + card.exp_month;
  if (last < now.getFullYear() * 12 + now.getMonth() + 1 || year > now.getFullYear() + 50)
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  const testCard = cardByNumber(number);
  if (!testCard) {
    const message = 'Your card was declined. Your request was in test mode, but used a non test card.';
    throw cardError('card_declined', message, 'number', 'test_mode_live_card');
  }
  if (card.cvc !== undefined && !(testCard.brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/).test(card.cvc))
    throw cardError('invalid_cvc', "Your card's security code is invalid.", 'cvc');

  const paymentMethod: Stripe.PaymentMethod = {
    id: newId('pm_'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(billing),
    card: {
      brand: testCard.brand,
      checks: {
        address_line1_check: billing.address?.line1 ? 'unchecked' : null,
        address_postal_code_check: billing.address?.postal_code ? 'unchecked' : null,
        cvc_check: card.cvc === undefined ? null : 'unchecked',
      },
      country: testCard.country,
      display_brand: testCard.brand === 'amex' ? 'american_express' : testCard.brand,
      exp_month: card.exp_month,
      exp_year: year,
      fingerprint: `sandbox${number.slice(-9)}`,
      funding: testCard.funding,
      generated_from: null,
      last4: number.slice(-4),
      networks: { available: [testCard.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: card.wallet ? { type: card.wallet, dynamic_last4: null, google_pay: {} } : null,
    },
    created: seconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
  return { paymentMethod, scenario: testCard.scenario };
}

/** Cash at a convenience store. What comes of it is decided when it is confirmed. */
export function konbiniMethodFor(billing: BillingParams): { paymentMethod: Stripe.PaymentMethod; scenario: Scenario } {
  const paymentMethod: Stripe.PaymentMethod = {
    id: newId('pm_'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(billing),
    created: seconds(),
    customer: null,
    customer_account: null,
    konbini: {},
    livemode: false,
    metadata: {},
    type: 'konbini',
  };
  return { paymentMethod, scenario: { kind: 'succeeds' } };
}

/** Finds a payment method, or makes one when the id is one of the documented test cards. */
export function usePaymentMethod(context: Context, id: string, param: string): Stripe.PaymentMethod {
  const found = context.store.find('payment_method', id);
  if (found) return found;
  const testCard = cardById(id);
  if (!testCard) throw notFound('PaymentMethod', id, param, 400);
  const { number } = testCard;
  const card = { number, exp_month: 12, exp_year: new Date().getFullYear() + 3 };
  const { paymentMethod, scenario } = paymentMethodFor(card, {});
  savePaymentMethod(context, paymentMethod, scenario);
  return paymentMethod;
}

export function savePaymentMethod(context: Context, paymentMethod: Stripe.PaymentMethod, scenario: Scenario): void {
  context.store.save<'payment_method'>(paymentMethod);
  context.store.setScenario(paymentMethod.id, scenario);
}

export function billingDetails(billing: BillingParams): Stripe.PaymentMethod.BillingDetails {
  return {
    address: fullAddress(billing.address),
    email: billing.email ?? null,
    name: billing.name ?? null,
    phone: billing.phone ?? null,
    tax_id: billing.tax_id ?? null,
  };
}

/** An address in an answer has every field. */
export function fullAddress(address: Stripe.AddressParam | null | undefined): Stripe.Address {
  const { city, country, line1, line2, postal_code, state } = address ?? {};
  return {
    city: city || null,
    country: country || null,
    line1: line1 || null,
    line2: line2 || null,
    postal_code: postal_code || null,
    state: state || null,
  };
}

function cardError(code: string, message: string, param: string, decline?: string): StripeError {
  const declineCode = decline ? { decline_code: decline } : {};
  return new StripeError(402, { type: 'card_error', code, message, param, ...declineCode });
}
