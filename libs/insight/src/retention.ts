import { ratio } from './ratio.ts';

/** A person was active in an interval: a day, week or month of the brand's calendar, numbered from any fixed one. */
export interface Active {
  person: string;
  interval: number;
}

export interface CohortOptions {
  /** First and last cohort to show. */
  from: number;
  to: number;
  /** Columns after the first: 0, 1, … horizon intervals after the cohort's own. */
  horizon: number;
  /** The last interval that is over. What lies after it is not known yet. */
  finished: number;
  /** `first`: a person belongs to the interval in which they first were active. `recurring`: to each in which they were. */
  cohorts: 'first' | 'recurring';
  /** `exact`: active in that very interval. `rolling`: in that one or any later, the unfinished one included. */
  counting: 'exact' | 'rolling';
}

export interface Cohort {
  interval: number;
  size: number;
  /** One for each column; null where the interval is not over. A cohort of nobody has no rates. */
  cells: ({ active: number; rate: number | null } | null)[];
}

/**
 * Cohort retention: the share of a cohort that was active so many intervals after it.
 *
 * @param activity all there ever was, for first activity to be the first; repeated rows count once
 */
export function cohortRetention(activity: Iterable<Active>, options: CohortOptions): Cohort[] {
  const { from, to, horizon, finished, cohorts, counting } = options;
  const sizes = new Map<number, number>();
  const active = new Map<string, number>();
  const count = <Key>(counts: Map<Key, number>, key: Key) => counts.set(key, (counts.get(key) ?? 0) + 1);

  for (const rows of Map.groupBy(activity, ({ person }) => person).values()) {
    const intervals = new Set(rows.map(({ interval }) => interval));
    const sorted = [...intervals].sort((a, b) => a - b);
    const last = sorted.at(-1)!;
    for (const cohort of cohorts === 'first' ? sorted.slice(0, 1) : sorted) {
      if (cohort < from || cohort > to) continue;
      count(sizes, cohort);
      for (let k = 0; k <= horizon; k += 1) {
        if (counting === 'exact' ? intervals.has(cohort + k) : last >= cohort + k) count(active, `${cohort} ${k}`);
      }
    }
  }

  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    const interval = from + index;
    const size = sizes.get(interval) ?? 0;
    const cells = Array.from({ length: horizon + 1 }, (_, k) => {
      const number = active.get(`${interval} ${k}`) ?? 0;
      return interval + k > finished ? null : { active: number, rate: ratio(number, size) };
    });
    return { interval, size, cells };
  });
}

/** (E − N) / B: of the customers at the start, the share that is still there at the end. */
export function retentionRate(counts: { atStart: number; atEnd: number; gained: number }): number | null {
  return ratio(counts.atEnd - counts.gained, counts.atStart);
}

/** Of the customers active in one period, the share that is not in the next. */
export function churnRate(previous: ReadonlySet<string>, current: ReadonlySet<string>): number | null {
  return ratio([...previous].filter((person) => !current.has(person)).length, previous.size);
}

/** 1 − mean P(alive): the share of customers who have left for good without saying so, as the model sees it. */
export function churnByModel(probabilitiesAlive: readonly number[]): number | null {
  const mean = ratio(
    probabilitiesAlive.reduce((sum, one) => sum + one, 0),
    probabilitiesAlive.length,
  );
  return mean === null ? null : 1 - mean;
}
