import type { WaitlistEntry as WaitlistView } from '#contracts/checkout';
import type { Hold } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';
import { holdView } from './checkout.queries.ts';

type EntryRow = Omit<WaitlistView, 'hold'> & { hold: Hold | null };

/**
 * Places on waitlists as their viewer sees them: those of a show that are still open, or one of them. Whoever was offered a hold that is
 * over has lapsed; one that is being paid is still theirs.
 */
export async function waitlistViews(
  queryable: Queryable,
  by: { viewerId: string; showId: string } | { entryId: string },
): Promise<WaitlistView[]> {
  const one = 'entryId' in by;
  const { rows } = await queryable.sql<EntryRow>(
    `SELECT w.id, w.show_id AS "showId", w.offer_id AS "offerId", w.variant_id AS "variantId", w.quantity,
            CASE WHEN w.state = 'offered' AND h.state = 'released' THEN 'lapsed' ELSE w.state END AS state,
            CASE WHEN w.state = 'waiting' THEN (SELECT count(*) FROM waitlist_entries b
              WHERE b.variant_id = w.variant_id AND b.state = 'waiting' AND b.place < w.place)::int ELSE 0 END AS ahead,
            CASE WHEN h.state IN ('active', 'attached') THEN json_build_object('id', h.id, 'showId', h.show_id, 'offerId', h.offer_id,
              'variantId', h.variant_id, 'allotmentId', h.allotment_id, 'quantity', h.quantity, 'state', h.state,
              'createdAt', h.created_at, 'expiresAt', h.expires_at) END AS hold
     FROM waitlist_entries w LEFT JOIN holds h ON h.id = w.hold_id
     WHERE ${one ? 'w.id = $1' : `w.viewer_id = $1 AND w.show_id = $2 AND (w.state = 'waiting' OR h.state IN ('active', 'attached'))`}
     ORDER BY w.place`,
    one ? [by.entryId] : [by.viewerId, by.showId],
  );
  return rows.map(({ hold, ...entry }) => ({
    ...entry,
    hold: hold && holdView({ ...hold, createdAt: new Date(hold.createdAt), expiresAt: new Date(hold.expiresAt) }, null),
  }));
}
