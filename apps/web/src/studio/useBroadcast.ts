import { useStore } from '@nanostores/react';
import { atom, type ReadableAtom } from 'nanostores';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ErrorCode } from '#contracts/errors';
import { showsApi } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { useNow } from '../clock.ts';
import type { Publisher, PublisherState } from '../media/publish.ts';
import type { Room } from '../room/useRoom.ts';
import { staffCall } from '../staff/session.ts';
import type { Camera } from './camera.ts';
import { noStats, type LineStats, type Sending } from './on-air.ts';
import { useAwake } from './useAwake.ts';

/** Refusals that another attempt will not change. */
const FINAL: ErrorCode[] = ['forbidden', 'unauthenticated', 'not_found', 'show_ended', 'show_transition'];
const noState: ReadableAtom<PublisherState | null> = atom(null);
const noFigures: Publisher['stats'] = atom(null);
const noError: Publisher['error'] = atom(null);

export interface BroadcastControl {
  sending: Sending;
  stats: LineStats;
  /** Since media flows without a break. */
  secondsSending: number;
  /** Another device took the show over from this one. */
  superseded: boolean;
  /** Why the last attempt to go live was refused; null once it worked. */
  refusal: ApiError | null;
  goLive: () => void;
  /** Stops sending without ending the show. */
  giveUp: () => void;
  /** Ends the show for everybody; throws ApiError, and the show then goes on. */
  end: () => Promise<void>;
}

/**
 * The broadcast that this window sends, kept over a reload so that the host is back without a click. Per window: a second one
 * of the same browser does not take the show from the first. Empty while a broadcast is asked for and has no name yet.
 */
function rememberedBroadcast(showId: string) {
  const key = `engawa.on-air.${showId}`;
  return {
    get: () => sessionStorage.getItem(key),
    set: (broadcastId: string) => sessionStorage.setItem(key, broadcastId),
    forget: () => sessionStorage.removeItem(key),
  };
}

/** Sends camera and microphone as the show's broadcast. The publisher comes back by itself; this decides when it should. */
export function useBroadcast(room: Room, camera: Camera): BroadcastControl {
  const { showId, show } = room;
  const remembered = useMemo(() => rememberedBroadcast(showId), [showId]);
  const [publisher, setPublisher] = useState<Publisher | null>(null);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [superseded, setSuperseded] = useState(false);
  const source = useStore(camera.state);
  const muted = useStore(camera.muted);
  const starting = useRef(false);

  const stop = useCallback(() => {
    remembered.forget();
    setPublisher(null);
  }, [remembered]);

  /** `asked`: the host pressed the button, and takes the show from wherever it is. Otherwise it is only resumed where it was ours. */
  const getGrant = useCallback(
    async (asked: boolean) => {
      try {
        const ours = remembered.get();
        if (!asked && ours) {
          const { broadcast } = await staffCall(showsApi.get, { id: showId });
          if (broadcast && broadcast.state !== 'ended' && broadcast.id !== ours) {
            setSuperseded(true);
            throw new ApiError('show_transition', 'on air elsewhere', '', 0);
          }
        }
        remembered.set('');
        const grant = await staffCall(showsApi.goLive, { id: showId });
        remembered.set(grant.broadcastId);
        setRefusal(null);
        return grant;
      } catch (error) {
        const known = error instanceof ApiError ? error : ApiError.unavailable(String(error));
        setRefusal(known);
        if (FINAL.includes(known.code)) stop();
        throw known;
      }
    },
    [showId, remembered, stop],
  );

  const start = useCallback(
    async (asked: boolean) => {
      const opened = camera.state.get();
      if (starting.current || !('stream' in opened)) return;
      starting.current = true;
      setSuperseded(false);
      setRefusal(null);
      try {
        const { createPublisher } = await import('../media/publish.ts');
        let first = asked;
        const ask = () => {
          const now = first;
          first = false;
          return getGrant(now);
        };
        setPublisher(createPublisher({ getGrant: ask, stream: opened.stream }));
      } catch (error) {
        setRefusal(ApiError.unavailable(String(error)));
      } finally {
        starting.current = false;
      }
    },
    [camera, getGrant],
  );
  useEffect(() => () => publisher?.stop(), [publisher]);

  // Back on air without a click: after a reload during the show, as soon as the camera is open.
  const open = show?.state === 'live' || show?.state === 'starting';
  const ready = 'stream' in source;
  useEffect(() => {
    if (open && ready && publisher === null && remembered.get() !== null) void start(false);
  }, [open, ready, publisher, remembered, start]);

  const state = useStore(publisher?.state ?? noState);
  const figures = useStore(publisher?.stats ?? noFigures);
  const failure = useStore(publisher?.error ?? noError);
  useEffect(() => {
    if (state === 'superseded') setSuperseded(true);
    if (state === 'failed') setRefusal(failure);
    if (state === 'superseded' || state === 'failed' || state === 'ended') stop();
  }, [state, failure, stop]);
  useEffect(() => {
    if (show?.state === 'ended') stop();
  }, [show?.state, stop]);

  useEffect(() => publisher?.setMuted(muted), [publisher, muted]);
  useEffect(() => {
    if (publisher) return camera.onTrack((track) => void publisher.replaceTrack(track).catch(() => undefined));
    return undefined;
  }, [publisher, camera]);
  useAwake(publisher !== null);

  const sending = state === 'connecting' || state === 'sending' || state === 'reconnecting' ? state : null;
  return {
    sending,
    stats: figures ?? noStats,
    secondsSending: useSeconds(sending === 'sending'),
    superseded,
    refusal,
    goLive: () => void start(true),
    giveUp: stop,
    end: async () => {
      await staffCall(showsApi.end, { id: showId });
      stop();
    },
  };
}

/** How long something has been so, in seconds; 0 while it is not. */
function useSeconds(on: boolean): number {
  const now = useNow(1000);
  const [since, setSince] = useState<number | null>(null);
  if (on && since === null) setSince(now);
  if (!on && since !== null) setSince(null);
  return since === null ? 0 : (now - since) / 1000;
}
