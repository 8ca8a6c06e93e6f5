import { useCallback, useEffect, useRef, useState } from 'react';
import type { MediaPath, PublicShow } from '#contracts/shows';
import type { Streams } from '../media/guest-streams.ts';
import type { Player } from '../media/player.ts';
import type { WatcherState } from '../media/watch.ts';
import type { Room } from '../room/useRoom.ts';

export interface Watching {
  /** Ref of the element that the picture is put into. */
  attach: (container: HTMLElement | null) => void;
  state: WatcherState;
  /** A picture was seen; the last one stays while the line is repaired. */
  hasPicture: boolean;
  muted: boolean;
  setMuted: (muted: boolean) => void;
  path: MediaPath | null;
  /** What those send who are on air beside the host. */
  guests: Streams;
  /** Once its code is there. */
  player: Player | null;
  /** After `failed`: starts anew. */
  again: () => void;
}

const noGuests: Streams = new Map();

/** Plays the show. */
export function useWatching(room: Room, show: PublicShow): Watching {
  const { status } = room;
  const actions = useRef(room);
  actions.current = room;
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const [state, setState] = useState<WatcherState>('connecting');
  const [hasPicture, setHasPicture] = useState(false);
  const [muted, setMuted] = useState(false);
  const [path, setPath] = useState<MediaPath | null>(null);
  const [guests, setGuests] = useState(noGuests);
  const [attempt, setAttempt] = useState(0);
  const [player, setPlayer] = useState<Player | null>(null);

  useEffect(() => {
    if (!container) return;
    let made: Player | null | undefined;
    setState('connecting');
    setHasPicture(false);
    // The player and mediasoup's client are a chunk of their own, asked for while the room is being joined.
    import('./play.ts').then(
      ({ play }) => {
        if (made === null) return;
        made = play(actions.current, container);
        setPlayer(made);
        made.muted.subscribe(setMuted);
        made.path.subscribe(setPath);
        made.guests.subscribe((streams) => setGuests(streams));
        made.state.subscribe((now) => {
          setState(now);
          if (now === 'playing' || now === 'blocked') setHasPicture(true);
        });
      },
      () => made === undefined && setState('failed'),
    );
    return () => {
      made?.stop();
      made = null;
      setPlayer(null);
    };
  }, [container, room.showId, attempt]);

  // News of the broadcast or of the line: try now and not after the next wait.
  const { id, state: media } = show.broadcast ?? {};
  useEffect(() => {
    if (status === 'online' && media === 'live') player?.wake();
  }, [id, media, status]);

  return {
    attach: setContainer,
    state,
    hasPicture,
    muted,
    setMuted: useCallback((wanted: boolean) => player?.setMuted(wanted), [player]),
    path,
    guests,
    player,
    again: useCallback(() => setAttempt((before) => before + 1), []),
  };
}
