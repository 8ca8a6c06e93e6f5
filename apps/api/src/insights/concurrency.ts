/** One person's stretch of watching, in milliseconds since the epoch; `to` is excluded. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Concurrency {
  peak: number;
  peakAt: number | null;
  /** The peak within each minute from `start`, the last one perhaps unfinished. */
  byMinute: number[];
}

const MINUTE = 60_000;

/**
 * Exact sweep of +1 and -1 over stretches that do not overlap for one person. At one instant the leaving are counted before the
 * coming: two who change places are never two at once.
 */
export function concurrencyOf(stretches: Stretch[], start: number, end: number): Concurrency {
  const minutes = Math.max(0, Math.ceil((end - start) / MINUTE));
  const byMinute = new Array<number>(minutes).fill(0);
  const steps: [number, number][] = [];
  for (const { from, to } of stretches) {
    const begin = Math.max(from, start);
    const stop = Math.min(to, end);
    if (stop > begin) steps.push([begin, 1], [stop, -1]);
  }
  steps.sort(([a, up], [b, down]) => a - b || up - down);
  let now = 0;
  let peak = 0;
  let peakAt: number | null = null;
  for (const [index, [at, change]] of steps.entries()) {
    now += change;
    if (now > peak) {
      peak = now;
      peakAt = at;
    }
    const until = steps[index + 1]?.[0] ?? at;
    const last = Math.min(minutes - 1, Math.floor((Math.max(until - 1, at) - start) / MINUTE));
    for (let minute = Math.floor((at - start) / MINUTE); minute <= last; minute += 1) {
      byMinute[minute] = Math.max(byMinute[minute] ?? 0, now);
    }
  }
  return { peak, peakAt, byMinute };
}
