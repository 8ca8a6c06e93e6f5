import { Injectable, type OnModuleInit } from '@nestjs/common';
import { may } from '../accounts/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { Rooms } from '../realtime/index.ts';
import { SnapshotParts } from '../shows/index.ts';
import { orderPaid } from './checkout.events.ts';
import { sales, salesFigures } from './checkout.queries.ts';

const RECENT_SALES = 20;

/** Tells staff in the room what was sold. Viewers never learn who bought what. */
@Injectable()
export class SalesPublisher implements OnModuleInit {
  #telling: Promise<void> = Promise.resolve();

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
      return { sales: await salesFigures(tx, showId), recentSales: await sales(tx, showId, RECENT_SALES) };
    });
    // One after the other: staff keep the figures that came last, so an older answer must not overtake a newer one.
    this.events.on(
      orderPaid,
      (paid) => (this.#telling = this.#telling.catch(() => undefined).then(() => this.#tell(paid))),
    );
  }

  async #tell({ orderId, showId }: { orderId: string; showId: string }): Promise<void> {
    const [sale] = await sales(this.database, showId, 1, orderId);
    if (!sale) return;
    this.rooms.toStaff(showId, 'sale.made', { showId, sale, sales: await salesFigures(this.database, showId) });
  }
}
