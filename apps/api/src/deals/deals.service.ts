import { Injectable, type OnModuleInit } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Deal as DealView } from '#contracts/deals';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { sellingTerms, type Actor } from '../accounts/index.ts';
import { closeAllotment, createAllotment, stockMoved, type AllotmentTerms } from '../catalog/index.ts';
import { Database, DomainEvents, type Tx } from '../database/index.ts';
import { Rooms } from '../realtime/index.ts';
import { lockShow, RoomLog, SnapshotParts } from '../shows/index.ts';
import { Deal } from './deal.entity.ts';
import { dealFigures, dealViews } from './deals.queries.ts';

export interface DealInput {
  showId: string;
  offerId: string;
  variantId: string | null;
  kind: DealView['kind'];
  value: number;
  quantity: number;
  perBuyer: number;
  seconds: number;
}

/** Flash deals of a show: started and ended by the host, over by the database's clock. */
@Injectable()
export class DealsService implements OnModuleInit {
  readonly #moved = new Set<string>();
  #publishing = false;

  constructor(
    private readonly database: Database,
    private readonly log: RoomLog,
    private readonly rooms: Rooms,
    private readonly parts: SnapshotParts,
    private readonly events: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.parts.add(async (tx, { showId }) => ({ deals: await dealViews(tx, { showId }) }));
    this.events.on(stockMoved, ({ variantIds }) => {
      for (const id of variantIds) this.#moved.add(id);
      if (!this.#publishing) void this.#publishFigures();
    });
  }

  /**
   * Starts a deal now.
   * @throws not_found; show_ended; deal_running while another deal has this variant; invalid_request for a price that is none
   */
  async start(actor: Actor, input: DealInput): Promise<DealView> {
    return this.database.transaction(async (tx) => {
      const show = await lockShow(tx, input.showId, actor.brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      await this.#check(tx, input);
      const allotmentId = await createAllotment(tx, { ...input, brandId: actor.brandId });
      const id = uuid();
      await tx.repository(Deal).insert({
        id,
        brandId: actor.brandId,
        showId: show.id,
        offerId: input.offerId,
        variantId: input.variantId,
        allotmentId,
        kind: input.kind,
        value: input.value,
        createdBy: actor.memberId,
      });
      await this.#announce(tx, show.id);
      return (await dealViews(tx, { id }))[0]!;
    });
  }

  /** Ends it now; one that is over stays as it was. @throws not_found */
  async end(actor: Actor, id: string): Promise<DealView> {
    return this.database.transaction(async (tx) => {
      const deal = await tx.repository(Deal).findOneBy({ id, brandId: actor.brandId });
      if (!deal) throw new AppError('not_found');
      await lockShow(tx, deal.showId);
      await closeAllotment(tx, deal.allotmentId);
      await this.#announce(tx, deal.showId);
      return (await dealViews(tx, { id }))[0]!;
    });
  }

  /**
   * On which terms a buyer takes part in a deal. Whether it still runs, the hold's own statement decides. The longer grace is for who
   * watched on the smooth path when it ended; to turn to that path afterwards does not bring the deal back.
   * @param hold.smoothSince since when the buyer's picture comes that way; null when it does not
   * @throws not_found for a deal of another offer or variant
   */
  async termsOf(
    dealId: string,
    hold: { brandId: string; offerId: string; variantId: string; smoothSince: Date | null },
  ): Promise<AllotmentTerms> {
    const deal = await this.database.repository(Deal).findOneBy({ id: dealId, offerId: hold.offerId });
    if (!deal || (deal.variantId !== null && deal.variantId !== hold.variantId)) throw new AppError('not_found');
    const { dealGraceMs } = await sellingTerms(this.database, hold.brandId);
    const isSmooth = hold.smoothSince !== null && (await this.#ranAfter(deal.allotmentId, hold.smoothSince));
    return { id: deal.allotmentId, graceMs: isSmooth ? dealGraceMs.smooth : dealGraceMs.instant };
  }

  async #ranAfter(allotmentId: string, time: Date): Promise<boolean> {
    const { rows } = await this.database.sql<{ ran: boolean }>(
      `SELECT closes_at >= $2 AS ran FROM allotments WHERE id = $1`,
      [allotmentId, time.toISOString()],
    );
    return rows[0]?.ran ?? false;
  }

  async #check(tx: Tx, input: DealInput): Promise<void> {
    const { rows } = await tx.sql<{ id: string; price: string; running: boolean }>(
      `SELECT v.id, v.price_amount AS price, EXISTS (
         SELECT FROM deals d JOIN allotments a ON a.id = d.allotment_id
         WHERE d.offer_id = o.id AND a.closes_at > engawa_now() AND (d.variant_id IS NULL OR $3::uuid IS NULL OR d.variant_id = $3)) AS running
       FROM offers o JOIN variants v ON v.product_id = o.product_id AND v.archived_at IS NULL
       WHERE o.id = $1 AND o.show_id = $2 AND ($3::uuid IS NULL OR v.id = $3)`,
      [input.offerId, input.showId, input.variantId],
    );
    if (rows.length === 0) throw new AppError('not_found');
    if (rows[0]!.running) throw new AppError('deal_running');
    const lowest = Math.min(...rows.map(({ price }) => Number(price)));
    if (input.kind === 'percent' ? input.value > 99 : input.value >= lowest) {
      const message = input.kind === 'percent' ? 'at most 99 %' : 'must be below the price';
      throw new AppError('invalid_request', { issues: [{ path: 'value', message }] }, `value: ${message}`);
    }
  }

  async #announce(tx: Tx, showId: string): Promise<void> {
    await this.log.append(tx, showId, { type: 'deals.changed', deals: await dealViews(tx, { showId }) });
  }

  /** Movements that come while a query runs share the next one. */
  async #publishFigures(): Promise<void> {
    this.#publishing = true;
    try {
      while (this.#moved.size > 0) {
        const variantIds = [...this.#moved];
        this.#moved.clear();
        for (const { showId, figure } of await dealFigures(this.database.planned, variantIds)) {
          this.rooms.publishDeal(showId, figure);
        }
      }
    } catch (error) {
      logger.warn({ err: error }, 'deals could not be published');
    } finally {
      this.#publishing = false;
    }
  }
}
