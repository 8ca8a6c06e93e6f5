import { ratio } from './ratio.ts';

export const HEARTBEAT_MS = 10_000;

/**
 * Milliseconds watched by one viewer, from the times of their heartbeats: h × (distinct floor(t / h) − 1) + h / 2. The last beat is
 * followed by half an interval on average. Two devices that beat in the same interval are one viewer watching once.
 *
 * @param times in milliseconds from any fixed moment
 */
export function watchTimeFromHeartbeats(times: Iterable<number>, interval = HEARTBEAT_MS): number {
  const beats = new Set<number>();
  for (const time of times) beats.add(Math.floor(time / interval));
  return beats.size === 0 ? 0 : interval * (beats.size - 1) + interval / 2;
}

/** One view: a stretch of watching in milliseconds, `to` excluded. */
export interface Watched {
  person: string;
  from: number;
  to: number;
}

/** The sum of watched intervals and both averages, in milliseconds; null where nobody watched. */
export function watchTime(views: readonly Watched[]): {
  total: number;
  perView: number | null;
  perViewer: number | null;
} {
  const total = views.reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    total,
    perView: ratio(total, views.length),
    perViewer: ratio(total, new Set(views.map(({ person }) => person)).size),
  };
}
