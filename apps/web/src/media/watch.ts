import type { types } from 'mediasoup-client';
import { atom, type ReadableAtom } from 'nanostores';
import type { MediaGrant } from '#contracts/shows';
import { Backoff, crowd } from './backoff.ts';
import { readFlow } from './flow.ts';
import { GuestStreams, type Streams } from './guest-streams.ts';
import { LineQuality } from './line-quality.ts';
import { breakOf, openLine, preloadLibrary, type Break, type Line } from './line.ts';
import type { Trouble } from './path-choice.ts';
import { Picture } from './picture.ts';

export type WatcherState =
  | 'connecting'
  | 'playing'
  | 'waiting' // nothing comes from the host just now
  | 'blocked' // it plays, but without sound until somebody taps: call `setMuted(false)` from the tap
  | 'failed'; // this browser cannot, or this viewer may not

export interface Watcher {
  state: ReadableAtom<WatcherState>;
  /** Estimated milliseconds from the host's encoder to this screen. */
  latency: ReadableAtom<number | null>;
  setMuted(muted: boolean): void;
  /** There is news of the show: try now and not after the next wait. */
  wake(): void;
  stop(): void;
}

interface Options {
  /** Asks for a grant, each time anew: `show.watch`. */
  getGrant: () => Promise<MediaGrant>;
  video: HTMLVideoElement;
  /** Told with each change of who else is on air; none while the line is mended. */
  onGuests?: (streams: Streams) => void;
  /** It does not come by WebRTC, or not well. The watcher goes on trying until it is stopped. */
  onTrouble?: (trouble: Trouble) => void;
}

/** A media process that does not answer may just be restarting. One that has not answered so often is behind something. */
const SILENT_TRIES = 3;
/** A line that broke so often within a minute is not worth mending. */
const BREAKS_A_MINUTE = 3;

const LOOK_MS = 500;
const FIRST_LOOK_MS = 100;
/** A picture that stood still for so long is fetched anew. */
const FROZEN_MS = 3_000;
/** After news of the network, or a sleep, less is forgiven. */
const FROZEN_AFTER_NEWS_MS = 1_000;
const NEWS_LASTS_MS = 4_000;
const STILL_MS = 1_500;
/** A new connection that works and shows nothing waits for its host, and asks for a keyframe now and then. */
const FIRST_PICTURE_MS = 20_000;
const KEYFRAME_MS = 3_000;
const STEADY_MS = 5_000;
/** Looks in a row that saw the new picture move, before it takes the place of the last one. */
const STEADY_MOVES = 2;

const final = new Set(['banned', 'forbidden', 'unauthenticated', 'unsupported_media', 'show_ended']);

interface Looking {
  /** There is something new to look at. */
  now(): void;
  /** @returns whether the picture on the screen is of the line that was watched */
  stop(): boolean;
}

/** Plays a broadcast, and comes back by itself from whatever breaks it, until it is stopped. */
export function createWatcher({ getGrant, video, onGuests, onTrouble = () => undefined }: Options): Watcher {
  const state = atom<WatcherState>('connecting');
  const latency = atom<number | null>(null);
  const picture = new Picture(video);
  const backoff = new Backoff(crowd);
  let line: Line | null = null;
  /** The transport of a line that broke, kept for the last picture that came over it. */
  let leftover: types.Transport | null = null;
  let opening: AbortController | null = null;
  let forceTcp = false;
  let stopped = false;
  let newsAt = -Infinity;
  let silent = 0;
  let breaks: number[] = [];

  const set = (next: 'connecting' | 'playing' | 'waiting' | 'failed') => {
    if (stopped) return;
    state.set(next === 'playing' && picture.blocked.get() ? 'blocked' : next);
    if (next !== 'playing') latency.set(null);
  };
  const stopBlocked = picture.blocked.listen((blocked) => {
    const now = state.get();
    if (now === 'playing' || now === 'blocked') state.set(blocked ? 'blocked' : 'playing');
  });

  const onNews = () => {
    if (document.visibilityState === 'hidden') return;
    newsAt = performance.now();
    if (line && ['disconnected', 'failed'].includes(line.transport.connectionState)) line.breakNow({ kind: 'path' });
    opening?.abort();
    backoff.wake();
  };
  window.addEventListener('online', onNews);
  document.addEventListener('visibilitychange', onNews);

  /** Follows one line for as long as it holds. */
  async function session(): Promise<Break> {
    const grant = await getGrant();
    if (stopped) return { kind: 'lost' };
    opening = new AbortController();
    const on = await openLine(grant, 'receive', { forceTcp, signal: opening.signal }).finally(() => (opening = null));
    line = on;
    const consumers = new Map<string, types.Consumer>();
    const retired: types.Consumer[] = [];
    const guests = new GuestStreams(onGuests);
    const paused = new Set(on.hello.producers.filter((producer) => producer.paused).map(({ id }) => id));
    const fail = (error: unknown) => on.breakNow(breakOf(error));
    let looking: Looking | undefined;
    try {
      // One at a time, so that the last answer is also the newest.
      let refreshing = Promise.resolve();
      const refresh = () => {
        refreshing = refreshing
          .then(() => consume(on, consumers, guests, grant.broadcastId))
          .then(() => looking?.now());
        return refreshing;
      };
      on.socket.on('producers.changed', ({ removed }) => {
        // Its receiver stays for the last picture, until another picture takes its place.
        for (const id of removed) {
          const consumer = consumers.get(id);
          if (consumer) retired.push(consumer);
          consumers.delete(id);
          guests.drop(id);
        }
        refresh().catch(fail);
      });
      on.socket.on('producer.paused', (change) => {
        if (change.paused) paused.add(change.producerId);
        else paused.delete(change.producerId);
      });
      let connected = false;
      on.transport.on('connectionstatechange', (now) => {
        connected ||= now === 'connected';
        if (now === 'connected') silent = 0;
      });
      refresh().catch(fail);
      looking = look(on, consumers, paused, () => retired.splice(0).forEach((consumer) => consumer.close()));
      const why = await on.broken;
      // Where nothing got through, the other protocol may.
      if (why.kind === 'path' && !connected) {
        forceTcp = !forceTcp;
        onTrouble('unreachable');
      } else if (why.kind === 'path') {
        const now = performance.now();
        breaks = [...breaks.filter((at) => now - at < 60_000), now];
        if (breaks.length >= BREAKS_A_MINUTE) onTrouble('unsteady');
      }
      return why;
    } finally {
      const shows = looking?.stop();
      guests.clear();
      on.close({ keepPicture: shows });
      if (shows) leftover = on.transport;
      line = null;
    }
  }

  /** Watches the picture move, and breaks the line when it stands still. */
  function look(on: Line, consumers: Map<string, types.Consumer>, paused: Set<string>, onShown: () => void): Looking {
    const read = readFlow();
    const quality = new LineQuality();
    const openedAt = performance.now();
    let shown: types.Consumer[] = [];
    let before = { progress: 0, hidden: false };
    let movedAt: number | null = null;
    let moves = 0;
    let askedAt = openedAt;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lookedAt = openedAt;
    let over = false;

    const tick = async () => {
      const now = performance.now();
      // Timers of a machine that slept, or of a page in the background, come late.
      if (now - lookedAt > 10 * LOOK_MS) newsAt = now;
      lookedAt = now;
      const hidden = document.visibilityState === 'hidden';
      const current = [...consumers.values()];
      const flow = await read(current, hidden);
      if (over) return;
      const moved = flow.progress > before.progress && hidden === before.hidden;
      // A new stream, or another measure, begins to count at another number.
      before = { progress: flow.progress, hidden };
      moves = moved ? moves + 1 : 0;
      if (moved) {
        if (movedAt === null) setTimeout(() => !over && backoff.reset(), STEADY_MS);
        movedAt = now;
        latency.set(flow.latencyMs ?? latency.get());
        set('playing');
      }
      if (moves >= STEADY_MOVES) show(current);
      if (!moved) stand(now, current);
      if (hidden) quality.forget();
      else if (quality.isUnsteady({ at: now, ...flow })) onTrouble('unsteady');
    };

    const show = (current: types.Consumer[]) => {
      if (over || current.length === 0 || same(current, shown)) return;
      shown = current;
      picture.show(current.map(({ track }) => track));
      leftover?.close();
      leftover = null;
      onShown();
    };

    const stand = (now: number, current: types.Consumer[]) => {
      const expected = current.some(({ kind, producerId }) => kind === 'video' && !paused.has(producerId));
      if (movedAt === null) {
        if (now - openedAt > STILL_MS && on.transport.connectionState !== 'connecting') set('waiting');
        if (now - openedAt > FIRST_PICTURE_MS) on.breakNow({ kind: 'path' });
      } else {
        if (now - movedAt > STILL_MS) set('waiting');
        if (!expected) movedAt = Math.max(movedAt, now - STILL_MS - 1);
        const patience = now - newsAt < NEWS_LASTS_MS ? FROZEN_AFTER_NEWS_MS : FROZEN_MS;
        if (now - movedAt > patience) on.breakNow({ kind: 'path' });
      }
      if (now - askedAt < KEYFRAME_MS) return;
      askedAt = now;
      for (const { id } of current) on.socket.request('consumer.resume', { consumerId: id }).catch(() => undefined);
    };

    const next = () => {
      timer = setTimeout(
        () => {
          tick().then(next, (error: unknown) => on.breakNow(breakOf(error)));
        },
        shown.length === 0 || moves < STEADY_MOVES ? FIRST_LOOK_MS : LOOK_MS,
      );
    };
    next();
    return {
      // Where nothing is on the screen yet, there is nothing to wait for.
      now: () => picture.empty && show([...consumers.values()]),
      stop() {
        over = true;
        clearTimeout(timer);
        return shown.length > 0;
      },
    };
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const why = await session().catch(breakOf);
      if (stopped) return;
      if (why.kind === 'refused' && why.error.code === 'viewers_full') onTrouble('full');
      if (why.kind === 'refused' && why.error.code === 'unsupported_media') onTrouble('unsupported');
      if (why.kind === 'lost' && (silent += 1) >= SILENT_TRIES) onTrouble('unreachable');
      if (why.kind === 'refused' && final.has(why.error.code)) {
        set(why.error.code === 'show_ended' ? 'waiting' : 'failed');
        return;
      }
      set(
        why.kind === 'ended' || (why.kind === 'refused' && why.error.code === 'show_not_live')
          ? 'waiting'
          : 'connecting',
      );
      await backoff.pause();
    }
  }
  preloadLibrary();
  void run();

  return {
    state,
    latency,
    setMuted: (muted) => picture.setMuted(muted),
    wake() {
      opening?.abort();
      backoff.wake();
    },
    stop() {
      if (stopped) return;
      stopped = true;
      window.removeEventListener('online', onNews);
      document.removeEventListener('visibilitychange', onNews);
      stopBlocked();
      opening?.abort();
      line?.breakNow({ kind: 'lost' });
      backoff.wake();
      picture.clear();
      leftover?.close();
    },
  };
}

/** Consumers of everything on stage that is not consumed yet. */
async function consume(
  on: Line,
  consumers: Map<string, types.Consumer>,
  guests: GuestStreams,
  streamId: string,
): Promise<void> {
  const { consumers: offered } = await on.socket.request('consumer.createAll', {
    transportId: on.transport.id,
    rtpCapabilities: { ...on.device.recvRtpCapabilities },
    guests: true,
  });
  const fresh = offered.filter(({ producerId }) => !consumers.has(producerId) && !guests.has(producerId));
  const resume = () =>
    Promise.all(fresh.map(({ id }) => on.socket.request('consumer.resume', { consumerId: id }).catch(() => undefined)));
  // Before the first handshake nothing can arrive too early, and a round trip is saved.
  const early = on.transport.connectionState === 'new' ? resume() : null;
  await Promise.all(
    fresh.map(async ({ id, producerId, kind, participantId, rtpParameters }) => {
      const parameters = rtpParameters as unknown as types.RtpParameters;
      const options = { id, producerId, kind, rtpParameters: parameters, streamId: participantId ?? streamId };
      const consumer = await on.transport.consume(options);
      if (participantId === undefined) consumers.set(producerId, consumer);
      else guests.add(participantId, consumer);
      playSoon(consumer.rtpReceiver);
    }),
  );
  await (early ?? resume());
}

/** Asks for the smallest buffer that the line allows. */
function playSoon(receiver: RTCRtpReceiver | undefined): void {
  const hints = receiver as { jitterBufferTarget?: number | null; playoutDelayHint?: number } | undefined;
  if (!hints) return;
  if ('jitterBufferTarget' in hints) hints.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in hints) hints.playoutDelayHint = 0;
}

function same(a: types.Consumer[], b: types.Consumer[]): boolean {
  return a.length === b.length && a.every((consumer, index) => consumer === b[index]);
}
