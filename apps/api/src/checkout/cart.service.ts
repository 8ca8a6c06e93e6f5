import { Injectable } from '@nestjs/common';
import { CART_MAX_LINES, HOLD_MAX_QUANTITY, type Cart, type Quote } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { HoldsService, type Hold } from '../catalog/index.ts';
import { Database } from '../database/index.ts';
import { PeopleService } from '../people/index.ts';
import { sellsByReplay } from '../replays/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { offerOf, pricedLine, pricePurchase, type WantedGoods } from './purchase.ts';

interface CartRow {
  show_id: string;
  offer_id: string;
  variant_id: string;
  quantity: number;
  available: number;
}

/** What a viewer means to buy of a brand. Nothing of it is held before they go to pay. */
@Injectable()
export class CartService {
  constructor(
    private readonly database: Database,
    private readonly holds: HoldsService,
    private readonly people: PeopleService,
    private readonly checkout: CheckoutService,
  ) {}

  async cart(viewerId: string, brandId: string): Promise<Cart> {
    const rows = await this.#rows(viewerId, brandId);
    if (rows.length === 0) return { lines: [], totals: null };
    const { lines, totals } = await pricePurchase(this.database.planned, rows.map(goods));
    return { lines: lines.map((line, index) => ({ ...pricedLine(line), available: rows[index]!.available })), totals };
  }

  /** @throws not_found, show_ended, banned; conflict when the cart is full */
  async setLine(
    viewerId: string,
    line: { showId: string; offerId: string; variantId: string; quantity: number },
  ): Promise<Cart> {
    const { brandId, isOpen } = await offerOf(this.database, line);
    await this.database.transaction(async (tx) => {
      if (line.quantity === 0) {
        await tx.sql(`DELETE FROM cart_lines WHERE viewer_id = $1 AND variant_id = $2`, [viewerId, line.variantId]);
        return;
      }
      if (!isOpen) throw new AppError('show_ended');
      if (await this.people.isBanned(brandId, viewerId)) throw new AppError('banned');
      // One at a time for one viewer, so that two tabs cannot both add the last line.
      await tx.sql(`SELECT 1 FROM viewers WHERE id = $1 FOR NO KEY UPDATE`, [viewerId]);
      await tx.sql(
        `INSERT INTO cart_lines (viewer_id, brand_id, show_id, offer_id, variant_id, quantity) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (viewer_id, variant_id)
         DO UPDATE SET show_id = excluded.show_id, offer_id = excluded.offer_id, quantity = excluded.quantity`,
        [viewerId, brandId, line.showId, line.offerId, line.variantId, line.quantity],
      );
      const { rows } = await tx.sql<{ lines: number }>(
        `SELECT count(*)::int AS lines FROM cart_lines WHERE viewer_id = $1 AND brand_id = $2`,
        [viewerId, brandId],
      );
      if (rows[0]!.lines > CART_MAX_LINES)
        throw new AppError('conflict', { limit: CART_MAX_LINES }, 'the cart is full');
    });
    return this.cart(viewerId, brandId);
  }

  /**
   * Takes a hold of every line, in the order of the variants, or of none. A line whose offer is held already is adjusted, as at the
   * sheet.
   * @throws sold_out { variantId, available }; hold_expired, order_transition for a hold that is being paid; not_found for an empty cart
   */
  async holdAll(viewerId: string, brandId: string, key: string): Promise<Quote> {
    const rows = await this.#rows(viewerId, brandId);
    if (rows.length === 0) throw new AppError('not_found');
    if (await this.people.isBanned(brandId, viewerId)) throw new AppError('banned');
    const before = await this.holds.openHoldsOf(viewerId, brandId);
    const taken: Hold[] = [];
    // What is given back can no longer be refused, so it comes last: until then everything can be as it was.
    const fewer = (row: CartRow) =>
      Number(before.some((hold) => hold.variantId === row.variant_id && hold.quantity > row.quantity));
    for (const row of rows.toSorted((a, b) => fewer(a) - fewer(b) || a.variant_id.localeCompare(b.variant_id))) {
      // What was taken in a flash deal keeps its price, and is not given up for what the cart says.
      const inDeal = before.find((hold) => hold.variantId === row.variant_id && hold.allotmentId !== null);
      if (inDeal) {
        taken.push(inDeal);
        continue;
      }
      try {
        taken.push(
          await this.holds.hold({
            key: `${key}:${row.variant_id.slice(-12)}`,
            brandId,
            showId: row.show_id,
            offerId: row.offer_id,
            variantId: row.variant_id,
            viewerId,
            quantity: Math.min(row.quantity, HOLD_MAX_QUANTITY),
            allotment: null,
            from: 'cart',
          }),
        );
      } catch (error) {
        for (const hold of taken) await this.#putBack(hold, before.find(({ id }) => id === hold.id) ?? null);
        if (!(error instanceof AppError)) throw error;
        throw new AppError(error.code, { ...error.details, variantId: row.variant_id }, error.message);
      }
    }
    const inOrder = rows.map((row) => taken.find((hold) => hold.variantId === row.variant_id)!.id);
    return this.checkout.quote(viewerId, { holdIds: inOrder, couponCodes: [], email: null });
  }

  /** A line was refused: what was taken for the others is given back, and what was held before is as it was. */
  async #putBack(hold: Hold, before: Hold | null): Promise<void> {
    if (!before) await this.holds.releaseOwn(hold.id, hold.viewerId);
    else if (before.quantity !== hold.quantity) {
      await this.holds.hold({ ...hold, quantity: before.quantity, allotment: null, from: 'cart' });
    }
  }

  /** Lines that can still be bought, in the order in which they came. */
  async #rows(viewerId: string, brandId: string): Promise<CartRow[]> {
    const { rows } = await this.database.sql<CartRow>(
      `SELECT c.show_id, c.offer_id, c.variant_id, c.quantity, CASE WHEN l.waiting = 0 THEN l.on_hand - l.reserved ELSE 0 END AS available
       FROM cart_lines c JOIN shows s ON s.id = c.show_id AND (s.state <> 'ended' OR ${sellsByReplay('s.id')})
       JOIN variants v ON v.id = c.variant_id AND v.archived_at IS NULL JOIN stock_levels l ON l.variant_id = c.variant_id
       WHERE c.viewer_id = $1 AND c.brand_id = $2 ORDER BY c.added_at, c.variant_id`,
      [viewerId, brandId],
    );
    return rows;
  }
}

function goods(row: CartRow): WantedGoods {
  return {
    showId: row.show_id,
    offerId: row.offer_id,
    variantId: row.variant_id,
    quantity: row.quantity,
    allotmentId: null,
  };
}
