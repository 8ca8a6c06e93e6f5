import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { Database, Jobs } from '../database/index.ts';
import { Rejections } from './collector/rejections.ts';

const NAME = 'drop-old-interactions';
const FIRST_SECONDS = 90;
const EVERY_SECONDS = 3_600;
/** Dropping takes the whole log for a moment: whoever writes would wait behind us for as long as we wait for others. */
const LOCK_TIMEOUT_MS = 2_000;

/** Ends what the log keeps of single events, a day at a time. What was added up from them stays. */
@Injectable()
export class RetentionJob implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly rejections: Rejections,
  ) {}

  onModuleInit(): void {
    this.jobs.register(NAME, async () => {
      await this.#plan(EVERY_SECONDS);
      await this.dropOld();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#plan(FIRST_SECONDS);
  }

  /** @returns the days that are gone */
  async dropOld(keepDays = config.engagementRetentionDays): Promise<string[]> {
    const { rows } = await this.database.sql<{ table: string; day: string }>(
      `SELECT c.oid::regclass::text AS table, to_date(substr(c.relname, 14), 'YYYYMMDD')::text AS day
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'interactions'::regclass AND c.relname ~ '^interactions_\\d{8}$'
         AND to_date(substr(c.relname, 14), 'YYYYMMDD') < (engawa_now() AT TIME ZONE 'UTC')::date - $1::int
       ORDER BY 1`,
      [keepDays],
    );
    const gone: string[] = [];
    for (const { table, day } of rows) {
      await this.database.transaction(async (tx) => {
        await tx.sql(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
        await tx.sql(`DROP TABLE IF EXISTS ${table}`);
      });
      gone.push(day);
    }
    if (gone.length > 0) {
      logger.info({ days: gone, keepDays }, 'interactions older than ENGAGEMENT_RETENTION_DAYS are dropped');
    }
    await this.rejections.dropOld();
    return gone;
  }

  async #plan(delaySeconds: number): Promise<void> {
    await this.database.transaction((tx) => tx.addJob(NAME, {}, { delaySeconds, key: NAME }));
  }
}
