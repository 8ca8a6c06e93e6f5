import { jest } from '@jest/globals';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { readConfig } from '../config.ts';
import { type RunningServer, serve } from '../server.ts';

// Tests share two cores with whatever else runs: a slow machine is no fault.
jest.setTimeout(60_000);

const secretKey = 'sk_test_specs';
const publishableKey = 'pk_test_specs';
const webhookSecret = 'whsec_specs';
export const shopOrigin = 'http://localhost:3000';

/** The stand-in on a port of its own, the real SDK pointed at it, and an endpoint that takes its webhooks. */
export interface Harness {
  url: string;
  stripe: Stripe;
  /** Events that the endpoint accepted, verified with the SDK. */
  received: Stripe.Event[];
  /** Statuses with which the endpoint answers the next deliveries, before it is well again. */
  refusals: number[];
  /** A call of the shop's page, with the publishable key. */
  browser: (method: string, path: string, form?: Record<string, string>) => Promise<Response>;
  control: (method: string, path: string, body?: object) => Promise<Response>;
  /** A confirmation token as the shop's page makes it. */
  tokenFor: (number: string, card?: Record<string, string>) => Promise<string>;
  /** Resolves with the types of the events that concern the PaymentIntent, up to the first `last`, once that has arrived. */
  eventsOf: (intent: string, last: string) => Promise<string[]>;
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

export async function startHarness(dataDir?: string, events?: string): Promise<Harness> {
  const received: Stripe.Event[] = [];
  const refusals: number[] = [];
  const endpoint = await listen((raw, signature) => {
    const refusal = refusals.shift();
    if (refusal) return refusal;
    received.push(stripe.webhooks.constructEvent(raw, signature, webhookSecret));
    return 200;
  });
  const start = (port: number) =>
    serve(
      readConfig({
        STRIPE_SANDBOX_PORT: String(port),
        STRIPE_SECRET_KEY: secretKey,
        STRIPE_PUBLISHABLE_KEY: publishableKey,
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_WEBHOOK_URL: `http://127.0.0.1:${portOf(endpoint)}/`,
        STRIPE_WEBHOOK_EVENTS: events,
        PUBLIC_URL: shopOrigin,
        SANDBOX_DATA_DIR: dataDir,
      }),
      () => undefined,
    );
  let server: RunningServer = await start(0);
  const { url } = server;
  const port = Number(new URL(url).port);
  const stripe = new Stripe(secretKey, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 });

  const browser: Harness['browser'] = (method, path, form) => {
    const query = new URLSearchParams(form).toString();
    return fetch(`${url}${path}${method === 'GET' && form ? `?${query}` : ''}`, {
      method,
      headers: { authorization: `Bearer ${publishableKey}`, origin: shopOrigin },
      body: method === 'POST' ? new URLSearchParams(form) : undefined,
    });
  };

  return {
    url,
    stripe,
    received,
    refusals,
    browser,
    control: (method, path, body) =>
      fetch(`${url}/_sandbox/${path}`, {
        method,
        headers: { authorization: `Bearer ${secretKey}` },
        body: body && JSON.stringify(body),
      }),
    tokenFor: async (number, card = {}) => {
      const answer = await browser('POST', '/v1/confirmation_tokens', {
        'payment_method_data[type]': 'card',
        'payment_method_data[card][number]': number,
        'payment_method_data[card][exp_month]': '3',
        'payment_method_data[card][exp_year]': String(new Date().getFullYear() + 2),
        'payment_method_data[card][cvc]': '123',
        'payment_method_data[billing_details][name]': '佐久間 晴香',
        return_url: `${shopOrigin}/s/aki`,
        ...card,
      });
      const token = (await answer.json()) as Stripe.ConfirmationToken & { error?: Stripe.StripeRawError };
      if (!answer.ok) throw Object.assign(new Error(token.error?.message), token.error);
      return token.id;
    },
    eventsOf: async (intent, last) => {
      const mine = () =>
        received.filter(({ data }) => {
          const object = data.object as { id: string; payment_intent?: string };
          return object.id === intent || object.payment_intent === intent;
        });
      const deadline = Date.now() + 30_000; // before jest gives up, so that the message says what did arrive
      while (!mine().some((event) => event.type === last)) {
        if (Date.now() > deadline)
          throw new Error(
            `No ${last} in: ${mine()
              .map((event) => event.type)
              .join(', ')}`,
          );
        await sleep(5);
      }
      const types = mine().map((event) => event.type);
      return types.slice(0, types.findIndex((type) => type === last) + 1);
    },
    restart: async () => {
      await server.close();
      server = await start(port);
    },
    close: async () => {
      await server.close();
      endpoint.closeAllConnections();
      await new Promise((resolve) => endpoint.close(resolve));
    },
  };
}

async function listen(take: (raw: Buffer, signature: string) => number): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      let status = 400;
      try {
        status = take(Buffer.concat(chunks), String(request.headers['stripe-signature']));
      } finally {
        response.writeHead(status).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
