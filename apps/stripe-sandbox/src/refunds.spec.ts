import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Harness, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
  await sandbox.control('POST', 'knobs', { refund_ms: 0 });
});
afterAll(() => sandbox.close());

const card = (payment_method: string) => ({
  ...{ amount: 7700, currency: 'jpy', confirm: true, payment_method },
  allowed_payment_method_types: ['card' as const],
});

async function paid(method: string): Promise<{ intent: string; charge: string }> {
  const { id, latest_charge } = await sandbox.stripe.paymentIntents.create(card(method));
  return { intent: id, charge: String(latest_charge) };
}

async function paidAtStore(): Promise<{ intent: string; charge: string }> {
  const { id } = await sandbox.stripe.paymentIntents.create({
    ...{ amount: 3000, currency: 'jpy', allowed_payment_method_types: ['konbini'], confirm: true },
    confirmation_token: (
      await sandbox.stripe.testHelpers.confirmationTokens.create({
        payment_method_data: { type: 'konbini', billing_details: { name: '佐久間', email: 'h@example.jp' } },
      })
    ).id,
  });
  await sandbox.control('POST', `konbini/${id}/pay`);
  const { latest_charge } = await sandbox.stripe.paymentIntents.retrieve(id);
  return { intent: id, charge: String(latest_charge) };
}

describe('the balance', () => {
  it('has a line for the charge, after asynchronous capture, and one for the refund', async () => {
    const paying = await sandbox.stripe.paymentIntents.create({ ...card('pm_card_visa'), expand: ['latest_charge'] });
    expect(paying.latest_charge).toMatchObject({ balance_transaction: null });
    expect((await sandbox.eventsOf(paying.id, 'charge.updated')).slice(-2)).toEqual([
      'payment_intent.succeeded',
      'charge.updated',
    ]);
    const refund = await sandbox.stripe.refunds.create({ payment_intent: paying.id, expand: ['balance_transaction'] });
    expect(refund.balance_transaction).toMatchObject({ type: 'refund', amount: -7700, fee: 0, net: -7700 });
    const charge = await sandbox.stripe.charges.retrieve(String(refund.charge), { expand: ['balance_transaction'] });
    expect(charge.balance_transaction).toMatchObject({
      ...{ type: 'charge', amount: 7700, fee: 277, net: 7423, status: 'pending' },
      fee_details: [{ type: 'stripe_fee', amount: 277, currency: 'jpy' }],
    });
    const { data } = await sandbox.stripe.balanceTransactions.list({ limit: 2 });
    expect(data.map(({ source }) => source)).toEqual([refund.id, charge.id]);
    expect(await sandbox.stripe.balanceTransactions.retrieve(data[0]!.id)).toEqual(data[0]);
  });

  it('is written with the payment when that is captured at once', async () => {
    const intent = await sandbox.stripe.paymentIntents.create({
      ...card('pm_card_bypassPending'),
      capture_method: 'automatic',
      expand: ['latest_charge.balance_transaction'],
    });
    expect(intent.latest_charge).toMatchObject({ balance_transaction: { status: 'available' } });
  });
});

describe('a refund', () => {
  it('fails later, and the charge has its money again', async () => {
    const { intent, charge } = await paid('pm_card_refundFail');
    const refund = await sandbox.stripe.refunds.create({ payment_intent: intent });
    expect(refund.status).toBe('succeeded');
    expect((await sandbox.eventsOf(intent, 'refund.failed')).slice(-5)).toEqual([
      ...['refund.created', 'charge.refunded', 'refund.updated', 'charge.refund.updated', 'refund.failed'],
    ]);
    const failed = await sandbox.stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      status: 'failed',
      failure_reason: 'unknown',
      failure_balance_transaction: { type: 'refund_failure', amount: 7700 },
    });
    expect(await sandbox.stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
  });

  it('is refused for good as often as a test asks for it, and so for its key for ever', async () => {
    const { intent, charge } = await paid('pm_card_visa');
    await sandbox.control('POST', 'knobs', { refuse_refunds: { code: 'balance_insufficient' } });
    const ask = (idempotencyKey: string) =>
      sandbox.stripe.refunds.create({ payment_intent: intent }, { idempotencyKey });
    for (let count = 0; count < 2; count++)
      await expect(ask('refund:1')).rejects.toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
    expect(await sandbox.stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0 });
    expect((await ask('refund:2')).status).toBe('succeeded');
  });

  it('waits, then succeeds', async () => {
    const { intent } = await paid('pm_card_pendingRefund');
    const refund = await sandbox.stripe.refunds.create({ payment_intent: intent, amount: 700 });
    expect(refund.status).toBe('pending');
    await sandbox.eventsOf(intent, 'refund.updated');
    expect((await sandbox.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });

  it('keeps metadata that comes later', async () => {
    const { intent } = await paid('pm_card_visa');
    const refund = await sandbox.stripe.refunds.create({ payment_intent: intent, metadata: { a: '1' } });
    expect((await sandbox.stripe.refunds.update(refund.id, { metadata: { b: '2' } })).metadata).toEqual({
      ...{ a: '1', b: '2' },
    });
    await expect(sandbox.stripe.refunds.cancel(refund.id)).rejects.toMatchObject({ param: 'refund' });
  });
});

describe('a refund of cash', () => {
  it('asks the buyer for a bank account, and goes there', async () => {
    const { intent } = await paidAtStore();
    const refund = await sandbox.stripe.refunds.create({ payment_intent: intent });
    expect(refund).toMatchObject({
      status: 'requires_action',
      instructions_email: 'h@example.jp',
      next_action: { type: 'display_details', display_details: { email_sent: { email_sent_to: 'h@example.jp' } } },
    });
    const { status, next_action: next } = await sandbox.stripe.refunds.retrieve(refund.id);
    expect({ status, next }).toEqual({ status: 'succeeded', next: undefined });
    const { data } = await sandbox.stripe.events.list({ type: 'refund.updated', limit: 2 });
    const states = data.map((event) => (event.data.object as { status: string }).status);
    expect(states.reverse()).toEqual(['pending', 'succeeded']);
  });

  it('can be called back, or run out, while it waits', async () => {
    await sandbox.control('POST', 'knobs', { refund_ms: 60_000 });
    const { intent, charge } = await paidAtStore();
    const first = await sandbox.stripe.refunds.create({ payment_intent: intent, amount: 1000 });
    expect((await sandbox.stripe.refunds.cancel(first.id)).status).toBe('canceled');
    const second = await sandbox.stripe.refunds.create({ payment_intent: intent });
    expect(second.amount).toBe(3000);
    expect(await sandbox.stripe.testHelpers.refunds.expire(second.id)).toMatchObject({ status: 'failed' });
    expect((await sandbox.stripe.charges.retrieve(charge)).amount_refunded).toBe(0);
  });
});

describe('capture by hand', () => {
  const reserved = { ...card('pm_card_visa'), capture_method: 'manual' as const };

  it('takes the reserved money, or a part', async () => {
    const intent = await sandbox.stripe.paymentIntents.create(reserved);
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 7700, amount_received: 0 });
    const done = await sandbox.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 7000 });
    expect(done).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 7000 });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual([
      ...['payment_intent.created', 'charge.succeeded', 'payment_intent.amount_capturable_updated'],
      ...['charge.captured', 'payment_intent.succeeded'],
    ]);
    const again = sandbox.stripe.paymentIntents.capture(intent.id);
    await expect(again).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    const refund = sandbox.stripe.refunds.create({ payment_intent: intent.id, amount: 7001 });
    await expect(refund).rejects.toMatchObject({ param: 'amount' });
  });

  it('lets it go with a cancel', async () => {
    const intent = await sandbox.stripe.paymentIntents.create(reserved);
    expect((await sandbox.stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled');
    expect(await sandbox.stripe.charges.retrieve(String(intent.latest_charge))).toMatchObject({
      captured: false,
      refunded: true,
    });
  });
});
