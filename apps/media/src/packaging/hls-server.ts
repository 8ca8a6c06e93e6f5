import { open } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { logger } from '#platform/logger';
import { Answer, HttpAsker, type Asker } from './answer.ts';
import { renderMultivariant } from './multivariant.ts';
import { isGap, renderPlaylist } from './playlist.ts';
import { QuickLines } from './quick-lines.ts';
import { lengths, type Place, type Segment, type Track } from './segment.ts';
import type { Timeline } from './timeline.ts';

const PREFIX = '/hls/';
/** `main.m3u8` lists the renditions; `live.m3u8` is the largest, and that of a lower layer in that layer's folder. */
const ADDRESS =
  /^\/hls\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?:(main)\.m3u8|(?:r(\d)\/)?(?:live\.m3u8|([0-9a-z]{1,16})\/([ips])(\d{1,15})\.(?:m4s|mp4)))$/;
const SHARED_CACHE = 'public, max-age=0, s-maxage=1';
/** A client may ask for what comes next. What comes later it cannot know of. */
const SEGMENTS_AHEAD = 1;
const PARTS_AHEAD = 3;
const MOST_PARTS = 100;
/** Three targets, as the standard says; then the playlist as it is. */
const HOLD_MS = lengths.segmentTarget * 3_000;
const MOST_WAITERS = 30_000;
const RELEASED_AT_ONCE = 500;
const QUERY_LIMIT = 256;

interface Waiter {
  asker: Asker;
  ready(): boolean;
  answer: () => Answer;
  until: number;
}

/** Where a request finds what it asks for. */
export interface Shelf {
  timeline(showId: string): Timeline | undefined;
  /** Somebody plays this show: told once per playlist. */
  seen(timeline: Timeline, asker: Asker, token: string | null): void;
}

/**
 * Serves playlists, inits, segments and parts from memory, ahead of Nest. A request for what does not exist yet waits for it; all
 * who wait for one part are answered with one text.
 */
export class HlsServer {
  readonly #shelf: Shelf;
  readonly #waiting = new Map<Track, Set<Waiter>>();
  readonly #playlists = new WeakMap<Track, { version: number; made: Map<string, Answer> }>();
  /** By their bytes, which stay the same as long as they can be fetched. */
  readonly #media = new WeakMap<Buffer, Answer>();
  readonly #reading = new Map<Segment, Promise<Answer>>();
  readonly #sweep: NodeJS.Timeout;
  #lines: QuickLines | null = null;
  readonly #mostWaiters: number;
  #waiters = 0;

  constructor(shelf: Shelf, mostWaiters = MOST_WAITERS) {
    this.#shelf = shelf;
    this.#mostWaiters = mostWaiters;
    this.#sweep = setInterval(() => this.#giveUp(), 500);
    this.#sweep.unref();
  }

  get waiters(): number {
    return this.#waiters;
  }

  /** Answers on this server's connections what needs no HTTP server; the others come by `handle`. */
  attach(server: Server): void {
    this.#lines = new QuickLines(server, (url, asker) => this.#get(url, asker));
  }

  /** @returns whether the request was one of ours, and then it is answered or will be */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { url, method } = request;
    if (!url!.startsWith(PREFIX)) return false;
    const asker = new HttpAsker(request, response);
    if (method === 'GET' || method === 'HEAD') this.#get(url!, asker);
    else asker.sendMethods();
    return true;
  }

  /** To be called when a track has changed. */
  changed(track: Track): void {
    const waiting = this.#waiting.get(track);
    if (!waiting || waiting.size === 0) return;
    const ready: Waiter[] = [];
    for (const waiter of waiting) if (waiter.ready()) ready.push(waiter);
    this.#release(track, ready);
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const [track, waiting] of this.#waiting) {
      for (const waiter of [...waiting]) {
        this.#forget(track, waiter);
        if (!waiter.asker.gone) waiter.asker.send(Answer.refusal(503, 'the server ends'));
      }
    }
    this.#lines?.close();
  }

  #get(url: string, asker: Asker): void {
    const found = orRefused(() => this.#find(url, asker));
    if (found) asker.send(found);
  }

  /** @returns the answer, or null where it is waited for */
  #find(url: string, asker: Asker): Answer | null {
    const mark = url.indexOf('?');
    const address = ADDRESS.exec(mark < 0 ? url : url.slice(0, mark));
    if (!address) return Answer.refusal(404, 'there is nothing here');
    const [, showId, main, layer, token, kind, number] = address;
    const timeline = this.#shelf.timeline(showId!);
    if (!timeline) return Answer.refusal(404, 'this show is not on air');
    if (main !== undefined) return this.#findMain(timeline, mark < 0 ? '' : url.slice(mark + 1));
    const track = layer === undefined ? timeline : timeline.renditions.get(Number(layer));
    if (!track) return Answer.refusal(404, 'this show has no such rendition');
    if (kind === undefined) return this.#findPlaylist(timeline, track, mark < 0 ? '' : url.slice(mark + 1), asker);
    if (token !== track.token) return Answer.refusal(404, 'this is of an earlier transmission');
    if (kind === 'p') return this.#findPart(track, Number(number), asker);
    if (kind === 'i') return this.#mediaOf(track.init(Number(number))?.init.bytes);
    const segment = track.segment(Number(number));
    if (!segment || isGap(segment)) return Answer.refusal(404, 'not in the window');
    if (segment.bytes !== null) return this.#mediaOf(segment.bytes);
    void this.#read(segment).then((answer) => {
      if (!asker.gone) asker.send(answer);
    });
    return null;
  }

  /** What memory has let go of, for who went back: read once for all who ask at the moment. */
  #read(segment: Segment): Promise<Answer> {
    let reading = this.#reading.get(segment);
    if (!reading) {
      reading = readPlace(segment.kept!).then(
        (bytes) => Answer.media(bytes),
        () => Answer.refusal(404, 'not in the window'),
      );
      this.#reading.set(segment, reading);
      void reading.then(() => this.#reading.delete(segment));
    }
    return reading;
  }

  #findMain(timeline: Timeline, query: string): Answer {
    const asked = readQuery(query);
    if (typeof asked === 'string') return Answer.refusal(400, asked);
    if (timeline.empty) return Answer.refusal(404, 'nothing was transmitted yet');
    return this.#made(timeline, 'main', () => Answer.playlist(Buffer.from(renderMultivariant(timeline)), SHARED_CACHE));
  }

  #findPlaylist(timeline: Timeline, track: Track, query: string, asker: Asker): Answer | null {
    const asked = readQuery(query);
    if (typeof asked === 'string') return Answer.refusal(400, asked);
    this.#shelf.seen(timeline, asker, asked.viewer);
    if (track.empty && !track.flowing) return Answer.refusal(404, 'nothing of it is transmitted');
    const { msn, part, skip } = asked;
    // A shared cache may serve it to all who come within a second; a browser asks again.
    if (msn === null) return this.#playlist(track, skip, SHARED_CACHE);
    const current = track.open?.sequence ?? track.nextSequence;
    if (!track.ended && msn > current + SEGMENTS_AHEAD) return Answer.refusal(400, '_HLS_msn is too far ahead');
    const parts = track.open?.sequence === msn ? track.open.parts.length : 0;
    if (!track.ended && part !== null && msn >= current && part > parts + PARTS_AHEAD) {
      return Answer.refusal(400, '_HLS_part is too far ahead');
    }
    const ready = () => track.reaches(msn, part ?? undefined);
    const answer = () =>
      this.#playlist(track, skip, ready() ? `public, max-age=${lengths.segmentTarget * 6}` : 'no-store');
    return this.#answerWhen(track, asker, ready, answer);
  }

  #findPart(track: Track, number: number, asker: Asker): Answer | null {
    if (number > track.nextPart + PARTS_AHEAD) return Answer.refusal(404, 'too far ahead');
    const ready = () => number < track.nextPart || !track.flowing;
    return this.#answerWhen(track, asker, ready, () => this.#mediaOf(track.part(number)?.bytes));
  }

  #playlist(track: Track, skip: boolean, caching: string): Answer {
    if (track.empty) return Answer.refusal(404, 'nothing was transmitted yet');
    const form = skip ? `delta ${caching}` : caching;
    return this.#made(track, form, () => Answer.playlist(Buffer.from(renderPlaylist(track, skip)), caching));
  }

  /** Made once for all who ask before the track changes. */
  #made(track: Track, form: string, make: () => Answer): Answer {
    let playlists = this.#playlists.get(track);
    if (playlists?.version !== track.version) {
      playlists = { version: track.version, made: new Map<string, Answer>() };
      this.#playlists.set(track, playlists);
    }
    let answer = playlists.made.get(form);
    if (!answer) playlists.made.set(form, (answer = make()));
    return answer;
  }

  #mediaOf(bytes: Buffer | undefined): Answer {
    if (!bytes) return Answer.refusal(404, 'not in the window');
    let answer = this.#media.get(bytes);
    if (!answer) this.#media.set(bytes, (answer = Answer.media(bytes)));
    return answer;
  }

  #answerWhen(track: Track, asker: Asker, ready: () => boolean, answer: () => Answer): Answer | null {
    if (ready()) return answer();
    if (this.#waiters >= this.#mostWaiters) return Answer.refusal(503, 'too many wait');
    this.#wait(track, { asker, ready, answer, until: performance.now() + HOLD_MS });
    return null;
  }

  #wait(track: Track, waiter: Waiter): void {
    let waiting = this.#waiting.get(track);
    if (!waiting) this.#waiting.set(track, (waiting = new Set()));
    waiting.add(waiter);
    this.#waiters += 1;
    waiter.asker.onGone(() => this.#forget(track, waiter));
  }

  #forget(track: Track, waiter: Waiter): void {
    const waiting = this.#waiting.get(track);
    if (!waiting?.delete(waiter)) return;
    this.#waiters -= 1;
    if (waiting.size === 0) this.#waiting.delete(track);
  }

  /** In pieces, so that a crowd leaves room for media and signalling between them. */
  #release(track: Track, waiters: Waiter[]): void {
    for (const waiter of waiters.splice(0, RELEASED_AT_ONCE)) {
      this.#forget(track, waiter);
      if (!waiter.asker.gone) waiter.asker.send(orRefused(waiter.answer));
    }
    if (waiters.length > 0) setImmediate(() => this.#release(track, waiters));
  }

  #giveUp(): void {
    const now = performance.now();
    for (const [track, waiting] of this.#waiting) {
      const late = [...waiting].filter(({ until }) => until <= now);
      if (late.length > 0) this.#release(track, late);
    }
  }
}

/** A request that fails is answered so. It is served by a connection's event or by a timer, and thrown there it would end the process. */
function orRefused<Found extends Answer | null>(find: () => Found): Found | Answer {
  try {
    return find();
  } catch (error) {
    logger.error({ err: error }, 'a request for a playlist or its media failed');
    return Answer.refusal(500, 'it could not be answered');
  }
}

async function readPlace({ path, offset, length }: Place): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead < length) throw new Error('the file is shorter than it was');
    return buffer;
  } finally {
    await file.close();
  }
}

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
