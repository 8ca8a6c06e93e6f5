import type { Queryable } from '../database/index.ts';

export interface HoldRequest {
  id: string;
  showId: string;
  offerId: string;
  viewerId: string;
  key: string;
  quantity: number;
  /** Whether an open hold of any variant of the offer is the viewer's already; else of this variant alone. */
  wholeOffer: boolean;
  /** How long after its end an allotment is still granted to this buyer. */
  graceMs: number;
}

/** Why a request was refused: its viewer is banned, or by the allotment's conditions. */
export type Refusal = 'banned' | 'over' | 'limit' | null;

export interface BatchAnswer {
  /** What is free after the batch. */
  free: number;
  /** What is left of the allotment after the batch; null without one. */
  remaining: number | null;
  limit: number | null;
  /** Ids of the holds that were made, all with these times. */
  granted: Set<string>;
  createdAt: Date;
  expiresAt: Date;
  /** Requests that could not be judged here: their key or their viewer's open hold exists already. */
  known: Set<string>;
  /** Requests that are refused by more than a lack of stock, with what the buyer has of the allotment. */
  refused: Map<string, { refusal: Refusal; claimed: number }>;
}

/** Parts of the statement that only an allotment needs: $10 is its id, $11 each request's grace in milliseconds. */
const withAllotment = {
  ctes: `, allotment AS (
       SELECT a.quantity - a.taken AS remaining, a.per_buyer, a.closes_at FROM allotments a, level WHERE a.id = $10 FOR UPDATE OF a
     )`,
  conditions: `WHEN clock.now > a.closes_at + make_interval(secs => r.grace_ms::float8 / 1000) THEN 'over'
                    WHEN COALESCE(c.quantity, 0) + r.quantity > a.per_buyer THEN 'limit'`,
  claimed: `COALESCE(c.quantity, 0)`,
  join: `CROSS JOIN clock CROSS JOIN allotment a LEFT JOIN allotment_claims c ON c.allotment_id = $10 AND c.viewer_id = r.viewer_id`,
  fits: `LEAST(level.free, (SELECT remaining FROM allotment))`,
  column: `, allotment_id`,
  value: `, $10`,
  effects: `, claimed AS (
       INSERT INTO allotment_claims AS c (allotment_id, viewer_id, quantity, most)
       SELECT $10, m.viewer_id, m.quantity, a.per_buyer FROM made m, allotment a
       ON CONFLICT (allotment_id, viewer_id) DO UPDATE SET quantity = c.quantity + excluded.quantity
     ), counted AS (
       UPDATE allotments SET taken = taken + (SELECT sum(quantity) FROM made) WHERE id = $10 AND EXISTS (SELECT 1 FROM made)
     )`,
  answer: `(SELECT remaining FROM allotment) - COALESCE((SELECT sum(quantity) FROM made), 0)::int AS remaining,
            (SELECT per_buyer FROM allotment) AS "limit"`,
};
const plain: typeof withAllotment = {
  ctes: '',
  conditions: '',
  claimed: '0',
  join: '',
  fits: 'level.free',
  column: '',
  value: '',
  effects: '',
  answer: `NULL::int AS remaining, NULL::int AS "limit"`,
};

const statement = (part: typeof withAllotment) =>
  `WITH clock AS MATERIALIZED (SELECT engawa_now() AS now), level AS (
       SELECT CASE WHEN l.waiting > 0 THEN 0 ELSE l.on_hand - l.reserved END AS free, v.brand_id
       FROM stock_levels l JOIN variants v ON v.id = l.variant_id
       WHERE l.variant_id = $1 AND v.archived_at IS NULL FOR UPDATE OF l FOR SHARE OF v
     )${part.ctes}, request AS (
       SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int[], $9::bool[]${part === plain ? '' : ', $11::int[]'})
         WITH ORDINALITY AS r (id, show_id, offer_id, viewer_id, key, quantity, whole_offer${part === plain ? '' : ', grace_ms'}, place)
     ), judged AS (
       SELECT r.*, ${part.claimed} AS claimed,
              CASE WHEN EXISTS (SELECT FROM bans b WHERE b.brand_id = level.brand_id AND b.viewer_id = r.viewer_id) THEN 'banned'
                   ${part.conditions} END AS refusal,
              row_number() OVER (PARTITION BY r.viewer_id ORDER BY r.place) > 1 OR EXISTS (
                SELECT 1 FROM holds h WHERE h.viewer_id = r.viewer_id AND (h.key = r.key OR h.offer_id = r.offer_id
                  AND (r.whole_offer OR h.variant_id = $1) AND h.state IN ('active', 'attached') AND NOT h.for_voucher)) AS known
       FROM level CROSS JOIN request r ${part.join}
     ), fitting AS (
       SELECT f.* FROM (SELECT *, sum(quantity) OVER (ORDER BY place) AS running FROM judged WHERE NOT known AND refusal IS NULL) f, level
       WHERE f.running <= ${part.fits}
     ), made AS (
       INSERT INTO holds (id, brand_id, show_id, offer_id, variant_id, viewer_id, key, quantity, state, created_at, expires_at${part.column})
       SELECT f.id, level.brand_id, f.show_id, f.offer_id, $1, f.viewer_id, f.key, f.quantity, 'active', clock.now,
              clock.now + make_interval(secs => $8)${part.value}
       FROM fitting f, level, clock ORDER BY f.place
       ON CONFLICT DO NOTHING
       RETURNING id, viewer_id, quantity, created_at, expires_at
     ), moved AS (
       INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference, created_at)
       SELECT $1, 'hold', 0, quantity, id::text, created_at FROM made
     ), taken AS (
       UPDATE stock_levels SET reserved = reserved + (SELECT sum(quantity) FROM made)
       WHERE variant_id = $1 AND EXISTS (SELECT 1 FROM made)
     )${part.effects}
     SELECT level.free - COALESCE((SELECT sum(quantity) FROM made), 0)::int AS free, ${part.answer},
            clock.now AS created_at, clock.now + make_interval(secs => $8) AS expires_at,
            ARRAY(SELECT id::text FROM made) AS made,
            ARRAY(SELECT id::text FROM judged WHERE known AND refusal IS DISTINCT FROM 'banned') AS known,
            CASE WHEN (SELECT count(*) FROM fitting) > (SELECT count(*) FROM made) THEN ARRAY(SELECT id::text FROM fitting) END AS fitting,
            ARRAY(SELECT json_build_object('id', id, 'refusal', refusal, 'claimed', claimed) FROM judged
                  WHERE refusal = 'banned' OR NOT known AND refusal IS NOT NULL) AS refused
     FROM level, clock`;
const statements = { plain: statement(plain), withAllotment: statement(withAllotment) };

/**
 * Takes holds of one variant for all who wait, in one statement of its own transaction, in order of arrival. The level's row
 * lock makes it right across processes; the unique keys make a repeated press harmless. With an allotment, its units, its limit per
 * buyer and its end are held to in the same statement.
 * @returns null when the variant is not for sale any more
 */
export async function holdBatch(
  queryable: Queryable,
  variantId: string,
  allotmentId: string | null,
  requests: HoldRequest[],
  holdSeconds: number,
): Promise<BatchAnswer | null> {
  const column = <K extends keyof HoldRequest>(name: K) => requests.map((request) => request[name]);
  const { rows } = await queryable.sql<{
    free: number;
    remaining: number | null;
    limit: number | null;
    created_at: Date;
    expires_at: Date;
    made: string[];
    known: string[];
    /** Those that were to be made, where a rival has made some of them. */
    fitting: string[] | null;
    refused: { id: string; refusal: Refusal; claimed: number }[];
  }>(allotmentId ? statements.withAllotment : statements.plain, [
    variantId,
    column('id'),
    column('showId'),
    column('offerId'),
    column('viewerId'),
    column('key'),
    column('quantity'),
    holdSeconds,
    column('wholeOffer'),
    ...(allotmentId ? [allotmentId, column('graceMs')] : []),
  ]);
  const answer = rows[0];
  if (!answer) return null;
  const { free, remaining, limit, created_at: createdAt, expires_at: expiresAt } = answer;
  const granted = new Set(answer.made);
  const lost = answer.fitting?.filter((id) => !granted.has(id)) ?? [];
  return {
    free,
    remaining,
    limit,
    granted,
    createdAt,
    expiresAt,
    known: new Set([...answer.known, ...lost]),
    refused: new Map(answer.refused.map(({ id, ...refusal }) => [id, refusal])),
  };
}
