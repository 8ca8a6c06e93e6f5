import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger as WorkerLogger, run, type Runner, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import { logger } from '#platform/logger';
import { poolOf } from './data-source.ts';
import { Database } from './database.ts';

export type JobHandler = (payload: unknown) => Promise<void>;

/**
 * Durable work that is added inside a transaction (`Tx.addJob`) and run at least once, here or in another api process.
 * A handler that throws is run again with growing delay.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #tasks: TaskList = {};
  #runner: Runner | undefined;

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
    // A lost database ends the runner; the process then ends and its supervisor starts it anew.
    this.#runner.promise.catch((error: unknown) => logger.error({ err: error }, 'job runner stopped'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#runner?.stop();
  }
}
