import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Harness, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
});
afterAll(() => sandbox.close());

async function disputed(method = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  const intent = await sandbox.stripe.paymentIntents.create({
    amount: 7700,
    currency: 'jpy',
    confirm: true,
    payment_method: method,
    allowed_payment_method_types: ['card'],
  });
  expect(intent.status).toBe('succeeded');
  const { data } = await sandbox.stripe.disputes.list({ payment_intent: intent.id });
  return data[0]!;
}
const eventsOf = (dispute: Stripe.Dispute, last: string) => sandbox.eventsOf(String(dispute.payment_intent), last);

it('is opened after the payment, and takes the money and a fee', async () => {
  const dispute = await disputed();
  expect(dispute).toMatchObject({
    amount: 7700,
    currency: 'jpy',
    reason: 'fraudulent',
    status: 'needs_response',
    is_charge_refundable: false,
    balance_transactions: [{ type: 'adjustment', amount: -7700, fee: 1500, net: -9200, source: dispute.id }],
  });
  expect((await sandbox.stripe.charges.retrieve(String(dispute.charge))).disputed).toBe(true);
  expect((await eventsOf(dispute, 'charge.dispute.funds_withdrawn')).slice(3)).toEqual([
    'charge.updated',
    'charge.dispute.created',
    'charge.dispute.funds_withdrawn',
  ]);
  const listed = await sandbox.stripe.balanceTransactions.list({ source: dispute.id, type: 'adjustment' });
  expect(listed.data).toEqual(dispute.balance_transactions);
});

it('is won with winning evidence: the money comes back, and the charge can be refunded', async () => {
  const dispute = await disputed();
  const refund = () => sandbox.stripe.refunds.create({ charge: String(dispute.charge) });
  await expect(refund()).rejects.toMatchObject({ code: 'charge_disputed' });
  const staged = await sandbox.stripe.disputes.update(dispute.id, {
    evidence: { uncategorized_text: 'winning_evidence' },
    submit: false,
  });
  expect(staged).toMatchObject({ status: 'needs_response', evidence_details: { has_evidence: true } });
  const sent = await sandbox.stripe.disputes.update(dispute.id, { submit: true });
  expect(sent).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1 } });
  const won = await sandbox.stripe.disputes.retrieve(dispute.id, { expand: ['charge'] });
  expect(won).toMatchObject({ status: 'won', charge: { disputed: true } });
  expect(won.balance_transactions.map(({ net }) => net)).toEqual([-9200, 7700]);
  await eventsOf(dispute, 'charge.dispute.funds_reinstated');
  expect(await refund()).toMatchObject({ status: 'succeeded', amount: 7700 });
});

it('is lost with losing evidence, or when the seller gives in', async () => {
  const weak = await disputed('pm_card_createDisputeProductNotReceived');
  expect(weak.reason).toBe('product_not_received');
  await sandbox.stripe.disputes.update(weak.id, { evidence: { uncategorized_text: 'losing_evidence' } });
  expect((await sandbox.stripe.disputes.retrieve(weak.id)).status).toBe('lost');

  const left = await disputed();
  expect((await sandbox.stripe.disputes.close(left.id)).status).toBe('lost');
  expect(await eventsOf(left, 'charge.dispute.closed')).not.toContain('charge.dispute.funds_reinstated');
  await expect(sandbox.stripe.disputes.close(left.id)).rejects.toMatchObject({ type: 'StripeInvalidRequestError' });
  const refund = sandbox.stripe.refunds.create({ payment_intent: String(left.payment_intent) });
  await expect(refund).rejects.toMatchObject({ code: 'charge_disputed' });
});

it('stays under review with other evidence, and keeps metadata', async () => {
  const dispute = await disputed();
  await sandbox.stripe.disputes.update(dispute.id, {
    evidence: { product_description: '器' },
    metadata: { note: 'a' },
  });
  expect(await sandbox.stripe.disputes.retrieve(dispute.id)).toMatchObject({
    status: 'under_review',
    metadata: { note: 'a' },
    evidence: { product_description: '器' },
  });
  const unknown = { evidence: { excuse: 'x' } } as Stripe.DisputeUpdateParams;
  await expect(sandbox.stripe.disputes.update(dispute.id, unknown)).rejects.toMatchObject({
    code: 'parameter_unknown',
  });
});

it('that only asks takes no money, and ends when the seller refunds', async () => {
  const inquiry = await disputed('pm_card_createDisputeInquiry');
  expect(inquiry).toMatchObject({
    status: 'warning_needs_response',
    balance_transactions: [],
    is_charge_refundable: true,
  });
  await sandbox.stripe.refunds.create({ charge: String(inquiry.charge) });
  expect((await sandbox.stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_closed');
});
