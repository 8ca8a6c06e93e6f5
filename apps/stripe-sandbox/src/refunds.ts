import type Stripe from 'stripe';
import { addToBalance } from './balance.ts';
import type { Context } from './context.ts';
import { closeInquiries, disputeAgainstRefund } from './disputes.ts';
import { invalidRequest, notFound } from './errors.ts';
import { emit } from './events.ts';
import { type MetadataParams, mergeMetadata } from './metadata.ts';
import { displayAmount } from './money.ts';
import { newId, seconds } from './store.ts';

type Refund = Stripe.Refund;

export interface RefundParams {
  amount?: number;
  charge?: string;
  instructions_email?: string;
  payment_intent?: string;
  reason?: Stripe.RefundCreateParams.Reason;
  metadata?: MetadataParams | null;
}

const instructionsLifetimeSeconds = 45 * 24 * 3600;

/**
 * Cards get their money at once, unless their test number says that it waits or comes back. Konbini was cash: Stripe asks the buyer by
 * e-mail for a bank account, and the refund waits for the answer.
 */
export function createRefund(context: Context, params: RefundParams): Refund {
  const charge = chargeToRefund(context, params);
  const { refuse_refunds: refusal } = context.knobs.values;
  if (refusal && context.knobs.take('refuse_refunds')) throw invalidRequest(refusal.message, undefined, refusal.code);
  if (disputeAgainstRefund(context, charge.id)) {
    const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
    throw invalidRequest(message, undefined, 'charge_disputed');
  }
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
  const konbini = charge.payment_method_details?.type === 'konbini';
  const scenario = context.store.scenarioOf(String(charge.payment_method));
  const later = scenario.kind === 'succeeds' ? scenario.refunds : undefined;
  const refund: Refund = {
    id: newId(konbini ? 'pyr_' : 're_'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: konbini
      ? { jp_bank_transfer: { reference: null, reference_status: 'pending' }, type: 'jp_bank_transfer' }
      : {
          card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
          type: 'card',
        },
    ...(konbini && askByEmail(params.instructions_email ?? charge.billing_details.email ?? '')),
    metadata: mergeMetadata({}, params.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: konbini ? 'requires_action' : later === 'wait' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  const line = addToBalance(context, {
    amount: -amount,
    currency: charge.currency,
    type: konbini ? 'payment_refund' : 'refund',
    reportingCategory: 'refund',
    source: refund.id,
    description: `REFUND FOR CHARGE (${charge.description ?? charge.id})`,
  });
  const made: Refund = { ...refund, balance_transaction: line.id };
  const refunded: Stripe.Charge = {
    ...charge,
    amount_refunded: charge.amount_refunded + amount,
    refunded: amount === left,
  };
  context.store.save<'refund'>(made);
  context.store.save<'charge'>(refunded);
  emit(context, 'refund.created', made);
  emit(context, 'charge.refunded', refunded, { amount_refunded: charge.amount_refunded, refunded: charge.refunded });
  if (konbini || later) scheduleMove(context, made.id);
  if (refunded.refunded) closeInquiries(context, charge.id);
  return made;
}

export function updateRefund(context: Context, id: string, params: { metadata?: MetadataParams | null }): Refund {
  const refund = findRefund(context, id);
  const updated: Refund = { ...refund, metadata: mergeMetadata(refund.metadata ?? {}, params.metadata) };
  return tell(context, updated);
}

/** Only a refund that waits for the buyer's bank account can be called back. */
export function cancelRefund(context: Context, id: string): Refund {
  return takeBack(context, waitingForBuyer(context, id), 'canceled');
}

/** Stripe's test helper: 45 days have passed without an answer to its e-mail. */
export function expireRefund(context: Context, id: string): Refund {
  return takeBack(context, waitingForBuyer(context, id), 'failed');
}

/** The next step of a refund that takes its time. */
export function moveRefund(context: Context, id: string): void {
  const refund = findRefund(context, id);
  const scenario = context.store.scenarioOf(String(refund.payment_method));
  if (refund.status === 'requires_action') {
    const { next_action: _, ...rest } = refund;
    tell(context, { ...rest, status: 'pending' });
    scheduleMove(context, id);
  } else if (refund.status === 'pending') {
    tell(context, { ...refund, status: 'succeeded' });
  } else if (refund.status === 'succeeded' && scenario.kind === 'succeeds' && scenario.refunds === 'fail') {
    takeBack(context, refund, 'failed');
  }
}

function takeBack(context: Context, refund: Refund, status: 'failed' | 'canceled'): Refund {
  const charge = context.store.get('charge', String(refund.charge));
  const line = addToBalance(context, {
    amount: refund.amount,
    currency: refund.currency,
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    source: refund.id,
    description: `REFUND FAILURE (${refund.id})`,
  });
  const restored = { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false };
  context.store.save<'charge'>(restored);
  const { next_action: _, ...rest } = refund;
  const failed = status === 'failed';
  const back: Refund = {
    ...rest,
    status,
    failure_balance_transaction: line.id,
    ...(failed && { failure_reason: 'unknown' }),
  };
  tell(context, back);
  if (failed) emit(context, 'refund.failed', back);
  return back;
}

function tell(context: Context, refund: Refund): Refund {
  context.store.save<'refund'>(refund);
  emit(context, 'refund.updated', refund);
  emit(context, 'charge.refund.updated', refund);
  return refund;
}

function scheduleMove(context: Context, id: string): void {
  context.store.schedule({ kind: 'moveRefund', subject: id }, Date.now() + context.knobs.values.refund_ms);
}

function askByEmail(email: string): Pick<Refund, 'instructions_email' | 'next_action'> {
  const now = seconds();
  const sent = { email_sent_at: now, email_sent_to: email };
  return {
    instructions_email: email,
    next_action: {
      type: 'display_details',
      display_details: { email_sent: sent, expires_at: now + instructionsLifetimeSeconds },
    },
  };
}

function findRefund(context: Context, id: string): Refund {
  const refund = context.store.find('refund', id);
  if (!refund) throw notFound('refund', id, 'id');
  return refund;
}

function waitingForBuyer(context: Context, id: string): Refund {
  const refund = findRefund(context, id);
  if (refund.status !== 'requires_action')
    throw invalidRequest(`Refund ${id} has a status of ${refund.status}; it must be requires_action.`, 'refund');
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
    if (charge.status !== 'succeeded' || !charge.captured)
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
