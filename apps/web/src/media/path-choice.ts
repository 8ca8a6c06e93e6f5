import type { MediaPath } from '#contracts/shows';

/** instant: as soon as possible · smooth: some seconds later, and unimpressed by what a network loses. */
export type Wish = 'instant' | 'smooth';

/** Why WebRTC is not for this viewer now. */
export type Trouble = 'unreachable' | 'full' | 'unsteady' | 'unsupported';

export type PathEvent =
  | { type: 'granted'; path: MediaPath; playlist: boolean }
  | { type: 'wished'; wish: Wish }
  /** The picture of a path moves and may be shown. */
  | { type: 'moves'; path: MediaPath }
  | { type: 'trouble'; trouble: Trouble }
  /** `still`: the picture on the screen does not move. */
  | { type: 'tick'; still: boolean };

/** Which path is on the screen, and which others are made ready behind it. A time is null while a path does not run. */
export interface PathChoice {
  wish: Wish;
  /** There is a playlist to turn to. */
  playlist: boolean;
  shown: MediaPath | null;
  shownSince: number;
  stillSince: number | null;
  webrtcSince: number | null;
  hlsRuns: boolean;
  /** WebRTC is not tried before. */
  restUntil: number;
  rests: number;
}

/** WebRTC shows its first picture within a second; without one after this, the other path begins as well. */
const HEAD_START_MS = 2_500;
const FIRST_REST_MS = 15_000;
const LONGEST_REST_MS = 300_000;
/** WebRTC that lasted for so long has proved itself: the next trouble is a new one. */
const PROVED_MS = 60_000;

export function firstChoice(wish: Wish, now: number): PathChoice {
  const nothing = { playlist: false, shown: null, shownSince: now, stillSince: null, hlsRuns: false };
  return { wish, ...nothing, webrtcSince: now, restUntil: 0, rests: 0 };
}

/** The choice after something happened. A path that is on the screen runs until another one moves, so that the screen is never empty. */
export function nextChoice(before: PathChoice, event: PathEvent, now: number): PathChoice {
  const choice = { ...before };
  switch (event.type) {
    case 'granted':
      choice.playlist = event.playlist;
      if (event.path === 'hls' && event.playlist) rest(choice, now);
      break;
    case 'wished':
      choice.wish = event.wish;
      if (event.wish === 'instant') Object.assign(choice, { restUntil: 0, rests: 0 });
      break;
    case 'moves':
      show(choice, event.path, now);
      break;
    case 'trouble':
      // Without another path, WebRTC goes on trying as well as it can.
      if (choice.playlist) rest(choice, now);
      break;
    case 'tick':
      choice.stillSince = event.still && choice.shown !== null ? (choice.stillSince ?? now) : null;
      if (choice.shown === 'webrtc' && now >= choice.restUntil && now - choice.shownSince >= PROVED_MS)
        choice.rests = 0;
  }
  return settled(choice, now);
}

function rest(choice: PathChoice, now: number): void {
  if (now < choice.restUntil) return;
  // Who sees nothing at all is not made to wait longer and longer for the better path.
  const pause = choice.shown === null ? FIRST_REST_MS : FIRST_REST_MS * 2 ** choice.rests;
  choice.restUntil = now + Math.min(LONGEST_REST_MS, pause);
  choice.rests += 1;
}

function wantsWebrtc({ wish, playlist, restUntil }: PathChoice, now: number): boolean {
  return !playlist || (wish === 'instant' && now >= restUntil);
}

/** It has had its head start, for its first picture or for coming back from a break. */
function webrtcIsLate({ shown, webrtcSince, stillSince }: PathChoice, now: number): boolean {
  const since = shown === null ? webrtcSince : shown === 'webrtc' ? stillSince : null;
  return since !== null && now - since >= HEAD_START_MS;
}

function show(choice: PathChoice, path: MediaPath, now: number): void {
  const runs = path === 'hls' ? choice.hlsRuns : choice.webrtcSince !== null;
  if (!runs || choice.shown === path) return;
  const wanted = wantsWebrtc(choice, now) && !webrtcIsLate(choice, now);
  if (choice.shown !== null && (path === 'webrtc') !== wanted) return;
  Object.assign(choice, { shown: path, shownSince: now, stillSince: null });
}

function settled(choice: PathChoice, now: number): PathChoice {
  const webrtc = wantsWebrtc(choice, now);
  if (webrtc) choice.webrtcSince ??= now;
  else if (choice.shown !== 'webrtc') choice.webrtcSince = null;
  const isLate = webrtcIsLate(choice, now);
  choice.hlsRuns =
    choice.shown === 'hls' || (choice.playlist && (!webrtc || isLate || (choice.shown === null && choice.hlsRuns)));
  return choice;
}
