import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Database, sqlState, violatedConstraint } from '../database/index.ts';
import type { InteractionSource } from './interaction.entity.ts';
import { messageKey } from './message-key.ts';

/** Names of the Segment e-commerce specification, and live ones beside them. A brand's own pages may send any other. */
export type RoomInteraction =
  | 'Room Joined' // before the first picture, or after the last
  | 'Live Joined'
  | 'Live Left'
  | 'Chat Sent'
  | 'Reaction Sent'
  | 'Replay Watched' // a stretch of it: properties.from and to, in seconds of the playhead
  | 'Product Viewed'
  | 'Product Clicked';

export interface Interaction {
  /** Unique within the brand: the same id again changes nothing. Whoever takes ids from outside puts the sender's name before them. */
  messageId: string;
  brandId: string;
  /** A viewer of ours, or a row of `subjects`. */
  subjectId: string;
  name: string;
  source: InteractionSource;
  showId?: string;
  productId?: string;
  quantity?: number;
  properties?: object;
  context?: object;
  /** Absent: when it is recorded, by the clock of the database. */
  occurredAt?: Date | undefined;
  /** Instead of `occurredAt`: how long before it is recorded. */
  agoMs?: number;
  /** What the sender's clock said, where the time has been corrected: it decides the partition. */
  saidAt?: Date;
}

interface Waiting {
  rows: Interaction[];
  recordedAt: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const FLUSH_AFTER_MS = 100;
const FLUSH_AT_ROWS = 500;
const MAX_BATCH = 5_000;
const MAX_WAITING = 50_000;
const PARTITIONS_EVERY_MS = 3_600_000;
/** Shed first when the buffer is nearly full: they say least. */
const shedFirst = new Set(['Product Viewed', 'Live Left', 'Reaction Sent', 'Replay Watched']);

/** Write-behind: what people do is gathered for a moment and written together. Accepted only after commit. */
@Injectable()
export class InteractionLog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #waiting: Waiting[] = [];
  /** Not yet committed, those under way included. */
  #uncommitted = 0;
  #timer: NodeJS.Timeout | undefined;
  #partitionTimer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ensureDays([]);
    this.#partitionTimer = setInterval(() => {
      this.ensureDays([]).catch((error: unknown) => logger.warn({ err: error }, 'partitions of the log not made'));
    }, PARTITIONS_EVERY_MS);
  }

  /** @returns after all rows are committed. @throws unavailable when the buffer is full */
  record(...rows: Interaction[]): Promise<void> {
    const full = rows.every(({ name }) => shedFirst.has(name)) ? MAX_WAITING / 2 : MAX_WAITING;
    if (this.#uncommitted + rows.length > full) {
      return Promise.reject(new AppError('unavailable', { retryAfterMs: 2000 }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, recordedAt: performance.now(), resolve, reject });
      this.#uncommitted += rows.length;
      if (this.#uncommitted >= FLUSH_AT_ROWS) void this.#drain();
      else this.#timer ??= setTimeout(() => void this.#drain(), FLUSH_AFTER_MS);
    });
  }

  /** For what nobody waits for: a failure is logged. */
  note(interaction: Interaction): void {
    this.record(interaction).catch((error: unknown) =>
      logger.warn({ err: error, name: interaction.name }, 'interaction not written'),
    );
  }

  /** Runs a statement that writes into the log; once more where it met a day that has no partition yet. */
  async write(text: string, parameters: unknown[], days: () => Date[] = () => []): Promise<void> {
    try {
      await this.database.sql(text, parameters);
    } catch (error) {
      if (!isMissingDay(error)) throw error;
      await this.ensureDays(days());
      await this.database.sql(text, parameters);
    }
  }

  /** Makes the partitions of these days and of the coming ones. */
  async ensureDays(times: Date[]): Promise<void> {
    const days = [...new Set(times.map((time) => time.toISOString().slice(0, 10)))];
    await this.database.sql(
      `SELECT ensure_interaction_days($1::date[] || ARRAY(
         SELECT (engawa_now() AT TIME ZONE 'UTC')::date + n FROM generate_series(-1, 3) n))`,
      [days],
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#partitionTimer);
    await this.#drain();
  }

  /** One statement at a time: what comes while it runs is the next one's. */
  #drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Without anything to wait for it would end before it is kept, and be kept for ever: nothing would be written any more.
    if (this.#waiting.length === 0) return this.#draining ?? Promise.resolve();
    this.#draining ??= (async () => {
      while (this.#waiting.length > 0) {
        const batch = this.#nextBatch();
        await this.#settle(batch);
        this.#uncommitted -= countRows(batch);
      }
      this.#draining = undefined;
    })();
    return this.#draining;
  }

  #nextBatch(): Waiting[] {
    let rows = 0;
    const end = this.#waiting.findIndex((one, index) => (rows += one.rows.length) > MAX_BATCH && index > 0);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #settle(batch: Waiting[]): Promise<void> {
    try {
      await this.#write(batch);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      // What the data of one has caused must not cost the others.
      if (batch.length > 1 && isOfData(error)) {
        const middle = batch.length >> 1;
        await this.#settle(batch.slice(0, middle));
        await this.#settle(batch.slice(middle));
        return;
      }
      for (const { reject } of batch) reject(error);
    }
  }

  async #write(batch: Waiting[]): Promise<void> {
    const rows = batch.flatMap((one) => one.rows);
    await this.write(insertRows, arraysOf(batch, rows), () =>
      rows.flatMap((row) => row.saidAt ?? row.occurredAt ?? []),
    );
  }
}

/** JSON text has none of it: there it is written as an escape. */
const JSON_SEPARATOR = '\x1f';

/** The clock is asked once for all rows, and no array is taken apart twice. */
const insertRows = `
  INSERT INTO interactions (day, message_key, brand_id, subject_id, name, source, show_id, product_id, quantity, properties, context, occurred_at)
  SELECT (COALESCE(to_timestamp(said / 1000), to_timestamp(occurred / 1000), now - age * interval '1 ms') AT TIME ZONE 'UTC')::date,
         message_key, brand_id, subject_id, name, source, show_id, product_id, quantity, properties::jsonb, context::jsonb,
         COALESCE(to_timestamp(occurred / 1000), now - age * interval '1 ms')
  FROM (SELECT engawa_now() AS now) clock,
       unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::int[], string_to_array($9, chr(31), ''),
              string_to_array($10, chr(31), ''), $11::float8[], $12::float8[], $13::float8[])
         AS i (message_key, brand_id, subject_id, name, source, show_id, product_id, quantity, properties, context, occurred, said, age)
  ON CONFLICT DO NOTHING`;

/**
 * Arrays as PostgreSQL writes them: the driver's own way looks at each value for what it might be, which costs as much as the rest of our work.
 * What has no time of its own goes as an age, so that the database's clock places it.
 */
function arraysOf(batch: Waiting[], rows: Interaction[]): string[] {
  const now = performance.now(); // no step of this machine's clock reaches it
  const array = (value: (row: Interaction) => string | number | undefined) =>
    `{${rows.map((row) => value(row) ?? 'NULL').join(',')}}`;
  const jsons = (value: (row: Interaction) => object | undefined) =>
    rows.map((row) => (value(row) === undefined ? '' : JSON.stringify(value(row)))).join(JSON_SEPARATOR);
  return [
    array(messageKey),
    array((row) => row.brandId),
    array((row) => row.subjectId),
    array((row) => quoted(row.name)),
    array((row) => row.source),
    array((row) => row.showId),
    array((row) => row.productId),
    array((row) => row.quantity ?? 1),
    jsons((row) => row.properties),
    jsons((row) => row.context),
    array((row) => row.occurredAt?.getTime()),
    array((row) => row.saidAt?.getTime()),
    `{${batch.flatMap(({ rows: own, recordedAt }) => own.map((row) => ageOf(row, now - recordedAt))).join(',')}}`,
  ];
}

/** In milliseconds; none where there is a time. */
const ageOf = ({ occurredAt, agoMs = 0 }: Interaction, waitedMs: number) =>
  occurredAt ? 'NULL' : Math.round(waitedMs + agoMs);

const quoted = (text: string) => `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;

const countRows = (batch: Waiting[]) => batch.reduce((sum, { rows }) => sum + rows.length, 0);

/** PostgreSQL names no constraint where a row has no partition. */
const isMissingDay = (error: unknown) => sqlState(error) === '23514' && violatedConstraint(error) === undefined;

/** Of class 22 (data) or 23 (constraints): another try of the same row would fail again. */
const isOfData = (error: unknown) => /^2[23]/.test(sqlState(error) ?? '');
