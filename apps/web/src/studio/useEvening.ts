import { useEffect, useState } from 'react';
import { insightsApi } from '#contracts/insights';
import { useNow } from '../clock.ts';
import type { Room } from '../room/useRoom.ts';
import { staffCall, useMay } from '../staff/session.ts';
import { peakOf, withEarlier, withSample, type Sample } from './evening.ts';

export interface Evening {
  samples: Sample[];
  peak: number;
}

/**
 * People over time: what this page saw, and before that the minutes that the server counted, so that a reload does not
 * forget the evening. Without an answer the line simply begins now.
 */
export function useEvening(room: Room): Evening {
  const { showId, show, people } = room;
  const live = show?.state === 'live';
  const joined = room.joined;
  const now = useNow(5_000);
  const [samples, setSamples] = useState<Sample[]>([]);
  const [serverPeak, setServerPeak] = useState(0);

  useEffect(() => {
    if (live && joined) setSamples((before) => withSample(before, now, people));
  }, [live, joined, people, now]);

  const hasBegun = show !== null && show.liveSince !== null;
  const mayRead = useMay()('insights.read');
  useEffect(() => {
    if (!hasBegun || !mayRead) return;
    const abort = new AbortController();
    staffCall(insightsApi.show, { id: showId }, { signal: abort.signal }).then(
      ({ minutes, viewersPeak }) => {
        const earlier = minutes.map((minute) => ({ at: Date.parse(minute.at), people: minute.viewers }));
        setSamples((seen) => withEarlier(seen, earlier));
        setServerPeak(viewersPeak);
      },
      () => undefined,
    );
    return () => abort.abort();
  }, [hasBegun, mayRead, showId]);

  return { samples, peak: Math.max(serverPeak, peakOf(samples)) };
}
