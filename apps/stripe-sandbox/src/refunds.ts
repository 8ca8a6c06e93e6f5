import type Stripe from 'stripe';
import type { Context } from './context.ts';
import { emit } from './events.ts';
import { invalidRequest, notFound } from './errors.ts';
import { displayAmount } from './money.ts';
import { newId, seconds } from './store.ts';

export interface RefundParams {
  amount?: number;
  charge?: string;
  payment_intent?: string;
  reason?: Stripe.RefundCreateParams.Reason;
  metadata?: Record<string, string> | null;
}

export function createRefund(context: Context, params: RefundParams): Stripe.Refund {
  const charge = chargeToRefund(context, params);
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0)
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
  const amount = params.amount ?? left;
  if (amount < 1)
    throw invalidRequest('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  if (amount > left) {
    const asked = displayAmount(amount, charge.currency);
    const limit = displayAmount(left, charge.currency);
    const what = charge.amount_refunded > 0 ? 'unrefunded amount on charge' : 'charge amount';
    throw invalidRequest(`Refund amount (${asked}) is greater than ${what} (${limit})`, 'amount');
  }
  const refund: Stripe.Refund = {
    id: newId('re_'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: params.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
  const refunded: Stripe.Charge = {
    ...charge,
    amount_refunded: charge.amount_refunded + amount,
    refunded: amount === left,
  };
  context.store.save<'refund'>(refund);
  context.store.save<'charge'>(refunded);
  emit(context, 'refund.created', refund);
  emit(context, 'charge.refunded', refunded, { amount_refunded: charge.amount_refunded, refunded: charge.refunded });
  return refund;
}

function chargeToRefund(context: Context, params: RefundParams): Stripe.Charge {
  const { charge: chargeId, payment_intent: intentId } = params;
  if (chargeId === undefined && intentId === undefined)
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.');
  if (chargeId !== undefined && intentId !== undefined)
    throw invalidRequest(
      'You may only specify one of these parameters: payment_intent, charge.',
      'charge',
      'parameters_exclusive',
    );
  if (chargeId !== undefined) {
    const charge = context.store.find('charge', chargeId);
    if (!charge) throw notFound('charge', chargeId, 'charge');
    if (charge.status !== 'succeeded')
      throw invalidRequest(
        `Charge ${chargeId} is not successful and cannot be refunded.`,
        'charge',
        'charge_not_refundable',
      );
    return charge;
  }
  const intent = context.store.find('payment_intent', intentId ?? '');
  if (!intent) throw notFound('payment_intent', intentId ?? '', 'payment_intent');
  if (intent.status !== 'succeeded') {
    const message = `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`;
    throw invalidRequest(message, 'payment_intent');
  }
  return context.store.get('charge', String(intent.latest_charge));
}
