import type { Client } from 'pg';
import type { Offer } from './shop.ts';

/**
 * The level, its movements and the holds of a variant must tell one story.
 * @param held units that buyers were told they hold
 * @param moved what the movements must add up to
 */
export async function compareBooks(
  database: Client,
  { variantId }: Pick<Offer, 'variantId'>,
  held: number,
  moved = held,
): Promise<void> {
  const { rows } = await database.query<Record<'on_hand' | 'reserved' | 'holds' | 'moved', number>>(
    `SELECT on_hand, reserved,
            (SELECT coalesce(sum(quantity), 0)::int FROM holds h WHERE h.variant_id = l.variant_id AND state = 'active') AS holds,
            (SELECT coalesce(sum(reserved_delta), 0)::int FROM stock_movements m WHERE m.variant_id = l.variant_id) AS moved
     FROM stock_levels l WHERE variant_id = $1`,
    [variantId],
  );
  const books = rows[0]!;
  const sound =
    books.reserved === held && books.holds === held && books.moved === moved && books.reserved <= books.on_hand;
  if (!sound) throw new Error(`${held} were held, and the books say ${JSON.stringify(books)}`);
}
