import type Stripe from 'stripe';
import { type Decline, declines } from './cards.ts';
import { newId, seconds } from './store.ts';

/** The charge that an attempt leaves behind. `authenticated`: the buyer passed 3D Secure for it; `captured`: the money is ours. */
export function chargeFor(
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  result: { decline: Decline | null; authenticated: boolean; captured: boolean },
): Stripe.Charge {
  const decline = result.decline ? declines[result.decline] : null;
  const paid = decline === null;
  const captured = paid && result.captured;
  const id = newId(paymentMethod.type === 'card' ? 'ch_' : 'py_');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: paymentMethod.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor ?? 'STRIPE SANDBOX',
    captured,
    created: seconds(),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: decline?.advice_code ?? null,
      network_advice_code: null,
      network_decline_code: decline?.network_decline_code ?? null,
      network_status: paid ? 'approved_by_network' : 'declined_by_network',
      reason: decline?.decline_code ?? null,
      risk_level: 'normal',
      risk_score: 20,
      seller_message: paid ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      type: paid ? 'authorized' : 'issuer_declined',
    },
    paid,
    payment_intent: intent.id,
    payment_method: paymentMethod.id,
    payment_method_details: detailsOf(id, intent, paymentMethod, result),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: paid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
}

function detailsOf(
  id: string,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  result: { decline: Decline | null; authenticated: boolean },
): Stripe.Charge.PaymentMethodDetails {
  const { card } = paymentMethod;
  if (!card) return { type: 'konbini', konbini: { store: { chain: 'familymart' } } };
  const paid = result.decline === null;
  return {
    card: {
      amount_authorized: paid ? intent.amount : null,
      authorization_code: paid ? id.slice(-6).toUpperCase() : null,
      brand: card.brand,
      checks: card.checks && { ...card.checks, cvc_check: card.checks.cvc_check && cvcCheck(result.decline) },
      country: card.country,
      electronic_commerce_indicator: result.authenticated ? '05' : null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: paid ? id.slice(-15) : null,
      regulated_status: card.regulated_status,
      three_d_secure: result.authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: newId('sandbox_3ds_'),
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: chargedWallet(card.wallet),
    },
    type: 'card',
  };
}

/** A wallet as a charge tells of it: the same names, in another type of the SDK's. */
function chargedWallet(
  wallet: Stripe.PaymentMethod.Card.Wallet | null,
): Stripe.Charge.PaymentMethodDetails.Card.Wallet | null {
  return wallet && { type: 'google_pay', dynamic_last4: null, google_pay: {} };
}

function cvcCheck(decline: Decline | null): 'fail' | 'pass' {
  return decline === 'incorrect_cvc' ? 'fail' : 'pass';
}
