import type { Currency } from '#contracts/money';
import type { ShowState } from '#contracts/shows';
import type { Queryable } from '../../database/index.ts';

export interface ComparedRow {
  id: string;
  slug: string;
  title: string;
  subtitle: string;
  state: ShowState;
  live_since: Date;
  until: Date;
  viewers: number;
  engaged: number;
  watched_ms: number;
  impressions: number;
  clicks: number;
  orders: number;
  buyers: number;
  new_buyers: number;
  gmv: number;
  net: number;
  /** How many watched, of a large show that is over: as its report has it. */
  reported: { peak: number; line: number[] } | null;
}

const MOST_SHOWS = 100;

export async function brandOf(
  queryable: Queryable,
  brandId: string,
): Promise<{ currency: Currency; time_zone: string }> {
  const { rows } = await queryable.sql<{ currency: Currency; time_zone: string }>(
    `SELECT currency, time_zone FROM brands WHERE id = $1`,
    [brandId],
  );
  return rows[0]!;
}

/** Shows that have been live, the newest first, from what was added up by show and person and from the order ledger. */
export async function comparedRows(queryable: Queryable, brandId: string): Promise<ComparedRow[]> {
  const { rows } = await queryable.sql<ComparedRow & Record<'watched_ms' | 'gmv' | 'net', string>>(
    `WITH show AS (
       SELECT * FROM shows WHERE brand_id = $1 AND live_since IS NOT NULL ORDER BY live_since DESC, id LIMIT ${MOST_SHOWS}
     ), audience AS (
       SELECT a.show_id, COALESCE(sum(a.persons) FILTER (WHERE a.kind = 'viewed'), 0) AS viewers,
         COALESCE(sum(a.persons) FILTER (WHERE a.kind = 'engaged'), 0) AS engaged,
         COALESCE(sum(a.quantity) FILTER (WHERE a.kind = 'viewed'), 0) AS watched_ms,
         COALESCE(sum(a.quantity) FILTER (WHERE a.kind = 'saw'), 0) AS impressions,
         COALESCE(sum(a.quantity) FILTER (WHERE a.kind = 'clicked'), 0) AS clicks
       FROM show_audiences a JOIN show s ON s.id = a.show_id GROUP BY 1
     ), paid AS (
       SELECT show_id, person_id, gmv_amount, net_amount, row_number() OVER (PARTITION BY person_id ORDER BY paid_at, order_id) = 1 AS is_first
       FROM paid_orders WHERE brand_id = $1
     ), money AS (
       SELECT show_id, count(*) AS orders, count(DISTINCT person_id) AS buyers, count(*) FILTER (WHERE is_first) AS new_buyers,
         sum(gmv_amount) AS gmv, sum(net_amount) AS net FROM paid GROUP BY 1
     )
     SELECT s.id, s.slug, s.title, s.subtitle, s.state, s.live_since, COALESCE(s.ended_at, engawa_now()) AS until,
       COALESCE(a.viewers, 0)::int AS viewers, COALESCE(a.engaged, 0)::int AS engaged, COALESCE(a.watched_ms, 0) AS watched_ms,
       COALESCE(a.impressions, 0)::int AS impressions, COALESCE(a.clicks, 0)::int AS clicks,
       COALESCE(m.orders, 0)::int AS orders, COALESCE(m.buyers, 0)::int AS buyers, COALESCE(m.new_buyers, 0)::int AS new_buyers,
       COALESCE(m.gmv, 0) AS gmv, COALESCE(m.net, 0) AS net,
       CASE WHEN r.ended THEN jsonb_build_object('peak', r.figures->'viewersPeak', 'line', r.line) END AS reported
     FROM show s LEFT JOIN audience a ON a.show_id = s.id LEFT JOIN money m ON m.show_id = s.id LEFT JOIN show_reports r ON r.show_id = s.id
     ORDER BY s.live_since DESC, s.id`,
    [brandId],
  );
  return rows.map((row) => ({
    ...row,
    watched_ms: Number(row.watched_ms),
    gmv: Number(row.gmv),
    net: Number(row.net),
  }));
}
