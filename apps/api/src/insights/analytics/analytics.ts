/** Exploring the log: what PostgreSQL and ClickHouse answer alike. Persons are resolved at the time of asking. */

/** From `from` up to, but not including, `to`. */
export interface Period {
  from: Date;
  to: Date;
}

export interface FunnelQuery extends Period {
  /** Names of interactions, in order. */
  steps: string[];
  /** From the first step to the last, edge included. */
  windowSeconds: number;
}

export interface CohortQuery {
  /** Of the brand's calendar; weeks begin on Monday. */
  unit: 'day' | 'week' | 'month';
  /** What counts as activity; null: anything. */
  name: string | null;
  /** First and last cohort, numbered as `intervalOf` does. */
  from: number;
  to: number;
  /** Intervals after the cohort's own. */
  horizon: number;
  /** `first`: a person belongs to the interval of their first activity. `recurring`: to each in which they were active. */
  cohorts: 'first' | 'recurring';
  /** `exact`: active in that very interval. `rolling`: in that one or a later one. */
  counting: 'exact' | 'rolling';
}

/** Persons of a cohort who were active `after` intervals later. */
export interface CohortCount {
  cohort: number;
  after: number;
  persons: number;
}

export interface SessionFigures {
  sessions: number;
  /** With at least one of them. */
  persons: number;
}

export interface WatchFigures {
  /** Of each person's stretches, overlaps counted once. */
  seconds: number;
  views: number;
  viewers: number;
}

/**
 * The questions. A funnel is metrics.md's: an attempt begins with any deed of the first step, each later step is strictly later by (time, id), and
 * a person counts by their best attempt. Of all attempts that took a step only the one that began last can matter, because it has the most time
 * left: so both databases go through a person's deeds once per step, with a running maximum of that beginning.
 */
export abstract class Analytics {
  /** @returns persons who took the first step, the first two, … */
  abstract funnel(brandId: string, query: FunnelQuery): Promise<number[]>;
  /** @returns counts above zero, `after` 0 being the cohort's size */
  abstract cohorts(brandId: string, query: CohortQuery): Promise<CohortCount[]>;
  /** Sessions that began within the period: signs of a person with no more than 30 idle minutes between them, watching being no idleness. */
  abstract sessions(brandId: string, period: Period): Promise<SessionFigures>;
  abstract watchTime(brandId: string, showId: string): Promise<WatchFigures>;
}

/** How the statements of both databases name an interval of a local day, given as SQL of type date. */
export const intervalSql = {
  postgres: {
    day: (day: string) => `(${day} - DATE '1970-01-01')`,
    week: (day: string) => `floor((${day} - DATE '1970-01-05') / 7.0)::int`,
    month: (day: string) => `((extract(year FROM ${day}) - 1970) * 12 + extract(month FROM ${day}) - 1)::int`,
  },
  clickhouse: {
    day: (day: string) => `toInt32(${day})`,
    week: (day: string) => `toInt32(floor((toInt32(${day}) - 4) / 7))`,
    month: (day: string) => `toInt32((toYear(${day}) - 1970) * 12 + toMonth(${day}) - 1)`,
  },
} as const;

/** The number of the interval in which a day lies: days since 1970-01-01, weeks since Monday 1970-01-05, months since January 1970. */
export function intervalOf(unit: CohortQuery['unit'], day: string): number {
  const days = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  const [year, month] = day.split('-').map(Number) as [number, number];
  switch (unit) {
    case 'day':
      return days;
    case 'week':
      return Math.floor((days - 4) / 7);
    case 'month':
      return (year - 1970) * 12 + month - 1;
  }
}

/** Rolling counts from how many persons of a cohort were last active so long after it. */
export function cumulate(lastSeen: CohortCount[], horizon: number): CohortCount[] {
  return [...Map.groupBy(lastSeen, ({ cohort }) => cohort)].flatMap(([cohort, counts]) =>
    Array.from({ length: horizon + 1 }, (_, after) => ({
      cohort,
      after,
      persons: counts.reduce((sum, count) => sum + (count.after >= after ? count.persons : 0), 0),
    })).filter(({ persons }) => persons > 0),
  );
}
