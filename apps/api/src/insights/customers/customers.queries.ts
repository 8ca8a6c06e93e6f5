import {
  customerTimes,
  type Cohort,
  type CustomerFilter,
  type CustomerMetric,
  type CustomerSort,
  type CustomerSummary,
  type CustomerTime,
  type RfmCell,
} from '#contracts/customers';
import type { Queryable } from '../../database/index.ts';
import { searchPattern } from './search.ts';

/** Where each figure stands. All but the forecast are of one table. */
const columns: Record<CustomerMetric | CustomerTime, string> = {
  orders: 'f.orders',
  netAmount: 'f.net_amount',
  gmvAmount: 'f.gmv_amount',
  averageAmount: 'f.average_amount',
  shows: 'f.shows',
  watchSeconds: 'f.watch_seconds',
  visits: 'f.visits',
  messages: 'f.messages',
  clicks: 'f.clicks',
  engagementScore: 'f.engagement_score',
  r: 'f.r',
  f: 'f.f',
  m: 'f.m',
  pAlive: 'v.p_alive',
  predictedAmount: 'v.predicted_amount',
  firstSeenAt: 'f.first_seen_at',
  lastSeenAt: 'f.last_seen_at',
  firstOrderAt: 'f.first_order_at',
  lastOrderAt: 'f.last_order_at',
};
const times = new Set<string>(customerTimes);
const fractions = new Set<string>(['averageAmount', 'engagementScore', 'pAlive']);
const typeOf = (sort: CustomerSort) =>
  sort === 'name' ? 'text' : times.has(sort) ? 'timestamptz' : fractions.has(sort) ? 'float8' : 'bigint';

export interface Asking {
  brandId: string;
  filter: CustomerFilter;
  /** Whether names as bought by, and e-mail addresses, may be read. */
  personal: boolean;
}
export interface Order {
  sort: CustomerSort;
  order: 'asc' | 'desc';
}
/** Where a page ended: what it was sorted by, as PostgreSQL writes it, and the last person. */
export type Cursor = [value: string | null, personId: string];

/** The tables that a filter and an order need: most need no more than one. */
function tablesOf({ filter }: Asking, sort?: CustomerSort): string {
  const uses = (metric: CustomerMetric) => sort === metric || filter.metrics?.[metric] !== undefined;
  const zone = filter.times ? 'JOIN brands b ON b.id = f.brand_id' : '';
  const values =
    uses('pAlive') || uses('predictedAmount')
      ? 'LEFT JOIN person_values v ON v.brand_id = f.brand_id AND v.person_id = f.person_id'
      : '';
  return `person_facts f ${zone} ${values}`;
}

class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

function conditionsOf({ brandId, filter, personal }: Asking, parameters: Parameters): string[] {
  const add = (value: unknown) => parameters.add(value);
  const conditions = [`f.brand_id = ${add(brandId)}`];
  if (!filter.guests) conditions.push('NOT f.is_guest');
  if (filter.q) conditions.push(`${personal ? 'f.search' : 'f.nickname_search'} LIKE ${add(searchPattern(filter.q))}`);
  if (filter.stages?.length) conditions.push(`f.stage = ANY(${add(filter.stages)})`);
  if (filter.source !== undefined) conditions.push(`f.source = ${add(filter.source)}`);
  if (filter.consent !== undefined) conditions.push(`f.consent = ${add(filter.consent)}`);
  for (const [metric, range] of Object.entries(filter.metrics ?? {})) {
    const column = columns[metric as CustomerMetric];
    if (range?.min !== undefined) conditions.push(`${column} >= ${add(range.min)}::float8`);
    if (range?.max !== undefined) conditions.push(`${column} <= ${add(range.max)}::float8`);
  }
  for (const [time, days] of Object.entries(filter.times ?? {})) {
    const column = columns[time as CustomerTime];
    const midnight = (day: string) => `${day}::timestamp AT TIME ZONE b.time_zone`;
    if (days?.from) conditions.push(`${column} >= ${midnight(`${add(days.from)}::date`)}`);
    if (days?.to) conditions.push(`${column} < ${midnight(`(${add(days.to)}::date + 1)`)}`);
  }
  return conditions;
}

interface Row extends Omit<CustomerSummary, 'firstSeenAt' | 'lastSeenAt' | 'firstOrderAt' | 'lastOrderAt'> {
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  firstOrderAt: Date | null;
  lastOrderAt: Date | null;
  sorted: string | null;
}

/** A page of persons. Whoever has no value to sort by stands at the end, whichever the order. */
export async function listCustomers(
  queryable: Queryable,
  asking: Asking,
  { sort, order }: Order,
  { after, limit }: { after?: Cursor | undefined; limit: number },
): Promise<{ customers: CustomerSummary[]; last: Cursor | null }> {
  const parameters = new Parameters();
  const conditions = conditionsOf(asking, parameters);
  const name = asking.personal ? 'f.name' : 'f.nickname';
  const key = sort === 'name' ? `NULLIF(${name}, '')` : columns[sort];
  const direction = order === 'desc' ? 'DESC' : 'ASC';
  if (after) {
    const [value, personId] = [after[0], parameters.add(after[1])];
    const further = `f.person_id > ${personId}::uuid`;
    if (value === null) conditions.push(`${key} IS NULL AND ${further}`);
    else {
      const at = `${parameters.add(value)}::${typeOf(sort)}`;
      conditions.push(
        `(${key} ${order === 'desc' ? '<' : '>'} ${at} OR (${key} = ${at} AND ${further}) OR ${key} IS NULL)`,
      );
    }
  }
  const { rows } = await queryable.sql<Row>(
    `WITH page AS MATERIALIZED (
       SELECT f.brand_id, f.person_id, ${key} AS sorted FROM ${tablesOf(asking, sort)} WHERE ${conditions.join(' AND ')}
       ORDER BY ${key} ${direction} NULLS LAST, f.person_id LIMIT ${parameters.add(limit)}
     )
     SELECT f.person_id AS id, ${name} AS name, ${asking.personal ? 'f.email' : 'NULL'} AS email, f.is_guest AS "isGuest", f.stage,
       f.first_seen_at AS "firstSeenAt", f.last_seen_at AS "lastSeenAt", f.first_order_at AS "firstOrderAt", f.last_order_at AS "lastOrderAt", f.orders,
       f.gmv_amount::float8 AS "gmvAmount", f.net_amount::float8 AS "netAmount", f.average_amount AS "averageAmount", f.shows,
       f.watch_seconds AS "watchSeconds", f.visits, f.messages, f.clicks, f.engagement_score AS "engagementScore", f.r, f.f, f.m,
       v.p_alive AS "pAlive", v.predicted_amount::float8 AS "predictedAmount", f.source, f.consent, page.sorted::text AS sorted
     FROM page JOIN person_facts f USING (brand_id, person_id) LEFT JOIN person_values v USING (brand_id, person_id)
     ORDER BY page.sorted ${direction} NULLS LAST, f.person_id`,
    parameters.values,
  );
  const last = rows.length === limit ? rows.at(-1)! : null;
  return { customers: rows.map(toSummary), last: last && [last.sorted, last.id] };
}

function toSummary({ sorted: _, ...row }: Row): CustomerSummary {
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...row,
    firstSeenAt: time(row.firstSeenAt),
    lastSeenAt: time(row.lastSeenAt),
    firstOrderAt: time(row.firstOrderAt),
    lastOrderAt: time(row.lastOrderAt),
  };
}

export async function countCustomers(queryable: Queryable, asking: Asking): Promise<number> {
  const parameters = new Parameters();
  const conditions = conditionsOf(asking, parameters);
  const { rows } = await queryable.sql<{ people: number }>(
    `SELECT count(*)::int AS people FROM ${tablesOf(asking)} WHERE ${conditions.join(' AND ')}`,
    parameters.values,
  );
  return rows[0]!.people;
}

export async function rfmCells(queryable: Queryable, asking: Asking): Promise<RfmCell[]> {
  const parameters = new Parameters();
  const conditions = conditionsOf(asking, parameters);
  const { rows } = await queryable.sql<RfmCell>(
    `SELECT f.r, f.f, count(*)::int AS people, sum(f.net_amount)::float8 AS "netAmount", sum(f.net_amount)::float8 / NULLIF(sum(f.orders), 0) AS "averageAmount"
     FROM ${tablesOf(asking)} WHERE ${conditions.join(' AND ')} AND f.r IS NOT NULL GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC`,
    parameters.values,
  );
  return rows;
}

export async function sourceNames(queryable: Queryable, brandId: string): Promise<string[]> {
  const { rows } = await queryable.sql<{ source: string }>(
    `SELECT source FROM person_facts WHERE brand_id = $1 AND source IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 50`,
    [brandId],
  );
  return rows.map((row) => row.source);
}

/**
 * Cohorts by month of the brand's calendar, as `cohortRetention` of `#insight/retention` counts them; in SQL, so that the histories of all customers need
 * not travel.
 */
export async function cohorts(
  queryable: Queryable,
  brandId: string,
  { measure, who, months }: { measure: 'exact' | 'rolling'; who: 'first' | 'recurring'; months: number },
): Promise<Cohort[]> {
  const { rows } = await queryable.sql<{ month: string; people: number; active: (number | null)[] }>(
    `WITH present AS (
       SELECT extract(year FROM local)::int * 12 + extract(month FROM local)::int - 1 AS month
       FROM (SELECT engawa_now() AT TIME ZONE time_zone AS local FROM brands WHERE id = $1) zone
     ), bought AS (
       SELECT o.person_id, extract(year FROM local)::int * 12 + extract(month FROM local)::int - 1 AS month
       FROM (SELECT p.person_id, p.paid_at AT TIME ZONE b.time_zone AS local FROM paid_orders p JOIN brands b ON b.id = p.brand_id WHERE p.brand_id = $1) o
       GROUP BY 1, 2
     ), person AS (
       SELECT person_id, min(month) AS first, max(month) AS last FROM bought GROUP BY 1
     ), member AS (
       ${who === 'first' ? `SELECT person_id, first AS month, last FROM person` : `SELECT b.person_id, b.month, p.last FROM bought b JOIN person p USING (person_id)`}
     ), sized AS (
       SELECT c AS month, (SELECT count(*)::int FROM member m WHERE m.month = c) AS people FROM present, generate_series(present.month - $2::int + 1, present.month) AS c
     ), cell AS (
       ${
         measure === 'exact'
           ? `SELECT m.month, b.month - m.month AS k, count(*)::int AS active FROM member m JOIN bought b ON b.person_id = m.person_id AND b.month >= m.month GROUP BY 1, 2`
           : `SELECT m.month, k, count(*)::int AS active FROM member m, generate_series(0, m.last - m.month) AS k GROUP BY 1, 2`
       }
     )
     SELECT lpad((s.month / 12)::text, 4, '0') || '-' || lpad((s.month % 12 + 1)::text, 2, '0') AS month, s.people,
            (SELECT array_agg(CASE WHEN s.month + g.k < present.month THEN COALESCE(c.active, 0) END ORDER BY g.k)
             FROM generate_series(0, $2::int - 1) AS g (k) LEFT JOIN cell c ON c.month = s.month AND c.k = g.k) AS active
     FROM sized s, present ORDER BY s.month`,
    [brandId, months],
  );
  return rows;
}
