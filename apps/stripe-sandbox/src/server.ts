import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type KeyKind, type Route, expand, findRoute, unrecognized } from './api.ts';
import type { Config } from './config.ts';
import { apiVersion } from './context.ts';
import { controlPath, handleControl } from './control.ts';
import { StripeError } from './errors.ts';
import { type Form, parseForm } from './form.ts';
import { readBody, sameText } from './http.ts';
import { IdempotencyKeys, fingerprint } from './idempotency.ts';
import { voucherPath } from './konbini.ts';
import { Sandbox } from './sandbox.ts';
import { faultOf, readForm } from './schema/validate.ts';
import { newId } from './store.ts';
import { handleThreeDs, threeDsPath } from './three-ds.ts';
import { inPinnedWords } from './versions.ts';
import { handleVoucher } from './voucher.ts';

interface Answer {
  status: number;
  body: string;
}

interface Call {
  route: Route;
  /** The id in the path. */
  id: string;
  path: string;
  form: Form;
  /** Stripe's version in whose words the form is; undefined: the account's own, which is an old one. */
  version: string | undefined;
  key: KeyKind;
  requestId: string;
  idempotencyKey: string | null;
}

export interface RunningServer {
  url: string;
  close: () => Promise<void>;
}

/** Serves Stripe's HTTP API on a port of this machine. Resolves once requests are accepted. */
export async function serve(config: Config, log: (message: string) => void): Promise<RunningServer> {
  const sandbox = new Sandbox(config, log);
  const api = new StripeApi(sandbox);
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      log(`defect: ${error instanceof Error ? error.stack : String(error)}`);
      const message = 'The Stripe sandbox has a defect: see its log.';
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: JSON.stringify({ error: { type: 'api_error', message } }) });
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith(threeDsPath)) handleThreeDs(sandbox, request, response, url);
    else if (url.pathname.startsWith(voucherPath)) handleVoucher(sandbox, request, response, url);
    else if (url.pathname.startsWith(controlPath)) await handleControl(sandbox, request, response, url);
    else await api.respond(request, response, url);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  sandbox.url = config.url ?? `http://${host}:${port}`;
  sandbox.takeUp();

  return {
    url: sandbox.url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      sandbox.close();
    },
  };
}

class StripeApi {
  private readonly keys: IdempotencyKeys;

  constructor(private readonly sandbox: Sandbox) {
    this.keys = new IdempotencyKeys(sandbox.store);
  }

  async respond(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const requestId = newId('req_').slice(0, 18);
    const version = request.headers['stripe-version'];
    response.setHeader('request-id', requestId);
    response.setHeader('stripe-version', typeof version === 'string' ? version : apiVersion);
    response.setHeader('cache-control', 'no-cache, no-store');
    this.allowShop(request, response, url.pathname);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    try {
      const call = await this.read(request, url, requestId);
      const { idempotencyKey, path, form } = call;
      const result = idempotencyKey
        ? await this.keys.once(idempotencyKey, path, form, () => this.perform(call))
        : { fresh: await this.perform(call) };
      if ('stored' in result) {
        response.setHeader('idempotent-replayed', 'true');
        response.setHeader('original-request', result.stored.requestId);
      }
      const answer = 'stored' in result ? result.stored : result.fresh;
      const cut = request.method === 'POST' && this.sandbox.knobs.take('cut_after_commit', path);
      if (cut) request.socket.destroy();
      else send(response, answer);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      send(response, answerOf(error));
    }
  }

  /** Throws what is refused before anything is done. */
  private async read(request: IncomingMessage, url: URL, requestId: string): Promise<Call> {
    const method = request.method ?? 'GET';
    const path = url.pathname;
    const key = this.authenticate(request);
    const found = findRoute(method, path);
    if (!found) throw unrecognized(method, path);
    if (!found.route.keys.includes(key)) throw wrongKey(key);
    const form = parseForm(method === 'POST' ? await readBody(request) : url.search.slice(1));
    const version = request.headers['stripe-version'];
    const header = request.headers['idempotency-key'];
    const idempotencyKey = method === 'POST' && typeof header === 'string' && header !== '' ? header : null;
    return {
      ...found,
      ...{ path, form, key, requestId, idempotencyKey },
      version: typeof version === 'string' ? version : undefined,
    };
  }

  /**
   * Does the request in one transaction, together with the answer that its idempotency key will repeat. As at Stripe,
   * wrong parameters and a refusal at the door are not kept for the key.
   */
  private async perform(call: Call): Promise<Answer> {
    const { store, knobs } = this.sandbox;
    const { latency_ms: latency, fail_next: refusal } = knobs.values;
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    if (refusal && knobs.take('fail_next', call.path)) {
      const error = injected(refusal.status);
      if (refusal.status === 500) return this.keep(call, answerOf(error));
      throw error;
    }
    const form = inPinnedWords(call.path, call.form, call.version);
    const params = readForm(call.route.schema, form) as { expand?: string[] };
    let answer: Answer;
    try {
      answer = store.transaction(() => this.keep(call, this.handle(call, params)));
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      answer = this.keep(call, answerOf(error));
    }
    this.sandbox.takeUp();
    this.sandbox.log(`${call.route.method} ${call.path} ${answer.status} ${call.requestId}`);
    return answer;
  }

  private handle(call: Call, params: { expand?: string[] }): Answer {
    const context = this.sandbox.context({ id: call.requestId, idempotencyKey: call.idempotencyKey });
    const result = call.route.handle(context, call.id, params as never, call.key);
    if (result instanceof StripeError) return answerOf(result);
    const object = params.expand ? expand(context, result, params.expand) : result;
    // A browser sees a part of the object; the whole is checked when the server sees it.
    const fault = call.key === 'publishable' ? undefined : faultOf(object);
    if (fault) throw new Error(`The answer is not what the SDK promises: ${fault}`);
    return { status: 200, body: JSON.stringify(object, null, 2) };
  }

  private keep(call: Call, answer: Answer): Answer {
    const { idempotencyKey, path, form, requestId } = call;
    if (idempotencyKey)
      this.sandbox.store.saveAnswer(idempotencyKey, { ...answer, fingerprint: fingerprint(form), path, requestId });
    return answer;
  }

  private authenticate(request: IncomingMessage): KeyKind {
    const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
    const given = /^basic$/i.test(scheme) ? (Buffer.from(value, 'base64').toString().split(':')[0] ?? '') : value;
    if (given && sameText(given, this.sandbox.config.secretKey)) return 'secret';
    if (given && sameText(given, this.sandbox.config.publishableKey)) return 'publishable';
    const message = given
      ? `Invalid API Key provided: ${given.slice(0, 8)}********`
      : 'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
    throw new StripeError(401, { type: 'invalid_request_error', message });
  }

  /** Lets the shop's pages, and no others, read what a publishable key may reach. */
  private allowShop(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { shopOrigin } = this.sandbox.config;
    const preflight = request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined;
    const open = findRoute(preflight ?? request.method ?? '', path)?.route.keys.includes('publishable');
    response.setHeader('vary', 'origin');
    if (!open || request.headers.origin !== shopOrigin) return;
    response.setHeader('access-control-allow-origin', shopOrigin);
    response.setHeader('access-control-allow-headers', 'authorization, content-type, idempotency-key, stripe-version');
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-expose-headers', 'request-id');
    response.setHeader('access-control-max-age', '600');
  }
}

function answerOf(error: StripeError): Answer {
  return { status: error.status, body: JSON.stringify(error.toJson(), null, 2) };
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
}

function injected(status: number): StripeError {
  if (status !== 429) {
    return new StripeError(status, { type: 'api_error', message: 'An unknown error occurred (knob fail_next).' });
  }
  const message = 'Too many requests (knob fail_next).';
  return new StripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message });
}

function wrongKey(key: KeyKind): StripeError {
  if (key === 'secret') {
    const message = 'This API call is made by a browser, with a publishable API key.';
    return new StripeError(403, { type: 'invalid_request_error', message });
  }
  const message = 'This API call cannot be made with a publishable API key. Please use a secret API key.';
  return new StripeError(403, { type: 'invalid_request_error', code: 'secret_key_required', message });
}
