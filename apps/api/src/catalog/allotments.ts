import { v7 as uuid } from 'uuid';
import { AppError } from '#platform/app-error';
import type { Tx } from '../database/index.ts';

/**
 * Units of a product under conditions; a flash deal is a price for them. Whoever locks both takes the stock level first and the allotment
 * after it, here and in hold-batch.ts: two buyers can then not wait for each other.
 */
export async function createAllotment(
  tx: Tx,
  allotment: { brandId: string; quantity: number; perBuyer: number; seconds: number },
): Promise<string> {
  const id = uuid();
  await tx.sql(
    `INSERT INTO allotments (id, brand_id, quantity, per_buyer, opens_at, closes_at)
     VALUES ($1, $2, $3, $4, engawa_now(), engawa_now() + make_interval(secs => $5))`,
    [id, allotment.brandId, allotment.quantity, allotment.perBuyer, allotment.seconds],
  );
  return id;
}

/** Ends it now, unless it is over. Holds that were taken stay. */
export async function closeAllotment(tx: Tx, id: string): Promise<void> {
  await tx.sql(`UPDATE allotments SET closes_at = engawa_now() WHERE id = $1 AND closes_at > engawa_now()`, [id]);
}

/** What a hold may still take of an allotment, when it asks for it. */
export interface AllotmentTerms {
  id: string;
  /** How long after its end it is still granted. */
  graceMs: number;
}

/**
 * Takes `quantity` more of an allotment for a viewer whose hold changes.
 * @throws deal_over, deal_sold_out { remaining }, deal_limit { limit, left }
 */
export async function claim(tx: Tx, terms: AllotmentTerms, viewerId: string, quantity: number): Promise<void> {
  const { rows } = await tx.sql<{ remaining: number; limit: number; open: boolean; claimed: number }>(
    `SELECT a.quantity - a.taken AS remaining, a.per_buyer AS limit,
            engawa_now() <= a.closes_at + make_interval(secs => $2::float8 / 1000) AS open
     FROM allotments a WHERE a.id = $1 FOR UPDATE`,
    [terms.id, terms.graceMs],
  );
  const allotment = rows[0];
  if (!allotment?.open) throw new AppError('deal_over');
  const { rows: claims } = await tx.sql<{ quantity: number }>(
    `SELECT quantity FROM allotment_claims WHERE allotment_id = $1 AND viewer_id = $2`,
    [terms.id, viewerId],
  );
  refuseBeyond(allotment, claims[0]?.quantity ?? 0, quantity);
  await tx.sql(`UPDATE allotments SET taken = taken + $2 WHERE id = $1`, [terms.id, quantity]);
  await tx.sql(
    `INSERT INTO allotment_claims AS c (allotment_id, viewer_id, quantity, most) VALUES ($1, $2, $3, $4)
     ON CONFLICT (allotment_id, viewer_id) DO UPDATE SET quantity = c.quantity + excluded.quantity`,
    [terms.id, viewerId, quantity, allotment.limit],
  );
}

/** @throws deal_sold_out, deal_limit */
export function refuseBeyond(
  { remaining, limit }: { remaining: number; limit: number },
  claimed: number,
  quantity: number,
): void {
  if (claimed + quantity > limit) throw new AppError('deal_limit', { limit, left: Math.max(0, limit - claimed) });
  if (quantity > remaining) throw new AppError('deal_sold_out', { remaining });
}

/** What a hold that ended had taken goes back; a hold of no allotment has nothing to give. */
export async function unclaim(
  tx: Tx,
  holds: { allotment_id: string | null; viewer_id: string; quantity: number }[],
): Promise<void> {
  const given = holds.filter((hold) => hold.allotment_id !== null);
  if (given.length === 0) return;
  const sums = (
    await tx.sql<{ id: string; quantity: number }>(
      `SELECT id, sum(quantity)::int AS quantity FROM unnest($1::uuid[], $2::int[]) AS g (id, quantity) GROUP BY id ORDER BY id`,
      [given.map((hold) => hold.allotment_id), given.map((hold) => hold.quantity)],
    )
  ).rows;
  for (const { id, quantity } of sums) {
    await tx.sql(`UPDATE allotments SET taken = taken - $2 WHERE id = $1`, [id, quantity]);
  }
  for (const hold of given) {
    await tx.sql(`UPDATE allotment_claims SET quantity = quantity - $3 WHERE allotment_id = $1 AND viewer_id = $2`, [
      hold.allotment_id,
      hold.viewer_id,
      hold.quantity,
    ]);
  }
}
