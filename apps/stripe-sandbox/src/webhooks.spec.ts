import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Harness, startHarness } from './testing/harness.ts';

let dataDir: string;
let sandbox: Harness;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'stripe-sandbox-'));
  sandbox = await startHarness(dataDir);
});
afterEach(async () => {
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});

const yen = { amount: 7700, currency: 'jpy' };
const paying = { ...yen, confirm: true, payment_method: 'pm_card_visa', return_url: 'https://shop.example/' };
const inOrder = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'];

it('signs events so that the SDK takes them, with the object as it was and the request that made it', async () => {
  const intent = await sandbox.stripe.paymentIntents.create(paying, { idempotencyKey: 'order:1:attempt:1' });
  await sandbox.eventsOf(intent.id, 'payment_intent.succeeded');
  const [created, , succeeded] = sandbox.received;
  expect(created?.data.object).toMatchObject({ id: intent.id, status: 'requires_confirmation' });
  expect(succeeded).toMatchObject({
    api_version: '2026-10-28.endive',
    data: { object: { id: intent.id, status: 'succeeded' } },
    request: { id: intent.lastResponse.requestId, idempotency_key: 'order:1:attempt:1' },
  });
  const listed = await sandbox.stripe.events.list({ type: 'payment_intent.succeeded' });
  expect(listed.data.map((event) => event.id)).toEqual([succeeded?.id]);
  expect((await sandbox.stripe.events.retrieve(String(succeeded?.id))).type).toBe('payment_intent.succeeded');
});

it('sends again what was not accepted, and keeps the order of one payment', async () => {
  sandbox.refusals.push(500, 302);
  const intent = await sandbox.stripe.paymentIntents.create(paying);
  expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual(inOrder);
});

it('does not let one payment wait for another', async () => {
  sandbox.refusals.push(500);
  const [stuck, free] = await Promise.all([
    sandbox.stripe.paymentIntents.create(paying),
    sandbox.stripe.paymentIntents.create(paying),
  ]);
  await sandbox.eventsOf(stuck.id, 'payment_intent.succeeded');
  expect(await sandbox.eventsOf(free.id, 'payment_intent.succeeded')).toEqual(inOrder);
});

it('duplicates, drops and reorders when told to', async () => {
  await sandbox.control('POST', 'knobs', { webhooks: { duplicate: 1, types: ['payment_intent.succeeded'] } });
  const twice = await sandbox.stripe.paymentIntents.create(paying);
  await sandbox.eventsOf(twice.id, 'payment_intent.succeeded');
  while (sandbox.received.length < 4) await sleep(5);
  expect(sandbox.received[3]?.id).toBe(sandbox.received[2]?.id);

  await sandbox.control('POST', 'knobs', { webhooks: { duplicate: 0, drop: 1, types: ['charge.succeeded'] } });
  const dropped = await sandbox.stripe.paymentIntents.create(paying);
  expect(await sandbox.eventsOf(dropped.id, 'payment_intent.succeeded')).toEqual([inOrder[0], inOrder[2]]);
  const lost = (await sandbox.stripe.events.list({ type: 'charge.succeeded', limit: 1 })).data[0];
  await sandbox.control('POST', 'knobs', { webhooks: { drop: 0 } });
  await sandbox.control('POST', `events/${lost?.id}/resend`);
  expect(await sandbox.eventsOf(dropped.id, 'charge.succeeded')).toContain('payment_intent.succeeded');

  await sandbox.control('POST', 'knobs', { webhooks: { reorder: true, reorder_ms: 30, types: undefined } });
  for (let disordered = false; !disordered;) {
    const { id } = await sandbox.stripe.paymentIntents.create(paying);
    for (const type of inOrder) await sandbox.eventsOf(id, type);
    const arrived = await sandbox.eventsOf(id, 'payment_intent.succeeded');
    disordered = arrived.join() !== inOrder.join();
  }
});

it('goes on after a restart: payments, answers to keys, a waiting 3D Secure page, events that were not accepted', async () => {
  sandbox.refusals.push(...Array<number>(100).fill(503));
  const options = { idempotencyKey: 'order:1:attempt:1' };
  const paid = await sandbox.stripe.paymentIntents.create(paying, options);
  const waiting = await sandbox.stripe.paymentIntents.create({
    ...paying,
    payment_method: 'pm_card_authenticationRequired',
  });
  await sandbox.control('POST', 'knobs', { processing_ms: 300 });
  const processing = await sandbox.stripe.paymentIntents.create(paying);
  await sandbox.restart();
  sandbox.refusals.length = 0;

  expect((await sandbox.stripe.paymentIntents.retrieve(paid.id)).status).toBe('succeeded');
  expect((await sandbox.stripe.paymentIntents.create(paying, options)).id).toBe(paid.id);
  expect([...new Set(await sandbox.eventsOf(paid.id, 'payment_intent.succeeded'))]).toEqual(inOrder);
  await fetch(`${waiting.next_action?.redirect_to_url?.url}/complete`, { method: 'POST', redirect: 'manual' });
  expect((await sandbox.stripe.paymentIntents.retrieve(waiting.id)).status).toBe('succeeded');
  // An event whose acceptance fell into the restart comes twice, as from Stripe.
  expect(new Set(await sandbox.eventsOf(processing.id, 'payment_intent.succeeded')).size).toBe(4);
});

it('sends only what the endpoint asked for, and lists the rest', async () => {
  await sandbox.close();
  sandbox = await startHarness(dataDir, 'payment_intent.succeeded,refund.created');
  const intent = await sandbox.stripe.paymentIntents.create(paying);
  expect(await sandbox.eventsOf(intent.id, 'payment_intent.succeeded')).toEqual(['payment_intent.succeeded']);
  await sandbox.stripe.refunds.create({ payment_intent: intent.id });
  expect(await sandbox.eventsOf(intent.id, 'refund.created')).toEqual(['payment_intent.succeeded', 'refund.created']);
  const { data } = await sandbox.stripe.events.list();
  const waiting = new Map(data.map((event) => [event.type, event.pending_webhooks]));
  expect(waiting.get('charge.succeeded')).toBe(0);
});

it('forgets everything on reset', async () => {
  const intent = await sandbox.stripe.paymentIntents.create(paying);
  await sandbox.eventsOf(intent.id, 'payment_intent.succeeded');
  await sandbox.control('POST', 'reset');
  await expect(sandbox.stripe.paymentIntents.retrieve(intent.id)).rejects.toMatchObject({ statusCode: 404 });
  const next = await sandbox.stripe.paymentIntents.create(paying);
  expect(await sandbox.eventsOf(next.id, 'payment_intent.succeeded')).toEqual(inOrder);
});
