import type { Journey, JourneyFlow } from '#contracts/journeys';
import type { Queryable } from '../../database/index.ts';
import { visitSource } from '../customers/person-facts.queries.ts';

export interface JourneysAsked {
  brandId: string;
  from: string;
  to: string;
  side: 'before' | 'after';
  purchases: 'all' | 'first' | 'repeat';
  steps: number;
}

/** How far from a purchase something still belongs to its journey. */
const REACH = `interval '30 days'`;
const MOST_JOURNEYS = 20;
const MOST_FLOWS = 60;

const personOf = (table: string, subject: string) => `
  LEFT JOIN person_links k ON k.brand_id = ${table}.brand_id AND k.subject_id = ${table}.${subject}
  JOIN buyer y ON y.person_id = COALESCE(k.person_id, ${table}.${subject}) AND`;

/**
 * Purchases of the days asked for with the touchpoints around them, from rollups and the ledger. What happened at one instant stands in the order in
 * which it can only have happened: a visit, the show, a product, holding it, the order, an answer, sharing.
 */
const pathSql = ({ side, purchases }: JourneysAsked) => `
  WITH bought AS (
    SELECT o.person_id, o.order_id, o.paid_at, o.net_amount, row_number() OVER w AS nth, lag(o.paid_at) OVER w AS before_at, lead(o.paid_at) OVER w AS after_at
    FROM paid_orders o WHERE o.brand_id = $1 WINDOW w AS (PARTITION BY o.person_id ORDER BY o.paid_at, o.order_id)
  ), anchor AS (
    SELECT a.*, ${
      side === 'before'
        ? `GREATEST(a.paid_at - ${REACH}, a.before_at) AS from_at, a.paid_at AS to_at`
        : `a.paid_at AS from_at, LEAST(a.paid_at + ${REACH}, a.after_at) AS to_at`
    }
    FROM bought a JOIN brands b ON b.id = $1
    WHERE a.paid_at >= $2::date::timestamp AT TIME ZONE b.time_zone AND a.paid_at < ($3::date + 1)::timestamp AT TIME ZONE b.time_zone
      ${purchases === 'all' ? '' : purchases === 'first' ? 'AND a.nth = 1' : 'AND a.nth > 1'}
  ), buyer AS MATERIALIZED (
    SELECT person_id, min(from_at) AS from_at, max(to_at) AS to_at FROM anchor GROUP BY 1
  ), touch AS (
    SELECT y.person_id, v.started_at AS at, 1 AS place, 'visit:' || ${visitSource('v')} AS step
    FROM visits v ${personOf('v', 'subject_id')} v.started_at BETWEEN y.from_at AND y.to_at WHERE v.brand_id = $1
    UNION ALL
    SELECT y.person_id, a.first_at, CASE a.name WHEN 'Live Joined' THEN 2 WHEN 'Product Clicked' THEN 3 ELSE 4 END,
           CASE a.name WHEN 'Live Joined' THEN 'show' WHEN 'Product Clicked' THEN 'product' ELSE 'checkout' END
    FROM show_activity a ${personOf('a', 'subject_id')} a.first_at BETWEEN y.from_at AND y.to_at
    WHERE a.brand_id = $1 AND a.name IN ('Live Joined', 'Product Clicked', 'Checkout Started')
    UNION ALL
    SELECT b.person_id, b.paid_at, 5, 'order' FROM bought b JOIN buyer y USING (person_id) WHERE b.paid_at BETWEEN y.from_at AND y.to_at
    UNION ALL
    SELECT y.person_id, r.answered_at, 6, 'survey'
    FROM (SELECT s.brand_id, q.subject_id, q.answered_at FROM survey_answers q JOIN surveys s ON s.id = q.survey_id WHERE s.brand_id = $1) r
      ${personOf('r', 'subject_id')} r.answered_at BETWEEN y.from_at AND y.to_at
    UNION ALL
    SELECT y.person_id, r.created_at, 7, 'share' FROM referral_links r ${personOf('r', 'subject_id')} r.created_at BETWEEN y.from_at AND y.to_at WHERE r.brand_id = $1
  ), near AS (
    SELECT a.order_id, t.at, t.place, t.step, lag(t.step) OVER (PARTITION BY a.order_id ORDER BY t.at, t.place) IS NOT DISTINCT FROM t.step AS is_same
    FROM anchor a JOIN touch t ON t.person_id = a.person_id AND t.at >= a.from_at AND t.at <= a.to_at
      -- Of one instant with the purchase only what leads to it, or follows from it.
      AND (t.at <> a.paid_at OR ${side === 'before' ? 't.place <= 5' : 't.place >= 5'})
  ), numbered AS (
    SELECT order_id, at, step, row_number() OVER (PARTITION BY order_id ORDER BY at ${side === 'before' ? 'DESC, place DESC' : ', place'}) AS nth
    FROM near WHERE NOT is_same OR place = 5
  ), kept AS (
    SELECT n.*, a.person_id FROM numbered n JOIN anchor a USING (order_id) WHERE n.nth <= $4
  )`;

export async function journeys(
  queryable: Queryable,
  asked: JourneysAsked,
): Promise<{ orders: number; people: number; journeys: Journey[]; flows: JourneyFlow[] }> {
  const forward = asked.side === 'after' ? '' : 'DESC';
  const { rows } = await queryable.sql<{
    orders: number;
    people: number;
    journeys: Journey[] | null;
    flows: JourneyFlow[] | null;
  }>(
    `${pathSql(asked)}, path AS (
       SELECT k.order_id, k.person_id, array_agg(k.step ORDER BY k.nth ${forward}) AS steps, extract(epoch FROM max(k.at) - min(k.at))::float8 AS seconds
       FROM kept k GROUP BY 1, 2
     ), flow AS (
       SELECT n.person_id, ${asked.side === 'before' ? 'n.step AS "from", k.step AS "to"' : 'k.step AS "from", n.step AS "to"'}, k.nth AS distance,
              abs(extract(epoch FROM n.at - k.at))::float8 AS seconds
       FROM kept k JOIN kept n ON n.order_id = k.order_id AND n.nth = k.nth + 1
     )
     SELECT (SELECT count(*)::int FROM anchor) AS orders, (SELECT count(DISTINCT person_id)::int FROM anchor) AS people,
       (SELECT json_agg(j) FROM (
         SELECT p.steps, count(DISTINCT p.person_id)::int AS people, count(*)::int AS orders, sum(a.net_amount)::float8 AS "netAmount",
                CASE WHEN cardinality(p.steps) > 1 THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY p.seconds) END AS "medianSeconds"
         FROM path p JOIN anchor a USING (order_id) GROUP BY p.steps ORDER BY 2 DESC, 3 DESC, 1 LIMIT ${MOST_JOURNEYS}) j) AS journeys,
       (SELECT json_agg(f) FROM (
         SELECT distance::int, "from", "to", count(*)::int AS orders, count(DISTINCT person_id)::int AS people, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS "medianSeconds"
         FROM flow GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT ${MOST_FLOWS}) f) AS flows`,
    [asked.brandId, asked.from, asked.to, asked.steps],
  );
  const { journeys, flows, ...counts } = rows[0]!;
  return { ...counts, journeys: journeys ?? [], flows: flows ?? [] };
}
