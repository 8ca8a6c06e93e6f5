import type Stripe from 'stripe';
import { addToBalance, disputeFee } from './balance.ts';
import type { Context } from './context.ts';
import { invalidRequest, notFound, notModelled } from './errors.ts';
import { emit } from './events.ts';
import { type MetadataParams, mergeMetadata } from './metadata.ts';
import { newId, seconds } from './store.ts';

type Dispute = Stripe.Dispute;

export interface DisputeParams {
  evidence?: Stripe.DisputeUpdateParams.Evidence;
  metadata?: MetadataParams | null;
  submit?: boolean;
}

const answerWithinSeconds = 9 * 24 * 3600;
const open = ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'];
const isInquiry = ({ status }: Dispute) => status.startsWith('warning_');

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** The buyer contests the charge, because its test card says so. All but an inquiry takes the money back at once. */
export function openDispute(context: Context, chargeId: string): void {
  const charge = context.store.get('charge', chargeId);
  const scenario = context.store.scenarioOf(String(charge.payment_method));
  const kind = scenario.kind === 'succeeds' ? scenario.disputed : undefined;
  if (!kind) return;
  const inquiry = kind === 'inquiry';
  const id = newId('du_');
  const { brand } = charge.payment_method_details?.card ?? {};
  const dispute: Dispute = {
    id,
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: inquiry ? [] : [moveMoney(context, id, charge, -1)],
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: seconds() + answerWithinSeconds,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: {
        brand: brand ?? 'visa',
        case_type: inquiry ? 'inquiry' : 'chargeback',
        network: brand ?? 'visa',
        network_reason_code: kind === 'product_not_received' ? '13.1' : '10.4',
      },
    },
    reason: inquiry ? 'fraudulent' : kind,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
  context.store.save<'dispute'>(dispute);
  const disputed: Stripe.Charge = { ...charge, disputed: true };
  context.store.save<'charge'>(disputed);
  emit(context, 'charge.dispute.created', dispute);
  if (!inquiry) emit(context, 'charge.dispute.funds_withdrawn', dispute);
  emit(context, 'charge.updated', disputed, { disputed: false });
}

/** The dispute of a charge that still holds its money back, or has lost it. */
export function disputeAgainstRefund(context: Context, charge: string): Dispute | undefined {
  const { data } = context.store.list('dispute', { belongsTo: charge });
  return data.find((dispute) => !isInquiry(dispute) && dispute.status !== 'won');
}

/** Evidence is sent to the bank with it, unless `submit` is false. What it says decides, in Stripe's test words. */
export function updateDispute(context: Context, id: string, params: DisputeParams): Dispute {
  const dispute = findOpen(context, id);
  const { appeal, enhanced_evidence: enhanced, ...given } = params.evidence ?? {};
  if (appeal || enhanced)
    throw notModelled('evidence of this kind', `evidence[${appeal ? 'appeal' : 'enhanced_evidence'}]`);
  const evidence = { ...dispute.evidence, ...given };
  const hasEvidence = dispute.evidence_details.has_evidence || Object.keys(given).length > 0;
  const submitted = params.submit ?? params.evidence !== undefined;
  const details = dispute.evidence_details;
  const updated: Dispute = {
    ...dispute,
    evidence,
    evidence_details: {
      ...details,
      has_evidence: hasEvidence,
      submission_count: details.submission_count + (submitted ? 1 : 0),
      submission_method: submitted ? 'manual' : details.submission_method,
    },
    metadata: mergeMetadata(dispute.metadata, params.metadata),
    status: submitted ? (isInquiry(dispute) ? 'warning_under_review' : 'under_review') : dispute.status,
  };
  context.store.save<'dispute'>(updated);
  emit(context, 'charge.dispute.updated', updated);
  if (submitted && verdictOf(updated)) context.store.schedule({ kind: 'closeDispute', subject: id }, Date.now());
  return updated;
}

/** The bank has read the evidence. */
export function decideDispute(context: Context, id: string): void {
  const dispute = context.store.get('dispute', id);
  const verdict = verdictOf(dispute);
  if (verdict && open.includes(dispute.status)) end(context, dispute, verdict);
}

/** The seller gives in. */
export function closeDispute(context: Context, id: string): Dispute {
  return end(context, findOpen(context, id), 'lost');
}

/** The money of an inquiry that was given back by itself is no longer asked for. */
export function closeInquiries(context: Context, charge: string): void {
  for (const dispute of context.store.list('dispute', { belongsTo: charge }).data)
    if (isInquiry(dispute) && open.includes(dispute.status)) end(context, dispute, 'lost');
}

function end(context: Context, dispute: Dispute, verdict: 'won' | 'lost'): Dispute {
  const won = verdict === 'won' && !isInquiry(dispute);
  const charge = context.store.get('charge', String(dispute.charge));
  const ended: Dispute = {
    ...dispute,
    status: isInquiry(dispute) ? 'warning_closed' : verdict,
    is_charge_refundable: won || isInquiry(dispute),
    balance_transactions: won
      ? [...dispute.balance_transactions, moveMoney(context, dispute.id, charge, 1)]
      : dispute.balance_transactions,
  };
  context.store.save<'dispute'>(ended);
  emit(context, 'charge.dispute.closed', ended);
  if (won) emit(context, 'charge.dispute.funds_reinstated', ended);
  return ended;
}

function moveMoney(context: Context, dispute: string, charge: Stripe.Charge, sign: 1 | -1): Stripe.BalanceTransaction {
  return addToBalance(context, {
    amount: sign * charge.amount,
    currency: charge.currency,
    type: 'adjustment',
    reportingCategory: sign < 0 ? 'dispute' : 'dispute_reversal',
    source: dispute,
    description: `Chargeback ${sign < 0 ? 'withdrawal' : 'reversal'} for ${charge.id}`,
    ...(sign < 0 && { fee: { amount: disputeFee, description: 'Dispute fee' } }),
    available: true,
  });
}

function verdictOf({ evidence }: Dispute): 'won' | 'lost' | undefined {
  if (evidence.uncategorized_text === 'winning_evidence') return 'won';
  return evidence.uncategorized_text === 'losing_evidence' ? 'lost' : undefined;
}

function findOpen(context: Context, id: string): Dispute {
  const dispute = context.store.find('dispute', id);
  if (!dispute) throw notFound('dispute', id, 'dispute');
  if (!open.includes(dispute.status)) throw invalidRequest('This dispute is already closed', 'dispute');
  return dispute;
}
