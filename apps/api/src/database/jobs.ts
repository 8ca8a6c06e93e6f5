import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger as WorkerLogger, run, type Runner, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import { logger } from '#platform/logger';
import { poolOf } from './data-source.ts';
import { Database } from './database.ts';

export type JobHandler = (payload: unknown) => Promise<void>;

const OPEN_CONNECTIONS = 6;
const UNLOCK_EVERY_MS = 30_000;
/** Longer than any handler may take, its calls to Stripe included. */
const LOST_AFTER = '3 minutes';

/**
 * Durable work that is added inside a transaction (`Tx.addJob`) and run at least once, here or in another api process.
 * A handler that throws is run again with growing delay.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #tasks: TaskList = {};
  #runner: Runner | undefined;
  #unlockTimer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(private readonly database: Database) {}

  /** Called from a module's `onModuleInit`: tasks must be known before the runner starts. */
  register(name: string, handler: JobHandler): void {
    if (this.#tasks[name]) throw new Error(`job ${name} is registered twice`);
    this.#tasks[name] = (payload) => handler(payload);
  }

  async onApplicationBootstrap(): Promise<void> {
    const pool: Pool = poolOf(this.database.dataSource);
    // A connection that breaks while it is idle says so here; the pool replaces it.
    pool.on('error', (error) => logger.warn({ err: error }, 'idle database connection broke'));
    pool.on('connect', (client) =>
      client.on('error', (error: Error) => logger.warn({ err: error }, 'database connection broke')),
    );
    // Open before a crowd comes: in the middle of one, the pool's patience ends before a connection is there.
    await Promise.all(Array.from({ length: OPEN_CONNECTIONS }, () => this.database.sql('SELECT 1')));
    await this.#unlock('0 seconds');
    this.#runner = await run({
      pgPool: pool,
      taskList: this.#tasks,
      concurrency: 5,
      pollInterval: 1000,
      noHandleSignals: true,
      logger: new WorkerLogger(() => (level, message, meta) => {
        if (level === 'error') logger.error({ meta }, `jobs: ${message}`);
        else if (level === 'warning') logger.warn(`jobs: ${message}`);
        else logger.trace(`jobs: ${message}`);
      }),
    });
    this.#unlockTimer = setInterval(() => {
      this.#unlock(LOST_AFTER).catch((error: unknown) => logger.warn({ err: error }, 'lost jobs not unlocked'));
    }, UNLOCK_EVERY_MS);
    // The runner ends by itself when the database stays away. Without jobs no payment would be settled: the supervisor starts us anew.
    void this.#runner.promise
      .catch((error: unknown) => logger.error({ err: error }, 'job runner failed'))
      .then(() => {
        if (this.#stopping) return;
        logger.fatal('job runner stopped');
        process.exit(1);
      });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#unlockTimer);
    await this.#runner?.stop();
  }

  /**
   * A process that died keeps its jobs locked, and graphile-worker waits four hours before another takes them: an order would stay
   * pending with its stock. Handlers may run twice, so it is harmless to free one that is still running elsewhere.
   */
  async #unlock(lockedFor: string): Promise<void> {
    await this.database.sql(
      `SELECT graphile_worker.force_unlock_workers(ARRAY(
         SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_at <= now() - $1::interval))`,
      [lockedFor],
    );
  }
}
