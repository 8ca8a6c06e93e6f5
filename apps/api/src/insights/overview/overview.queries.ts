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
       (SELECT min(paid_at) AT TIME ZONE b.time_zone FROM paid_orders WHERE brand_id = b.id)::date::text AS first_day,
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
  windows: MoneyFigures[] | null;
  days: { day: string; net: number; gmv: number; orders: number; firsts: number }[] | null;
  /** Before the first of the days. */
  net_before: number;
  customers_before: number;
  interval_days: number;
  intervals: { interval: number; whole: number; part: number }[] | null;
}

/**
 * Everything that is counted from orders, in one pass over those of the brand: who bought for which time, in which period, in which
 * show. Money equals the order ledger (invariant 14).
 */
export async function moneyOf(
  queryable: Queryable,
  brandId: string,
  { windows, time_zone, first_day, today }: Frame,
): Promise<Money> {
  const age = first_day === null ? 0 : (Date.parse(today) - Date.parse(first_day)) / 86_400_000;
  const f2 = F2_DAYS.map((days) => {
    const cohort = `first_at >= p.begins - interval '${days} days' AND first_at < p.ends - interval '${days} days'`;
    return `jsonb_build_object('days', ${days}, 'cohort', count(*) FILTER (WHERE ${cohort}),
      'repeated', count(*) FILTER (WHERE ${cohort} AND second_at <= first_at + interval '${days} days'))`;
  });
  const { rows } = await queryable.sql<Money>(
    `WITH period AS (
       SELECT * FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) AS p (name, begins, ends)
     ), paid AS MATERIALIZED (
       SELECT o.person_id, o.paid_at, o.gmv_amount, o.net_amount, s.live_since, row_number() OVER mine AS nth, min(o.paid_at) OVER mine AS first_at
       FROM paid_orders o JOIN shows s ON s.id = o.show_id WHERE o.brand_id = $1 AND o.paid_at < (SELECT max(ends) FROM period)
       WINDOW mine AS (PARTITION BY o.person_id ORDER BY o.paid_at, o.order_id)
     ), brought AS (
       SELECT DISTINCT COALESCE(ls.person_id, r.subject_id) AS sharer, COALESCE(lv.person_id, v.subject_id) AS visitor, v.visited_at
       FROM referral_visits v JOIN referral_links r ON r.code = v.code
       LEFT JOIN person_links ls ON ls.brand_id = $1 AND ls.subject_id = r.subject_id
       LEFT JOIN person_links lv ON lv.brand_id = $1 AND lv.subject_id = v.subject_id WHERE v.brand_id = $1
     ), sharer AS (
       SELECT sharer AS person_id, min(visited_at) AS visited_at FROM brought WHERE sharer <> visitor GROUP BY 1
     ), visitor AS (
       SELECT visitor AS person_id, min(visited_at) AS visited_at FROM brought WHERE sharer <> visitor GROUP BY 1
     ), person AS (
       SELECT p.name, p.begins, p.ends, o.person_id, o.first_at, min(o.paid_at) FILTER (WHERE o.nth = 2) AS second_at, sum(o.net_amount) AS net_to_date,
         count(*) FILTER (WHERE o.paid_at >= p.begins) AS orders,
         sum(o.net_amount) FILTER (WHERE o.paid_at >= p.begins) AS net, sum(o.gmv_amount) FILTER (WHERE o.paid_at >= p.begins) AS gmv,
         bool_or(o.paid_at >= p.begins AND o.nth > 1) AS repeats,
         bool_or(o.paid_at >= p.begins - (p.ends - p.begins) AND o.paid_at < p.begins) AS bought_before,
         bool_or(o.paid_at >= p.begins - interval '${ACTIVE_DAYS} days' AND o.paid_at < p.begins) AS at_start,
         bool_or(o.paid_at >= p.ends - interval '${ACTIVE_DAYS} days') AS at_end,
         count(*) FILTER (WHERE o.live_since >= p.begins AND o.live_since < p.ends) AS show_orders
       FROM period p JOIN paid o ON o.paid_at < p.ends GROUP BY p.name, p.begins, p.ends, o.person_id, o.first_at
     ), figure AS (
       SELECT p.name, count(*) AS customers, sum(p.net_to_date) AS net_to_date, COALESCE(sum(p.net), 0) AS net, COALESCE(sum(p.gmv), 0) AS gmv,
         sum(p.orders) AS orders, count(*) FILTER (WHERE p.orders > 0) AS buyers, count(*) FILTER (WHERE p.first_at >= p.begins) AS new_buyers,
         count(*) FILTER (WHERE p.repeats) AS repeat_buyers, count(*) FILTER (WHERE p.bought_before) AS bought_before,
         count(*) FILTER (WHERE p.bought_before AND p.orders = 0) AS lost, count(*) FILTER (WHERE p.at_start) AS at_start,
         count(*) FILTER (WHERE p.at_end) AS at_end, count(*) FILTER (WHERE p.at_end AND NOT p.at_start) AS gained,
         count(*) FILTER (WHERE p.show_orders > 0) AS show_buyers, sum(p.show_orders) AS show_orders,
         count(*) FILTER (WHERE s.visited_at < p.ends) AS referrers,
         count(*) FILTER (WHERE p.first_at >= p.begins AND v.visited_at <= p.first_at) AS referred,
         jsonb_build_array(${f2.join(', ')}) AS f2
       FROM person p LEFT JOIN sharer s USING (person_id) LEFT JOIN visitor v USING (person_id) GROUP BY p.name
     ), by_day AS (
       SELECT (paid_at AT TIME ZONE $5)::date AS day, sum(net_amount) AS net, sum(gmv_amount) AS gmv, count(*) AS orders, count(*) FILTER (WHERE nth = 1) AS firsts
       FROM paid WHERE paid_at >= (SELECT min(begins) FROM period) GROUP BY 1
     ), again AS (
       SELECT DISTINCT person_id, first_at, floor(extract(epoch FROM paid_at - first_at) / 86400 / $6::int)::int AS k FROM paid WHERE nth > 1
     ), until AS (
       SELECT LEAST(engawa_now(), (SELECT ends FROM period WHERE name = 'now')) AS at
     ), curve AS (
       SELECT n AS interval,
         (SELECT count(*) FROM paid, until WHERE nth = 1 AND first_at <= at - make_interval(days => (n + 1) * $6::int)) AS whole,
         (SELECT count(*) FROM again, until WHERE k = n AND first_at <= at - make_interval(days => (n + 1) * $6::int)) AS part
       FROM generate_series(1, ${INTERVALS}) AS n
     )
     SELECT (SELECT json_agg(f) FROM figure f) AS windows, (SELECT json_agg(d ORDER BY d.day) FROM by_day d) AS days,
       (SELECT COALESCE(sum(net_amount), 0) FROM paid WHERE paid_at < (SELECT min(begins) FROM period))::float8 AS net_before,
       (SELECT count(*) FROM paid WHERE nth = 1 AND paid_at < (SELECT min(begins) FROM period))::int AS customers_before,
       $6::int AS interval_days, (SELECT json_agg(c ORDER BY c.interval) FROM curve c WHERE c.whole > 0) AS intervals`,
    [
      brandId,
      windows.map(({ name }) => name),
      windows.map(({ begins }) => begins.toISOString()),
      windows.map(({ ends }) => ends.toISOString()),
      time_zone,
      age < BY_WEEKS_BELOW_DAYS ? 7 : 30,
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
