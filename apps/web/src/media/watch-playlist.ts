import { atom, type ReadableAtom } from 'nanostores';
import { serverNow } from '../clock.ts';
import { Backoff, crowd } from './backoff.ts';
import { playOrMute } from './picture.ts';
import type { PlaylistSource } from './playlist-source.ts';
import type { Watcher, WatcherState } from './watch.ts';

/** Where in the show so far the picture is, for a viewer who may go back in it. */
export interface Timeline {
  /** Seconds that can be gone back from live. */
  length: number;
  /** Seconds behind live; 0 while it is live. */
  behind: number;
  live: boolean;
}

export interface PlaylistWatcher extends Watcher {
  /** Null while there is too little to go back in. */
  timeline: ReadableAtom<Timeline | null>;
  /** Goes to so many seconds behind live; 0 is live. */
  goBack(seconds: number): void;
}

const LOOK_MS = 250;
const STILL_MS = 1_500;
/** A picture that stood still so long, and one that has fallen so far behind, jumps to live; hls.js hurries after what is closer. */
const JUMP_AFTER_MS = 2_500;
const FAR_BEHIND_S = 6;
const WORTH_GOING_BACK_S = 12;
/** Closer to live than this is live. */
const LIVE_WITHIN_S = 2;
const MOVES = 2;
/** Not sooner, or a line that carries none of the renditions would be opened over and over. */
const WORTH_REOPENING_MS = 10_000;
/** Who opened it again and again without a picture waits. */
const FIRST_PICTURE_MS = 15_000;

/** Plays a show's LL-HLS playlist, and opens it again whenever it breaks, until it is stopped. */
export function watchPlaylist({ url, video }: { url: string; video: HTMLVideoElement }): PlaylistWatcher {
  const state = atom<WatcherState>('connecting');
  const latency = atom<number | null>(null);
  const timeline = atom<Timeline | null>(null);
  const backoff = new Backoff(crowd);
  let source: PlaylistSource | null = null;
  let blocked = false;
  let wentBack = false;
  let stopped = false;
  let breakNow: () => void = () => undefined;

  async function session(): Promise<void> {
    const { promise: broken, resolve } = Promise.withResolvers<void>();
    breakNow = resolve;
    const { openPlaylist } = await import('./playlist-source.ts');
    source = openPlaylist(url, video, resolve);
    const openedAt = performance.now();
    let before = { time: video.currentTime, at: openedAt };
    let moves = 0;
    const look = () => {
      const now = performance.now();
      const time = video.currentTime;
      const moved = time > before.time + 0.01;
      moves = moved ? moves + 1 : 0;
      if (time !== before.time) before = { time, at: now };
      if (moves === MOVES) backoff.reset();
      if (moves >= MOVES) state.set(blocked ? 'blocked' : 'playing');
      else if (now - before.at > STILL_MS && state.get() !== 'connecting') state.set('waiting');
      if (now - before.at > FIRST_PICTURE_MS) resolve();
      if (now - before.at > STILL_MS && now - openedAt > WORTH_REOPENING_MS && source?.outgrown()) resolve();
      if (video.paused) void play();
      follow(now - before.at);
    };
    const timer = setInterval(look, LOOK_MS);
    await broken;
    clearInterval(timer);
  }

  /** Keeps to live, unless the viewer went back, and tells where the picture is. */
  function follow(stillMs: number): void {
    const range = source?.range();
    const takenAt = source?.takenAt() ?? null;
    latency.set(takenAt === null || state.get() === 'connecting' ? null : Math.max(0, serverNow() - takenAt));
    if (!range || video.readyState === 0) return;
    const behind = Math.max(0, range.live - video.currentTime);
    if (wentBack && behind < LIVE_WITHIN_S) wentBack = false;
    const isLost = stillMs > JUMP_AFTER_MS ? behind > 0.5 : behind > FAR_BEHIND_S;
    // What lies before the window is gone, also for who went back.
    if (video.currentTime < range.start || (!wentBack && isLost)) {
      video.currentTime = wentBack ? range.start + 1 : range.live;
    }
    const length = range.live - range.start;
    timeline.set(length < WORTH_GOING_BACK_S ? null : { length, behind: wentBack ? behind : 0, live: !wentBack });
  }

  async function play(): Promise<void> {
    if (await playOrMute(video)) blocked = true;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await session();
      } catch {
        // Without any player for it, or without its code: no other attempt is different, but the network may be.
      }
      source?.close();
      source = null;
      if (stopped) return;
      state.set('connecting');
      await backoff.pause();
    }
  }
  void run();

  return {
    state,
    latency,
    timeline,
    goBack(seconds) {
      const range = source?.range();
      if (!range) return;
      wentBack = seconds >= LIVE_WITHIN_S;
      video.currentTime = Math.max(range.start + 0.5, range.live - seconds);
      follow(0);
    },
    setMuted(muted) {
      video.muted = muted;
      blocked = false;
      if (state.get() === 'blocked') state.set('playing');
      if (!muted) void play();
    },
    wake: () => backoff.wake(),
    stop() {
      if (stopped) return;
      stopped = true;
      breakNow();
      backoff.wake();
    },
  };
}
