import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { logger } from '#platform/logger';
import { orderPaid } from '../checkout/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { IdentityService, keepSubjects, setAttributes, subjectId } from '../people/index.ts';

const SOON_MS = 1_000;
const SWEEP_EVERY_MS = 60_000;
const BATCH = 500;
/** A transaction carries the time of its start: what is committed now may be as old as its longest one. */
const OVERLAP = '30 seconds';

interface PaidOrder {
  id: string;
  brandId: string;
  viewerId: string;
  email: string;
  name: string;
  phone: string;
  address: object;
  paidAt: Date;
}

const columns = `id, brand_id AS "brandId", viewer_id AS "viewerId", email, name, phone, address, paid_at AS "paidAt"`;

/**
 * What a buyer typed is kept with the browser that typed it: name, telephone number and address as said, and the e-mail address as a claim. Nobody has
 * proven that it is theirs. Beside the sale, not within it.
 */
@Injectable()
export class OrderClaims implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #fresh = new Set<string>();
  #soon: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly identity: IdentityService,
  ) {}

  onModuleInit(): void {
    this.events.on(orderPaid, ({ orderId }) => {
      this.#fresh.add(orderId);
      if (!this.#stopping) this.#soon ??= setTimeout(() => void this.#readFresh(), SOON_MS);
    });
  }

  onApplicationBootstrap(): void {
    void this.#sweepAndAgain();
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
    clearTimeout(this.#soon);
    clearTimeout(this.#next);
  }

  /** Reads the orders that were paid since the last sweep of any process, at the first start all that there are. */
  async sweep(): Promise<void> {
    const { rows: since } = await this.database.sql<{ at: string }>(
      `SELECT COALESCE(done_at - $1::interval, '-infinity')::text AS at FROM rollups WHERE name = 'order claims'`,
      [OVERLAP],
    );
    let from = { at: since[0]!.at, id: '00000000-0000-0000-0000-000000000000' };
    for (;;) {
      const { rows } = await this.database.sql<PaidOrder & { at: string }>(
        `SELECT ${columns}, paid_at::text AS at FROM orders WHERE paid_at >= $1 AND (paid_at, id) > ($1, $2) ORDER BY paid_at, id LIMIT $3`,
        [from.at, from.id, BATCH],
      );
      const last = rows.at(-1);
      if (!last) return;
      await this.#keep(rows);
      await this.database.sql(
        `UPDATE rollups SET done_at = $1 WHERE name = 'order claims' AND (done_at IS NULL OR done_at < $1)`,
        [last.at],
      );
      from = { at: last.at, id: last.id };
    }
  }

  async #readFresh(): Promise<void> {
    this.#soon = undefined;
    const ids = [...this.#fresh];
    this.#fresh.clear();
    try {
      const { rows } = await this.database.sql<PaidOrder>(`SELECT ${columns} FROM orders WHERE id = ANY($1)`, [ids]);
      await this.#keep(rows);
    } catch (error) {
      if (!this.#stopping) logger.warn({ err: error }, 'who bought is left to the next sweep');
    }
  }

  async #sweepAndAgain(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      if (!this.#stopping) logger.warn({ err: error }, 'what buyers typed was not kept, trying again');
    }
    if (!this.#stopping) this.#next = setTimeout(() => void this.#sweepAndAgain(), SWEEP_EVERY_MS);
  }

  async #keep(orders: PaidOrder[]): Promise<void> {
    if (orders.length === 0) return;
    const addressOf = ({ brandId, email }: PaidOrder) => ({ brandId, kind: 'email' as const, value: email });
    await keepSubjects(this.database, orders.map(addressOf));
    await this.identity.claim(
      ...orders.map((order) => ({
        brandId: order.brandId,
        subjectId: order.viewerId,
        withSubjectId: subjectId(addressOf(order)),
        source: 'order',
        evidence: { order_id: order.id },
      })),
    );
    await setAttributes(
      this.database,
      orders.flatMap((order) =>
        (['name', 'email', 'phone', 'address'] as const).map((name) => ({
          brandId: order.brandId,
          subjectId: order.viewerId,
          name,
          source: 'order' as const,
          value: order[name],
          setAt: order.paidAt,
        })),
      ),
    );
  }
}
