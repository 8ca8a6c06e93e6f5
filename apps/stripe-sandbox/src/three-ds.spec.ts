import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Harness, shopOrigin, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
});
afterAll(() => sandbox.close());

const start = async (number: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  sandbox.stripe.paymentIntents.create({
    amount: 7700,
    currency: 'jpy',
    confirm: true,
    confirmation_token: await sandbox.tokenFor(number),
    ...more,
  });
const pageOf = (intent: Stripe.PaymentIntent) =>
  String((intent.next_action?.use_stripe_sdk as { stripe_js?: string } | undefined)?.stripe_js);

it.each(['4000002760003184', '4000000000003220'])(
  '%s pays after the buyer has authenticated in the frame',
  async (number) => {
    const intent = await start(number);
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });

    const page = await fetch(`${pageOf(intent)}?frame=1&locale=ja`);
    expect(page.headers.get('content-security-policy')).toContain(`frame-ancestors ${shopOrigin}`);
    const html = await page.text();
    expect(html).toContain('練習用：実際のお金は動きません');
    expect(html).toContain('¥7,700');

    const done = await fetch(`${pageOf(intent)}/complete?frame=1`, { method: 'POST' });
    expect(await done.text()).toContain('"type":"stripe-sandbox:3ds","status":"succeeded"');
    const paid = await sandbox.stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      next_action: null,
      latest_charge: { payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
    });
    expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    expect((await fetch(`${pageOf(intent)}/complete`, { method: 'POST' })).status).toBe(410);
  },
);

it('asks for another method after a failed authentication', async () => {
  const intent = await start('4000002760003184');
  await fetch(`${pageOf(intent)}/fail?frame=1`, { method: 'POST' });
  expect(await sandbox.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: null,
    last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
  });
  expect((await sandbox.eventsOf(intent.id, 'payment_intent.payment_failed')).at(-1)).toBe(
    'payment_intent.payment_failed',
  );
});

it('declines after authentication when the card says so', async () => {
  const intent = await start('4000008400001629');
  await fetch(`${pageOf(intent)}/complete?frame=1`, { method: 'POST' });
  expect(await sandbox.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { type: 'card_error', decline_code: 'generic_decline' },
  });
});

it('sends the buyer back to the return_url when the page is not framed', async () => {
  const intent = await start('4000002760003184', { use_stripe_sdk: false, return_url: `${shopOrigin}/s/aki?x=1` });
  const redirect = intent.next_action?.redirect_to_url;
  expect(redirect?.return_url).toBe(`${shopOrigin}/s/aki?x=1`);
  expect(await (await fetch(String(redirect?.url))).text()).toContain('Sandbox: no real money');
  const done = await fetch(`${redirect?.url}/complete`, { method: 'POST', redirect: 'manual' });
  expect(done.status).toBe(303);
  const back = new URL(String(done.headers.get('location')));
  expect(back.origin + back.pathname).toBe(`${shopOrigin}/s/aki`);
  expect(Object.fromEntries(back.searchParams)).toEqual({
    x: '1',
    payment_intent: intent.id,
    payment_intent_client_secret: intent.client_secret,
    redirect_status: 'succeeded',
  });
});

it('makes the page stale when the PaymentIntent is canceled, or confirmed anew', async () => {
  const canceled = await start('4000002760003184');
  await sandbox.stripe.paymentIntents.cancel(canceled.id);
  const renewed = await start('4000002760003184');
  await sandbox.stripe.paymentIntents.confirm(renewed.id, {
    confirmation_token: await sandbox.tokenFor('4242424242424242'),
  });
  for (const intent of [canceled, renewed]) {
    const done = await fetch(`${pageOf(intent)}/complete?frame=1`, { method: 'POST' });
    expect(done.status).toBe(410);
    expect(await done.text()).toContain('stripe-sandbox:3ds');
  }
  expect((await sandbox.stripe.paymentIntents.retrieve(canceled.id)).status).toBe('canceled');
  const charges = await sandbox.stripe.charges.list({ payment_intent: renewed.id });
  expect(charges.data).toHaveLength(1);
});
