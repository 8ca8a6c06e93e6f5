import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Harness, startHarness } from './testing/harness.ts';

let sandbox: Harness;
beforeAll(async () => {
  sandbox = await startHarness();
});
afterAll(() => sandbox.close());

const yen = { amount: 7700, currency: 'jpy' };
const create = (idempotencyKey: string, params = yen) =>
  sandbox.stripe.paymentIntents.create(params, { idempotencyKey });

it('repeats the first answer to the same key and parameters', async () => {
  const first = await create('order:1:attempt:1');
  const again = await create('order:1:attempt:1');
  expect(again.id).toBe(first.id);
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(again.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
  expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
});

it('repeats a decline, and charges once', async () => {
  const params = {
    ...yen,
    confirm: true,
    payment_method: 'pm_card_chargeDeclined',
    return_url: 'https://shop.example/',
  };
  const errors = [];
  for (let count = 0; count < 2; count++)
    errors.push(await create('order:2:attempt:1', params).catch((error: { payment_intent: { id: string } }) => error));
  const ids = errors.map((error) => ('payment_intent' in error ? error.payment_intent.id : ''));
  expect(ids[0]).toMatch(/^pi_/);
  expect(ids[1]).toBe(ids[0]);
  expect((await sandbox.stripe.charges.list({ payment_intent: ids[0] })).data).toHaveLength(1);
});

it('repeats a 500', async () => {
  await sandbox.control('POST', 'knobs', { fail_next: { status: 500 } });
  for (let count = 0; count < 2; count++)
    await expect(create('order:3:attempt:1')).rejects.toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
});

it('does not keep a 429', async () => {
  await sandbox.control('POST', 'knobs', { fail_next: { status: 429 } });
  await expect(create('order:4:attempt:1')).rejects.toMatchObject({ type: 'StripeRateLimitError' });
  expect((await create('order:4:attempt:1')).status).toBe('requires_payment_method');
});

it('refuses other parameters, and another endpoint', async () => {
  const { id } = await create('order:5:attempt:1');
  const error = { statusCode: 400, type: 'StripeIdempotencyError' };
  await expect(create('order:5:attempt:1', { ...yen, amount: 7701 })).rejects.toMatchObject(error);
  const cancel = sandbox.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'order:5:attempt:1' });
  await expect(cancel).rejects.toMatchObject(error);
});

it('refuses a second request while the first is under way', async () => {
  await sandbox.control('POST', 'knobs', { latency_ms: 200 });
  const first = create('order:6:attempt:1');
  await sleep(50);
  await expect(create('order:6:attempt:1')).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  const { id } = await first;
  await sandbox.control('POST', 'knobs', { latency_ms: 0 });
  expect((await create('order:6:attempt:1')).id).toBe(id);
});

it('has done what it was asked when the connection is cut after the commit', async () => {
  await sandbox.control('POST', 'knobs', { cut_after_commit: { times: 2, path: '/v1/payment_intents' } });
  const params = { ...yen, metadata: { order: '7' } };
  await expect(create('order:7:attempt:1', params)).rejects.toMatchObject({ type: 'StripeConnectionError' });
  const found = (await sandbox.stripe.paymentIntents.list()).data.filter((intent) => intent.metadata['order'] === '7');
  expect(found).toHaveLength(1);
  expect((await create('order:7:attempt:1', params)).id).toBe(found[0]?.id);
});
