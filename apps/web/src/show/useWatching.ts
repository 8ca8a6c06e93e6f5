import { useCallback, useEffect, useRef, useState } from 'react';
import type { PublicShow } from '#contracts/shows';
import type { Streams } from '../media/guest-streams.ts';
import type { Watcher, WatcherState } from '../media/watch.ts';
import type { Room } from '../room/useRoom.ts';

export interface Watching {
  /** Ref of the video element. */
  attach: (video: HTMLVideoElement | null) => void;
  state: WatcherState;
  /** A picture was seen; the last one stays while the line is repaired. */
  hasPicture: boolean;
  muted: boolean;
  setMuted: (muted: boolean) => void;
  /** From the host's encoder to this screen, while it plays. */
  latencySeconds: number | null;
  /** What those send who are on air beside the host. */
  guests: Streams;
  /** After `failed`: starts anew. */
  again: () => void;
}

const HEARTBEAT_MS = 10_000;
const noGuests: Streams = new Map();

/** Plays the show in a video element, and tells the room each ten seconds that it is being watched. */
export function useWatching(room: Room, show: PublicShow): Watching {
  const { watchGrant, heartbeat, status } = room;
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [state, setState] = useState<WatcherState>('connecting');
  const [hasPicture, setHasPicture] = useState(false);
  const [muted, setMutedState] = useState(false);
  const [latencyMs, setLatencyMs] = useState<number | null>(null);
  const [guests, setGuests] = useState(noGuests);
  const [attempt, setAttempt] = useState(0);
  const watcher = useRef<Watcher | null>(null);

  useEffect(() => {
    if (!video) return;
    let gone = false;
    const stops: (() => void)[] = [];
    setState('connecting');
    setHasPicture(false);
    // The player and mediasoup's client are a chunk of their own, asked for while the room is being joined.
    import('../media/watch.ts').then(
      ({ createWatcher }) => {
        if (gone) return;
        const made = createWatcher({ getGrant: watchGrant, video, onGuests: setGuests });
        watcher.current = made;
        stops.push(
          made.state.subscribe((now) => {
            setState(now);
            if (now === 'playing' || now === 'blocked') setHasPicture(true);
          }),
          made.latency.subscribe((now) => setLatencyMs(now === null ? null : Math.ceil(now / 100) * 100)),
          () => made.stop(),
        );
      },
      () => {
        if (!gone) setState('failed');
      },
    );
    const onVolume = () => setMutedState(video.muted);
    video.addEventListener('volumechange', onVolume);
    return () => {
      gone = true;
      watcher.current = null;
      video.removeEventListener('volumechange', onVolume);
      for (const stop of stops) stop();
    };
  }, [video, watchGrant, attempt]);

  // News of the broadcast or of the line: try now and not after the next wait.
  const { id, state: media } = show.broadcast ?? {};
  useEffect(() => {
    if (status === 'online' && media === 'live') watcher.current?.wake();
  }, [id, media, status]);

  const plays = state === 'playing' || state === 'blocked';
  useEffect(() => {
    if (!plays) return;
    heartbeat();
    const timer = setInterval(heartbeat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [plays, heartbeat]);

  return {
    attach: setVideo,
    state,
    hasPicture,
    muted,
    setMuted: useCallback((wanted: boolean) => watcher.current?.setMuted(wanted), []),
    guests,
    latencySeconds: plays && latencyMs !== null ? latencyMs / 1000 : null,
    again: useCallback(() => setAttempt((before) => before + 1), []),
  };
}
