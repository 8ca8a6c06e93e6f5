import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ShowCurve } from '#contracts/insights';
import { logger } from '#platform/logger';
import { Database } from '../../database/index.ts';
import { isBehind } from '../../engagement/index.ts';
import { readShow, type ShowRead } from './show-figures.ts';
import { showFacts, type ShowFacts } from './show.queries.ts';

/** What takes longer to read is kept. */
const KEPT_FROM_MS = 2_000;
/** So long one waits for new figures before the kept ones are given out. */
const PATIENCE_MS = 3_000;
/** While a report is out of date it is made anew, but never more than this part of the time. */
const SHARE = 1 / 5;
const LOOK_EVERY_MS = 10_000;
/** Whose report is made before anybody has asked. */
const LARGE_FROM_VIEWERS = 2_000;
/** What was watched last is written by then. */
const SETTLED_AFTER = `interval '2 minutes'`;
const BACKLOG_ROWS = 500_000;

interface Report extends ShowRead {
  asOf: Date;
}

/** What is asked for by itself. */
type Part = 'figures' | 'curve';

interface Kept<P extends Part> {
  part: Report[P];
  made_at: Date;
  took_ms: number;
  current: boolean;
}

/**
 * The figures of a show are read from what its people did, which takes seconds for a hundred thousand of them. Those of a large show are kept, with the
 * versions of all that they were made of (`report_versions`), and are given out for as long as nothing of it has changed. Once it has, whoever looks
 * waits a little for new ones, and is else given the kept figures with the time that they are of.
 */
@Injectable()
export class ShowReports implements OnApplicationBootstrap, BeforeApplicationShutdown {
  keptFromMs = KEPT_FROM_MS;
  readonly #making = new Map<string, Promise<Report>>();
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.#again();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#making.values());
  }

  async of(show: ShowFacts): Promise<Pick<Report, 'figures' | 'asOf'>> {
    return (await this.#given(show, 'figures')) ?? this.#make(show);
  }

  /** By the second; null for a show of which nothing is kept, and which is therefore quickly read. */
  async curve(show: ShowFacts): Promise<ShowCurve | null> {
    return (await this.#given(show, 'curve'))?.curve ?? null;
  }

  async #given<P extends Part>(show: ShowFacts, name: P): Promise<Pick<Report, P | 'asOf'> | null> {
    const kept = await this.#kept(show, name);
    if (!kept) return null;
    const given = (asOf: Date) => ({ [name]: kept.part, asOf }) as Pick<Report, P | 'asOf'>;
    if (kept.current) return given(show.now);
    const age = show.now.getTime() - kept.made_at.getTime();
    const old = given(kept.made_at);
    if (age * SHARE < kept.took_ms) return old;
    const making = this.#make(show).catch((error: unknown) => {
      logger.warn({ err: error, showId: show.id }, 'a report was not made');
      return old;
    });
    return Promise.race([making, sleep(PATIENCE_MS, old, { ref: false })]);
  }

  async #kept<P extends Part>({ id, brand_id, state }: ShowFacts, name: P): Promise<Kept<P> | undefined> {
    const { rows } = await this.database.sql<Kept<P>>(
      `SELECT r.${name} AS part, r.made_at, r.took_ms,
              r.ended AND $3 AND r.show_version = ${versionOf('$1')} AND r.brand_version = ${versionOf('$2')} AS current
       FROM show_reports r WHERE r.show_id = $1`,
      [id, brand_id, state === 'ended'],
    );
    return rows[0];
  }

  /** Whoever asks meanwhile is given the same. */
  #make(show: ShowFacts, keptFromMs = this.keptFromMs): Promise<Report> {
    const making =
      this.#making.get(show.id) ?? this.#read(show, keptFromMs).finally(() => this.#making.delete(show.id));
    this.#making.set(show.id, making);
    return making;
  }

  async #read({ id, brand_id }: ShowFacts, keptFromMs: number): Promise<Report> {
    const began = performance.now();
    const read = await this.database.transaction(async (tx) => {
      await tx.sql(`SET LOCAL statement_timeout = '2min'`);
      const { rows } = await tx.sql<{ show: string; brand: string }>(
        `SELECT ${versionOf('$1')} AS show, ${versionOf('$2')} AS brand`,
        [id, brand_id],
      );
      const show = (await showFacts(tx, brand_id, id))!;
      return { show, versions: rows[0]!, report: await readShow(tx, show) };
    }, 'REPEATABLE READ');
    const took = performance.now() - began;
    const { show, versions, report } = read;
    if (took >= keptFromMs) {
      await this.database.sql(
        `INSERT INTO show_reports AS r (show_id, figures, curve, line, ended, show_version, brand_version, took_ms, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (show_id) DO UPDATE SET figures = EXCLUDED.figures, curve = EXCLUDED.curve, line = EXCLUDED.line, ended = EXCLUDED.ended,
           show_version = EXCLUDED.show_version, brand_version = EXCLUDED.brand_version, took_ms = EXCLUDED.took_ms, made_at = EXCLUDED.made_at
         WHERE r.made_at < EXCLUDED.made_at`,
        [
          id,
          JSON.stringify(report.figures),
          JSON.stringify(report.curve),
          JSON.stringify(report.line),
          show.state === 'ended',
          versions.show,
          versions.brand,
          Math.round(took),
          show.now,
        ],
      );
    }
    return { ...report, asOf: show.now };
  }

  #again(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      if (!(await isBehind(this.database, 'persons', BACKLOG_ROWS))) await this.#makeLarge();
    } catch (error) {
      if (!this.#stopping) logger.warn({ err: error }, 'reports of shows were not made, trying again');
    }
    if (!this.#stopping) this.#again();
  }

  /** Of large shows that are over, so that nobody waits for the first look. What other shows sell changes them too, but does not hurry. */
  async #makeLarge(): Promise<void> {
    const { rows } = await this.database.sql<{ id: string; brand_id: string }>(
      `SELECT s.id, s.brand_id FROM shows s JOIN report_versions v ON v.subject_id = s.id LEFT JOIN show_reports r ON r.show_id = s.id
       WHERE s.ended_at < engawa_now() - ${SETTLED_AFTER} AND r.show_version IS DISTINCT FROM v.version
         AND (SELECT sum(a.persons) FROM show_audiences a WHERE a.show_id = s.id AND a.kind = 'viewed') >= ${LARGE_FROM_VIEWERS}
       ORDER BY s.ended_at DESC`,
    );
    for (const { id, brand_id } of rows) {
      if (this.#stopping) return;
      const show = await showFacts(this.database, brand_id, id);
      if (show) await this.#make(show, 0);
    }
  }
}

/** SQL of how often what a show or a brand reports has changed. */
const versionOf = (subject: string) =>
  `COALESCE((SELECT version FROM report_versions WHERE subject_id = ${subject}), 0)`;
