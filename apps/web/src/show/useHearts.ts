import { useCallback, useEffect, useRef, useState } from 'react';
import type { Room } from '../room/useRoom.ts';
import { prefersStill } from '../ui/Edge.tsx';

export interface RisingHeart {
  id: number;
  own: boolean;
  size: number;
  /** 0..1 across the lane. */
  x: number;
  drift: number;
  seconds: number;
  delayMs: number;
}

const MOST_AT_ONCE = 12;

export interface Hearts {
  rising: RisingHeart[];
  /** Hearts seen since the page was opened: what stands in their place when motion is not wanted. */
  count: number;
  give: () => void;
  gone: (id: number) => void;
}

/** Hearts of the room and own ones. At most twelve rise at once; the others are only counted. */
export function useHearts(room: Pick<Room, 'heart' | 'onHearts'>): Hearts {
  const { heart, onHearts } = room;
  const [rising, setRising] = useState<RisingHeart[]>([]);
  const [count, setCount] = useState(0);
  const lastId = useRef(0);

  const add = useCallback((amount: number, own: boolean) => {
    setCount((before) => before + amount);
    if (prefersStill() || document.hidden) return;
    const made = Array.from({ length: Math.min(amount, MOST_AT_ONCE) }, (_, index): RisingHeart => ({
      id: ++lastId.current,
      own,
      size: 20 + Math.round(Math.random() * 10),
      x: Math.random(),
      drift: Math.random() * 32 - 16,
      seconds: 1.8 + Math.random() * 0.6,
      delayMs: own ? 0 : index * 90,
    }));
    setRising((before) =>
      own ? [...before, ...made].slice(-MOST_AT_ONCE) : [...before, ...made].slice(0, MOST_AT_ONCE),
    );
  }, []);

  useEffect(() => onHearts((amount) => add(amount, false)), [onHearts, add]);
  const give = useCallback(() => {
    heart();
    add(1, true);
  }, [heart, add]);
  const gone = useCallback((id: number) => setRising((before) => before.filter((one) => one.id !== id)), []);
  return { rising, count, give, gone };
}
