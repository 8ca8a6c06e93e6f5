import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { logger } from '#platform/logger';
import { Database } from '../database/index.ts';

/** Viewers send a heartbeat each 10 s while the picture plays; the end of the last beat is expected half a beat later. */
const BEAT_SECONDS = 10;
const EXPECTED_TAIL_SECONDS = BEAT_SECONDS / 2;
/** A beat later than this begins a new interval. */
const BROKEN_AFTER_SECONDS = 2.5 * BEAT_SECONDS;
const FLUSH_EVERY_MS = 1_000;

interface Open {
  id: string;
  brandId: string;
  showId: string;
  viewerId: string;
  /** Whether it is written down: someone who has not agreed counts among those who watch now, and leaves nothing. */
  isKept: boolean;
  /** Like all times here by the process's own running clock, which no correction of the machine's clock moves. */
  startedAt: number;
  beatAt: number;
}

interface Dirty extends Open {
  endedAt: number;
}

/** Somebody watched from then until then. */
export interface WatchedStretch {
  brandId: string;
  showId: string;
  viewerId: string;
  startedAt: Date;
  endedAt: Date;
}

/** Heartbeats extend one row per stretch of watching; they are not stored one by one. */
@Injectable()
export class WatchLog implements BeforeApplicationShutdown {
  readonly #open = new Map<string, Open>();
  readonly #dirty = new Map<string, Dirty>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  /** @param connectionId two tabs of one viewer are two stretches; they count once when read */
  beat(connectionId: string, watched: { brandId: string; showId: string; viewerId: string; isKept: boolean }): void {
    const now = performance.now();
    const key = `${connectionId}:${watched.showId}`;
    let open = this.#open.get(key);
    if (!open || now - open.beatAt > BROKEN_AFTER_SECONDS * 1000 || open.isKept !== watched.isKept) {
      open = { id: uuid(), ...watched, startedAt: now, beatAt: now };
      this.#open.set(key, open);
    }
    open.beatAt = now;
    this.#touch({ ...open, endedAt: now + EXPECTED_TAIL_SECONDS * 1000 });
  }

  /** The viewer left: the stretch ends now, or where its tail was expected if the beats had stopped before. */
  end(connectionId: string, showId: string): void {
    const key = `${connectionId}:${showId}`;
    const open = this.#open.get(key);
    if (!open) return;
    this.#open.delete(key);
    const now = performance.now();
    const silent = now - open.beatAt > 1.5 * BEAT_SECONDS * 1000;
    this.#touch({
      ...open,
      endedAt: silent ? open.beatAt + EXPECTED_TAIL_SECONDS * 1000 : Math.max(now, open.startedAt),
    });
  }

  /** People whose picture plays now, in this process. */
  watchingNow(showId: string): number {
    const since = performance.now() - 1.5 * BEAT_SECONDS * 1000;
    const people = new Set<string>();
    for (const open of this.#open.values()) {
      if (open.showId === showId && open.beatAt >= since) people.add(open.viewerId);
    }
    return people.size;
  }

  /** Stretches that are over and whose times are known. */
  async keep(stretches: WatchedStretch[]): Promise<void> {
    const column = <T>(value: (one: WatchedStretch) => T) => stretches.map(value);
    await this.database.sql(
      `INSERT INTO watch_intervals (id, brand_id, show_id, viewer_id, started_at, ended_at)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])`,
      [
        column(() => uuid()),
        column(({ brandId }) => brandId),
        column(({ showId }) => showId),
        column(({ viewerId }) => viewerId),
        column(({ startedAt }) => startedAt.toISOString()),
        column(({ endedAt }) => endedAt.toISOString()),
      ],
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const [key, open] of this.#open) this.end(key.slice(0, -(open.showId.length + 1)), open.showId);
    await this.#flush();
  }

  #touch(interval: Dirty): void {
    if (!interval.isKept) return;
    this.#dirty.set(interval.id, interval);
    this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_EVERY_MS);
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = [...this.#dirty.values()];
    this.#dirty.clear();
    if (rows.length === 0) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#write(rows);
      } catch (error) {
        logger.warn({ err: error }, 'watch intervals not written, kept for the next time');
        for (const row of rows) if (!this.#dirty.has(row.id)) this.#touch(row);
      }
    });
    return this.#writing;
  }

  /** Times go as ages, so that the database's clock places them. */
  async #write(rows: Dirty[]): Promise<void> {
    const now = performance.now();
    await this.database.sql(
      `INSERT INTO watch_intervals (id, brand_id, show_id, viewer_id, started_at, ended_at)
       SELECT id, brand_id, show_id, viewer_id, engawa_now() - make_interval(secs => started), engawa_now() - make_interval(secs => ended)
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::float8[], $6::float8[])
         AS w (id, brand_id, show_id, viewer_id, started, ended)
       ON CONFLICT (id) DO UPDATE SET ended_at = GREATEST(watch_intervals.started_at, EXCLUDED.ended_at)`,
      [
        rows.map((row) => row.id),
        rows.map((row) => row.brandId),
        rows.map((row) => row.showId),
        rows.map((row) => row.viewerId),
        rows.map((row) => (now - row.startedAt) / 1000),
        rows.map((row) => (now - row.endedAt) / 1000),
      ],
    );
  }
}
