import * as z from 'zod/mini';
import { Time } from './ids.ts';

/** A stretch of a replay in which playhead and clock run together: at `position` seconds of the playhead it was `at`. */
export const TimeSpan = z.object({
  position: z.number().check(z.minimum(0)),
  at: Time,
  seconds: z.number().check(z.minimum(0)),
});
export type TimeSpan = z.infer<typeof TimeSpan>;

/** In order; where the host was away, the clock jumps and the playhead does not. */
export const TimeMap = z.array(TimeSpan);
export type TimeMap = z.infer<typeof TimeMap>;

/** When what is seen at a position (seconds) happened, in milliseconds since the epoch; null for an empty map. */
export function wallTimeAt(map: TimeMap, position: number): number | null {
  const span = map.findLast((one) => one.position <= position) ?? map[0];
  if (!span) return null;
  return Date.parse(span.at) + Math.min(Math.max(0, position - span.position), span.seconds) * 1000;
}

/** Where in the replay a moment is seen, in seconds; what happened between two stretches is seen at the start of the later one. */
export function positionAt(map: TimeMap, wallTime: number): number {
  const span = map.findLast((one) => Date.parse(one.at) <= wallTime);
  if (!span) return map[0]?.position ?? 0;
  const into = (wallTime - Date.parse(span.at)) / 1000;
  if (into <= span.seconds) return span.position + into;
  return map[map.indexOf(span) + 1]?.position ?? span.position + span.seconds;
}

const SHORTEST_SECONDS = 1;

/**
 * Where in a replay of so many seconds something is seen that was up from one time to another (null: to the end), in seconds. Null for what was
 * up for no time, or only while nothing was transmitted.
 */
export function stretchOf(
  map: TimeMap,
  seconds: number,
  fromTime: number,
  toTime: number | null,
): { from: number; to: number } | null {
  const from = positionAt(map, fromTime);
  const to = toTime === null ? seconds : Math.min(seconds, positionAt(map, toTime));
  return to - from < SHORTEST_SECONDS ? null : { from, to };
}
