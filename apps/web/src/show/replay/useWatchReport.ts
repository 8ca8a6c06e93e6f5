import { useEffect, useRef } from 'react';
import { replaysApi } from '#contracts/replays';
import { call, guest } from '../../api.ts';
import { randomId } from '../../random-id.ts';
import type { ReplayPlayer } from './useReplayPlayer.ts';

const SEND_AFTER_SECONDS = 10;
/** The playhead that moved by more between two looks was moved. */
const MOST_STEP_SECONDS = 1.5;
const SHORTEST_SECONDS = 1;

/** Tells what of the replay was watched, a stretch at a time: a jump, a pause or ten seconds end one. */
export function useWatchReport(
  showId: string,
  { position, playing }: Pick<ReplayPlayer, 'position' | 'playing'>,
): void {
  const stretch = useRef<{ from: number; to: number } | null>(null);
  useEffect(() => {
    const open = stretch.current;
    const goesOn = open !== null && position >= open.to && position - open.to <= MOST_STEP_SECONDS;
    if (open && goesOn) open.to = position;
    const isFull = open !== null && open.to - open.from >= SEND_AFTER_SECONDS;
    if (open && (!playing || !goesOn || isFull)) {
      report(showId, open);
      stretch.current = null;
    }
    if (playing && !stretch.current) stretch.current = { from: position, to: position };
  }, [showId, position, playing]);
  useEffect(() => {
    const send = () => {
      if (document.visibilityState === 'visible' || !stretch.current) return;
      report(showId, stretch.current);
      stretch.current = { from: stretch.current.to, to: stretch.current.to };
    };
    document.addEventListener('visibilitychange', send);
    return () => {
      document.removeEventListener('visibilitychange', send);
      if (stretch.current) report(showId, stretch.current);
      stretch.current = null;
    };
  }, [showId]);
}

/** One that is lost is no harm. */
function report(showId: string, { from, to }: { from: number; to: number }): void {
  if (to - from < SHORTEST_SECONDS) return;
  guest()
    .then(() => call(replaysApi.watched, { id: showId, messageId: randomId(), from, to }))
    .catch(() => undefined);
}
