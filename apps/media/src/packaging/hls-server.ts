import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderPlaylist } from './playlist.ts';
import { lengths, type Timeline } from './timeline.ts';

const PREFIX = '/hls/';
const ADDRESS =
  /^\/hls\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?:live\.m3u8|([0-9a-z]{1,16})\/([ips])(\d{1,15})\.(m4s|mp4))$/;
/** A client may ask for what comes next. What comes later it cannot know of. */
const SEGMENTS_AHEAD = 1;
const PARTS_AHEAD = 3;
const MOST_PARTS = 100;
/** Three targets, as the standard says; then the playlist as it is. */
const HOLD_MS = lengths.segmentTarget * 3_000;
const MOST_WAITERS = 30_000;
const RELEASED_AT_ONCE = 500;
const QUERY_LIMIT = 256;

const cors = ['access-control-allow-origin', '*'];
const immutable = ['cache-control', 'public, max-age=86400, immutable', 'accept-ranges', 'bytes'];

interface Waiter {
  response: ServerResponse;
  ready(timeline: Timeline): boolean;
  answer(timeline: Timeline): void;
  until: number;
}

/** Where a request finds what it asks for. */
export interface Shelf {
  timeline(showId: string): Timeline | undefined;
  /** Somebody plays this show: asked once per playlist. */
  seen(timeline: Timeline, request: IncomingMessage, token: string | null): void;
}

/**
 * Serves playlists, inits, segments and parts from memory, ahead of Nest. A request for what does not exist yet waits for it; all
 * who wait for one part are answered with one text.
 */
export class HlsServer {
  readonly #shelf: Shelf;
  readonly #waiting = new Map<Timeline, Set<Waiter>>();
  readonly #rendered = new WeakMap<Timeline, { version: number; whole?: Body; delta?: Body }>();
  readonly #sweep: NodeJS.Timeout;
  #waiters = 0;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
    this.#sweep = setInterval(() => this.#giveUp(), 500);
    this.#sweep.unref();
  }

  get waiters(): number {
    return this.#waiters;
  }

  /** @returns whether the request was one of ours, and then it is answered or will be */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url!;
    if (!url.startsWith(PREFIX)) return false;
    const { method } = request;
    if (method === 'OPTIONS') {
      const allowed = ['access-control-allow-methods', 'GET, HEAD', 'access-control-allow-headers', 'range'];
      response.writeHead(204, [...cors, ...allowed, 'access-control-max-age', '86400']).end();
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, [...cors, 'allow', 'GET, HEAD, OPTIONS', 'content-length', '0']).end();
    } else this.#get(url, request, response);
    return true;
  }

  /** To be called when a timeline has changed. */
  changed(timeline: Timeline): void {
    const waiting = this.#waiting.get(timeline);
    if (!waiting || waiting.size === 0) return;
    const ready: Waiter[] = [];
    for (const waiter of waiting) if (waiter.ready(timeline)) ready.push(waiter);
    this.#release(timeline, ready);
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const [timeline, waiting] of this.#waiting) {
      for (const waiter of [...waiting]) {
        this.#forget(timeline, waiter);
        refuse(waiter.response, 503, 'the server ends');
      }
    }
  }

  #get(url: string, request: IncomingMessage, response: ServerResponse): void {
    const mark = url.indexOf('?');
    const address = ADDRESS.exec(mark < 0 ? url : url.slice(0, mark));
    if (!address) return refuse(response, 404, 'there is nothing here');
    const [, showId, token, kind, number] = address;
    const timeline = this.#shelf.timeline(showId!);
    if (!timeline) return refuse(response, 404, 'this show is not on air');
    const query = mark < 0 ? '' : url.slice(mark + 1);
    if (kind === undefined) return this.#playlist(timeline, query, request, response);
    if (token !== timeline.token) return refuse(response, 404, 'this is of an earlier transmission');
    if (kind === 'p') return this.#part(timeline, Number(number), request, response);
    const bytes = kind === 'i' ? timeline.init(Number(number))?.init.bytes : timeline.segment(Number(number))?.bytes;
    if (!bytes) return refuse(response, 404, 'not in the window');
    sendBytes(request, response, bytes);
  }

  #playlist(timeline: Timeline, query: string, request: IncomingMessage, response: ServerResponse): void {
    const asked = readQuery(query);
    if (typeof asked === 'string') return refuse(response, 400, asked);
    this.#shelf.seen(timeline, request, asked.viewer);
    const { msn, part, skip } = asked;
    if (msn === null) {
      if (timeline.empty) return refuse(response, 404, 'nothing was transmitted yet');
      // A shared cache may serve it to all who come within a second; a browser asks again.
      return this.#sendPlaylist(timeline, skip, request, response, 'public, max-age=0, s-maxage=1');
    }
    const current = timeline.open?.sequence ?? timeline.nextSequence;
    if (!timeline.ended && msn > current + SEGMENTS_AHEAD) return refuse(response, 400, '_HLS_msn is too far ahead');
    const parts = timeline.open?.sequence === msn ? timeline.open.parts.length : 0;
    if (!timeline.ended && part !== null && msn >= current && part > parts + PARTS_AHEAD) {
      return refuse(response, 400, '_HLS_part is too far ahead');
    }
    const ready = () => timeline.reaches(msn, part ?? undefined);
    const answer = () => {
      if (timeline.empty) return refuse(response, 404, 'nothing was transmitted yet');
      const reached = ready();
      const caching = reached ? `public, max-age=${lengths.segmentTarget * 6}` : 'no-store';
      this.#sendPlaylist(timeline, skip, request, response, caching);
    };
    if (ready()) answer();
    else this.#wait(timeline, { response, ready, answer, until: performance.now() + HOLD_MS });
  }

  #part(timeline: Timeline, number: number, request: IncomingMessage, response: ServerResponse): void {
    const ready = () => number < timeline.nextPart || !timeline.flowing;
    const answer = () => {
      const part = timeline.part(number);
      if (part) sendBytes(request, response, part.bytes);
      else refuse(response, 404, 'not in the window');
    };
    if (number > timeline.nextPart + PARTS_AHEAD) return refuse(response, 404, 'too far ahead');
    if (ready()) answer();
    else this.#wait(timeline, { response, ready, answer, until: performance.now() + HOLD_MS });
  }

  #sendPlaylist(
    timeline: Timeline,
    skip: boolean,
    request: IncomingMessage,
    response: ServerResponse,
    caching: string,
  ): void {
    const body = this.#render(timeline, skip);
    response.writeHead(200, [
      ...cors,
      ...['content-type', 'application/vnd.apple.mpegurl', 'cache-control', caching],
      ...['content-length', String(body.length)],
    ]);
    if (request.method === 'HEAD') response.end();
    else if (typeof body === 'string') response.end(body, 'latin1');
    else response.end(body);
  }

  #render(timeline: Timeline, skip: boolean): Body {
    let rendered = this.#rendered.get(timeline);
    if (rendered?.version !== timeline.version) {
      rendered = { version: timeline.version };
      this.#rendered.set(timeline, rendered);
    }
    if (skip) return (rendered.delta ??= bodyOf(renderPlaylist(timeline, true)));
    return (rendered.whole ??= bodyOf(renderPlaylist(timeline)));
  }

  #wait(timeline: Timeline, waiter: Waiter): void {
    if (this.#waiters >= MOST_WAITERS) return refuse(waiter.response, 503, 'too many wait');
    let waiting = this.#waiting.get(timeline);
    if (!waiting) this.#waiting.set(timeline, (waiting = new Set()));
    waiting.add(waiter);
    this.#waiters += 1;
    waiter.response.once('close', () => this.#forget(timeline, waiter));
  }

  #forget(timeline: Timeline, waiter: Waiter): void {
    const waiting = this.#waiting.get(timeline);
    if (!waiting?.delete(waiter)) return;
    this.#waiters -= 1;
    if (waiting.size === 0) this.#waiting.delete(timeline);
  }

  /** In pieces, so that a crowd leaves room for media and signalling between them. */
  #release(timeline: Timeline, waiters: Waiter[]): void {
    for (const waiter of waiters.splice(0, RELEASED_AT_ONCE)) {
      this.#forget(timeline, waiter);
      if (!waiter.response.destroyed) waiter.answer(timeline);
    }
    if (waiters.length > 0) setImmediate(() => this.#release(timeline, waiters));
  }

  #giveUp(): void {
    const now = performance.now();
    for (const [timeline, waiting] of this.#waiting) {
      const late = [...waiting].filter(({ until }) => until <= now);
      if (late.length > 0) this.#release(timeline, late);
    }
  }
}

/** A short text leaves in one write together with its head; a long one is not to be copied for each who does not read. */
type Body = string | Buffer;
const bodyOf = (text: string): Body => (text.length <= 8_192 ? text : Buffer.from(text));

interface Asked {
  msn: number | null;
  part: number | null;
  skip: boolean;
  viewer: string | null;
}

/** @returns a sentence about what is wrong with it, where something is */
function readQuery(query: string): Asked | string {
  const asked: Asked = { msn: null, part: null, skip: false, viewer: null };
  if (query === '') return asked;
  if (query.length > QUERY_LIMIT) return 'the query is too long';
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    if (name === '_HLS_msn' || name === '_HLS_part') {
      if (!/^\d{1,12}$/.test(value)) return `${name} is not a number`;
      asked[name === '_HLS_msn' ? 'msn' : 'part'] = Number(value);
    } else if (name === '_HLS_skip') {
      if (value !== 'YES' && value !== 'v2') return '_HLS_skip is neither YES nor v2';
      asked.skip = true;
    } else if (name === 'viewer') {
      if (!/^[\w-]{1,64}$/.test(value)) return 'viewer is not of 1 to 64 letters, digits, - and _';
      asked.viewer = value;
    }
  }
  if (asked.part !== null && asked.msn === null) return '_HLS_part needs _HLS_msn';
  if (asked.part !== null && asked.part > MOST_PARTS) return '_HLS_part is too far ahead';
  return asked;
}

function sendBytes(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const headers = [...cors, ...immutable, 'content-type', 'video/mp4'];
  const range = request.headers.range === undefined ? null : readRange(request.headers.range, bytes.length);
  if (range === 'outside') {
    response.writeHead(416, [...cors, 'content-range', `bytes */${bytes.length}`, 'content-length', '0']).end();
    return;
  }
  const body = range ? bytes.subarray(range.from, range.to + 1) : bytes;
  if (range) headers.push('content-range', `bytes ${range.from}-${range.to}/${bytes.length}`);
  headers.push('content-length', String(body.length));
  response.writeHead(range ? 206 : 200, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** One range of bytes; what is no such thing, or several, is not heeded, as the standard allows. */
function readRange(header: string, length: number): { from: number; to: number } | 'outside' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header);
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const last = Number(match[2]);
    return last === 0 ? 'outside' : { from: Math.max(0, length - last), to: length - 1 };
  }
  const from = Number(match[1]);
  const to = match[2] === '' ? length - 1 : Math.min(Number(match[2]), length - 1);
  if (match[2] !== '' && Number(match[2]) < from) return null;
  return from >= length ? 'outside' : { from, to };
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent || response.destroyed) return;
  const body = `${reason}\n`;
  response.writeHead(status, [
    ...cors,
    ...['cache-control', 'no-store', 'content-type', 'text/plain; charset=utf-8'],
    ...['content-length', String(Buffer.byteLength(body))],
    ...(status === 503 ? ['retry-after', '1'] : []),
  ]);
  response.end(body);
}
