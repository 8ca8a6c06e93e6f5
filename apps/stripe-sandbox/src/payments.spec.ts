import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Harness, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
});
afterAll(() => sandbox.close());

const yen = { amount: 7700, currency: 'jpy' };
const pay = async (number: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  sandbox.stripe.paymentIntents.create({
    ...yen,
    confirm: true,
    confirmation_token: await sandbox.tokenFor(number),
    ...more,
  });

describe('a card that pays', () => {
  it('leads to a succeeded PaymentIntent with its charge', async () => {
    const intent = await pay('4242424242424242', {
      metadata: { order: 'E-7F3K2M' },
      receipt_email: 'haruka.s@example.jp',
      expand: ['latest_charge'],
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount: 7700,
      amount_received: 7700,
      currency: 'jpy',
      metadata: { order: 'E-7F3K2M' },
      last_payment_error: null,
      payment_method_types: ['card', 'konbini'],
    });
    expect(intent.latest_charge).toMatchObject({
      paid: true,
      amount: 7700,
      payment_intent: intent.id,
      billing_details: { name: '佐久間 晴香' },
      payment_method_details: { card: { last4: '4242', brand: 'visa' } },
    });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('pays with a documented test id and a later confirmation', async () => {
    const created = await sandbox.stripe.paymentIntents.create({ ...yen, payment_method: 'pm_card_jcb' });
    expect(created.status).toBe('requires_confirmation');
    const confirmed = await sandbox.stripe.paymentIntents.confirm(created.id, { return_url: 'https://shop.example/' });
    expect(confirmed.status).toBe('succeeded');
    const method = await sandbox.stripe.paymentMethods.retrieve(String(confirmed.payment_method));
    expect(method.card).toMatchObject({ brand: 'jcb', country: 'JP' });
  });

  it('carries the token of a test helper, once', async () => {
    const token = await sandbox.stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_visa' });
    const pay = { ...yen, confirm: true, confirmation_token: token.id, return_url: 'https://shop.example/' };
    const intent = await sandbox.stripe.paymentIntents.create(pay);
    const used = await sandbox.stripe.confirmationTokens.retrieve(token.id);
    expect(used.payment_intent).toBe(intent.id);
    await expect(sandbox.stripe.paymentIntents.create(pay)).rejects.toMatchObject({ code: 'token_already_used' });
  });

  it('stays in processing for as long as a knob says', async () => {
    await sandbox.control('POST', 'knobs', { processing_ms: 50 });
    const intent = await pay('4242424242424242');
    await sandbox.control('POST', 'knobs', { processing_ms: 0 });
    expect(intent.status).toBe('processing');
    await expect(sandbox.stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual([
      'payment_intent.created',
      'payment_intent.processing',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });
});

describe('a card that is declined', () => {
  const declines = [
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009995', 'card_declined', 'insufficient_funds'],
    ['4000000000000069', 'expired_card', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc', 'incorrect_cvc'],
  ] as const;

  it.each(declines)('%s: %s, %s', async (number, code, decline) => {
    const error = await pay(number).catch((thrown: Stripe.errors.StripeCardError) => thrown);
    if (!('payment_intent' in error) || !error.payment_intent) throw new Error('It was not declined.');
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code: decline });
    const intent = await sandbox.stripe.paymentIntents.retrieve(error.payment_intent.id, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      amount_received: 0,
      last_payment_error: { type: 'card_error', code, decline_code: decline },
      latest_charge: { status: 'failed', paid: false, outcome: { reason: decline } },
    });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.payment_failed')).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
  });

  it('can be followed by one that pays', async () => {
    const { payment_intent: left } = (await pay('4000000000000002').catch((thrown: unknown) => thrown)) as {
      payment_intent: Stripe.PaymentIntent;
    };
    const confirmation_token = await sandbox.tokenFor('4242424242424242');
    const intent = await sandbox.stripe.paymentIntents.confirm(left.id, { confirmation_token });
    expect(intent).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });

  it.each([
    ['4242424242424241', {}, 'incorrect_number'],
    ['4242424242424242', { 'payment_method_data[card][exp_year]': '2020' }, 'invalid_expiry_year'],
    ['4242424242424242', { 'payment_method_data[card][cvc]': '1' }, 'invalid_cvc'],
    ['4111111111111111', {}, 'card_declined'],
  ])('%s %o does not become a token: %s', async (number, card, code) => {
    await expect(sandbox.tokenFor(number, card)).rejects.toMatchObject({ type: 'card_error', code });
  });
});

describe('what may be changed, and when', () => {
  it('cancels before payment, not after it, and not twice', async () => {
    const open = await sandbox.stripe.paymentIntents.create(yen);
    const canceled = await sandbox.stripe.paymentIntents.cancel(open.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    const paid = await pay('4242424242424242');
    for (const intent of [open, paid]) {
      const error = { code: 'payment_intent_unexpected_state', statusCode: 400, payment_intent: { id: intent.id } };
      await expect(sandbox.stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject(error);
    }
    const token = await sandbox.tokenFor('4242424242424242');
    for (const intent of [open, paid]) {
      const again = sandbox.stripe.paymentIntents.confirm(intent.id, { confirmation_token: token });
      await expect(again).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    }
  });

  it('updates the amount before payment, metadata always', async () => {
    const intent = await sandbox.stripe.paymentIntents.create({ ...yen, metadata: { a: '1', b: '2' } });
    const updated = await sandbox.stripe.paymentIntents.update(intent.id, {
      amount: 8800,
      metadata: { a: '', c: '3' },
    });
    expect(updated).toMatchObject({ amount: 8800, metadata: { b: '2', c: '3' } });
    const paid = await pay('4242424242424242');
    await expect(sandbox.stripe.paymentIntents.update(paid.id, { amount: 1 })).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    expect(await sandbox.stripe.paymentIntents.update(paid.id, { description: '器' })).toMatchObject({
      description: '器',
    });
  });
});

describe('refunds', () => {
  it('are partial, and never more than the charge', async () => {
    const { id, latest_charge } = await pay('4242424242424242');
    const first = await sandbox.stripe.refunds.create({
      payment_intent: id,
      amount: 2700,
      reason: 'requested_by_customer',
    });
    expect(first).toMatchObject({ status: 'succeeded', amount: 2700, charge: latest_charge });
    await expect(sandbox.stripe.refunds.create({ payment_intent: id, amount: 5001 })).rejects.toMatchObject({
      param: 'amount',
      message: 'Refund amount (¥5,001) is greater than unrefunded amount on charge (¥5,000)',
    });
    await sandbox.stripe.refunds.create({ charge: String(latest_charge) });
    expect(await sandbox.stripe.charges.retrieve(String(latest_charge))).toMatchObject({
      refunded: true,
      amount_refunded: 7700,
    });
    await expect(sandbox.stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    const listed = await sandbox.stripe.refunds.list({ payment_intent: id });
    expect(listed.data.map((refund) => refund.amount)).toEqual([5000, 2700]);
    const events = await sandbox.eventsOf(id, 'charge.refunded');
    expect(events.slice(-2)).toEqual(['refund.created', 'charge.refunded']);
  });

  it('need a payment', async () => {
    const intent = await sandbox.stripe.paymentIntents.create(yen);
    const refund = sandbox.stripe.refunds.create({ payment_intent: intent.id });
    await expect(refund).rejects.toMatchObject({ type: 'StripeInvalidRequestError', param: 'payment_intent' });
  });
});

it('lists PaymentIntents by time, page after page', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.unshift((await sandbox.stripe.paymentIntents.create(yen)).id);
  const now = Math.floor(Date.now() / 1000);
  const found: string[] = [];
  for await (const intent of sandbox.stripe.paymentIntents.list({ limit: 2, created: { gte: now - 60, lte: now + 1 } }))
    found.push(intent.id);
  expect(found.slice(0, 5)).toEqual(ids);
  expect((await sandbox.stripe.paymentIntents.list({ created: { gt: now + 5 } })).data).toEqual([]);
});
