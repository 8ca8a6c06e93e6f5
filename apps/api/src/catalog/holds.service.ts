import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { HOLD_SECONDS } from '#contracts/checkout';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Database, DomainEvents, type Tx } from '../database/index.ts';
import { holdTaken, stockMoved } from './catalog.events.ts';
import { HoldQueue } from './hold-queue.ts';
import { Variant } from './product.entity.ts';
import { release, reserve, sell } from './stock.ts';
import { Hold } from './stock.entity.ts';

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
}

/** Stock that waits for a buyer who is at the sheet. A hold is its own transaction. */
@Injectable()
export class HoldsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #queue: HoldQueue;
  #timer: NodeJS.Timeout | undefined;
  #expiring: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
  ) {
    this.#queue = new HoldQueue(database, HOLD_SECONDS);
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
   * Takes a hold, or adjusts the viewer's open hold of the same offer to this variant and quantity; its end stays.
   * @throws sold_out { available }, not_found when it is withdrawn, hold_expired when an order already has the hold
   */
  async hold(input: HoldInput): Promise<Hold> {
    const open = await this.#openHold(input);
    if (open) return this.#adjust(open, input);
    const id = uuid();
    const outcome = await this.#queue.take(input.variantId, { id, ...input });
    if (!outcome.made) {
      // The same key, or another tab of the viewer, was faster.
      const rival = (await this.#byKey(input)) ?? (await this.#openHold(input));
      if (!rival) throw new AppError('conflict');
      return rival.key === input.key ? rival : this.#adjust(rival, input);
    }
    const hold = this.database.repository(Hold).create({
      id,
      ...input,
      revision: 0,
      state: 'active',
      orderId: null,
      createdAt: outcome.createdAt,
      expiresAt: outcome.expiresAt,
    });
    this.events.emit(stockMoved, { variantIds: [input.variantId] });
    this.events.emit(holdTaken, {
      holdId: id,
      brandId: input.brandId,
      showId: input.showId,
      viewerId: input.viewerId,
      variantId: input.variantId,
    });
    return hold;
  }

  async openHolds(viewerId: string, showId: string): Promise<Hold[]> {
    return this.database.repository(Hold).find({
      where: { viewerId, showId, state: In(['active', 'attached']) },
      order: { createdAt: 'ASC' },
    });
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

  /** @returns the hold, now of the order; null when it is over */
  async attach(tx: Tx, holdId: string, viewerId: string, orderId: string): Promise<Hold | null> {
    const { count } = await tx.sql(
      `UPDATE holds SET state = 'attached', order_id = $3
       WHERE id = $1 AND viewer_id = $2 AND state = 'active' AND expires_at > engawa_now()`,
      [holdId, viewerId, orderId],
    );
    return count === 1 ? tx.repository(Hold).findOneByOrFail({ id: holdId }) : null;
  }

  /** The order is paid: what was held is sold. @returns false when the hold was not the order's */
  async sellAttached(tx: Tx, holdId: string, orderId: string): Promise<boolean> {
    const hold = await this.#close(tx, holdId, orderId, 'sold');
    if (!hold) return false;
    await sell(tx, hold.variantId, hold.quantity, orderId);
    tx.afterCommit(() => this.events.emit(stockMoved, { variantIds: [hold.variantId] }));
    return true;
  }

  /** The order will not be paid (Stripe has confirmed it): the stock is free again. */
  async releaseAttached(tx: Tx, holdId: string, orderId: string): Promise<void> {
    const hold = await this.#close(tx, holdId, orderId, 'released');
    if (hold) await this.#release(tx, hold);
  }

  /** Frees what nobody paid for in time, in batches. Holds with an order are left to that order. @returns how many */
  async releaseExpired(): Promise<number> {
    let total = 0;
    for (;;) {
      const released = await this.database.transaction(async (tx) => {
        const { rows } = await tx.sql<{ id: string; variant_id: string; quantity: number }>(
          `UPDATE holds SET state = 'released' WHERE id IN (
             SELECT id FROM holds WHERE state = 'active' AND expires_at <= engawa_now()
             ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING id, variant_id, quantity`,
          [EXPIRY_BATCH],
        );
        rows.sort((a, b) => a.variant_id.localeCompare(b.variant_id));
        for (const row of rows) await release(tx, row.variant_id, row.quantity, `${row.id}:end`);
        const variantIds = [...new Set(rows.map((row) => row.variant_id))];
        if (variantIds.length > 0) tx.afterCommit(() => this.events.emit(stockMoved, { variantIds }));
        return rows.length;
      });
      total += released;
      if (released < EXPIRY_BATCH) return total;
    }
  }

  async #openHold({ viewerId, offerId }: HoldInput): Promise<Hold | null> {
    return this.database.repository(Hold).findOneBy({ viewerId, offerId, state: In(['active', 'attached']) });
  }

  async #byKey({ viewerId, key }: HoldInput): Promise<Hold | null> {
    return this.database.repository(Hold).findOneBy({ viewerId, key });
  }

  async #adjust(open: Hold, wanted: HoldInput): Promise<Hold> {
    if (open.state !== 'active') throw new AppError('order_transition', { state: open.state });
    if (open.variantId === wanted.variantId && open.quantity === wanted.quantity) return open;
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ variant_id: string; quantity: number; revision: number }>(
        `SELECT variant_id, quantity, revision FROM holds
         WHERE id = $1 AND state = 'active' AND expires_at > engawa_now() FOR UPDATE`,
        [open.id],
      );
      const held = rows[0];
      if (!held) throw new AppError('hold_expired');
      const reference = `${open.id}:${held.revision + 1}`;
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
      await tx.sql(`UPDATE holds SET variant_id = $2, quantity = $3, revision = revision + 1 WHERE id = $1`, [
        open.id,
        wanted.variantId,
        wanted.quantity,
      ]);
      tx.afterCommit(() => this.events.emit(stockMoved, { variantIds: [...changes.keys()] }));
      return tx.repository(Hold).findOneByOrFail({ id: open.id });
    });
  }

  async #close(tx: Tx, holdId: string, orderId: string, state: 'sold' | 'released'): Promise<Hold | null> {
    const { count } = await tx.sql(
      `UPDATE holds SET state = $3 WHERE id = $1 AND order_id = $2 AND state = 'attached'`,
      [holdId, orderId, state],
    );
    return count === 1 ? tx.repository(Hold).findOneByOrFail({ id: holdId }) : null;
  }

  async #release(tx: Tx, hold: Hold): Promise<void> {
    // Read anew: the hold may have been adjusted since the caller looked.
    const { rows } = await tx.sql<{ variant_id: string; quantity: number }>(
      `SELECT variant_id, quantity FROM holds WHERE id = $1`,
      [hold.id],
    );
    const row = rows[0]!;
    await release(tx, row.variant_id, row.quantity, `${hold.id}:end`);
    tx.afterCommit(() => this.events.emit(stockMoved, { variantIds: [row.variant_id] }));
  }
}

async function freeOf(tx: Tx, variantId: string): Promise<number> {
  const { rows } = await tx.sql<{ free: number }>(
    `SELECT on_hand - reserved AS free FROM stock_levels WHERE variant_id = $1`,
    [variantId],
  );
  return rows[0]?.free ?? 0;
}
