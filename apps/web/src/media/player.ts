import { atom, type ReadableAtom } from 'nanostores';
import type { MediaGrant, MediaPath } from '#contracts/shows';
import { ApiError } from '../api.ts';
import type { Streams } from './guest-streams.ts';
import { lateness } from './lateness.ts';
import { firstChoice, nextChoice, type PathEvent, type Wish } from './path-choice.ts';
import { watchPlaylist, type PlaylistWatcher, type Timeline } from './watch-playlist.ts';
import { createWatcher, type Watcher, type WatcherState } from './watch.ts';

/** Plays a show by whichever path serves this viewer. */
export interface Player extends Watcher {
  /** How the picture on the screen comes; null before the first. */
  path: ReadableAtom<MediaPath | null>;
  wish: ReadableAtom<Wish>;
  setWish(wish: Wish): void;
  /** There is a playlist: the viewer may choose. */
  choosable: ReadableAtom<boolean>;
  /** Milliseconds by which the room is to be shown later, to be in step with the picture; 0 by WebRTC. */
  behind: ReadableAtom<number>;
  muted: ReadableAtom<boolean>;
  timeline: ReadableAtom<Timeline | null>;
  /** What guests send, apart from the host's picture; none where all come in one picture, by LL-HLS. */
  guests: ReadableAtom<Streams>;
  goBack(seconds: number): void;
}

interface Options {
  /** Asks for a grant, each time anew: `show.watch`. */
  getGrant: () => Promise<MediaGrant>;
  /** The player puts its video elements into it; the one on the screen has `data-front`. */
  container: HTMLElement;
}

interface Leg {
  path: MediaPath;
  video: HTMLVideoElement;
  watcher: Watcher;
  stop(): void;
}

const nobody: Streams = new Map();
const TICK_MS = 250;
/** WebRTC that comes back is given the screen once it has moved for so long. */
const STEADY_MS = 2_000;
const WISH_KEY = 'engawa.picture';

export function createPlayer({ getGrant, container }: Options): Player {
  const state = atom<WatcherState>('connecting');
  const latency = atom<number | null>(null);
  const path = atom<MediaPath | null>(null);
  const wish = atom<Wish>(localStorage.getItem(WISH_KEY) === 'smooth' ? 'smooth' : 'instant');
  const choosable = atom(false);
  const behind = atom(0);
  const muted = atom(false);
  const timeline = atom<Timeline | null>(null);
  const guests = atom<Streams>(nobody);
  let guestsOfWebrtc: Streams = nobody;
  const legs: Partial<Record<MediaPath, Leg>> = {};
  let choice = firstChoice(wish.get(), performance.now());
  let playlistUrl: string | null = null;
  let stopped = false;

  const happened = (event: PathEvent) => {
    if (stopped) return;
    const before = choice.shown;
    choice = nextChoice(choice, event, performance.now());
    if (choice.shown !== before) bringToFront();
    run('webrtc', choice.webrtcSince !== null);
    run('hls', choice.hlsRuns);
  };

  const take = (grant: MediaGrant) => {
    // The show moved to another media process.
    if (grant.hlsUrl !== null && grant.hlsUrl !== playlistUrl) legs.hls?.stop();
    playlistUrl = grant.hlsUrl ?? playlistUrl;
    choosable.set(playlistUrl !== null);
    happened({ type: 'granted', path: grant.path, playlist: grant.hlsUrl !== null });
  };

  async function grantForWebrtc(): Promise<MediaGrant> {
    const grant = await getGrant();
    take(grant);
    if (grant.path === 'hls') throw new ApiError('viewers_full', 'watch by LL-HLS', '', 503);
    return grant;
  }

  function run(which: MediaPath, runs: boolean): void {
    const leg = legs[which];
    if (!runs) leg?.stop();
    else if (!leg && (which === 'webrtc' || playlistUrl !== null)) legs[which] = start(which);
  }

  function start(which: MediaPath): Leg {
    const video = document.createElement('video');
    video.playsInline = true;
    // What stands ready behind the picture is not heard. The first of all may be.
    video.muted = container.childElementCount > 0 || muted.get();
    video.onvolumechange = () => video.dataset.front !== undefined && muted.set(video.muted);
    container.append(video);
    const watcher =
      which === 'webrtc'
        ? createWatcher({
            getGrant: grantForWebrtc,
            video,
            onGuests: (streams) => {
              guestsOfWebrtc = streams;
              mirror();
            },
            onTrouble: (trouble) => happened({ type: 'trouble', trouble }),
          })
        : watchPlaylist({ url: playlistUrl!, video });
    let movingSince: number | null = null;
    const look = () => {
      if (movingSince === null || choice.shown === which) return mirror();
      const waits = choice.shown !== null && which === 'webrtc' ? STEADY_MS : 0;
      if (performance.now() - movingSince >= waits) happened({ type: 'moves', path: which });
    };
    const stops = [
      watcher.state.subscribe((now) => {
        const moves = now === 'playing' || now === 'blocked';
        movingSince = moves ? (movingSince ?? performance.now()) : null;
        look();
      }),
      watcher.latency.subscribe(() => mirror()),
    ];
    const timer = setInterval(look, TICK_MS);
    const leg: Leg = {
      path: which,
      video,
      watcher,
      stop() {
        clearInterval(timer);
        for (const stop of stops) stop();
        watcher.stop();
        video.remove();
        if (legs[which] === leg) delete legs[which];
      },
    };
    if (front() === undefined) video.dataset.front = '';
    return leg;
  }

  const front = () => (choice.shown ? legs[choice.shown] : (legs.webrtc ?? legs.hls));

  /** The new picture moves already, so that the screen shows one at every moment. */
  function bringToFront(): void {
    const next = front();
    if (!next) return;
    for (const { video } of Object.values(legs)) delete video.dataset.front;
    next.video.dataset.front = '';
    for (const { video } of Object.values(legs)) if (video !== next.video) video.muted = true;
    if (next.video.muted !== muted.get()) next.watcher.setMuted(muted.get());
    path.set(next.path);
    mirror();
  }

  function mirror(): void {
    const leg = front();
    state.set(leg?.watcher.state.get() ?? 'connecting');
    latency.set(leg?.watcher.latency.get() ?? null);
    guests.set(choice.shown === 'hls' ? nobody : guestsOfWebrtc);
    const isPlaylist = leg?.path === 'hls' && choice.shown === 'hls';
    timeline.set(isPlaylist ? (leg.watcher as PlaylistWatcher).timeline.get() : null);
    const wentBack = timeline.get()?.live === false;
    behind.set(isPlaylist ? lateness({ latencyMs: latency.get(), wentBack }, behind.get()) : 0);
  }

  const timer = setInterval(() => {
    const now = state.get();
    happened({ type: 'tick', still: now !== 'playing' && now !== 'blocked' });
  }, TICK_MS);
  run('webrtc', true);

  return {
    ...{ state, latency, path, wish, choosable, behind, muted, timeline, guests },
    setWish(wanted) {
      wish.set(wanted);
      localStorage.setItem(WISH_KEY, wanted);
      happened({ type: 'wished', wish: wanted });
    },
    setMuted(wanted) {
      muted.set(wanted);
      front()?.watcher.setMuted(wanted);
    },
    goBack(seconds) {
      if (choice.shown === 'hls') (legs.hls?.watcher as PlaylistWatcher | undefined)?.goBack(seconds);
    },
    wake() {
      for (const { watcher } of Object.values(legs)) watcher.wake();
      // Another media process may have taken the show over, and its playlist with it.
      if (choice.shown === 'hls' && !legs.webrtc) getGrant().then(take, () => undefined);
    },
    stop() {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      for (const leg of Object.values(legs)) leg.stop();
    },
  };
}
