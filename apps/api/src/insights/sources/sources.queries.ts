import type { ReferralFigures, SourceRow } from '#contracts/sources';
import type { Queryable } from '../../database/index.ts';

interface Window {
  brandId: string;
  from: string;
  to: string;
}

const MAX_ROWS = 200;

/** Sessions by where they came from, most first. Money is read from the orders that were placed within them, once they are paid. */
export async function sourceRows(queryable: Queryable, { brandId, from, to }: Window): Promise<SourceRow[]> {
  const { rows } = await queryable.sql<SourceRow & { gmvAmount: string; netAmount: string }>(
    `WITH session AS (
       SELECT v.id, v.subject_id, COALESCE(l.person_id, v.subject_id) AS person_id, v.started_at, v.ended_at,
              COALESCE(v.context->'campaign'->>'source', substring(v.context->'page'->>'referrer' FROM '^https?://([^/:?#]+)'), 'direct') AS source,
              COALESCE(v.context->'campaign'->>'medium', CASE WHEN v.context->'page'->>'referrer' IS NOT NULL THEN 'referral' ELSE '' END) AS medium,
              COALESCE(v.context->'campaign'->>'name', '') AS campaign
       FROM visits v LEFT JOIN person_links l ON l.brand_id = v.brand_id AND l.subject_id = v.subject_id
       WHERE v.brand_id = $1 AND v.started_at >= $2 AND v.started_at < $3
     ), bought AS (
       SELECT s.id, count(*) AS orders, sum(o.total_amount) AS gmv, sum(o.total_amount - o.refunded_amount) AS net
       FROM session s JOIN orders o ON o.brand_id = $1 AND o.viewer_id = s.subject_id AND o.state IN ('paid', 'refunded')
         AND o.placed_at BETWEEN s.started_at AND s.ended_at
       GROUP BY s.id
     )
     SELECT source, medium, campaign, count(*)::int AS sessions, count(DISTINCT person_id)::int AS persons,
            (count(DISTINCT person_id) FILTER (WHERE b.id IS NOT NULL))::int AS buyers, COALESCE(sum(b.orders), 0)::int AS orders,
            COALESCE(sum(b.gmv), 0) AS "gmvAmount", COALESCE(sum(b.net), 0) AS "netAmount"
     FROM session s LEFT JOIN bought b ON b.id = s.id
     GROUP BY 1, 2, 3 ORDER BY sessions DESC, 1, 2, 3 LIMIT ${MAX_ROWS}`,
    [brandId, from, to],
  );
  return rows.map((row) => ({ ...row, gmvAmount: Number(row.gmvAmount), netAmount: Number(row.netAmount) }));
}

/** Who brought whom: visits by links within the time, first orders within it, customers up to its end. */
export async function referralFigures(queryable: Queryable, { brandId, from, to }: Window): Promise<ReferralFigures> {
  const { rows } = await queryable.sql<Record<Counted, number>>(
    `WITH brought AS (
       SELECT COALESCE(ls.person_id, r.subject_id) AS sharer, COALESCE(lv.person_id, v.subject_id) AS visitor, min(v.visited_at) AS visited_at
       FROM referral_visits v JOIN referral_links r ON r.code = v.code
       LEFT JOIN person_links ls ON ls.brand_id = $1 AND ls.subject_id = r.subject_id
       LEFT JOIN person_links lv ON lv.brand_id = $1 AND lv.subject_id = v.subject_id
       WHERE v.brand_id = $1 AND v.visited_at < $3 GROUP BY 1, 2
     ), referral AS (
       SELECT * FROM brought WHERE sharer <> visitor -- a merge may have made one person of them
     ), seen AS (
       SELECT COALESCE(l.person_id, v.subject_id) AS person_id, min(v.started_at) AS first_at, max(v.started_at) AS last_at
       FROM visits v LEFT JOIN person_links l ON l.brand_id = $1 AND l.subject_id = v.subject_id
       WHERE v.brand_id = $1 AND v.started_at < $3 GROUP BY 1
     ), customer AS (
       SELECT COALESCE(l.person_id, o.viewer_id) AS person_id, min(o.paid_at) AS first_at
       FROM orders o LEFT JOIN person_links l ON l.brand_id = $1 AND l.subject_id = o.viewer_id
       WHERE o.brand_id = $1 AND o.state IN ('paid', 'refunded') AND o.paid_at < $3 GROUP BY 1
     ), came AS (
       SELECT r.visitor, min(r.visited_at) AS visited_at FROM referral r WHERE r.visited_at >= $2 GROUP BY 1
     )
     SELECT
       (SELECT count(DISTINCT sharer) FROM referral WHERE visited_at >= $2)::int AS sharers,
       (SELECT count(*) FROM came)::int AS visitors,
       (SELECT count(*) FROM came c WHERE NOT EXISTS (
          SELECT FROM seen s WHERE s.person_id = c.visitor AND s.first_at < c.visited_at - interval '30 minutes'))::int AS "newVisitors",
       (SELECT count(DISTINCT COALESCE(l.person_id, v.subject_id)) FROM visits v LEFT JOIN person_links l ON l.brand_id = $1 AND l.subject_id = v.subject_id
        WHERE v.brand_id = $1 AND v.started_at >= $2 AND v.started_at < $3)::int AS viewers,
       (SELECT count(*) FROM customer WHERE first_at >= $2)::int AS "firstOrders",
       (SELECT count(*) FROM customer c WHERE c.first_at >= $2 AND EXISTS (
          SELECT FROM referral r WHERE r.visitor = c.person_id AND r.visited_at <= c.first_at))::int AS "referredFirstOrders",
       (SELECT count(*) FROM customer)::int AS customers,
       (SELECT count(*) FROM customer c WHERE EXISTS (SELECT FROM referral r WHERE r.sharer = c.person_id))::int AS referrers`,
    [brandId, from, to],
  );
  const counts = rows[0]!;
  return {
    ...counts,
    kFactor: ratio(counts.newVisitors, counts.viewers),
    customerReferralRate: ratio(counts.referrers, counts.customers),
    orderReferralRate: ratio(counts.referredFirstOrders, counts.firstOrders),
  };
}

type Counted = Exclude<keyof ReferralFigures, 'kFactor' | 'customerReferralRate' | 'orderReferralRate'>;

const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);
