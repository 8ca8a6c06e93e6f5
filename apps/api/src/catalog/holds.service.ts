import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { HOLD_SECONDS } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Database, DomainEvents, Ticks, type Tx } from '../database/index.ts';
import { holdTaken, stockMoved } from './catalog.events.ts';
import { claim, unclaim, type AllotmentTerms } from './allotments.ts';
import { HoldQueue } from './hold-queue.ts';
import { Variant } from './product.entity.ts';
import { release, reserve } from './stock.ts';
import { Hold } from './stock.entity.ts';

/** Of what a crowd takes, everybody is told together. */
const STOCK_EVERY_MS = 100;
const EXPIRY_EVERY_MS = 1_000;
const EXPIRY_BATCH = 500;

export interface HoldInput {
  key: string;
  brandId: string;
  showId: string;
  offerId: string;
  variantId: string;
  viewerId: string;
  quantity: number;
  /** Of whose units they must be: a flash deal's. */
  allotment: AllotmentTerms | null;
  /** A buy sheet has one hold and moves it from variant to variant; a cart holds each of its variants. */
  from: 'sheet' | 'cart';
}

/** Stock that waits for a buyer who is at the sheet. A hold is its own transaction. */
@Injectable()
export class HoldsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #queue: HoldQueue;
  readonly #moves: Ticks<string>;
  #timer: NodeJS.Timeout | undefined;
  #expiring: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
  ) {
    this.#queue = new HoldQueue(database.planned, HOLD_SECONDS);
    this.#moves = new Ticks(STOCK_EVERY_MS, (variantIds) => this.events.emit(stockMoved, { variantIds }));
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#expiring = this.#expiring
        .then(() => this.releaseExpired())
        .then(
          () => undefined,
          (error: unknown) => logger.warn({ err: error }, 'holds could not be expired'),
        );
    }, EXPIRY_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#expiring;
  }

  /**
   * Takes a hold, or adjusts the one that the viewer has to this variant and quantity; its end stays.
   * @throws banned, sold_out { available }, not_found when it is withdrawn, hold_expired when it is over, order_transition when an order has it;
   *   deal_over, deal_sold_out, deal_limit
   */
  async hold(input: HoldInput): Promise<Hold> {
    const id = uuid();
    const { allotment, from, ...wanted } = input;
    const request = { id, ...wanted, wholeOffer: from === 'sheet', graceMs: allotment?.graceMs ?? 0 };
    const outcome = await this.#queue.take(input.variantId, allotment?.id ?? null, request);
    if (!outcome.made) {
      // Their own is open: a change of mind, or another tab was faster. Or this very press came once before.
      const open = await this.#openHold(input);
      if (open) return this.#adjust(open, input);
      const repeated = await this.#byKey(input);
      if (!repeated) throw new AppError('conflict');
      return repeated;
    }
    const hold: Hold = {
      id,
      ...wanted,
      allotmentId: allotment?.id ?? null,
      forVoucher: false,
      revision: 0,
      state: 'active',
      orderId: null,
      createdAt: outcome.createdAt,
      expiresAt: outcome.expiresAt,
    };
    this.#moves.tell([input.variantId]);
    this.events.emit(holdTaken, {
      holdId: id,
      brandId: input.brandId,
      showId: input.showId,
      viewerId: input.viewerId,
      variantId: input.variantId,
    });
    return hold;
  }

  /** What a viewer is buying in a show; what waits for a voucher to be paid is bought already. */
  async openHolds(viewerId: string, showId: string): Promise<Hold[]> {
    return this.database.repository(Hold).find({
      where: { viewerId, showId, state: In(['active', 'attached']), forVoucher: false },
      order: { createdAt: 'ASC' },
    });
  }

  /** All that a viewer holds of a brand's goods. */
  async openHoldsOf(viewerId: string, brandId: string): Promise<Hold[]> {
    return this.database
      .repository(Hold)
      .findBy({ viewerId, brandId, state: In(['active', 'attached']), forVoucher: false });
  }

  /** @returns the viewer's holds in the order of `ids`. @throws not_found for another viewer's */
  async findAll(ids: string[], viewerId: string): Promise<Hold[]> {
    const holds = await this.database.repository(Hold).findBy({ id: In(ids), viewerId });
    if (holds.length !== ids.length) throw new AppError('not_found');
    return ids.map((id) => holds.find((hold) => hold.id === id)!);
  }

  /** @throws not_found for another viewer's hold */
  async find(holdId: string, viewerId: string): Promise<Hold> {
    const hold = await this.database.repository(Hold).findOneBy({ id: holdId, viewerId });
    if (!hold) throw new AppError('not_found');
    return hold;
  }

  /** The buyer gives it back. A hold that an order has is not given back here: its payment decides. */
  async releaseOwn(holdId: string, viewerId: string): Promise<void> {
    const hold = await this.find(holdId, viewerId);
    await this.database.transaction(async (tx) => {
      const { count } = await tx.sql(`UPDATE holds SET state = 'released' WHERE id = $1 AND state = 'active'`, [
        holdId,
      ]);
      if (count === 1) await this.#release(tx, hold);
    });
  }

  /** A voucher takes days to be paid: what waits for it is held as long, and its buyer may hold the same once more. */
  async extendAttached(tx: Tx, orderId: string, until: Date): Promise<void> {
    await tx.sql(
      `UPDATE holds SET expires_at = greatest(expires_at, $2), for_voucher = true WHERE order_id = $1 AND state = 'attached'`,
      [orderId, until],
    );
  }

  /** What the `selling` part of a statement has done, told to everybody. */
  tellSold(variantIds: string[]): void {
    this.#moves.tell(variantIds);
  }

  /** The order will not be paid (Stripe has confirmed it): the stock is free again. */
  async releaseAttached(tx: Tx, orderId: string): Promise<void> {
    const { rows: ended } = await tx.sql<EndedHold>(
      `UPDATE holds SET state = 'released' WHERE order_id = $1 AND state = 'attached'
       RETURNING id, variant_id, viewer_id, quantity, allotment_id`,
      [orderId],
    );
    // In the order of their variants, as everyone locks levels.
    ended.sort((a, b) => a.variant_id.localeCompare(b.variant_id));
    for (const hold of ended) await release(tx, hold.variant_id, hold.quantity, `${hold.id}:end`);
    await unclaim(tx, ended);
    this.#announce(tx, ended);
  }

  /** Frees what nobody paid for in time, in batches. Holds with an order are left to that order. @returns how many */
  async releaseExpired(): Promise<number> {
    let total = 0;
    for (;;) {
      const released = await this.database.transaction(async (tx) => {
        const { rows } = await tx.sql<EndedHold>(
          `UPDATE holds SET state = 'released' WHERE id IN (
             SELECT id FROM holds WHERE state = 'active' AND expires_at <= engawa_now()
             ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING id, variant_id, viewer_id, quantity, allotment_id`,
          [EXPIRY_BATCH],
        );
        rows.sort((a, b) => a.variant_id.localeCompare(b.variant_id));
        for (const row of rows) await release(tx, row.variant_id, row.quantity, `${row.id}:end`);
        await unclaim(tx, rows);
        const variantIds = [...new Set(rows.map((row) => row.variant_id))];
        tx.afterCommit(() => this.#moves.tell(variantIds));
        return rows.length;
      });
      total += released;
      if (released < EXPIRY_BATCH) return total;
    }
  }

  /** The hold that a wish is about: of the same variant, or, from a sheet, the one that may be moved to it. */
  async #openHold({ viewerId, offerId, variantId, from }: HoldInput): Promise<Hold | null> {
    const open = await this.database
      .repository(Hold)
      .findBy({ viewerId, offerId, state: In(['active', 'attached']), forVoucher: false });
    const same = open.find((hold) => hold.variantId === variantId);
    return same ?? (from === 'sheet' ? (open[0] ?? null) : null);
  }

  async #byKey({ viewerId, key }: HoldInput): Promise<Hold | null> {
    return this.database.repository(Hold).findOneBy({ viewerId, key });
  }

  async #adjust(open: Hold, wanted: HoldInput): Promise<Hold> {
    if (open.state !== 'active') throw new AppError('order_transition', { state: open.state });
    const same = open.variantId === wanted.variantId && open.quantity === wanted.quantity;
    if (same && open.allotmentId === (wanted.allotment?.id ?? null)) return open;
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<EndedHold & { revision: number }>(
        `SELECT id, variant_id, viewer_id, quantity, revision, allotment_id FROM holds
         WHERE id = $1 AND state = 'active' AND expires_at > engawa_now() FOR UPDATE`,
        [open.id],
      );
      const held = rows[0];
      if (!held) throw new AppError('hold_expired');
      const changed = await this.#moveStock(tx, held, wanted);
      await moveClaim(tx, held, wanted);
      await tx.sql(
        `UPDATE holds SET variant_id = $2, quantity = $3, allotment_id = $4, revision = revision + 1 WHERE id = $1`,
        [open.id, wanted.variantId, wanted.quantity, wanted.allotment?.id ?? null],
      );
      tx.afterCommit(() => this.#moves.tell(changed));
      return tx.repository(Hold).findOneByOrFail({ id: open.id });
    });
  }

  /** @returns the variants whose stock moved */
  async #moveStock(tx: Tx, held: EndedHold & { revision: number }, wanted: HoldInput): Promise<string[]> {
    const reference = `${held.id}:${held.revision + 1}`;
    const changes = new Map<string, number>([[held.variant_id, -held.quantity]]);
    changes.set(wanted.variantId, (changes.get(wanted.variantId) ?? 0) + wanted.quantity);
    // Levels are locked in id order, so that two buyers who swap variants cannot wait for each other.
    for (const [variantId, change] of [...changes].sort(([a], [b]) => a.localeCompare(b))) {
      if (change < 0) await release(tx, variantId, -change, reference);
      else if (change > 0 && !(await reserve(tx, variantId, change, reference))) {
        throw new AppError('sold_out', { available: await freeOf(tx, variantId) });
      }
    }
    // Whoever withdraws a variant has its level's lock, which is ours by now.
    if (!(await tx.repository(Variant).existsBy({ id: wanted.variantId, archivedAt: IsNull() }))) {
      throw new AppError('not_found');
    }
    return [...changes.keys()];
  }

  #announce(tx: Tx, ended: EndedHold[]): void {
    const variantIds = [...new Set(ended.map((hold) => hold.variant_id))];
    tx.afterCommit(() => this.#moves.tell(variantIds));
  }

  async #release(tx: Tx, hold: Hold): Promise<void> {
    // Read anew: the hold may have been adjusted since the caller looked.
    const { rows } = await tx.sql<EndedHold>(
      `SELECT id, variant_id, viewer_id, quantity, allotment_id FROM holds WHERE id = $1`,
      [hold.id],
    );
    const row = rows[0]!;
    await release(tx, row.variant_id, row.quantity, `${hold.id}:end`);
    await unclaim(tx, rows);
    tx.afterCommit(() => this.#moves.tell([row.variant_id]));
  }
}

/** What a hold that ends or changes gives back. */
interface EndedHold {
  id: string;
  variant_id: string;
  viewer_id: string;
  quantity: number;
  allotment_id: string | null;
}

/** Less of a deal may be taken after its end, more may not. */
async function moveClaim(tx: Tx, held: EndedHold, { allotment, viewerId, quantity }: HoldInput): Promise<void> {
  if (held.allotment_id !== (allotment?.id ?? null)) {
    await unclaim(tx, [held]);
    if (allotment) await claim(tx, allotment, viewerId, quantity);
    return;
  }
  if (!allotment) return;
  if (quantity > held.quantity) await claim(tx, allotment, viewerId, quantity - held.quantity);
  else await unclaim(tx, [{ ...held, quantity: held.quantity - quantity }]);
}

async function freeOf(tx: Tx, variantId: string): Promise<number> {
  const { rows } = await tx.sql<{ free: number }>(
    `SELECT CASE WHEN waiting > 0 THEN 0 ELSE on_hand - reserved END AS free FROM stock_levels WHERE variant_id = $1`,
    [variantId],
  );
  return rows[0]?.free ?? 0;
}
