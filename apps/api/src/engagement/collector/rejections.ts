import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Rejection, RejectionReason, WriteKeyKind } from '#contracts/collector';
import { logger } from '#platform/logger';
import { Database } from '../../database/index.ts';
import type { Sender } from './write-keys.service.ts';

const FLUSH_AFTER_MS = 500;
/** Kinds of rejections of a brand and day that have a row of their own; all others share one. */
const MAX_KINDS = 200;
const MAX_FIELD = 120;
const MAX_SAMPLE = 2_000;
const SHOWN = 200;
const KEPT_DAYS = 30;

interface Counted {
  sender: Sender;
  field: string;
  reason: RejectionReason;
  count: number;
  sample: string;
}

/**
 * What was refused, for the brand to see: counted by kind and day, with the last one as a sample. A flood costs one small statement twice a second
 * and a few rows. A process that is killed takes the last half second of counts with it.
 */
@Injectable()
export class Rejections implements BeforeApplicationShutdown {
  readonly #waiting = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  note(sender: Sender, field: string, reason: RejectionReason, event: unknown): void {
    const shortField = clean(field, MAX_FIELD) || 'event';
    const key = `${sender.keyId} ${reason} ${shortField}`;
    const counted = this.#waiting.get(key);
    if (counted) {
      counted.count += 1;
      return;
    }
    // What comes beyond it in half a second counts, without a field of its own.
    const many = this.#waiting.size >= MAX_KINDS && reason !== 'more';
    if (many) return this.note(sender, 'event', 'more', event);
    const sample = clean(withoutKeys(typeof event === 'string' ? event : (JSON.stringify(event) ?? '')), MAX_SAMPLE);
    this.#waiting.set(key, { sender, field: shortField, reason, count: 1, sample });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  /** The latest first. */
  async list(brandId: string): Promise<Rejection[]> {
    const { rows } = await this.database.sql<Row>(
      `SELECT r.day::text, r.field, r.reason, r.count::int, r.sample, r.first_at, r.last_at, k.id AS key_id, k.name AS key_name, k.kind
       FROM rejected_events r JOIN write_keys k ON k.id = r.write_key_id
       WHERE r.brand_id = $1 AND r.day > (engawa_now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS}
       ORDER BY r.last_at DESC, r.field LIMIT ${SHOWN}`,
      [brandId],
    );
    return rows.map(({ key_id, key_name, kind, first_at, last_at, ...row }) => ({
      ...row,
      writeKey: { id: key_id, name: key_name, kind },
      firstAt: first_at.toISOString(),
      lastAt: last_at.toISOString(),
    }));
  }

  /** @returns how many rows went */
  async dropOld(): Promise<number> {
    const { count } = await this.database.sql(
      `DELETE FROM rejected_events WHERE day <= (engawa_now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS}`,
    );
    return count;
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.flush();
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#writing = this.#writing.then(async () => {
      if (counted.length === 0) return;
      await this.#write(counted).catch((error: unknown) =>
        logger.warn({ err: error, count: counted.reduce((sum, one) => sum + one.count, 0) }, 'rejections not counted'),
      );
    });
    return this.#writing;
  }

  async #write(counted: Counted[]): Promise<void> {
    const column = <T>(value: (one: Counted) => T) => counted.map(value);
    await this.database.sql(
      `WITH today AS (SELECT (engawa_now() AT TIME ZONE 'UTC')::date AS day),
       fresh AS (
         SELECT f.*, today.day, EXISTS (
                  SELECT FROM rejected_events r WHERE (r.brand_id, r.day, r.write_key_id, r.field, r.reason) = (f.brand_id, today.day, f.key_id, f.field, f.reason)
                ) OR (SELECT count(*) FROM rejected_events r WHERE r.brand_id = f.brand_id AND r.day = today.day)
                     + row_number() OVER (PARTITION BY f.brand_id ORDER BY f.count DESC, f.field, f.reason) <= ${MAX_KINDS} AS fits
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[]) AS f (brand_id, key_id, field, reason, count, sample), today
       )
       INSERT INTO rejected_events AS r (brand_id, day, write_key_id, field, reason, count, sample, first_at, last_at)
       SELECT brand_id, day, key_id, CASE WHEN fits THEN field ELSE 'event' END, CASE WHEN fits THEN reason ELSE 'more' END, sum(count), min(sample),
              engawa_now(), engawa_now()
       FROM fresh GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
       ON CONFLICT (brand_id, day, write_key_id, field, reason) DO UPDATE
         SET count = r.count + EXCLUDED.count, sample = EXCLUDED.sample, last_at = EXCLUDED.last_at`,
      [
        column(({ sender }) => sender.brandId),
        column(({ sender }) => sender.keyId),
        column(({ field }) => field),
        column(({ reason }) => reason),
        column(({ count }) => count),
        column(({ sample }) => sample),
      ],
    );
  }
}

interface Row extends Omit<Rejection, 'writeKey' | 'firstAt' | 'lastAt'> {
  key_id: string;
  key_name: string;
  kind: WriteKeyKind;
  first_at: Date;
  last_at: Date;
}

/** Cut off, and without what PostgreSQL keeps in no text. */
const clean = (text: string, length: number) => text.slice(0, length).replaceAll('\0', '').toWellFormed();

/** Samples are seen by more people than may see a key. */
const withoutKeys = (text: string) => text.replaceAll(/\b(pub|srv)_[\w-]{32}/g, '$1_…');
