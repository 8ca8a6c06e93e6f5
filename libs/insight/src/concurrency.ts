/** One stretch of watching, in whole milliseconds; `to` is excluded. */
export interface Stretch {
  person: string;
  from: number;
  to: number;
}

export interface Concurrency {
  /** The most who watched at one instant. */
  peak: number;
  /** When it was first reached; null where nobody watched. */
  peakAt: number | null;
  /** The peak within each bucket from `start`, the last one perhaps unfinished. */
  curve: number[];
}

const MINUTE = 60_000;

/**
 * Distinct persons watching at an instant, by an exact sweep of +1 and −1. A person with two devices or overlapping stretches is one;
 * to count devices, give the device as the person. At one instant the leaving are counted before the coming: two who change places
 * are never two at once. What lies outside of `start` to `end` is cut off.
 */
export function concurrency(stretches: Iterable<Stretch>, start: number, end: number, bucket = MINUTE): Concurrency {
  const buckets = Math.max(0, Math.ceil((end - start) / bucket));
  const curve = new Array<number>(buckets).fill(0);
  const steps: { at: number; change: 1 | -1; person: string }[] = [];
  for (const { person, from, to } of stretches) {
    const begin = Math.max(from, start);
    const stop = Math.min(to, end);
    if (stop > begin) steps.push({ at: begin, change: 1, person }, { at: stop, change: -1, person });
  }
  steps.sort((a, b) => a.at - b.at || a.change - b.change);

  const open = new Map<string, number>();
  let now = 0;
  let peak = 0;
  let peakAt: number | null = null;
  for (const [index, { at, change, person }] of steps.entries()) {
    const before = open.get(person) ?? 0;
    open.set(person, before + change);
    // Only a person's first stretch brings them, and only their last takes them away.
    if (before === 0 || before + change === 0) now += change;
    if (now > peak) {
      peak = now;
      peakAt = at;
    }
    // Up to the next step; nothing where that is at the same instant, and nobody is left after the last.
    const until = steps[index + 1]?.at ?? at;
    if (until === at) continue;
    const last = Math.ceil((until - start) / bucket) - 1;
    for (let i = Math.floor((at - start) / bucket); i <= last; i += 1) curve[i] = Math.max(curve[i]!, now);
  }
  return { peak, peakAt, curve };
}
