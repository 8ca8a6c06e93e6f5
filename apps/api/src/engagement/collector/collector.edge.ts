import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { collectorLimits, type RejectedEvent, type RejectionReason } from '#contracts/collector';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { refusalOf } from '#platform/http-errors';
import type { CollectorService } from './collector.service.ts';
import { isFields, type Fields } from './refused.ts';
import type { Sender } from './write-keys.service.ts';

const unpack = promisify(gunzip);

/** Segment's paths, and the short ones by which its browser library calls them. */
const types: Record<string, string> = {
  ...{ track: 'track', page: 'page', screen: 'screen', identify: 'identify', alias: 'alias', group: 'group' },
  ...{ t: 'track', p: 'page', s: 'screen', i: 'identify', a: 'alias', g: 'group' },
};

/** Requests a minute of one address by a browser's key: an office may share one. Servers are held back by what is under way. */
const BROWSER_REQUESTS = 3_000;
/** Of one address with keys that are none. */
const WRONG_KEYS = 60;
const tooMany = () => new AppError('rate_limited', { retryAfterMs: 60_000 });

/** The shop's pages are of any origin, and bring no cookie of ours. */
const corsHeaders = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};
const preflightHeaders = {
  ...corsHeaders,
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, content-encoding, x-retry-count',
  'access-control-max-age': '86400',
};

/** Where the body as a whole is what is wrong. */
class WholeRefused extends Error {
  constructor(
    readonly field: string,
    readonly reason: RejectionReason,
  ) {
    super(reason);
  }
}

/**
 * `POST /v1/…` as Segment's libraries speak it. On Fastify itself and not on Nest: its bodies, origins and sizes have rules of their own, and it is
 * called for every step that somebody takes in a shop.
 */
export function collectorEdge(collector: CollectorService): FastifyPluginAsync {
  const browserRequests = new RateLimiterMemory({ points: BROWSER_REQUESTS, duration: 60 });
  const wrongKeys = new RateLimiterMemory({ points: WRONG_KEYS, duration: 60 });

  /** @throws unauthenticated; rate_limited after too many keys that are none */
  async function senderOf(writeKey: string, request: FastifyRequest): Promise<Sender> {
    const tried = await wrongKeys.get(request.ip);
    if (tried && tried.consumedPoints >= WRONG_KEYS) throw tooMany();
    const sender = await collector.senderOf(writeKey).catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'unauthenticated') await wrongKeys.penalty(request.ip);
      throw error;
    });
    if (sender.kind === 'browser') {
      await browserRequests.consume(request.ip).catch(() => {
        throw tooMany();
      });
    }
    return sender;
  }

  async function take(request: FastifyRequest, type: string | null): Promise<RejectedEvent[]> {
    const packed = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const headerKey = basicUser(request.headers.authorization);
    // Known before the body is read, where it can be: what is wrong with the body is then the brand's to see.
    let sender = headerKey === undefined ? undefined : await senderOf(headerKey, request);
    let text = '';
    try {
      const bytes = await unpacked(packed, request.headers['content-encoding']);
      text = bytes.toString('utf8');
      const body = parsed(text);
      const writeKey = keyOf(body, headerKey);
      sender ??= await senderOf(writeKey, request);
      const events = type === null ? batchOf(body) : [{ ...body, type }];
      const context = type === null && isFields(body.context) ? body.context : undefined;
      const small = bytes.length <= collectorLimits.eventBytes;
      const rejected = await collector.accept(sender, { writeKey, events, sentAt: body.sentAt, context, small });
      if (rejected.length > 0 && rejected.length === events.length) throw refusedAll(rejected, type === null);
      return rejected;
    } catch (error) {
      if (!(error instanceof WholeRefused)) throw error;
      const { field, reason } = error;
      if (sender) collector.refuseWhole(sender, field, reason, text);
      const issues = [{ path: field, message: reason }];
      if (reason === 'too_large') {
        throw new AppError('payload_too_large', { issues, limitBytes: collectorLimits.bodyBytes }, sizeSaid);
      }
      throw new AppError('invalid_request', { issues }, `invalid: ${field} (${reason})`);
    }
  }

  return async (server: FastifyInstance) => {
    server.removeAllContentTypeParsers();
    // Whatever its type says: beacons say text/plain, and an ill-made client says nothing.
    server.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: collectorLimits.bodyBytes },
      (_request, body, done) => done(null, body),
    );
    server.setErrorHandler((error, request, reply) => answerRefusal(error, request, reply));
    server.addHook('onRequest', async (_request, reply) => {
      void reply.headers(corsHeaders);
    });
    server.options('/*', async (_request, reply) => reply.status(204).headers(preflightHeaders).send());
    for (const [path, type] of [...Object.entries(types), ['batch', null], ['b', null]] as [string, string | null][]) {
      server.post(`/${path}`, async (request) => {
        const rejected = await take(request, type);
        return rejected.length > 0 ? { success: true, rejected } : { success: true };
      });
    }
    // What analytics-next asks its CDN for: `cdnURL` is then all that a page has to say of us.
    server.get<{ Params: { writeKey: string } }>('/projects/:writeKey/settings', async (request) => {
      const { writeKey } = request.params;
      await senderOf(writeKey, request);
      const { protocol, host } = new URL(config.publicUrl);
      const own = { apiKey: writeKey, apiHost: `${host}/v1`, protocol: protocol.slice(0, -1) };
      return { integrations: { 'Segment.io': own }, plan: {} };
    });
  };
}

const sizeSaid = `invalid: body (more than ${collectorLimits.bodyBytes / 1024} kB)`;

function answerRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = refusalOf(error, request);
  if (body.code === 'payload_too_large') {
    body.message = sizeSaid;
    body.details ??= { issues: [{ path: 'body', message: 'too_large' }], limitBytes: collectorLimits.bodyBytes };
  }
  void reply
    .status(status)
    .headers(headers)
    .send({ success: false, ...body });
}

/** Nothing of it was taken: to a library that counts errors by the status, this is one. */
function refusedAll(rejected: RejectedEvent[], inBatch: boolean): AppError {
  const path = ({ index, field }: RejectedEvent) =>
    inBatch ? ['batch', index, field].filter((part) => part !== '').join('.') : field || 'event';
  const issues = rejected.slice(0, 100).map((one) => ({ path: path(one), message: one.reason }));
  const first = issues[0]!;
  return new AppError('invalid_request', { issues, rejected }, `invalid: ${first.path} (${first.message})`);
}

/** The user of HTTP Basic, which has no password. */
function basicUser(authorization: string | undefined): string | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(authorization ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':')[0];
}

async function unpacked(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new WholeRefused('content-encoding', 'wrong_type');
  try {
    // A few kilobytes may unpack to gigabytes.
    return await unpack(body, { maxOutputLength: collectorLimits.bodyBytes });
  } catch (error) {
    const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw new WholeRefused('body', tooLarge ? 'too_large' : 'wrong_type');
  }
}

function parsed(text: string): Fields {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new WholeRefused('body', 'not_json');
  }
  if (!isFields(body)) throw new WholeRefused('body', 'wrong_type');
  return body;
}

function keyOf(body: Fields, headerKey: string | undefined): string {
  const { writeKey } = body;
  if (writeKey === undefined || writeKey === null) {
    if (headerKey === undefined) throw new WholeRefused('writeKey', 'required');
    return headerKey;
  }
  if (typeof writeKey !== 'string') throw new WholeRefused('writeKey', 'wrong_type');
  if (headerKey !== undefined && headerKey !== writeKey) throw new WholeRefused('writeKey', 'other_key');
  return writeKey;
}

function batchOf({ batch }: Fields): unknown[] {
  if (batch === undefined) throw new WholeRefused('batch', 'required');
  if (!Array.isArray(batch)) throw new WholeRefused('batch', 'wrong_type');
  if (batch.length > collectorLimits.eventsPerBatch) throw new WholeRefused('batch', 'too_many');
  return batch;
}
