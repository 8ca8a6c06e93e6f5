import { v7 as uuid } from 'uuid';
import type { Queryable, Tx } from '../database/index.ts';
import type { Hold, MovementKind } from './stock.entity.ts';

/**
 * Every statement that moves stock. A level changes by a conditional UPDATE only, never by what was read before; a CHECK is the
 * last fence, and a movement row with a business key that cannot repeat is the reason.
 */

async function record(
  tx: Tx,
  variantId: string,
  kind: MovementKind,
  onHandDelta: number,
  reservedDelta: number,
  reference: string,
): Promise<void> {
  await tx.sql(
    `INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference) VALUES ($1, $2, $3, $4, $5)`,
    [variantId, kind, onHandDelta, reservedDelta, reference],
  );
}

export async function receive(tx: Tx, variantId: string, quantity: number): Promise<void> {
  await tx.sql(`INSERT INTO stock_levels (variant_id, on_hand, reserved) VALUES ($1, $2, 0)`, [variantId, quantity]);
  await record(tx, variantId, 'receive', quantity, 0, uuid());
}

/**
 * Adds what a person found more, or takes what they found less, than they had been shown; what was sold meanwhile stays sold.
 * @returns false when fewer than are reserved would be left
 */
export async function adjust(tx: Tx, variantId: string, delta: number): Promise<boolean> {
  if (delta === 0) return true;
  const { count } = await tx.sql(
    `UPDATE stock_levels SET on_hand = on_hand + $2 WHERE variant_id = $1 AND on_hand + $2 >= reserved`,
    [variantId, delta],
  );
  if (count !== 1) return false;
  await record(tx, variantId, 'adjust', delta, 0, uuid());
  return true;
}

/** @returns false, having changed nothing, when fewer than `quantity` are free */
export async function reserve(tx: Tx, variantId: string, quantity: number, reference: string): Promise<boolean> {
  const { count } = await tx.sql(
    `UPDATE stock_levels SET reserved = reserved + $2 WHERE variant_id = $1 AND on_hand - reserved >= $2`,
    [variantId, quantity],
  );
  if (count !== 1) return false;
  await record(tx, variantId, 'hold', 0, quantity, reference);
  return true;
}

export async function release(tx: Tx, variantId: string, quantity: number, reference: string): Promise<void> {
  await tx.sql(`UPDATE stock_levels SET reserved = reserved - $2 WHERE variant_id = $1`, [variantId, quantity]);
  await record(tx, variantId, 'release', 0, -quantity, reference);
}

/** What was held leaves the shelf. */
export async function sell(tx: Tx, variantId: string, quantity: number, reference: string): Promise<void> {
  await tx.sql(`UPDATE stock_levels SET on_hand = on_hand - $2, reserved = reserved - $2 WHERE variant_id = $1`, [
    variantId,
    quantity,
  ]);
  await record(tx, variantId, 'sell', -quantity, -quantity, reference);
}

export interface HoldRequest {
  id: string;
  brandId: string;
  showId: string;
  offerId: string;
  viewerId: string;
  key: string;
  quantity: number;
}

export interface BatchAnswer {
  /** What is free after the batch. */
  free: number;
  /** Holds that were made, by their ids. */
  granted: Map<string, Pick<Hold, 'createdAt' | 'expiresAt'>>;
  /** Requests that could not be judged here: their key or their viewer's open hold exists already. */
  known: Set<string>;
}

/**
 * Takes holds of one variant for all who wait, in one statement of its own transaction, in order of arrival. The level's row
 * lock makes it right across processes; the unique keys make a repeated press harmless.
 * @returns null when the variant is not for sale any more
 */
export async function holdBatch(
  queryable: Queryable,
  variantId: string,
  requests: HoldRequest[],
  holdSeconds: number,
): Promise<BatchAnswer | null> {
  const column = <K extends keyof HoldRequest>(name: K) => requests.map((request) => request[name]);
  const { rows } = await queryable.sql<{
    free: number;
    id: string | null;
    fresh: boolean | null;
    created_at: Date | null;
    expires_at: Date | null;
  }>(
    `WITH level AS (
       SELECT l.on_hand - l.reserved AS free FROM stock_levels l JOIN variants v ON v.id = l.variant_id
       WHERE l.variant_id = $1 AND v.archived_at IS NULL FOR UPDATE OF l FOR SHARE OF v
     ), request AS (
       SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::int[])
         WITH ORDINALITY AS r (id, brand_id, show_id, offer_id, viewer_id, key, quantity, place)
     ), fresh AS (
       SELECT * FROM request r
       WHERE NOT EXISTS (SELECT 1 FROM holds h WHERE h.viewer_id = r.viewer_id AND h.key = r.key)
         AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.viewer_id = r.viewer_id AND h.offer_id = r.offer_id
                         AND h.state IN ('active', 'attached'))
         AND NOT EXISTS (SELECT 1 FROM request e WHERE e.viewer_id = r.viewer_id AND e.place < r.place)
     ), fitting AS (
       SELECT f.* FROM (SELECT *, sum(quantity) OVER (ORDER BY place) AS running FROM fresh) f, level
       WHERE f.running <= level.free
     ), made AS (
       INSERT INTO holds (id, brand_id, show_id, offer_id, variant_id, viewer_id, key, quantity, state, created_at, expires_at)
       SELECT id, brand_id, show_id, offer_id, $1, viewer_id, key, quantity, 'active', engawa_now(),
              engawa_now() + make_interval(secs => $9)
       FROM fitting ORDER BY place
       ON CONFLICT DO NOTHING
       RETURNING id, quantity, created_at, expires_at
     ), moved AS (
       INSERT INTO stock_movements (variant_id, kind, on_hand_delta, reserved_delta, reference)
       SELECT $1, 'hold', 0, quantity, id::text FROM made
     ), taken AS (
       UPDATE stock_levels SET reserved = reserved + (SELECT sum(quantity) FROM made)
       WHERE variant_id = $1 AND EXISTS (SELECT 1 FROM made)
     )
     SELECT level.free - COALESCE((SELECT sum(quantity) FROM made), 0)::int AS free,
            r.id, (f.id IS NOT NULL AND NOT (t.id IS NOT NULL AND m.id IS NULL)) AS fresh, m.created_at, m.expires_at
     FROM level CROSS JOIN request r
     LEFT JOIN fresh f ON f.id = r.id LEFT JOIN fitting t ON t.id = r.id LEFT JOIN made m ON m.id = r.id
     ORDER BY r.place`,
    [
      variantId,
      column('id'),
      column('brandId'),
      column('showId'),
      column('offerId'),
      column('viewerId'),
      column('key'),
      column('quantity'),
      holdSeconds,
    ],
  );
  const level = rows[0];
  if (!level) return null;
  const granted: BatchAnswer['granted'] = new Map();
  const known = new Set<string>();
  for (const row of rows) {
    if (!row.id) continue;
    if (row.created_at && row.expires_at) granted.set(row.id, { createdAt: row.created_at, expiresAt: row.expires_at });
    else if (!row.fresh) known.add(row.id);
  }
  return { free: level.free, granted, known };
}
