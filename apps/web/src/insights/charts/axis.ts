/** Round whole values from 0 for an axis: at most `lines` above it, the last at or above `max`. */
export function valueTicks(max: number, lines = 3): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / lines;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * magnitude);
  const step = steps.find((one) => one * lines >= max && Number.isInteger(one)) ?? Math.ceil(rough);
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => index * step);
}

/** Of a recording, which may be short. */
export const PLAYHEAD_MINUTES = [1 / 12, 1 / 6, 1 / 2];
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080];
const MINUTE_MS = 60_000;

/**
 * Times for a time axis: whole steps of the brand's clock, at least `minGap` pixels apart. `offsetMinutes` is how far that clock
 * is ahead of UTC, so that hours and days fall on its hours and days; `finer` are further steps, in minutes.
 */
export function timeTicks(
  from: number,
  to: number,
  width: number,
  minGap: number,
  { offsetMinutes = 0, finer = [] as readonly number[] } = {},
): number[] {
  if (to <= from || width <= 0) return [];
  const room = Math.max(1, Math.floor(width / minGap));
  const step = ([...finer, ...MINUTES].find((one) => (to - from) / (one * MINUTE_MS) <= room) ?? 10_080) * MINUTE_MS;
  const shift = offsetMinutes * MINUTE_MS;
  const ticks: number[] = [];
  for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** Minutes per bar, so that a show of three hours or three days still has bars of at least `minBar` pixels. */
export function bucketMinutes(minutes: number, width: number, minBar: number): number {
  const room = Math.max(1, Math.floor(width / minBar));
  return MINUTES.find((one) => minutes / one <= room) ?? Math.ceil(minutes / room);
}
