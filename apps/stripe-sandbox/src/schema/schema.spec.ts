import { expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import type Stripe from 'stripe';
import { type Harness, startHarness } from '../testing/harness.ts';
import { generate } from './generate.ts';
import type { Schema } from './schema.ts';
import committed from './stripe-schema.json' with { type: 'json' };
import { faultOf, readForm, requestSchema } from './validate.ts';

it('is what the installed SDK and OpenAPI say (else: node apps/stripe-sandbox/src/schema/generate.ts)', () => {
  expect(generate()).toEqual(committed);
});

it('describes the answers as another validator reads it', async () => {
  const ajv = new Ajv({ strict: false });
  for (const [name, schema] of Object.entries(committed.objects)) ajv.addSchema({ ...schema, $id: name });
  const check = (object: object) => {
    const { object: kind } = object as { object: string };
    expect({ kind, valid: ajv.validate(kind, JSON.parse(JSON.stringify(object))), errors: ajv.errors }).toMatchObject({
      valid: true,
    });
  };
  const sandbox: Harness = await startHarness();
  const { stripe } = sandbox;
  const intents: Stripe.PaymentIntent[] = [];
  for (const number of ['4242424242424242', '4000000000000002', '4000002760003184', '4000000000000259']) {
    const confirmation_token = await sandbox.tokenFor(number);
    const intent = await stripe.paymentIntents
      .create({ amount: 500, currency: 'jpy', confirm: true, confirmation_token })
      .catch((error: { payment_intent: Stripe.PaymentIntent }) => error.payment_intent);
    intents.push(intent);
    check(intent);
    check(await stripe.confirmationTokens.retrieve(confirmation_token));
    if (intent.payment_method) check(await stripe.paymentMethods.retrieve(String(intent.payment_method)));
    if (intent.latest_charge) check(await stripe.charges.retrieve(String(intent.latest_charge)));
  }
  check(await stripe.refunds.create({ payment_intent: String(intents[0]?.id), amount: 100 }));
  for (const dispute of (await stripe.disputes.list()).data) check(dispute);
  for (const line of (await stripe.balanceTransactions.list()).data) check(line);
  const voucher = await stripe.testHelpers.confirmationTokens.create({
    payment_method_data: { type: 'konbini', billing_details: { name: '佐久間', email: 'h@example.jp' } },
  });
  check(voucher);
  check(
    await stripe.paymentIntents.create({
      ...{ amount: 500, currency: 'jpy', confirm: true, allowed_payment_method_types: ['konbini'] },
      confirmation_token: voucher.id,
    }),
  );
  for (const event of (await stripe.events.list({ limit: 100 })).data) {
    check(event);
    check(event.data.object);
  }
  await sandbox.close();
});

it('finds what an answer lacks, and what it should not have', async () => {
  const sandbox = await startHarness();
  const intent = JSON.parse(
    JSON.stringify(await sandbox.stripe.paymentIntents.create({ amount: 500, currency: 'jpy' })),
  ) as object;
  await sandbox.close();
  expect(faultOf(intent)).toBeUndefined();
  expect(faultOf({ ...intent, status: 'paid' })).toBe('payment_intent.status: "paid" is not allowed');
  expect(faultOf({ ...intent, amount: '500' })).toBe('payment_intent.amount: string instead of number');
  expect(faultOf({ ...intent, colour: 1 })).toBe('payment_intent.colour is unknown to the SDK');
  const { created: _, ...rest } = intent as { created: number };
  expect(faultOf(rest)).toBe('payment_intent.created is missing');
});

it('reads the strings of a form as the schema means them', () => {
  const schema: Schema = {
    type: 'object',
    additionalProperties: false,
    properties: {
      count: { type: 'integer' },
      flag: { type: 'boolean' },
      unset: { anyOf: [{ type: 'object', properties: { a: { type: 'number' } } }, { enum: [''] }, { type: 'null' }] },
      names: { type: 'array', items: { type: 'string' } },
    },
  };
  const form = { count: '12', flag: 'false', unset: '', names: ['a', '1'] };
  expect(readForm(schema, form)).toEqual({ count: 12, flag: false, unset: null, names: ['a', '1'] });
  expect(readForm(schema, { unset: { a: '1.5' } })).toEqual({ unset: { a: 1.5 } });
  expect(() => readForm(schema, { unset: { a: 'x' } })).toThrow('Invalid number: x');
  expect(() => readForm(requestSchema('RefundCreateParams'), { amount: '1e3' })).toThrow('Invalid integer: 1e3');
});
