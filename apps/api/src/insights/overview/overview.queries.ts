import type { Currency } from '#contracts/money';
import type { OverviewRequest } from '#contracts/overview';
import type { Queryable } from '../../database/index.ts';

/** Somebody is a customer of an instant who has bought within so many days before it: what retention counts. */
const ACTIVE_DAYS = 90;
/** Of form F2 of the repeat rate. */
export const F2_DAYS = [30, 60, 90] as const;
const DEFAULT_DAYS = 28;
/** Younger shops are looked at by weeks. */
const BY_WEEKS_BELOW_DAYS = 180;
const INTERVALS = 12;
const DAY_MS = 86_400_000;

export interface Frame {
  currency: Currency;
  time_zone: string;
  now: Date;
  today: string;
  first_day: string | null;
  margin_bp: number | null;
  windows: Window[];
}

/** A period of whole days [from, to] of the brand's zone, and the same as instants [begins, ends). */
export interface Window {
  name: 'now' | 'before';
  from: string;
  to: string;
  begins: Date;
  ends: Date;
}

/** The period that is asked for and the one that it is compared with. */
export async function frameOf(queryable: Queryable, brandId: string, request: OverviewRequest): Promise<Frame> {
  const { rows } = await queryable.sql<
    Omit<Frame, 'windows'> & { windows: (Omit<Window, 'begins' | 'ends'> & { begins: string; ends: string })[] }
  >(
    `WITH brand AS (
       SELECT b.*, (engawa_now() AT TIME ZONE b.time_zone)::date AS today FROM brands b WHERE b.id = $1
     ), asked AS (
       SELECT COALESCE($2::date, today - ${DEFAULT_DAYS - 1}) AS from, COALESCE($3::date, today) AS to FROM brand
     ), period AS (
       SELECT 'now' AS name, a.from, a.to FROM asked a
       UNION ALL SELECT 'before', CASE WHEN $4 = 'year' THEN (a.from - interval '1 year')::date ELSE a.from - (a.to - a.from + 1) END,
                        CASE WHEN $4 = 'year' THEN (a.from - interval '1 year')::date + (a.to - a.from) ELSE a.from - 1 END FROM asked a
     )
     SELECT b.currency, b.time_zone, engawa_now() AS now, b.today::text,
       (SELECT (min(paid_at) AT TIME ZONE b.time_zone)::date::text FROM orders WHERE brand_id = b.id AND state IN ('paid', 'refunded')) AS first_day,
       (SELECT margin_bp FROM value_settings WHERE brand_id = b.id) AS margin_bp,
       (SELECT jsonb_agg(jsonb_build_object('name', p.name, 'from', p.from, 'to', p.to,
          'begins', p.from::timestamp AT TIME ZONE b.time_zone, 'ends', (p.to + 1)::timestamp AT TIME ZONE b.time_zone)) FROM period p) AS windows
     FROM brand b`,
    [brandId, request.from ?? null, request.to ?? null, request.compare],
  );
  const { windows, ...frame } = rows[0]!;
  return {
    ...frame,
    windows: windows.map((one) => ({ ...one, begins: new Date(one.begins), ends: new Date(one.ends) })),
  };
}

export interface MoneyFigures {
  name: Window['name'];
  customers: number;
  net_to_date: number;
  net: number;
  gmv: number;
  orders: number;
  buyers: number;
  new_buyers: number;
  repeat_buyers: number;
  bought_before: number;
  lost: number;
  at_start: number;
  at_end: number;
  gained: number;
  show_buyers: number;
  show_orders: number;
  referrers: number;
  referred: number;
  f2: { days: number; cohort: number; repeated: number }[];
}

export interface Money {
  windows: MoneyFigures[];
  days: { day: string; net: number; gmv: number; orders: number; firsts: number }[] | null;
  /** Before the first of the days. */
  customers_before: number;
  interval_days: number;
  intervals: { interval: number; whole: number; part: number }[] | null;
}

/**
 * SQL of what is kept of each person for one period, and of what is counted of them. Its instants are parameters from `$<first>` on: an interval
 * that is taken off for every row of a large brand would cost more than all else.
 */
function ofPeriod({ name, begins, ends }: Window, first: number) {
  const length = ends.getTime() - begins.getTime();
  const instants: Date[] = [];
  const at = (instant: Date, daysBefore = 0) => {
    instants.push(new Date(instant.getTime() - daysBefore * DAY_MS));
    return `$${first + instants.length - 1}::timestamptz`;
  };
  const [b, e] = [at(begins), at(ends)];
  const own = (column: string) => `${column}_${name}`;
  const within = `paid_at >= ${b} AND paid_at < ${e}`;
  const columns = {
    net_to_date: `sum(net_amount) FILTER (WHERE paid_at < ${e})`,
    orders: `count(*) FILTER (WHERE ${within})`,
    net: `sum(net_amount) FILTER (WHERE ${within})`,
    gmv: `sum(gmv_amount) FILTER (WHERE ${within})`,
    last_repeat: `max(paid_at) FILTER (WHERE nth > 1 AND paid_at < ${e})`,
    last_before: `max(paid_at) FILTER (WHERE paid_at < ${b})`,
    last: `max(paid_at) FILTER (WHERE paid_at < ${e})`,
    show_orders: `count(*) FILTER (WHERE live_since >= ${b} AND live_since < ${e} AND paid_at < ${e})`,
  };
  const boughtBefore = `${own('last_before')} >= ${at(begins, length / DAY_MS)}`;
  const atStart = `${own('last_before')} >= ${at(begins, ACTIVE_DAYS)}`;
  const atEnd = `${own('last')} >= ${at(ends, ACTIVE_DAYS)}`;
  const f2 = F2_DAYS.map((days) => {
    const cohort = `first_at >= ${at(begins, days)} AND first_at < ${at(ends, days)}`;
    return `json_build_object('days', ${days}, 'cohort', count(*) FILTER (WHERE ${cohort}),
      'repeated', count(*) FILTER (WHERE ${cohort} AND second_at - first_at <= interval '${days} days'))`;
  });
  const figures = {
    name: `'${name}'`,
    customers: `count(*) FILTER (WHERE first_at < ${e})`,
    net_to_date: `COALESCE(sum(${own('net_to_date')}), 0)`,
    net: `COALESCE(sum(${own('net')}), 0)`,
    gmv: `COALESCE(sum(${own('gmv')}), 0)`,
    orders: `COALESCE(sum(${own('orders')}), 0)`,
    buyers: `count(*) FILTER (WHERE ${own('orders')} > 0)`,
    new_buyers: `count(*) FILTER (WHERE first_at >= ${b} AND first_at < ${e})`,
    repeat_buyers: `count(*) FILTER (WHERE ${own('last_repeat')} >= ${b})`,
    bought_before: `count(*) FILTER (WHERE ${boughtBefore})`,
    lost: `count(*) FILTER (WHERE ${boughtBefore} AND ${own('orders')} = 0)`,
    at_start: `count(*) FILTER (WHERE ${atStart})`,
    at_end: `count(*) FILTER (WHERE ${atEnd})`,
    gained: `count(*) FILTER (WHERE ${atEnd} AND (${atStart}) IS NOT TRUE)`,
    show_buyers: `count(*) FILTER (WHERE ${own('show_orders')} > 0)`,
    show_orders: `COALESCE(sum(${own('show_orders')}), 0)`,
    referrers: `count(*) FILTER (WHERE shared_at < ${e} AND first_at < ${e})`,
    referred: `count(*) FILTER (WHERE brought_at <= first_at AND first_at >= ${b} AND first_at < ${e})`,
    f2: `json_build_array(${f2.join(', ')})`,
  };
  return {
    columns: Object.entries(columns).map(([column, sql]) => `${sql} AS ${own(column)}`),
    figures: `json_build_object(${Object.entries(figures)
      .map(([figure, sql]) => `'${figure}', ${sql}`)
      .join(', ')})`,
    instants: instants.map((instant) => instant.toISOString()),
  };
}

/**
 * Everything that is counted from orders, in one pass over those of the brand, grouped by who bought. Money equals the order ledger
 * (invariant 14).
 */
export async function moneyOf(
  queryable: Queryable,
  brandId: string,
  { windows, time_zone, first_day, today, now: asOf }: Frame,
): Promise<Money> {
  const age = first_day === null ? 0 : (Date.parse(today) - Date.parse(first_day)) / DAY_MS;
  const [now, before] = (['now', 'before'] as const).map((name) => windows.find((one) => one.name === name)!);
  const ofNow = ofPeriod(now!, 7);
  const ofBefore = ofPeriod(before!, 7 + ofNow.instants.length);
  const { rows } = await queryable.sql<Money>(
    `WITH paid AS (
       SELECT o.person_id, o.paid_at, o.gmv_amount, o.net_amount, s.live_since, row_number() OVER mine AS nth, min(o.paid_at) OVER mine AS first_at
       FROM paid_orders o JOIN shows s ON s.id = o.show_id WHERE o.brand_id = $1 AND o.paid_at < $2
       WINDOW mine AS (PARTITION BY o.person_id ORDER BY o.paid_at, o.order_id)
     ), bought AS (
       SELECT person_id, min(paid_at) AS first_at, min(paid_at) FILTER (WHERE nth = 2) AS second_at, ${[...ofNow.columns, ...ofBefore.columns].join(', ')},
         -- a bit for each interval after the first in which they bought
         bit_or(1 << LEAST(${INTERVALS + 1}, floor(date_part('epoch', paid_at - first_at) / 86400 / $5::int)::int)) AS intervals
       FROM paid GROUP BY person_id
     ), brought AS (
       SELECT COALESCE(ls.person_id, r.subject_id) AS sharer, COALESCE(lv.person_id, v.subject_id) AS visitor, v.visited_at
       FROM referral_visits v JOIN referral_links r ON r.code = v.code
       LEFT JOIN person_links ls ON ls.brand_id = $1 AND ls.subject_id = r.subject_id
       LEFT JOIN person_links lv ON lv.brand_id = $1 AND lv.subject_id = v.subject_id WHERE v.brand_id = $1
     ), person AS MATERIALIZED (
       SELECT b.*, s.shared_at, v.brought_at FROM bought b
       LEFT JOIN (SELECT sharer AS person_id, min(visited_at) AS shared_at FROM brought WHERE sharer <> visitor GROUP BY 1) s USING (person_id)
       LEFT JOIN (SELECT visitor AS person_id, min(visited_at) AS brought_at FROM brought WHERE sharer <> visitor GROUP BY 1) v USING (person_id)
     ), firsts AS (
       SELECT (first_at AT TIME ZONE $4)::date AS day, count(*) AS firsts FROM person WHERE first_at >= $3 GROUP BY 1
     ), by_day AS (
       SELECT (paid_at AT TIME ZONE $4)::date AS day, sum(total_amount - refunded_amount) AS net, sum(total_amount) AS gmv, count(*) AS orders
       FROM orders WHERE brand_id = $1 AND state IN ('paid', 'refunded') AND paid_at >= $3 AND paid_at < $2 GROUP BY 1
     ), lived AS (
       SELECT intervals, floor(date_part('epoch', $6::timestamptz - first_at) / 86400 / $5::int)::int AS over, count(*) AS persons FROM person GROUP BY 1, 2
     ), curve AS (
       SELECT n AS interval, COALESCE(sum(persons), 0)::int AS whole, COALESCE(sum(persons) FILTER (WHERE intervals & (1 << n) > 0), 0)::int AS part
       FROM generate_series(1, ${INTERVALS}) AS n JOIN lived ON over > n GROUP BY 1
     )
     SELECT (SELECT json_build_array(${ofNow.figures}, ${ofBefore.figures}) FROM person) AS windows,
       (SELECT json_agg(json_build_object('day', day, 'net', net, 'gmv', gmv, 'orders', orders, 'firsts', COALESCE(firsts, 0)) ORDER BY day)
        FROM by_day LEFT JOIN firsts USING (day)) AS days,
       (SELECT count(*) FROM person WHERE first_at < $3)::int AS customers_before,
       $5::int AS interval_days, (SELECT json_agg(c ORDER BY c.interval) FROM curve c) AS intervals`,
    [
      ...[brandId, now!.ends.toISOString(), before!.begins.toISOString(), time_zone],
      age < BY_WEEKS_BELOW_DAYS ? 7 : 30,
      new Date(Math.min(asOf.getTime(), now!.ends.getTime())).toISOString(),
      ...ofNow.instants,
      ...ofBefore.instants,
    ],
  );
  return rows[0]!;
}

export interface AudienceFigures {
  name: Window['name'];
  sessions: number;
  persons: number;
  shows: number;
  viewers: number;
  views: number;
  watched_ms: number;
  engaged: number;
  impressions: number;
  saw: number;
  clicks: number;
  clicked: number;
}

/** People of a period are counted where their last time before lies outside of it: see migration 1764090000000. */
export async function audienceOf(
  queryable: Queryable,
  brandId: string,
  { windows }: Frame,
): Promise<AudienceFigures[]> {
  const persons = (kind: string) =>
    `COALESCE(sum(a.persons) FILTER (WHERE a.kind = '${kind}' AND a.before < p.begins), 0)::int`;
  const quantity = (kind: string) => `COALESCE(sum(a.quantity) FILTER (WHERE a.kind = '${kind}'), 0)::float8`;
  const { rows } = await queryable.sql<AudienceFigures>(
    `SELECT p.name, d.*, a.*
     FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::date[], $6::date[]) AS p (name, begins, ends, first, last)
     CROSS JOIN LATERAL (
       SELECT COALESCE(sum(d.sessions), 0)::int AS sessions, COALESCE(sum(d.persons) FILTER (WHERE d.day_before < p.first), 0)::int AS persons
       FROM session_days d WHERE d.brand_id = $1 AND d.day BETWEEN p.first AND p.last) d
     CROSS JOIN LATERAL (
       SELECT count(DISTINCT s.id)::int AS shows, ${persons('viewed')} AS viewers, COALESCE(sum(a.persons) FILTER (WHERE a.kind = 'viewed'), 0)::int AS views,
         ${quantity('viewed')} AS watched_ms, ${persons('engaged')} AS engaged, ${quantity('saw')} AS impressions, ${persons('saw')} AS saw,
         ${quantity('clicked')} AS clicks, ${persons('clicked')} AS clicked
       FROM shows s LEFT JOIN show_audiences a ON a.show_id = s.id WHERE s.brand_id = $1 AND s.live_since >= p.begins AND s.live_since < p.ends) a`,
    [
      brandId,
      windows.map(({ name }) => name),
      windows.map(({ begins }) => begins.toISOString()),
      windows.map(({ ends }) => ends.toISOString()),
      windows.map(({ from }) => from),
      windows.map(({ to }) => to),
    ],
  );
  return rows;
}

export interface VoiceFigures {
  name: Window['name'];
  csat: number;
  satisfied: number;
  promoters: number;
  passives: number;
  detractors: number;
  predicted: number | null;
  predicted_customers: number | null;
  mean_p_alive: number | null;
}

/** Answers, the latest of each person and wave, and what the last fit by the end of the period said. */
export async function voicesOf(queryable: Queryable, brandId: string, { windows }: Frame): Promise<VoiceFigures[]> {
  const { rows } = await queryable.sql<VoiceFigures>(
    `SELECT p.name, v.*, m.predicted_amount::float8 AS predicted, m.customers AS predicted_customers, m.mean_p_alive
     FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) AS p (name, begins, ends)
     CROSS JOIN LATERAL (
       SELECT (count(*) FILTER (WHERE kind = 'csat'))::int AS csat, (count(*) FILTER (WHERE kind = 'csat' AND score >= 4))::int AS satisfied,
         (count(*) FILTER (WHERE kind = 'nps' AND score >= 9))::int AS promoters, (count(*) FILTER (WHERE kind = 'nps' AND score IN (7, 8)))::int AS passives,
         (count(*) FILTER (WHERE kind = 'nps' AND score <= 6))::int AS detractors
       FROM (
         SELECT DISTINCT ON (a.survey_id, COALESCE(l.person_id, a.subject_id)) s.kind, a.score
         FROM surveys s JOIN survey_answers a ON a.survey_id = s.id LEFT JOIN person_links l ON l.brand_id = s.brand_id AND l.subject_id = a.subject_id
         WHERE s.brand_id = $1 AND s.kind IN ('csat', 'nps') AND a.answered_at >= p.begins AND a.answered_at < p.ends
         ORDER BY a.survey_id, COALESCE(l.person_id, a.subject_id), a.answered_at DESC, a.subject_id) latest) v
     LEFT JOIN LATERAL (
       SELECT * FROM value_models m WHERE m.brand_id = $1 AND m.fitted_at < p.ends ORDER BY m.fitted_at DESC LIMIT 1) m ON m.outcome = 'fitted'`,
    [
      brandId,
      windows.map(({ name }) => name),
      windows.map(({ begins }) => begins.toISOString()),
      windows.map(({ ends }) => ends.toISOString()),
    ],
  );
  return rows;
}
