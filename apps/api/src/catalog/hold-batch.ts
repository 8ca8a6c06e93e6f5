import type { Queryable } from '../database/index.ts';
import type { Hold } from './stock.entity.ts';

export interface HoldRequest {
  id: string;
  brandId: string;
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

/** Why an allotment refused a request. */
export type Refusal = 'over' | 'limit' | null;

export interface BatchAnswer {
  /** What is free after the batch. */
  free: number;
  /** What is left of the allotment after the batch; null without one. */
  remaining: number | null;
  limit: number | null;
  /** Holds that were made, by their ids. */
  granted: Map<string, Pick<Hold, 'createdAt' | 'expiresAt'>>;
  /** Requests that could not be judged here: their key or their viewer's open hold exists already. */
  known: Set<string>;
  /** Requests that the allotment's own conditions refuse, with what the buyer has of it. */
  refused: Map<string, { refusal: Refusal; claimed: number }>;
}

/** Parts of the statement that only an allotment needs: $11 is its id, $12 each request's grace in milliseconds. */
const withAllotment = {
  ctes: `, allotment AS (
       SELECT a.quantity - a.taken AS remaining, a.per_buyer, a.closes_at FROM allotments a, level WHERE a.id = $11 FOR UPDATE OF a
     )`,
  condition: `CASE WHEN engawa_now() > a.closes_at + make_interval(secs => r.grace_ms::float8 / 1000) THEN 'over'
                   WHEN COALESCE(c.quantity, 0) + r.quantity > a.per_buyer THEN 'limit' END`,
  claimed: `COALESCE(c.quantity, 0)`,
  join: `CROSS JOIN allotment a LEFT JOIN allotment_claims c ON c.allotment_id = $11 AND c.viewer_id = r.viewer_id`,
  fits: `LEAST(level.free, (SELECT remaining FROM allotment))`,
  column: `, allotment_id`,
  value: `, $11`,
  effects: `, claimed AS (
       INSERT INTO allotment_claims AS c (allotment_id, viewer_id, quantity, most)
       SELECT $11, m.viewer_id, m.quantity, a.per_buyer FROM made m, allotment a
       ON CONFLICT (allotment_id, viewer_id) DO UPDATE SET quantity = c.quantity + excluded.quantity
     ), counted AS (
       UPDATE allotments SET taken = taken + (SELECT sum(quantity) FROM made) WHERE id = $11 AND EXISTS (SELECT 1 FROM made)
     )`,
  answer: `(SELECT remaining FROM allotment) - COALESCE((SELECT sum(quantity) FROM made), 0)::int AS remaining,
            (SELECT per_buyer FROM allotment) AS "limit"`,
};
const plain: typeof withAllotment = {
  ctes: '',
  condition: `NULL::text`,
  claimed: '0',
  join: '',
  fits: 'level.free',
  column: '',
  value: '',
  effects: '',
  answer: `NULL::int AS remaining, NULL::int AS "limit"`,
};

const statement = (part: typeof withAllotment) =>
  `WITH level AS (
       SELECT CASE WHEN l.waiting > 0 THEN 0 ELSE l.on_hand - l.reserved END AS free
       FROM stock_levels l JOIN variants v ON v.id = l.variant_id
       WHERE l.variant_id = $1 AND v.archived_at IS NULL FOR UPDATE OF l FOR SHARE OF v
     )${part.ctes}, request AS (
       SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::int[], $10::bool[]${part === plain ? '' : ', $12::int[]'})
         WITH ORDINALITY AS r (id, brand_id, show_id, offer_id, viewer_id, key, quantity, whole_offer${part === plain ? '' : ', grace_ms'}, place)
     ), fresh AS (
       SELECT r.*, ${part.condition} AS refusal, ${part.claimed} AS claimed FROM request r ${part.join}
       WHERE NOT EXISTS (SELECT 1 FROM holds h WHERE h.viewer_id = r.viewer_id AND h.key = r.key)
         AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.viewer_id = r.viewer_id AND h.offer_id = r.offer_id
                         AND (r.whole_offer OR h.variant_id = $1) AND h.state IN ('active', 'attached'))
         AND NOT EXISTS (SELECT 1 FROM request e WHERE e.viewer_id = r.viewer_id AND e.place < r.place)
     ), fitting AS (
       SELECT f.* FROM (SELECT *, sum(quantity) OVER (ORDER BY place) AS running FROM fresh WHERE refusal IS NULL) f, level
       WHERE f.running <= ${part.fits}
     ), made AS (
       INSERT INTO holds (id, brand_id, show_id, offer_id, variant_id, viewer_id, key, quantity, state, created_at, expires_at${part.column})
       SELECT id, brand_id, show_id, offer_id, $1, viewer_id, key, quantity, 'active', engawa_now(),
              engawa_now() + make_interval(secs => $9)${part.value}
       FROM fitting ORDER BY place
       ON CONFLICT DO NOTHING
       RETURNING id, viewer_id, quantity, created_at, expires_at
     ), moved AS (
       INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference)
       SELECT $1, 'hold', 0, quantity, id::text FROM made
     ), taken AS (
       UPDATE stock_levels SET reserved = reserved + (SELECT sum(quantity) FROM made)
       WHERE variant_id = $1 AND EXISTS (SELECT 1 FROM made)
     )${part.effects}
     SELECT level.free - COALESCE((SELECT sum(quantity) FROM made), 0)::int AS free, ${part.answer},
            r.id, (f.id IS NOT NULL AND NOT (t.id IS NOT NULL AND m.id IS NULL)) AS fresh, f.refusal, f.claimed, m.created_at, m.expires_at
     FROM level CROSS JOIN request r
     LEFT JOIN fresh f ON f.id = r.id LEFT JOIN fitting t ON t.id = r.id LEFT JOIN made m ON m.id = r.id
     ORDER BY r.place`;
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
    id: string;
    fresh: boolean;
    refusal: Refusal;
    claimed: number | null;
    created_at: Date | null;
    expires_at: Date | null;
  }>(allotmentId ? statements.withAllotment : statements.plain, [
    variantId,
    column('id'),
    column('brandId'),
    column('showId'),
    column('offerId'),
    column('viewerId'),
    column('key'),
    column('quantity'),
    holdSeconds,
    column('wholeOffer'),
    ...(allotmentId ? [allotmentId, column('graceMs')] : []),
  ]);
  const level = rows[0];
  if (!level) return null;
  const answer: BatchAnswer = {
    free: level.free,
    remaining: level.remaining,
    limit: level.limit,
    granted: new Map(),
    known: new Set(),
    refused: new Map(),
  };
  for (const { id, fresh, refusal, claimed, created_at: createdAt, expires_at: expiresAt } of rows) {
    if (createdAt && expiresAt) answer.granted.set(id, { createdAt, expiresAt });
    else if (!fresh) answer.known.add(id);
    else if (refusal) answer.refused.set(id, { refusal, claimed: claimed ?? 0 });
  }
  return answer;
}
