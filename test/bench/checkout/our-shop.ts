import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { checkoutApi } from '#contracts/checkout';
import { peopleApi } from '#contracts/people';
import { STRIPE_EVENTS } from '#contracts/stripe-events';
import { showsApi } from '#contracts/shows';
import { freePorts } from '../../support/ports.ts';
import type { Bench } from '../support/bench.ts';
import { startApi, startServer } from '../support/processes.ts';
import { call, Shop, type Offer } from '../support/shop.ts';
import { buyer, type Seller } from './seller.ts';

/** The api with the Stripe sandbox beside it, as `npm start` runs them without a Stripe key. */
export async function openOurs(
  bench: Bench,
  database: Client,
  databaseUrl: string,
): Promise<Seller & { sandboxPid: number }> {
  await bench.build(['api', 'stripe-sandbox']);
  const [sandboxPort] = (await freePorts(1)) as [number];
  const api = await startApi(bench, databaseUrl, { STRIPE_SANDBOX_PORT: String(sandboxPort) });
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const sandbox = startServer(bench, 'stripe-sandbox', {
    STRIPE_SANDBOX_PORT: String(sandboxPort),
    STRIPE_SECRET_KEY: 'sk_test_sandbox',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
    STRIPE_WEBHOOK_SECRET: 'whsec_sandbox',
    STRIPE_WEBHOOK_URL: `${api.url}/api/stripe/webhook`,
    STRIPE_WEBHOOK_EVENTS: STRIPE_EVENTS.join(),
    PUBLIC_URL: api.url,
    ENGAWA_DATA_DIR: join(bench.tempDir, 'data'),
  });

  async function undelivered(): Promise<number> {
    const headers = { authorization: 'Bearer sk_test_sandbox' };
    const answer = await fetch(`${sandboxUrl}/_sandbox/state`, { headers });
    return ((await answer.json()) as { undeliveredEvents: number }).undeliveredEvents;
  }
  while ((await undelivered().catch(() => null)) === null) await sleep(50);
  const offer = await (await Shop.open(api)).offer(1_000_000);

  return {
    pid: api.pid,
    sandboxPid: sandbox.pid!,
    order: () => order(api, sandboxUrl, offer),
    async settled() {
      for (;;) {
        // Whatever an order has left to be done is part of what it costs.
        const { rows } = await database.query(
          `SELECT 1 FROM graphile_worker.jobs WHERE run_at < now() + interval '30 seconds'
           UNION ALL SELECT 1 FROM orders WHERE state = 'pending'
           UNION ALL SELECT 1 FROM stripe_events WHERE processed_at IS NULL
           UNION ALL SELECT 1 FROM mails WHERE state = 'queued'
           UNION ALL SELECT 1 FROM rollups, interaction_ids WHERE name IN ('activity', 'persons', 'people') AND last_value > done_id
           UNION ALL SELECT 1 FROM person_changes WHERE due_at <= now() LIMIT 1`,
        );
        if (rows.length === 0 && (await undelivered()) === 0) break;
        await sleep(100);
      }
      const { rows } = await database.query(`SELECT state, count(*) FROM orders WHERE state <> 'paid' GROUP BY state`);
      if (rows.length > 0) throw new Error(`orders that are not paid: ${JSON.stringify(rows)}`);
    },
  };
}

/** What a buyer's browser asks for, from coming in until the order is there. */
async function order(api: { url: string }, sandboxUrl: string, offer: Offer): Promise<void> {
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  const behindProxy = { 'x-forwarded-for': address };
  const { token } = await call(api, peopleApi.guest, {}, behindProxy);
  const headers = { ...behindProxy, authorization: `Guest ${token}` };
  await call(api, showsApi.public, { slug: offer.slug }, headers);
  const { showId, offerId, variantId } = offer;
  const request = { key: randomUUID(), showId, offerId, variantId, quantity: 1 };
  const { hold, totals } = await call(api, checkoutApi.hold, request, headers);
  const { name, phone } = buyer;
  const placed = await call(
    api,
    checkoutApi.placeOrder,
    {
      key: randomUUID(),
      holdIds: [hold.id],
      confirmationTokenId: await confirmationToken(sandboxUrl),
      contact: { email: buyer.email(), name, phone },
      address: buyer.address,
      expectedTotalAmount: totals.totalAmount,
    },
    headers,
  );
  if (placed.state !== 'paid') throw new Error(`an order ended as ${placed.state}`);
}

/** A card at Stripe's browser side, as Elements would make it. */
async function confirmationToken(sandboxUrl: string): Promise<string> {
  const response = await fetch(`${sandboxUrl}/v1/confirmation_tokens`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': '4242424242424242',
      'payment_method_data[card][exp_month]': '3',
      'payment_method_data[card][exp_year]': '2035',
      'payment_method_data[card][cvc]': '123',
    }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { id: string }).id;
}
