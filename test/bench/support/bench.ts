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
  /** Builds what of our product is named, when it has changed. */
  build(names: ('api' | 'media' | 'stripe-sandbox')[]): Promise<unknown>;
  /** @returns the path of the worker program that the product runs */
  mediasoupWorker(): Promise<string>;
  /** @returns the path of Chromium */
  chromium(): Promise<string>;
  /** @returns the path of PostgreSQL's own pgbench */
  pgbench(): Promise<string>;
  /** @returns the path of nginx */
  nginx(): Promise<string>;
  /** Installs node_modules in a folder with a lockfile of its own, unless they are there. */
  install(folder: string): Promise<void>;
}

/** One line of the outcome. */
export interface Verdict {
  bench: string;
  metric: string;
  ours: number;
  /** Absent where the target is not a ratio. */
  baseline?: number;
  /** ours / baseline */
  ratio?: number;
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
  const { ratio, ...compared } = compare(ours, baseline);
  return { bench, metric, ...compared, ratio: round(ratio), target, pass: ratio <= target };
}

/** Where more is better: ours must be at least `target` times the baseline. */
export function judgeRate(bench: string, metric: string, target: number, ours: number[], baseline: number[]): Verdict {
  const { ratio, ...compared } = compare(ours, baseline);
  return { bench, metric, ...compared, ratio: round(ratio), target, pass: ratio >= target };
}

/** Where nothing compares: ours may be at most `target`. */
export function judgeAlone(bench: string, metric: string, target: number, ours: number[]): Verdict {
  const mine = median(ours);
  return { bench, metric, ours: round(mine), target, pass: mine <= target };
}

function compare(ours: number[], baseline: number[]) {
  const [mine, theirs] = [median(ours), median(baseline)];
  return { ours: round(mine), baseline: round(theirs), ratio: mine / theirs };
}

export const round = (value: number) => Number(value.toPrecision(3));
