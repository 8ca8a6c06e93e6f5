import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startApi } from './api.ts';
import { freePorts } from './ports.ts';

/** An account at Stripe: a sandbox of its own, with keys of its own. */
export interface Account {
  secretKey: string;
  publishableKey: string;
  webhookSecret: string;
  /** Reads its books. */
  books: Stripe;
  url: string;
  close: () => Promise<void>;
}

/**
 * api.stripe.com as it is: one host, behind which the key tells whose account is meant. Sandboxes have one account each, so this passes
 * requests on to the one whose key they bring; and events to the api.
 */
export class StripeHost {
  /** While true nobody answers. */
  away = false;
  apiUrl = '';
  readonly #accounts = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => response.destroy());
  });

  static async open(): Promise<StripeHost> {
    const host = new StripeHost();
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The api, whose own account is behind this host as well. */
  async startApi() {
    const api = await startApi({ url: this.url, webhookUrl: `${this.url}/webhook` });
    this.apiUrl = api.url;
    this.#accounts.set('sk_test_sandbox', api.sandboxUrl);
    return api;
  }

  /** @param webhookPath where its events go, at the api */
  async openAccount(name: string, webhookPath: string): Promise<Account> {
    const { serve } = await import('../../apps/stripe-sandbox/src/server.ts');
    const { readConfig } = await import('../../apps/stripe-sandbox/src/config.ts');
    const [port] = (await freePorts(1)) as [number];
    const keys = {
      secretKey: `sk_test_sandbox_${name}`,
      publishableKey: `pk_test_sandbox_${name}`,
      webhookSecret: `whsec_${name}`,
    };
    const sandbox = await serve(
      readConfig({
        NODE_ENV: 'test',
        STRIPE_SANDBOX_PORT: String(port),
        STRIPE_SECRET_KEY: keys.secretKey,
        STRIPE_PUBLISHABLE_KEY: keys.publishableKey,
        STRIPE_WEBHOOK_SECRET: keys.webhookSecret,
        STRIPE_WEBHOOK_URL: `${this.apiUrl}${webhookPath}`,
        PUBLIC_URL: this.apiUrl,
      }),
      () => undefined,
    );
    this.#accounts.set(keys.secretKey, sandbox.url);
    const books = new Stripe(keys.secretKey, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 });
    return { ...keys, books, url: sandbox.url, close: () => sandbox.close() };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = request.url ?? '/';
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    // A key that nobody has is refused by whichever account is asked.
    const target =
      path === '/webhook'
        ? `${this.apiUrl}/api/stripe/webhook`
        : (this.#accounts.get(key) ?? this.#accounts.get('sk_test_sandbox')!) + path;
    if (this.away) return void response.destroy();
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name)),
    ) as Record<string, string>;
    const answer = await fetch(target, {
      method: request.method,
      headers,
      body: request.method === 'GET' ? undefined : Buffer.concat(chunks),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const kept = ['content-type', 'request-id', 'stripe-version', 'idempotent-replayed'];
    response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => kept.includes(name))));
    response.end(body);
  }
}

/** A card at an account's browser side. */
export async function cardToken({ url, publishableKey }: Account, card: string): Promise<string> {
  const response = await fetch(`${url}/v1/confirmation_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${publishableKey}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': card,
      'payment_method_data[card][exp_month]': '3',
      'payment_method_data[card][exp_year]': '2035',
      'payment_method_data[card][cvc]': '123',
    }).toString(),
  });
  const body = (await response.json()) as { id: string };
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body.id;
}
