import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally } from './tally.ts';

interface Reply {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** What shall become of the payment call that shows one card. */
interface Plan {
  /** So many calls are done at Stripe, and their answers lost. The SDK repeats a call once: it takes two to be noticed. */
  cuts: number;
  /** The call is on its way until this resolves, whether or not the api still waits for it. */
  heldBack: Promise<void> | null;
}

/**
 * The line between the api and Stripe, in both directions, and what can go wrong on it: an answer lost after the deed, a call that arrives
 * late, a cancel that meets the buyer at their bank. It counts what it saw.
 */
export class Line {
  /** For the api's STRIPE_API_URL. */
  readonly url: string;
  /** For the sandbox's STRIPE_WEBHOOK_URL. */
  readonly webhookUrl: string;
  stripeUrl = '';
  shopUrl = '';
  readonly #plans = new Map<string, Plan>();
  readonly #races = new Map<string, () => Promise<void>>();
  readonly #releases = new Set<() => void>();
  readonly #cutInARow = new Map<string, number>();
  readonly #delivered = new Set<string>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #server;
  readonly #tally: Tally;

  static async open(tally: Tally): Promise<Line> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Line(server, tally);
  }

  private constructor(server: ReturnType<typeof createServer>, tally: Tally) {
    this.#server = server;
    this.#tally = tally;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.webhookUrl = `${this.url}/webhook`;
    server.on('request', (request, response) => {
      // Whichever end went away, the other sees its line cut, as on a real one.
      this.#pass(request, response).catch(() => response.destroy());
    });
  }

  /** The payment that this card is shown for is made, and nobody is told. */
  cut(token: string): void {
    this.#plans.set(token, { cuts: 2, heldBack: null });
  }

  /** The payment call with this card stays on its way until the function is called. */
  holdBack(token: string): () => void {
    let release = (): void => undefined;
    const heldBack = new Promise<void>((resolve) => (release = resolve));
    this.#plans.set(token, { cuts: 0, heldBack });
    this.#releases.add(release);
    return release;
  }

  /** Does `deed` at the moment at which the cancel of this payment passes. @returns to look away again */
  atCancel(intentId: string, deed: () => Promise<void>): () => void {
    this.#races.set(intentId, deed);
    return () => void this.#races.delete(intentId);
  }

  /** From now on nothing goes wrong here, and what was held back arrives. */
  calm(): void {
    for (const release of this.#releases) release();
    this.#releases.clear();
    this.#plans.clear();
    this.#races.clear();
  }

  async close(): Promise<void> {
    this.calm();
    this.#agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '/';
    if (path === '/webhook') {
      const reply = await this.#forward(request, `${this.shopUrl}/api/stripe/webhook`, body);
      if (reply.status === 200) this.#countDelivery((JSON.parse(body.toString()) as { id: string }).id);
      answer(response, reply);
      return;
    }
    const canceled = request.method === 'POST' ? /^\/v1\/payment_intents\/(\w+)\/cancel$/.exec(path)?.[1] : undefined;
    const race = canceled ? this.#races.get(canceled) : undefined;
    if (race) {
      this.#races.delete(canceled!);
      const cancel = sleep(Math.random() * 3).then(() => this.#forward(request, this.stripeUrl + path, body));
      const [reply] = await Promise.all([cancel, race()]);
      this.#tally.count(`cancel racing success: ${reply.status === 200 ? 'canceled' : 'succeeded'}`);
      this.#tally.count('cancel racing success');
      answer(response, reply);
      return;
    }
    const token = request.method === 'POST' ? new URLSearchParams(body.toString()).get('confirmation_token') : null;
    const plan = token ? this.#plans.get(token) : undefined;
    await plan?.heldBack;
    const reply = await this.#forward(request, this.stripeUrl + path, body).catch((error: unknown) => {
      if (token) this.#countCut(token);
      throw error;
    });
    if (plan && plan.cuts > 0) {
      plan.cuts -= 1;
      this.#countCut(token!);
      response.destroy();
      return;
    }
    if (token) this.#cutInARow.delete(token);
    answer(response, reply);
  }

  #forward(from: IncomingMessage, url: string, body: Buffer): Promise<Reply> {
    const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = from.headers;
    return new Promise((resolve, reject) => {
      const onward = httpRequest(
        url,
        { method: from.method, agent: this.#agent, headers: { ...headers, 'content-length': body.length } },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('error', reject);
          reply.on('end', () =>
            resolve({ status: reply.statusCode ?? 502, headers: reply.headers, body: Buffer.concat(chunks) }),
          );
        },
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }

  /** Stripe has done it, and both tries of the SDK ended without an answer: the api cannot know. */
  #countCut(token: string): void {
    const cuts = (this.#cutInARow.get(token) ?? 0) + 1;
    this.#cutInARow.set(token, cuts);
    if (cuts === 2) this.#tally.count('ambiguous create');
  }

  #countDelivery(eventId: string): void {
    this.#tally.count(this.#delivered.has(eventId) ? 'duplicate webhook' : 'webhook');
    this.#delivered.add(eventId);
  }
}

function answer(response: ServerResponse, { status, headers, body }: Reply): void {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = headers;
  response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
}
