/** What tools/bench.mjs gives to a bench. */
export interface Bench {
  /** A folder that goes when the bench ends. */
  tempDir: string;
  options: {
    rounds: number;
    /** Length of one measurement. */
    seconds: number;
    /** Where to put a CPU profile of our process, when one is wanted. */
    profile: string | undefined;
  };
  /** Called at the end, the last one first. */
  onClose(closer: () => Promise<unknown>): void;
  /** A PostgreSQL as `npm start` runs it, fsync included, with our migrations applied; `pid` is its first process. */
  startDatabase(): Promise<{ url: string; pid: number }>;
}

/** One line of the outcome. */
export interface Verdict {
  bench: string;
  metric: string;
  ours: number;
  baseline: number;
  /** ours / baseline */
  ratio: number;
  target: number;
  pass: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Judges the medians of the rounds: ours may be at most `target` times the baseline. */
export function judge(bench: string, metric: string, target: number, ours: number[], baseline: number[]): Verdict {
  const [mine, theirs] = [median(ours), median(baseline)];
  const ratio = mine / theirs;
  return {
    bench,
    metric,
    ours: round(mine),
    baseline: round(theirs),
    ratio: round(ratio),
    target,
    pass: ratio <= target,
  };
}

export const round = (value: number) => Number(value.toPrecision(3));
