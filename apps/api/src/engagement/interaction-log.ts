import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Database } from '../database/index.ts';

/** Names of the Segment e-commerce specification, and live ones beside them. */
export type InteractionName =
  | 'Live Joined'
  | 'Live Left'
  | 'Chat Sent'
  | 'Reaction Sent'
  | 'Product Viewed'
  | 'Product Clicked'
  | 'Checkout Started'
  | 'Order Completed';

export interface Interaction {
  /** Unique within the brand: the same id again changes nothing. */
  messageId: string;
  brandId: string;
  showId: string;
  viewerId: string;
  name: InteractionName;
  productId?: string;
  quantity?: number;
  /** By the clock of the database; absent: when it is recorded. */
  occurredAt?: Date;
}

interface Waiting {
  interaction: Interaction;
  recordedAt: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const FLUSH_AFTER_MS = 100;
const FLUSH_AT_ROWS = 500;
const MAX_BATCH = 5_000;
const MAX_WAITING = 50_000;
/** Shed first when the buffer is nearly full: they say least. */
const shedFirst = new Set<InteractionName>(['Product Viewed', 'Live Left', 'Reaction Sent']);

/** Write-behind: what viewers do is gathered for a moment and written together. Accepted only after commit. */
@Injectable()
export class InteractionLog implements BeforeApplicationShutdown {
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  /** @returns after the row is committed. @throws unavailable when the buffer is full */
  record(interaction: Interaction): Promise<void> {
    const full = shedFirst.has(interaction.name) ? MAX_WAITING / 2 : MAX_WAITING;
    if (this.#waiting.length >= full) return Promise.reject(new AppError('unavailable', { retryAfterMs: 2000 }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ interaction, recordedAt: performance.now(), resolve, reject });
      if (this.#waiting.length >= FLUSH_AT_ROWS) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS);
    });
  }

  /** For what nobody waits for: a failure is logged. */
  note(interaction: Interaction): void {
    this.record(interaction).catch((error: unknown) =>
      logger.warn({ err: error, name: interaction.name }, 'interaction not written'),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#write(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    });
    if (this.#waiting.length > 0) this.#flush();
  }

  /** What has no time of its own goes as an age, so that the database's clock places it. */
  async #write(batch: Waiting[]): Promise<void> {
    const now = performance.now(); // no step of this machine's clock reaches it
    const column = <T>(value: (row: Interaction) => T) => batch.map(({ interaction }) => value(interaction));
    await this.database.sql(
      `INSERT INTO interactions (message_key, brand_id, show_id, viewer_id, name, product_id, quantity, occurred_at)
       SELECT sha256(convert_to(brand_id || ':' || message_id, 'UTF8')), brand_id, show_id, viewer_id, name, product_id, quantity,
              COALESCE(occurred_at, engawa_now() - make_interval(secs => age))
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::int[], $8::timestamptz[], $9::float8[])
         AS i (message_id, brand_id, show_id, viewer_id, name, product_id, quantity, occurred_at, age)
       ON CONFLICT DO NOTHING`,
      [
        column((row) => row.messageId),
        column((row) => row.brandId),
        column((row) => row.showId),
        column((row) => row.viewerId),
        column((row) => row.name),
        column((row) => row.productId ?? null),
        column((row) => row.quantity ?? 1),
        column((row) => row.occurredAt?.toISOString() ?? null),
        batch.map(({ recordedAt }) => (now - recordedAt) / 1000),
      ],
    );
  }
}
