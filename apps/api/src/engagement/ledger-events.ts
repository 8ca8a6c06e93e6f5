import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { logger } from '#platform/logger';
import { holdTaken } from '../catalog/index.ts';
import { orderPaid } from '../checkout/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { InteractionLog } from './interaction-log.ts';

const SOON_MS = 100;
const SWEEP_EVERY_MS = 10_000;
/** A transaction carries the time of its start: what is committed now may be as old as its longest one. */
const OVERLAP = '30 seconds';

/**
 * Each kind of fact as rows of the log, without its `WHERE`: `ids` are read at once, the rest by the time at which it became so. Message keys make it harmless to read
 * a fact twice.
 */
const facts = {
  holds: {
    select: `SELECT 'hold:' || f.id AS message_id, f.brand_id, f.viewer_id, 'Checkout Started' AS name, f.show_id, v.product_id, NULL::uuid AS order_id,
                    f.quantity, NULL::bigint AS amount, NULL::jsonb AS properties, f.created_at AS occurred_at
             FROM holds f JOIN variants v ON v.id = f.variant_id`,
    time: 'f.created_at',
  },
  orders: {
    select: `SELECT 'order:' || f.id, f.brand_id, f.viewer_id, 'Order Completed', f.show_id, NULL::uuid, f.id, l.quantity, f.total_amount,
                    jsonb_build_object('order_id', f.id, 'currency', f.currency, 'total', f.total_amount, 'products', l.products), f.paid_at
             FROM orders f CROSS JOIN LATERAL (
               SELECT sum(quantity)::int AS quantity,
                      jsonb_agg(jsonb_build_object('product_id', product_id, 'variant', variant_id, 'quantity', quantity, 'price', unit_amount) ORDER BY position) AS products
               FROM order_lines WHERE order_id = f.id) l`,
    time: 'f.paid_at',
  },
  refunds: {
    // A late payment that went back never was part of an order's total.
    select: `SELECT 'refund:' || f.id, o.brand_id, o.viewer_id, 'Order Refunded', o.show_id, NULL::uuid, o.id, 1, f.amount,
                    jsonb_build_object('order_id', o.id, 'currency', o.currency, 'total', f.amount), f.created_at
             FROM (SELECT * FROM refunds WHERE kind <> 'late') f JOIN orders o ON o.id = f.order_id`,
    time: 'f.created_at',
  },
  messages: {
    select: `SELECT 'chat:' || f.id, s.brand_id, f.viewer_id, 'Chat Sent', f.show_id, NULL::uuid, NULL::uuid, 1, NULL::bigint, NULL::jsonb, f.sent_at
             FROM (SELECT * FROM chat_messages WHERE viewer_id IS NOT NULL) f JOIN shows s ON s.id = f.show_id
             JOIN brands b ON b.id = s.brand_id AND b.consent_mode = 'none'`, // what a crash lost is not worth asking each of the others
    time: 'f.sent_at',
  },
};
type Kind = keyof typeof facts;

const insertOf = (select: string, where: string, source: 'ledger' | 'room') => `
  INSERT INTO interactions (day, message_key, brand_id, subject_id, name, source, show_id, product_id, order_id, quantity, amount, properties, occurred_at)
  SELECT (i.occurred_at AT TIME ZONE 'UTC')::date, interaction_key(i.brand_id, i.message_id), i.brand_id, i.subject_id, name, '${source}', show_id, product_id, order_id,
         quantity, amount, properties, occurred_at
  FROM (${select} WHERE ${where})
    AS i (message_id, brand_id, subject_id, name, show_id, product_id, order_id, quantity, amount, properties, occurred_at)
  -- By its key, one by one: an anti-join may be planned as a scan of the whole log.
  LEFT JOIN LATERAL (SELECT 1 AS there FROM interactions k
    WHERE k.day = (i.occurred_at AT TIME ZONE 'UTC')::date AND k.message_key = interaction_key(i.brand_id, i.message_id) LIMIT 1) k ON true
  WHERE k.there IS NULL
  ON CONFLICT DO NOTHING`;

/**
 * What our own tables know becomes part of the log from those tables, never from a browser: holds and orders a moment after they are made, and
 * everything once more by a sweep that remembers how far it came, so that a crash loses nothing.
 */
@Injectable()
export class LedgerEvents implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #fresh: Record<'holds' | 'orders', Set<string>> = { holds: new Set(), orders: new Set() };
  #soon: NodeJS.Timeout | undefined;
  #sweeping: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly log: InteractionLog,
  ) {}

  onModuleInit(): void {
    this.events.on(holdTaken, ({ holdId }) => this.#readSoon('holds', holdId));
    this.events.on(orderPaid, ({ orderId }) => this.#readSoon('orders', orderId));
  }

  onApplicationBootstrap(): void {
    // Beside the start, not before it: a day of a busy show takes a while, and the room need not wait.
    void this.#sweepAndAgain(['holds', 'orders', 'refunds', 'messages'], '1 day');
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
    clearTimeout(this.#soon);
    clearTimeout(this.#sweeping);
  }

  /** Those of a drop come by the hundred: they share one statement. */
  #readSoon(kind: 'holds' | 'orders', id: string): void {
    this.#fresh[kind].add(id);
    if (this.#stopping) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#readFresh();
    }, SOON_MS);
  }

  /** What fails here is the sweep's. */
  async #readFresh(): Promise<void> {
    for (const kind of ['holds', 'orders'] as const) {
      const ids = [...this.#fresh[kind]];
      this.#fresh[kind].clear();
      if (ids.length === 0) continue;
      try {
        await this.log.write(insertOf(facts[kind].select, 'f.id = ANY($1)', 'ledger'), [ids]);
      } catch (error) {
        logger.warn({ err: error, kind }, 'interactions left to the next sweep');
      }
    }
  }

  async #sweepAndAgain(kinds: Kind[], atLeast: string): Promise<void> {
    let next: [Kind[], string] = [['holds', 'orders', 'refunds'], OVERLAP];
    try {
      await this.sweep(kinds, atLeast);
    } catch (error) {
      next = [kinds, atLeast];
      if (!this.#stopping) logger.warn({ err: error }, 'the ledger was not read into the log, trying again');
    }
    if (!this.#stopping) this.#sweeping = setTimeout(() => void this.#sweepAndAgain(...next), SWEEP_EVERY_MS);
  }

  /**
   * Reads what has become so since the last sweep of any process, and what is younger than `atLeast`: a message that was posted while the process
   * died is older than the last sweep.
   */
  async sweep(kinds: Kind[], atLeast: string = OVERLAP): Promise<void> {
    const { rows } = await this.database.sql<{ since: Date; now: Date }>(
      `SELECT LEAST(done_at - $1::interval, engawa_now() - $2::interval) AS since, engawa_now() AS now FROM rollups WHERE name = 'ledger'`,
      [OVERLAP, atLeast],
    );
    const { since, now } = rows[0]!;
    for (const kind of kinds) {
      const { select, time } = facts[kind];
      const text = insertOf(select, `${time} > $1`, kind === 'messages' ? 'room' : 'ledger');
      await this.log.write(text, [since.toISOString()], () => daysBetween(since, now));
    }
    await this.database.sql(`UPDATE rollups SET done_at = $1 WHERE name = 'ledger' AND done_at < $1`, [
      now.toISOString(),
    ]);
  }
}

function daysBetween(from: Date, to: Date): Date[] {
  const days = Math.max(0, Math.ceil((to.getTime() - from.getTime()) / 86_400_000));
  return Array.from({ length: days + 1 }, (_, index) => new Date(from.getTime() + index * 86_400_000));
}
