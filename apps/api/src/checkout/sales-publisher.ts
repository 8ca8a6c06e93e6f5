import { Injectable, type OnModuleInit } from '@nestjs/common';
import { logger } from '#platform/logger';
import { may } from '../accounts/index.ts';
import { Database, DomainEvents, Ticks } from '../database/index.ts';
import { Rooms } from '../realtime/index.ts';
import { SnapshotParts } from '../shows/index.ts';
import { orderPaid } from './checkout.events.ts';
import { sales, salesFigures } from './checkout.queries.ts';

const RECENT_SALES = 20;
/** The figures of a show are summed up over all its orders: at every sale of a busy one, that would grow with its square. */
const TELL_EVERY_MS = 500;

/** Tells staff in the room what was sold. Viewers never learn who bought what. */
@Injectable()
export class SalesPublisher implements OnModuleInit {
  #telling: Promise<void> = Promise.resolve();
  readonly #paid = new Ticks<string>(TELL_EVERY_MS, (orderIds) => {
    // One after the other: staff keep the figures that came last, so an older answer must not overtake a newer one.
    this.#telling = this.#telling
      .then(() => this.#tell(orderIds))
      .catch((error: unknown) => logger.warn({ err: error }, 'sales could not be published'));
  });

  constructor(
    private readonly database: Database,
    private readonly rooms: Rooms,
    private readonly parts: SnapshotParts,
    private readonly events: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.parts.add(async (tx, { connection, showId }) => {
      const { identity } = connection;
      if (identity.kind !== 'member' || !may(identity.role, 'shows.read')) return {};
      const recentSales = (await sales(tx, { showId, limit: RECENT_SALES })).map(withoutShow);
      return { sales: await salesFigures(tx, showId), recentSales };
    });
    this.events.on(orderPaid, ({ orderId }) => this.#paid.tell([orderId]));
  }

  async #tell(orderIds: string[]): Promise<void> {
    const byShow = Map.groupBy(await sales(this.database.planned, { orderIds }), ({ showId }) => showId);
    for (const [showId, sold] of byShow) {
      const figures = await salesFigures(this.database.planned, showId);
      for (const sale of sold.toReversed()) {
        this.rooms.toStaff(showId, 'sale.made', { showId, sale: withoutShow(sale), sales: figures });
      }
    }
  }
}

function withoutShow<S extends { showId: string }>({ showId: _, ...sale }: S): Omit<S, 'showId'> {
  return sale;
}
