import type { Queryable } from '../../database/index.ts';
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

const person = (row: string, subject = 'subject_id') => `COALESCE(l.person_id, ${row}.${subject})`;
const links = (row: string, subject = 'subject_id') =>
  `LEFT JOIN person_links l ON l.brand_id = ${row}.brand_id AND l.subject_id = ${row}.${subject}`;

/** A day earlier and later than the zone of any place: `day` in the log is the sender's, uncorrected. */
const DAYS_AROUND = 4;

/** Sessions and cohorts are read from rollups; a funnel of any names reads the log's days in question. */
export class PostgresAnalytics extends Analytics {
  constructor(private readonly queryable: Queryable) {
    super();
  }

  async funnel(brandId: string, { steps, windowSeconds, from, to }: FunnelQuery): Promise<number[]> {
    const chain = steps.map(
      (_, step) =>
        `s${step} AS (SELECT *, ${
          step === 0
            ? `CASE WHEN name = $4[1] THEN occurred_at END`
            : `CASE WHEN name = $4[${step + 1}] AND occurred_at - max(b${step - 1}) OVER earlier <= make_interval(secs => $5)
               THEN max(b${step - 1}) OVER earlier END`
        } AS b${step} FROM ${step === 0 ? 'deed' : `s${step - 1}`} WINDOW earlier AS (
           PARTITION BY person_id ORDER BY occurred_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))`,
    );
    const counts = steps.map((_, step) => `count(DISTINCT person_id) FILTER (WHERE b${step} IS NOT NULL)::int`);
    const { rows } = await this.queryable.sql<{ reached: number[] }>(
      `WITH deed AS (
         SELECT ${person('i')} AS person_id, i.occurred_at, i.id, i.name
         FROM interactions i ${links('i')}
         WHERE i.brand_id = $1 AND i.occurred_at >= $2 AND i.occurred_at < $3 AND i.name = ANY($4::text[])
           AND i.day >= $2::date - ${DAYS_AROUND} AND i.day <= $3::date + ${DAYS_AROUND}
       ), ${chain.join(', ')}
       SELECT ARRAY[${counts.join(', ')}] AS reached FROM s${steps.length - 1}`,
      [brandId, from.toISOString(), to.toISOString(), steps, windowSeconds].slice(0, steps.length > 1 ? 5 : 4),
    );
    return rows[0]!.reached;
  }

  async cohorts(brandId: string, query: CohortQuery): Promise<CohortCount[]> {
    const { rows } = await this.queryable.sql<CohortCount>(
      `WITH active AS (
         SELECT DISTINCT ${person('d')} AS person_id, ${intervalSql.postgres[query.unit]('d.day')} AS at
         FROM day_activity d ${links('d')} WHERE d.brand_id = $1 AND ($2::text IS NULL OR d.name = $2)
       ), cohort AS (
         ${query.cohorts === 'first' ? 'SELECT person_id, min(at) AS at FROM active GROUP BY person_id' : 'SELECT person_id, at FROM active'}
       )
       ${
         query.counting === 'exact'
           ? `SELECT c.at AS cohort, a.at - c.at AS after, count(*)::int AS persons FROM cohort c JOIN active a USING (person_id)
              WHERE c.at BETWEEN $3 AND $4 AND a.at - c.at BETWEEN 0 AND $5 GROUP BY 1, 2`
           : `SELECT c.at AS cohort, LEAST(last.at - c.at, $5) AS after, count(*)::int AS persons
              FROM cohort c JOIN (SELECT person_id, max(at) AS at FROM active GROUP BY 1) last USING (person_id)
              WHERE c.at BETWEEN $3 AND $4 GROUP BY 1, 2`
       } ORDER BY 1, 2`,
      [brandId, query.name, query.from, query.to, query.horizon],
    );
    return query.counting === 'exact' ? rows : cumulate(rows, query.horizon);
  }

  async sessions(brandId: string, { from, to }: Period): Promise<SessionFigures> {
    // A person's sessions are those of their subjects, joined where no more than the idle time lies between them.
    const { rows } = await this.queryable.sql<SessionFigures>(
      `WITH concerned AS (
         SELECT DISTINCT ${person('v')} AS person_id FROM visits v ${links('v')} WHERE v.brand_id = $1 AND v.started_at >= $2 AND v.started_at < $3
       ), visit AS (
         SELECT ${person('v')} AS person_id, v.id, v.started_at, v.ended_at FROM visits v ${links('v')}
         WHERE v.brand_id = $1 AND v.started_at < $3 AND v.ended_at >= $2::timestamptz - interval '7 days'
       ), marked AS (
         SELECT person_id, started_at, COALESCE(started_at > max(ended_at) OVER (
           PARTITION BY person_id ORDER BY started_at, ended_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + interval '30 minutes', true) AS is_new
         FROM visit JOIN concerned USING (person_id)
       )
       SELECT count(*)::int AS sessions, count(DISTINCT person_id)::int AS persons FROM marked WHERE is_new AND started_at >= $2`,
      [brandId, from.toISOString(), to.toISOString()],
    );
    return rows[0]!;
  }

  async watchTime(brandId: string, showId: string): Promise<WatchFigures> {
    const { rows } = await this.queryable.sql<WatchFigures>(
      `WITH watched AS (
         SELECT ${person('w', 'viewer_id')} AS person_id, w.started_at, w.ended_at
         FROM watch_intervals w ${links('w', 'viewer_id')} WHERE w.brand_id = $1 AND w.show_id = $2 AND w.ended_at > w.started_at
       ), joined AS (SELECT unnest(range_agg(tstzrange(started_at, ended_at))) AS stretch FROM watched GROUP BY person_id)
       SELECT COALESCE((SELECT sum(extract(epoch FROM upper(stretch) - lower(stretch))) FROM joined), 0)::float8 AS seconds,
              (SELECT count(*) FROM watched)::int AS views, (SELECT count(DISTINCT person_id) FROM watched)::int AS viewers`,
      [brandId, showId],
    );
    return rows[0]!;
  }
}
