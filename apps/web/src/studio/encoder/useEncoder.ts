import { useEffect, useState } from 'react';
import type { BroadcastHealth } from '#contracts/room';
import { realtime } from '../../realtime.ts';
import type { Room } from '../../room/useRoom.ts';
import { encoderOf } from '../on-air.ts';

export interface EncoderState {
  /** An encoder has the show, or is about to. */
  present: boolean;
  /** Of the broadcast that runs now; null until its first second is told. */
  health: BroadcastHealth | null;
}

export function useEncoder({ showId, show }: Room): EncoderState {
  const [health, setHealth] = useState<BroadcastHealth | null>(null);
  useEffect(
    () =>
      realtime.on('broadcast.health', ({ showId: of, health: now }) => {
        if (of === showId) setHealth(now);
      }),
    [showId],
  );
  const present = show !== null && show.state !== 'ended' && encoderOf(show);
  return { present, health: present && health?.broadcastId === show.broadcast?.id ? health : null };
}
