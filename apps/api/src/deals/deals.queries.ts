import type { Deal as DealView, DealFigure } from '#contracts/deals';
import type { Queryable } from '../database/index.ts';

/** A deal that is over stays on the screens for so long, to say that it is. */
const SHOWN_AFTER_SECONDS = 60;

interface DealRow {
  id: string;
  offer_id: string;
  variant_id: string | null;
  kind: DealView['kind'];
  value: string;
  quantity: number;
  taken: number;
  per_buyer: number;
  opens_at: Date;
  closes_at: Date;
}

const columns = `d.id, d.offer_id, d.variant_id, d.kind, d.value, a.quantity, a.taken, a.per_buyer, a.opens_at, a.closes_at`;

/** Deals of a show that run, or ran a moment ago, oldest first; or one of them, however old. */
export async function dealViews(queryable: Queryable, by: { showId: string } | { id: string }): Promise<DealView[]> {
  const { rows } = await queryable.sql<DealRow>(
    'id' in by
      ? `SELECT ${columns} FROM deals d JOIN allotments a ON a.id = d.allotment_id WHERE d.id = $1`
      : `SELECT ${columns} FROM deals d JOIN allotments a ON a.id = d.allotment_id
         WHERE d.show_id = $1 AND a.closes_at > engawa_now() - interval '${SHOWN_AFTER_SECONDS} seconds' ORDER BY d.created_at, d.id`,
    ['id' in by ? by.id : by.showId],
  );
  return rows.map((row) => ({
    id: row.id,
    offerId: row.offer_id,
    variantId: row.variant_id,
    kind: row.kind,
    value: Number(row.value),
    quantity: row.quantity,
    remaining: row.quantity - row.taken,
    perBuyer: row.per_buyer,
    startsAt: row.opens_at.toISOString(),
    endsAt: row.closes_at.toISOString(),
  }));
}

/** What is left of the running deals that these variants are in. */
export async function dealFigures(
  queryable: Queryable,
  variantIds: string[],
): Promise<{ showId: string; figure: DealFigure }[]> {
  const { rows } = await queryable.sql<{ show_id: string; id: string; remaining: number }>(
    `SELECT d.show_id, d.id, a.quantity - a.taken AS remaining FROM deals d JOIN allotments a ON a.id = d.allotment_id
     WHERE a.closes_at > engawa_now() - interval '${SHOWN_AFTER_SECONDS} seconds'
       AND d.offer_id IN (SELECT o.id FROM offers o JOIN variants v ON v.product_id = o.product_id WHERE v.id = ANY($1))`,
    [variantIds],
  );
  return rows.map((row) => ({ showId: row.show_id, figure: { dealId: row.id, remaining: row.remaining } }));
}

/** Deals by their allotments: what the holds that were taken in them cost. */
export async function dealsOfAllotments(
  queryable: Queryable,
  allotmentIds: string[],
): Promise<Map<string, { id: string; kind: DealView['kind']; value: number }>> {
  const { rows } = await queryable.sql<{ id: string; allotment_id: string; kind: DealView['kind']; value: string }>(
    `SELECT id, allotment_id, kind, value FROM deals WHERE allotment_id = ANY($1)`,
    [allotmentIds],
  );
  return new Map(rows.map(({ id, allotment_id, kind, value }) => [allotment_id, { id, kind, value: Number(value) }]));
}
