import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Harness, shopOrigin, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
});
afterAll(() => sandbox.close());

const yen = { amount: 7700, currency: 'jpy', allowed_payment_method_types: ['card' as const, 'konbini' as const] };
const buyer = { name: '佐久間 晴香', email: 'haruka.s@example.jp' };

async function token(billing: { name?: string; email?: string } = buyer): Promise<string> {
  const { id } = await sandbox.stripe.testHelpers.confirmationTokens.create({
    payment_method_data: { type: 'konbini', billing_details: billing },
  });
  return id;
}

const pay = async (more: Partial<Stripe.PaymentIntentCreateParams> = {}, billing?: typeof buyer) =>
  sandbox.stripe.paymentIntents.create({
    ...yen,
    confirm: true,
    confirmation_token: await token(billing),
    return_url: `${shopOrigin}/s/aki`,
    ...more,
  });
const konbini = (options: Stripe.PaymentIntentCreateParams.PaymentMethodOptions.Konbini) => ({
  payment_method_options: { konbini: options },
});
const detailsOf = (intent: Stripe.PaymentIntent) => intent.next_action!.konbini_display_details!;

describe('a voucher', () => {
  it('waits with its codes until the buyer pays on its page', async () => {
    const intent = await pay(konbini({ expires_after_days: 2, product_description: '器' }));
    expect(intent).toMatchObject({
      status: 'requires_action',
      payment_method_types: ['card', 'konbini'],
      payment_method_options: { konbini: { expires_after_days: 2, expires_at: null } },
    });
    const { stores, expires_at: end, hosted_voucher_url: url } = detailsOf(intent);
    for (const store of ['familymart', 'lawson', 'ministop', 'seicomart'] as const)
      expect(stores[store]).toMatchObject({
        payment_code: expect.stringMatching(/^\d{6}$/),
        confirmation_number: expect.stringMatching(/^\d{11}$/),
      });
    const japan = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Asia/Tokyo' });
    const lastDay = new Date(Date.now() + 2 * 24 * 3600 * 1000);
    expect(japan.format(end * 1000)).toBe(`${japan.format(lastDay).slice(0, 10)} 23:59:59`);

    const page = await fetch(`${url}?locale=en&frame=1`);
    expect(page.headers.get('content-security-policy')).toContain(`frame-ancestors ${shopOrigin}`);
    const html = await page.text();
    for (const words of ['Sandbox: no real money', 'Pay at the store', 'Let it expire', '¥7,700'])
      expect(html).toContain(words);
    expect(html).toContain(stores.lawson!.payment_code);
    expect(await (await fetch(`${url}?locale=ja`)).text()).toContain('コンビニで支払う');

    const paid = await fetch(`${url}/pay?locale=en&frame=1`, { method: 'POST' });
    expect(await paid.text()).toContain('"status":"paid"');
    const after = await sandbox.stripe.paymentIntents.retrieve(intent.id, {
      expand: ['latest_charge.balance_transaction'],
    });
    expect(after).toMatchObject({
      status: 'succeeded',
      amount_received: 7700,
      next_action: null,
      latest_charge: {
        paid: true,
        payment_method_details: { type: 'konbini', konbini: { store: { chain: 'familymart' } } },
        balance_transaction: { type: 'payment', amount: 7700, fee: 277, net: 7423 },
      },
    });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    expect((await fetch(String(url))).status).toBe(410);
  });

  it('expires, and leaves the order to another try', async () => {
    const intent = await pay();
    const answer = await sandbox.control('POST', `konbini/${intent.id}/expire`);
    expect(await answer.json()).toEqual({ id: intent.id, status: 'requires_payment_method' });
    expect(await sandbox.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      payment_method: null,
      next_action: null,
      last_payment_error: { code: 'payment_intent_payment_attempt_expired', payment_method: { type: 'konbini' } },
    });
    expect((await sandbox.eventsOf(intent.id, 'payment_intent.payment_failed')).slice(1)).toEqual([
      'payment_intent.requires_action',
      'payment_intent.payment_failed',
    ]);
    expect((await sandbox.control('POST', `konbini/${intent.id}/pay`)).status).toBe(409);
    const again = await sandbox.stripe.paymentIntents.confirm(intent.id, {
      confirmation_token: await sandbox.tokenFor('4242424242424242'),
    });
    expect(again.status).toBe('succeeded');
  });

  it('is worth nothing after a cancel or another voucher', async () => {
    const first = await pay();
    const second = await sandbox.stripe.paymentIntents.confirm(first.id, { confirmation_token: await token() });
    const [old, current] = [first, second].map((intent) => String(detailsOf(intent).hosted_voucher_url));
    expect((await fetch(`${old}/pay`, { method: 'POST' })).status).toBe(410);
    expect((await sandbox.stripe.paymentIntents.cancel(first.id)).status).toBe('canceled');
    expect((await fetch(`${current}/pay`, { method: 'POST' })).status).toBe(410);
    expect((await sandbox.stripe.paymentIntents.retrieve(first.id)).status).toBe('canceled');
  });

  it('is processing, and cannot be canceled, while the store thinks', async () => {
    const intent = await pay();
    await sandbox.control('POST', 'knobs', { processing_ms: 200 });
    await sandbox.control('POST', `konbini/${intent.id}/pay`);
    await sandbox.control('POST', 'knobs', { processing_ms: 0 });
    await expect(sandbox.stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toContain('payment_intent.processing');
  });
});

it('can be of a day long past, and waits all the same', async () => {
  const dayMs = 24 * 3600 * 1000;
  await sandbox.control('POST', 'knobs', { voucher_ago_ms: 60 * dayMs });
  const intent = await pay();
  await sandbox.control('POST', 'knobs', { voucher_ago_ms: 0 });
  const until = detailsOf(intent).expires_at * 1000;
  expect(until).toBeGreaterThan(Date.now() - 58 * dayMs);
  expect(until).toBeLessThan(Date.now() - 56 * dayMs);
  const { expires_at: now } = detailsOf(await pay());
  expect(now * 1000 - until).toBe(60 * dayMs);
  expect(await sandbox.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'requires_action' });
  expect((await sandbox.control('POST', `konbini/${intent.id}/pay`)).status).toBe(200);
  expect(await sandbox.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' });
});

describe("Stripe's documented tests", () => {
  it.each([
    ['succeed_immediately@test.com', '22222222220', 'payment_intent.succeeded'],
    ['expire_immediately@test.com', '33333333330', 'payment_intent.payment_failed'],
  ])('%s', async (email, number, event) => {
    const byEmail = await pay({}, { ...buyer, email });
    expect(byEmail.status).toBe('requires_action');
    await sandbox.eventsOf(byEmail.id, event);
    const byNumber = await pay(konbini({ confirmation_number: number }));
    expect(detailsOf(byNumber).stores.lawson?.confirmation_number).toBe(number);
    await sandbox.eventsOf(byNumber.id, event);
  });

  it('a number that decides goes before the e-mail', async () => {
    const intent = await pay(konbini({ confirmation_number: '55555555550' }), {
      ...buyer,
      email: 'succeed_immediately@test.com',
    });
    expect((await sandbox.stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_action');
  });

  it('a rejected number leaves nothing behind', async () => {
    const refused = pay(konbini({ confirmation_number: '01234567890' }));
    await expect(refused).rejects.toMatchObject({ code: 'payment_intent_konbini_rejected_confirmation_number' });
  });
});

describe('what is refused', () => {
  const days = (value: number) => konbini({ expires_after_days: value });
  const inMinutes = (minutes: number) => Math.floor(Date.now() / 1000) + minutes * 60;
  it.each<[string, Partial<Stripe.PaymentIntentCreateParams>, object]>([
    ['too little', { amount: 119 }, { code: 'amount_too_small' }],
    ['too much', { amount: 300_001 }, { code: 'amount_too_large' }],
    ['dollars', { currency: 'usd' }, { param: 'allowed_payment_method_types' }],
    ['no days', days(0), { param: 'payment_method_options[konbini][expires_after_days]' }],
    ['too many days', days(61), { param: 'payment_method_options[konbini][expires_after_days]' }],
    ['too soon', konbini({ expires_at: inMinutes(29) }), { param: 'payment_method_options[konbini][expires_at]' }],
    [
      'days and a time',
      konbini({ expires_after_days: 1, expires_at: inMinutes(40) }),
      { code: 'parameters_exclusive' },
    ],
    ['zeroes', konbini({ confirmation_number: '00000000000' }), { statusCode: 400 }],
    ['manual capture', { capture_method: 'manual' }, { param: 'capture_method' }],
    ['a type that is not allowed', { allowed_payment_method_types: ['card'] }, { param: 'payment_method' }],
    [
      'options of cards',
      { payment_method_options: { card: { request_three_d_secure: 'any' } } },
      { message: expect.stringContaining('does not model') },
    ],
  ])('%s', async (_, params, error) => {
    await expect(pay(params)).rejects.toMatchObject({ type: 'StripeInvalidRequestError', ...error });
  });

  it('a buyer without an e-mail address', async () => {
    const refused = pay({ confirmation_token: await token({ name: buyer.name }) });
    await expect(refused).rejects.toMatchObject({ param: 'billing_details[email]' });
  });
});

it('keeps the time that was asked for', async () => {
  const end = Math.floor(Date.now() / 1000) + 40 * 60;
  const intent = await pay(konbini({ expires_at: end }));
  expect(detailsOf(intent).expires_at).toBe(end);
});
