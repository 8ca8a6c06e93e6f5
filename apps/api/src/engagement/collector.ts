import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { logger } from '#platform/logger';
import { holdTaken } from '../catalog/index.ts';
import { heartsSent, messagesPosted } from '../chat/index.ts';
import { orderPaid } from '../checkout/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { showJoined, showLeft } from '../shows/index.ts';
import { InteractionLog } from './interaction-log.ts';

const HEARTS_EVERY_MS = 1_000;
const CATCH_UP_AFTER_MS = 100;
const CATCH_UP_AGAIN_MS = 2_000;
const RECOVER_AGAIN_MS = 30_000;
/** A transaction carries the time of its start: what is committed now may be as old as its longest statement. */
const OVERLAP_SECONDS = 15;

/** Listens to what the modules below say after their commits and writes it into the log. */
@Injectable()
export class Collector implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #brands = new Map<string, string>(); // show -> brand; a show never changes its brand
  readonly #hearts = new Map<string, { showId: string; viewerId: string; count: number }>();
  readonly #catchUps = new Map<string, NodeJS.Timeout>();
  /** Show -> the database's time up to which its holds and orders are in the log. */
  readonly #caughtUpTo = new Map<string, Date>();
  #bootedAt = new Date(0);
  /** What fails from now on is left to the next process. */
  #stopping = false;
  #heartsTimer: NodeJS.Timeout | undefined;
  #recoverTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly log: InteractionLog,
  ) {}

  onModuleInit(): void {
    this.events.on(showJoined, ({ showId, brandId, viewerId }) => {
      this.#brands.set(showId, brandId);
      this.log.note({
        messageId: `join:${uuid()}`,
        brandId,
        showId,
        viewerId,
        name: 'Live Joined',
      });
    });
    this.events.on(showLeft, async ({ showId, viewerId }) => {
      const brandId = await this.brandOf(showId);
      this.log.note({
        messageId: `left:${uuid()}`,
        brandId,
        showId,
        viewerId,
        name: 'Live Left',
      });
    });
    this.events.on(messagesPosted, async ({ showId, messages }) => {
      const brandId = await this.brandOf(showId);
      for (const message of messages) {
        if (!message.viewerId) continue;
        this.log.note({
          messageId: `chat:${message.id}`,
          brandId,
          showId,
          viewerId: message.viewerId,
          name: 'Chat Sent',
          occurredAt: new Date(message.sentAt),
        });
      }
    });
    this.events.on(heartsSent, ({ showId, viewerId, count }) => {
      const key = `${showId}:${viewerId}`;
      const waiting = this.#hearts.get(key) ?? { showId, viewerId, count: 0 };
      waiting.count += count;
      this.#hearts.set(key, waiting);
      this.#heartsTimer ??= setTimeout(() => void this.#flushHearts(), HEARTS_EVERY_MS);
    });
    this.events.on(holdTaken, ({ showId }) => this.#soonCatchUp(showId));
    this.events.on(orderPaid, ({ showId }) => this.#soonCatchUp(showId));
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#bootedAt = await this.#databaseTime();
    void this.#recover();
  }

  /**
   * What was committed just before a crash and had not reached the log yet. Beside the start, not before it: a day of a busy show takes a
   * while, and the room need not wait.
   */
  async #recover(): Promise<void> {
    try {
      await this.#readRecentShows();
    } catch (error) {
      logger.warn({ err: error }, 'interactions not recovered, trying again');
      if (!this.#stopping) this.#recoverTimer = setTimeout(() => void this.#recover(), RECOVER_AGAIN_MS);
    }
  }

  /** Those to come too: what they will show can be bought already. */
  async #readRecentShows(): Promise<void> {
    const { rows } = await this.database.sql<{ id: string; yesterday: Date }>(
      `SELECT id, engawa_now() - interval '1 day' AS yesterday FROM shows
       WHERE ended_at IS NULL OR ended_at > engawa_now() - interval '1 day'`,
    );
    for (const { id, yesterday } of rows) await this.#read(id, yesterday, { messages: true });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#recoverTimer);
    for (const timer of this.#catchUps.values()) clearTimeout(timer);
    await this.#flushHearts();
  }

  async brandOf(showId: string): Promise<string> {
    const known = this.#brands.get(showId);
    if (known) return known;
    const { rows } = await this.database.sql<{ brand_id: string }>(`SELECT brand_id FROM shows WHERE id = $1`, [
      showId,
    ]);
    const brandId = rows[0]!.brand_id;
    this.#brands.set(showId, brandId);
    return brandId;
  }

  async #flushHearts(): Promise<void> {
    clearTimeout(this.#heartsTimer);
    this.#heartsTimer = undefined;
    const hearts = [...this.#hearts.values()];
    this.#hearts.clear();
    for (const { showId, viewerId, count } of hearts) {
      try {
        const brandId = await this.brandOf(showId);
        const messageId = `hearts:${uuid()}`;
        this.log.note({
          messageId,
          brandId,
          showId,
          viewerId,
          name: 'Reaction Sent',
          quantity: count,
        });
      } catch (error) {
        logger.warn({ err: error }, 'hearts not written');
      }
    }
  }

  /** Holds of a drop come by the hundred: they share one reading. */
  #soonCatchUp(showId: string, afterMs = CATCH_UP_AFTER_MS): void {
    if (this.#catchUps.has(showId) || this.#stopping) return;
    const timer = setTimeout(() => {
      this.#catchUps.delete(showId);
      this.#catchUp(showId).catch((error: unknown) => {
        logger.warn({ err: error }, 'interactions not caught up');
        this.#soonCatchUp(showId, CATCH_UP_AGAIN_MS);
      });
    }, afterMs);
    this.#catchUps.set(showId, timer);
  }

  async #catchUp(showId: string): Promise<void> {
    const now = await this.#databaseTime();
    await this.#read(showId, this.#caughtUpTo.get(showId) ?? this.#bootedAt, { messages: false });
    this.#caughtUpTo.set(showId, now);
  }

  async #databaseTime(): Promise<Date> {
    const { rows } = await this.database.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
    return rows[0]!.now;
  }

  /**
   * Reads holds, orders and messages that the log lacks from the tables that own them. Message keys make it harmless to look twice, so this
   * is both the ordinary way for holds and orders, and the recovery for all three.
   */
  async #read(showId: string, since: Date, { messages }: { messages: boolean }): Promise<void> {
    await this.database.sql(
      `INSERT INTO interactions (message_key, brand_id, show_id, viewer_id, name, product_id, quantity, occurred_at)
       SELECT sha256(convert_to(brand_id || ':' || message_id, 'UTF8')), brand_id, $1, viewer_id, name, product_id, quantity, occurred_at
       FROM (
         SELECT 'hold:' || h.id AS message_id, h.brand_id, h.viewer_id, 'Checkout Started' AS name, v.product_id, h.quantity,
                h.created_at AS occurred_at
         FROM holds h JOIN variants v ON v.id = h.variant_id
         WHERE h.show_id = $1 AND h.created_at > $2::timestamptz - make_interval(secs => $3)
         UNION ALL
         SELECT 'order:' || o.id, o.brand_id, o.viewer_id, 'Order Completed', l.product_id, l.quantity, o.paid_at
         FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.position = 1
         WHERE o.show_id = $1 AND o.paid_at > $2::timestamptz - make_interval(secs => $3)
         UNION ALL
         SELECT 'chat:' || c.id, s.brand_id, c.viewer_id, 'Chat Sent', NULL, 1, c.sent_at
         FROM chat_messages c JOIN shows s ON s.id = c.show_id
         WHERE $4 AND c.show_id = $1 AND c.viewer_id IS NOT NULL AND c.sent_at > $2::timestamptz - make_interval(secs => $3)
       ) missed
       ON CONFLICT DO NOTHING`,
      [showId, since.toISOString(), OVERLAP_SECONDS, messages],
    );
  }
}
