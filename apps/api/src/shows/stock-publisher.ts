import { Injectable, type OnModuleInit } from '@nestjs/common';
import { logger } from '#platform/logger';
import { productChanged, stockMoved } from '../catalog/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { Rooms } from '../realtime/index.ts';
import { stockFigures } from './shows.queries.ts';
import { ShowsService } from './shows.service.ts';

/** Keeps stock true on every screen. Movements that come while a query runs share the next one. */
@Injectable()
export class StockPublisher implements OnModuleInit {
  readonly #moved = new Set<string>();
  #running = false;

  constructor(
    private readonly database: Database,
    private readonly rooms: Rooms,
    private readonly shows: ShowsService,
    private readonly events: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.events.on(stockMoved, ({ variantIds }) => {
      for (const id of variantIds) this.#moved.add(id);
      if (!this.#running) void this.#publish();
    });
    this.events.on(productChanged, ({ productId }) => this.#publishRun(productId));
  }

  async #publish(): Promise<void> {
    this.#running = true;
    try {
      while (this.#moved.size > 0) {
        const variantIds = [...this.#moved];
        this.#moved.clear();
        const byShow = Map.groupBy(await stockFigures(this.database.planned, variantIds), ({ showId }) => showId);
        for (const [showId, rows] of byShow) {
          this.rooms.publishStock(
            showId,
            rows.map(({ figure }) => figure),
          );
        }
      }
    } catch (error) {
      logger.warn({ err: error }, 'stock could not be published');
    } finally {
      this.#running = false;
    }
  }

  async #publishRun(productId: string): Promise<void> {
    const { rows } = await this.database.sql<{ show_id: string }>(
      `SELECT o.show_id FROM offers o JOIN shows s ON s.id = o.show_id WHERE o.product_id = $1 AND s.state <> 'ended'`,
      [productId],
    );
    for (const row of rows) await this.database.transaction((tx) => this.shows.announceRun(tx, row.show_id));
  }
}
