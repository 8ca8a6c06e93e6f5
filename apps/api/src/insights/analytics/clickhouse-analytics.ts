import type { ClickHouseClient } from '@clickhouse/client';
import {
  Analytics,
  cumulate,
  intervalSql,
  type CohortCount,
  type CohortQuery,
  type FunnelQuery,
  type Period,
  type SessionFigures,
  type WatchFigures,
} from './analytics.ts';

/** A left join fills what it does not find with zeros: no person has that id. */
const NOBODY = `toUUID('00000000-0000-0000-0000-000000000000')`;
const person = (row: string, subject = 'subject_id') => `if(l.person_id = ${NOBODY}, ${row}.${subject}, l.person_id)`;
const links = (row: string, subject = 'subject_id') =>
  `LEFT JOIN (SELECT subject_id, person_id FROM person_links FINAL WHERE brand_id = {brand:UUID} AND in_force = 1) l ON l.subject_id = ${row}.${subject}`;
const BEFORE = `PARTITION BY person_id ORDER BY`;
const EARLIER = `ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING`;
const time = (name: string) => `fromUnixTimestamp64Micro({${name}:Int64}, 'UTC')`;
const micros = (at: Date) => String(at.getTime() * 1000);

/** The same answers from the copy that clickhouse-copy.service.ts keeps. Times are microseconds, as PostgreSQL has them. */
export class ClickHouseAnalytics extends Analytics {
  constructor(
    private readonly client: ClickHouseClient,
    private readonly timeZoneOf: (brandId: string) => Promise<string>,
  ) {
    super();
  }

  async funnel(brandId: string, { steps, windowSeconds, from, to }: FunnelQuery): Promise<number[]> {
    const over = `(${BEFORE} occurred, id ${EARLIER})`;
    // What began nothing is 0: there is no deed of 1970.
    const chain = steps.map((_, step) => {
      const began =
        step === 0
          ? `if(name = {step0:String}, occurred, 0)`
          : `if(name = {step${step}:String} AND max(b${step - 1}) OVER ${over} > 0
               AND occurred - max(b${step - 1}) OVER ${over} <= {window:Int64}, max(b${step - 1}) OVER ${over}, 0)`;
      return `s${step} AS (SELECT *, ${began} AS b${step} FROM ${step === 0 ? 'deed' : `s${step - 1}`})`;
    });
    const counts = steps.map((_, step) => `uniqExactIf(person_id, b${step} > 0)`);
    const [row] = await this.#ask<{ reached: number[] }>(
      `WITH deed AS (
         SELECT ${person('i')} AS person_id, toUnixTimestamp64Micro(i.occurred_at) AS occurred, i.id AS id, i.name AS name
         FROM interactions i FINAL ${links('i')}
         WHERE i.brand_id = {brand:UUID} AND i.occurred_at >= ${time('from')} AND i.occurred_at < ${time('to')} AND i.name IN {steps:Array(String)}
       ), ${chain.join(', ')}
       SELECT [${counts.join(', ')}] AS reached FROM s${steps.length - 1}`,
      {
        ...{ brand: brandId, from: micros(from), to: micros(to), steps, window: String(windowSeconds * 1_000_000) },
        ...Object.fromEntries(steps.map((name, step) => [`step${step}`, name])),
      },
    );
    return row!.reached.map(Number);
  }

  async cohorts(brandId: string, query: CohortQuery): Promise<CohortCount[]> {
    const zone = await this.timeZoneOf(brandId);
    const rows = await this.#ask<CohortCount>(
      `WITH active AS (
         SELECT DISTINCT ${person('i')} AS person_id, ${intervalSql.clickhouse[query.unit]('toDate(i.occurred_at, {zone:String})')} AS at
         FROM interactions i FINAL ${links('i')} WHERE i.brand_id = {brand:UUID} ${query.name === null ? '' : 'AND i.name = {name:String}'}
       ), cohort AS (
         ${query.cohorts === 'first' ? 'SELECT person_id, min(at) AS at FROM active GROUP BY person_id' : 'SELECT person_id, at FROM active'}
       )
       ${
         query.counting === 'exact'
           ? `SELECT c.at AS cohort, a.at - c.at AS after, count() AS persons FROM cohort c JOIN active a ON a.person_id = c.person_id
              WHERE c.at BETWEEN {first:Int32} AND {last:Int32} AND a.at - c.at BETWEEN 0 AND {horizon:Int32} GROUP BY cohort, after`
           : `SELECT c.at AS cohort, least(f.at - c.at, {horizon:Int32}) AS after, count() AS persons
              FROM cohort c JOIN (SELECT person_id, max(at) AS at FROM active GROUP BY person_id) f ON f.person_id = c.person_id
              WHERE c.at BETWEEN {first:Int32} AND {last:Int32} GROUP BY cohort, after`
       } ORDER BY cohort, after`,
      {
        ...{ brand: brandId, zone, first: query.from, last: query.to, horizon: query.horizon },
        ...(query.name === null ? {} : { name: query.name }),
      },
    );
    const counts = rows.map((row) => ({ cohort: row.cohort, after: Number(row.after), persons: Number(row.persons) }));
    return query.counting === 'exact' ? counts : cumulate(counts, query.horizon);
  }

  async sessions(brandId: string, { from, to }: Period): Promise<SessionFigures> {
    const [row] = await this.#ask<SessionFigures>(
      `WITH sign AS (
         SELECT ${person('i')} AS person_id, i.occurred_at AS first, i.occurred_at AS last FROM interactions i FINAL ${links('i')}
         WHERE i.brand_id = {brand:UUID} AND i.name <> 'Order Refunded' AND i.occurred_at >= ${time('from')} - INTERVAL 7 DAY AND i.occurred_at < ${time('to')}
         UNION ALL
         SELECT ${person('w', 'viewer_id')}, w.started_at, w.ended_at FROM watch_intervals w FINAL ${links('w', 'viewer_id')}
         WHERE w.brand_id = {brand:UUID} AND w.ended_at >= ${time('from')} - INTERVAL 7 DAY AND w.started_at < ${time('to')}
       ), marked AS (
         SELECT person_id, first, toUnixTimestamp64Micro(first) AS began,
                max(toUnixTimestamp64Micro(last)) OVER (${BEFORE} first, last ${EARLIER}) AS before FROM sign
       )
       SELECT count() AS sessions, uniqExact(person_id) AS persons FROM marked
       WHERE (before = 0 OR began > before + 1800000000) AND first >= ${time('from')}`,
      { brand: brandId, from: micros(from), to: micros(to) },
    );
    return { sessions: Number(row!.sessions), persons: Number(row!.persons) };
  }

  async watchTime(brandId: string, showId: string): Promise<WatchFigures> {
    const [row] = await this.#ask<{ micros: string; views: string; viewers: string }>(
      `WITH watched AS (
         SELECT ${person('w', 'viewer_id')} AS person_id, toUnixTimestamp64Micro(w.started_at) AS first, toUnixTimestamp64Micro(w.ended_at) AS last
         FROM watch_intervals w FINAL ${links('w', 'viewer_id')}
         WHERE w.brand_id = {brand:UUID} AND w.show_id = {show:UUID} AND w.ended_at > w.started_at
       ), marked AS (SELECT person_id, first, last, max(last) OVER (${BEFORE} first, last ${EARLIER}) AS before FROM watched)
       SELECT sum(greatest(0, last - greatest(first, before))) AS micros, count() AS views, uniqExact(person_id) AS viewers FROM marked`,
      { brand: brandId, show: showId },
    );
    return { seconds: Number(row!.micros) / 1e6, views: Number(row!.views), viewers: Number(row!.viewers) };
  }

  async #ask<Row>(query: string, parameters: Record<string, unknown>): Promise<Row[]> {
    const answer = await this.client.query({ query, query_params: parameters, format: 'JSONEachRow' });
    return answer.json<Row>();
  }
}
