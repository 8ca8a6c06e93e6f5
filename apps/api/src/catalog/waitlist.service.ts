import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Database, DomainEvents, violatedConstraint, type Tx } from '../database/index.ts';
import { stockMoved, waitlistMoved } from './catalog.events.ts';
import { HoldsService } from './holds.service.ts';
import { recordHold } from './stock.ts';
import { WaitlistEntry } from './stock.entity.ts';

/** A return that no event told of (another process's, a crash) is found this soon. */
const SERVE_EVERY_MS = 1_000;

export interface WaitlistInput {
  brandId: string;
  showId: string;
  offerId: string;
  variantId: string;
  viewerId: string;
  quantity: number;
}

/**
 * Names in order for a variant that is sold out. `stock_levels.waiting` counts them under the level's lock: while it is not 0, nobody
 * overtakes, and what comes free is offered to the first as a hold of their own for a limited time.
 */
@Injectable()
export class WaitlistService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #serving: Promise<void> = Promise.resolve();
  #wanted = false;

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly holds: HoldsService,
  ) {}

  onApplicationBootstrap(): void {
    this.events.on(stockMoved, () => this.#soon());
    this.#timer = setInterval(() => this.#soon(), SERVE_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#wanted = true; // nothing begins any more
    await this.#serving;
  }

  /**
   * Takes a place, or answers the place that the viewer has.
   * @throws in_stock when it can be bought at once; not_found when it is withdrawn
   */
  async join(input: WaitlistInput): Promise<WaitlistEntry> {
    const { brandId, showId, offerId, variantId, viewerId, quantity } = input;
    try {
      return await this.database.transaction(async (tx) => {
        const { rows } = await tx.sql<{ free: number; waiting: number }>(
          `SELECT l.on_hand - l.reserved AS free, l.waiting FROM stock_levels l JOIN variants v ON v.id = l.variant_id
           WHERE l.variant_id = $1 AND v.archived_at IS NULL FOR UPDATE OF l`,
          [variantId],
        );
        const level = rows[0];
        if (!level) throw new AppError('not_found');
        const existing = await tx.repository(WaitlistEntry).findOneBy({ viewerId, variantId, state: 'waiting' });
        if (existing) return existing;
        if (level.waiting === 0 && level.free > 0) throw new AppError('in_stock', { available: level.free });
        const id = uuid();
        await tx.sql(
          `INSERT INTO waitlist_entries (id, brand_id, show_id, offer_id, variant_id, viewer_id, quantity, state)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting')`,
          [id, brandId, showId, offerId, variantId, viewerId, quantity],
        );
        await tx.sql(`UPDATE stock_levels SET waiting = waiting + 1 WHERE variant_id = $1`, [variantId]);
        tx.afterCommit(() => this.events.emit(stockMoved, { variantIds: [variantId] }));
        return tx.repository(WaitlistEntry).findOneByOrFail({ id });
      });
    } catch (error) {
      if (violatedConstraint(error) !== 'waitlist_entries_one_waiting') throw error;
      return this.database.repository(WaitlistEntry).findOneByOrFail({ viewerId, variantId, state: 'waiting' });
    }
  }

  /** Gives up a place, or the hold that came of it. @throws not_found for another viewer's */
  async leave(id: string, viewerId: string): Promise<void> {
    const entry = await this.database.repository(WaitlistEntry).findOneBy({ id, viewerId });
    if (!entry) throw new AppError('not_found');
    const left = await this.database.transaction(async (tx) => {
      await tx.sql(`SELECT 1 FROM stock_levels WHERE variant_id = $1 FOR UPDATE`, [entry.variantId]);
      const { count } = await tx.sql(`UPDATE waitlist_entries SET state = 'left' WHERE id = $1 AND state = 'waiting'`, [
        id,
      ]);
      if (count === 0) return false;
      await tx.sql(`UPDATE stock_levels SET waiting = waiting - 1 WHERE variant_id = $1`, [entry.variantId]);
      tx.afterCommit(() => this.events.emit(stockMoved, { variantIds: [entry.variantId] }));
      return true;
    });
    const now = left ? null : await this.database.repository(WaitlistEntry).findOneByOrFail({ id });
    if (now?.state === 'offered' && now.holdId) await this.holds.releaseOwn(now.holdId, viewerId);
  }

  /** Offers what has come free to those who wait for it. @returns how many were served */
  async serve(): Promise<number> {
    const { rows } = await this.database.planned.sql<{ variant_id: string }>(
      `SELECT variant_id FROM stock_levels WHERE waiting > 0 AND on_hand > reserved ORDER BY variant_id`,
    );
    let served = 0;
    for (const { variant_id: variantId } of rows) {
      served += await this.database.transaction((tx) => this.#serveVariant(tx, variantId));
    }
    return served;
  }

  /** One round at a time; what moves meanwhile asks for one more. */
  #soon(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#serving = this.#serving.then(async () => {
      this.#wanted = false;
      await this.serve().catch((error: unknown) => logger.warn({ err: error }, 'waitlists could not be served'));
    });
  }

  async #serveVariant(tx: Tx, variantId: string): Promise<number> {
    const { rows } = await tx.sql<{ free: number }>(
      `SELECT on_hand - reserved AS free FROM stock_levels WHERE variant_id = $1 FOR UPDATE`,
      [variantId],
    );
    let free = rows[0]?.free ?? 0;
    const { rows: entries } = await tx.sql<{ id: string; viewer_id: string; quantity: number }>(
      `SELECT id, viewer_id, quantity FROM waitlist_entries WHERE variant_id = $1 AND state = 'waiting' ORDER BY place LIMIT $2`,
      [variantId, Math.max(free, 0)],
    );
    let served = 0;
    for (const entry of entries) {
      if (free === 0) break;
      const quantity = Math.min(entry.quantity, free);
      const holdId = await this.#offer(tx, entry.id, quantity);
      if (holdId) {
        free -= quantity;
        await recordHold(tx, variantId, quantity, holdId);
      }
      await tx.sql(`UPDATE waitlist_entries SET state = $2, hold_id = $3 WHERE id = $1`, [
        entry.id,
        holdId ? 'offered' : 'lapsed',
        holdId,
      ]);
      served += 1;
      tx.afterCommit(() => this.events.emit(waitlistMoved, { entryId: entry.id, viewerId: entry.viewer_id }));
    }
    await tx.sql(`UPDATE stock_levels SET waiting = waiting - $2 WHERE variant_id = $1`, [variantId, served]);
    if (served > 0) tx.afterCommit(() => this.events.emit(stockMoved, { variantIds: [variantId] }));
    return served;
  }

  /** @returns null for somebody who has an open hold of the same offer already: they are not kept waiting, nor anybody behind them */
  async #offer(tx: Tx, entryId: string, quantity: number): Promise<string | null> {
    const { rows } = await tx.sql<{ id: string }>(
      `INSERT INTO holds (id, brand_id, show_id, offer_id, variant_id, viewer_id, key, quantity, state, created_at, expires_at)
       SELECT $2, w.brand_id, w.show_id, w.offer_id, w.variant_id, w.viewer_id, 'waitlist:' || w.id, $3, 'active', engawa_now(),
              engawa_now() + make_interval(secs => b.waitlist_offer_seconds)
       FROM waitlist_entries w JOIN brands b ON b.id = w.brand_id WHERE w.id = $1
       ON CONFLICT DO NOTHING RETURNING id`,
      [entryId, uuid(), quantity],
    );
    return rows[0]?.id ?? null;
  }
}

/** Nobody waits any more for what is not for sale any more: a withdrawn variant, a show that is over. */
export async function endWaiting(tx: Tx, what: { variantId: string } | { showId: string }): Promise<void> {
  const [column, id] = 'variantId' in what ? ['variant_id', what.variantId] : ['show_id', what.showId];
  await tx.sql(
    `SELECT 1 FROM stock_levels WHERE variant_id IN (SELECT variant_id FROM waitlist_entries WHERE ${column} = $1 AND state = 'waiting')
     ORDER BY variant_id FOR UPDATE`,
    [id],
  );
  await tx.sql(
    `WITH ended AS (UPDATE waitlist_entries SET state = 'lapsed' WHERE ${column} = $1 AND state = 'waiting' RETURNING variant_id),
          counted AS (SELECT variant_id, count(*) AS people FROM ended GROUP BY variant_id)
     UPDATE stock_levels l SET waiting = l.waiting - c.people FROM counted c WHERE l.variant_id = c.variant_id`,
    [id],
  );
}
