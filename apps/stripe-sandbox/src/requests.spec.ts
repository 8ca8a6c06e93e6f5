import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { readConfig } from './config.ts';
import { type Harness, shopOrigin, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
});
afterAll(() => sandbox.close());

describe('parameters', () => {
  const yen = { amount: 7700, currency: 'jpy' };
  const refused: [string, object, object][] = [
    ['a float amount', { ...yen, amount: 35.5 }, { message: 'Invalid integer: 35.5', param: 'amount' }],
    ['an amount of zero', { ...yen, amount: 0 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    [
      'too small an amount',
      { ...yen, amount: 49 },
      { code: 'amount_too_small', message: 'Amount must be at least ¥50 jpy' },
    ],
    ['too large an amount', { ...yen, amount: 100_000_000 }, { code: 'amount_too_large' }],
    ['no amount', { currency: 'jpy' }, { code: 'parameter_missing', message: 'Missing required param: amount.' }],
    ['an unknown currency', { ...yen, currency: 'xyz' }, { param: 'currency' }],
    [
      'an unknown parameter',
      { ...yen, price: 1 },
      { code: 'parameter_unknown', message: 'Received unknown parameter: price' },
    ],
    ['one that the pinned version removed', { ...yen, payment_method_types: ['card'] }, { code: 'parameter_unknown' }],
    [
      'an unknown nested parameter',
      { ...yen, shipping: { name: 'a', address: {}, door: '1' } },
      { param: 'shipping[door]' },
    ],
    ['a missing nested parameter', { ...yen, shipping: { name: 'a' } }, { param: 'shipping[address]' }],
    ['a wrong choice', { ...yen, capture_method: 'later' }, { param: 'capture_method' }],
    ['a wrong boolean', { ...yen, confirm: 'yes' }, { message: 'Invalid boolean: yes' }],
    ['an empty number', { ...yen, amount: '' }, { code: 'parameter_invalid_empty' }],
    ['a text that is too long', { ...yen, description: 'x'.repeat(1001) }, { param: 'description' }],
    ['too much metadata', { ...yen, metadata: { a: 'x'.repeat(501) } }, { param: 'metadata[a]' }],
    ['a return_url without confirm', { ...yen, return_url: 'https://shop.example/' }, { param: 'return_url' }],
    [
      'what is not modelled',
      { ...yen, confirmation_method: 'manual' },
      { message: expect.stringContaining('does not model') },
    ],
    ['a customer', { ...yen, customer: 'cus_1' }, { message: expect.stringContaining('does not model') }],
    ['confirm without a method', { ...yen, confirm: true }, { code: 'payment_intent_unexpected_state' }],
    [
      'confirm without a return_url',
      { ...yen, confirm: true, payment_method: 'pm_card_visa' },
      { param: 'return_url' },
    ],
    [
      'an unknown method',
      { ...yen, payment_method: 'pm_nobody' },
      { code: 'resource_missing', param: 'payment_method' },
    ],
  ];
  it.each(refused)('refuses %s', async (_, params, error) => {
    const request = sandbox.stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams);
    await expect(request).rejects.toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, ...error });
  });

  it('reads the older words of a request without a version', async () => {
    const post = (version?: string) =>
      fetch(`${sandbox.url}/v1/payment_intents`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_specs', ...(version && { 'stripe-version': version }) },
        body: new URLSearchParams({ amount: '700', currency: 'jpy', 'payment_method_types[]': 'card' }),
      });
    for (const version of [undefined, '2024-04-10'])
      expect(await (await post(version)).json()).toMatchObject({ allowed_payment_method_types: ['card'] });
    expect((await post('2026-10-28.endive')).status).toBe(400);
  });

  it('leaves nothing behind of what was refused', async () => {
    const before = await (await sandbox.control('GET', 'state')).json();
    const params = { ...yen, confirm: true, payment_method: 'pm_card_visa' };
    await expect(sandbox.stripe.paymentIntents.create(params)).rejects.toMatchObject({ param: 'return_url' });
    expect(await (await sandbox.control('GET', 'state')).json()).toEqual(before);
  });

  it('keeps keys that JavaScript knows apart from data', async () => {
    const intent = await sandbox.stripe.paymentIntents.create({
      ...yen,
      metadata: { constructor: 'a', toString: 'b' },
    });
    expect(intent.metadata).toEqual({ constructor: 'a', toString: 'b' });
  });

  it('says what it cannot find', async () => {
    const missing = { statusCode: 404, code: 'resource_missing' };
    await expect(sandbox.stripe.paymentIntents.retrieve('pi_1')).rejects.toMatchObject({
      ...missing,
      message: "No such payment_intent: 'pi_1'",
    });
    await expect(sandbox.stripe.charges.retrieve('ch_1')).rejects.toMatchObject(missing);
    await expect(sandbox.stripe.customers.list()).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('keys', () => {
  const withKey = (key: string) =>
    new Stripe(key, { host: '127.0.0.1', port: new URL(sandbox.url).port, protocol: 'http', maxNetworkRetries: 0 });

  it('refuses unknown and live keys', async () => {
    for (const key of ['sk_test_other', 'sk_live_other'])
      await expect(withKey(key).paymentIntents.list()).rejects.toMatchObject({ type: 'StripeAuthenticationError' });
    expect((await fetch(`${sandbox.url}/v1/payment_intents`)).status).toBe(401);
  });

  it('takes the key as the user of Basic too, and echoes the version', async () => {
    const authorization = `Basic ${Buffer.from('sk_test_specs:').toString('base64')}`;
    const answer = await fetch(`${sandbox.url}/v1/payment_intents`, {
      headers: { authorization, 'stripe-version': '2026-10-28.endive' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
  });

  it('lets a publishable key read one PaymentIntent with its secret, and make none', async () => {
    const intent = await sandbox.stripe.paymentIntents.create({
      amount: 100,
      currency: 'jpy',
      metadata: { order: '1' },
    });
    const path = `/v1/payment_intents/${intent.id}`;
    const seen = await sandbox.browser('GET', path, { client_secret: String(intent.client_secret) });
    expect(seen.headers.get('access-control-allow-origin')).toBe(shopOrigin);
    const view = (await seen.json()) as Partial<Stripe.PaymentIntent>;
    expect(view).toMatchObject({ id: intent.id, status: 'requires_payment_method' });
    expect(view).not.toHaveProperty('metadata');
    expect((await sandbox.browser('GET', path)).status).toBe(400);
    expect((await sandbox.browser('GET', path, { client_secret: `${intent.id}_secret_x` })).status).toBe(404);
    const created = await sandbox.browser('POST', '/v1/payment_intents', { amount: '100', currency: 'jpy' });
    expect(created.status).toBe(403);
    expect(created.headers.get('access-control-allow-origin')).toBeNull();
    expect(await created.json()).toMatchObject({ error: { code: 'secret_key_required' } });
  });

  it('turns no knob without the secret key', async () => {
    const answer = await fetch(`${sandbox.url}/_sandbox/reset`, { method: 'POST' });
    expect(answer.status).toBe(401);
    expect((await sandbox.control('POST', 'knobs', { latency: 1 })).status).toBe(400);
    expect((await fetch(`${sandbox.url}/_sandbox/health`)).status).toBe(200);
  });

  it('does not start in production or with a live key', () => {
    const env = {
      STRIPE_SECRET_KEY: 'sk_test_a',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_a',
      STRIPE_WEBHOOK_SECRET: 'whsec_a',
    };
    expect(readConfig(env).port).toBe(3002);
    expect(() => readConfig({ ...env, NODE_ENV: 'production' })).toThrow('NODE_ENV');
    expect(() => readConfig({ ...env, STRIPE_SECRET_KEY: 'sk_live_a' })).toThrow('STRIPE_SECRET_KEY');
  });
});
