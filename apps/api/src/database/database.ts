import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import type { EntityManager, ObjectLiteral, EntityTarget, Repository } from 'typeorm';
import { logger } from '#platform/logger';
import { Connections, poolOf } from './data-source.ts';
import { sqlState } from './sql-errors.ts';
import { isStalePlan, StatementNames } from './statement-names.ts';

/** Rows of one statement and how many rows it touched. */
export interface Result<Row> {
  rows: Row[];
  count: number;
}

/** What runs SQL: a transaction, or the database by itself (each statement then commits alone). */
export interface Queryable {
  sql<Row = Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Result<Row>>;
}

/** An open transaction. Functions that join one take it first. */
export class Tx implements Queryable {
  readonly #afterCommit: (() => void | Promise<void>)[] = [];

  constructor(readonly manager: EntityManager) {}

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.manager.getRepository(entity);
  }

  async sql<Row = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<Result<Row>> {
    const connection = (await this.manager.queryRunner!.connect()) as PoolClient;
    return run<Row>(connection, text, parameters);
  }

  /** For effects that may be lost with the process. What must happen is a job, added by `addJob` in this transaction. */
  afterCommit(effect: () => void | Promise<void>): void {
    this.#afterCommit.push(effect);
  }

  /**
   * Adds a job that exists exactly if this transaction commits.
   * @param delaySeconds by the database's clock
   * @param key with a key, a job of the same key that has not run yet is replaced
   * @param lane jobs of one lane run one after another, so that slow ones leave the workers to others
   */
  async addJob(
    name: string,
    payload: object,
    options: { delaySeconds?: number; key?: string; lane?: string } = {},
  ): Promise<void> {
    await this.sql(
      `SELECT graphile_worker.add_job($1, $2::json, queue_name => $5, run_at => now() + make_interval(secs => $3), job_key => $4)`,
      [name, JSON.stringify(payload), options.delaySeconds ?? 0, options.key ?? null, options.lane ?? null],
    );
  }

  async runAfterCommit(): Promise<void> {
    for (const effect of this.#afterCommit) {
      try {
        await effect();
      } catch (error) {
        logger.error({ err: error }, 'effect after commit failed');
      }
    }
  }
}

const names = new StatementNames();

async function run<Row>(on: Pool | PoolClient, text: string, values: unknown[]): Promise<Result<Row>> {
  try {
    const { rows, rowCount } = await on.query({ name: names.of(text), text, values });
    return { rows: rows as Row[], count: rowCount ?? 0 };
  } catch (error) {
    if (isStalePlan(error)) names.renew(text);
    throw error;
  }
}

/** One statement by itself may be run again: of one whose plan was stale, nothing has happened. */
async function runAlone<Row>(pool: Pool, text: string, values: unknown[]): Promise<Result<Row>> {
  try {
    return await run<Row>(pool, text, values);
  } catch (error) {
    if (!isStalePlan(error)) throw error;
    return run<Row>(pool, text, values);
  }
}

/** A serialisation failure or a deadlock; or a plan that has become stale: neither says anything of the work itself. */
function mayPass(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '') || isStalePlan(error);
}

/**
 * For statements that every order runs: each connection plans them once, without a look at the values. Of whatever values they come with, the plan must
 * be the right one, as it is where rows are found by their keys. Planning them anew each time was half of what an order cost PostgreSQL.
 */
export class Planned implements Queryable {
  constructor(private readonly pool: Pool) {}

  sql<Row = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<Result<Row>> {
    return runAlone<Row>(this.pool, text, parameters);
  }
}

@Injectable()
export class Database implements Queryable {
  readonly planned: Planned;

  constructor(readonly dataSource: Connections) {
    this.planned = new Planned(dataSource.planned);
  }

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.dataSource.getRepository(entity);
  }

  /** One statement in a transaction of its own. */
  sql<Row = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<Result<Row>> {
    return runAlone<Row>(poolOf(this.dataSource), text, parameters);
  }

  /**
   * Runs the whole of `work` in one transaction; again, at most three times, when PostgreSQL refused it for a serialisation failure or
   * a deadlock (and for nothing else). `work` must therefore touch nothing but the database.
   * @param isolation PostgreSQL's own default, READ COMMITTED, when left out: naming it would cost a statement of its own
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, isolation?: 'REPEATABLE READ'): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      let tx: Tx | undefined;
      try {
        const run = (manager: EntityManager): Promise<T> => {
          tx = new Tx(manager);
          return work(tx);
        };
        const { dataSource } = this;
        const result = await (isolation ? dataSource.transaction(isolation, run) : dataSource.transaction(run));
        await tx?.runAfterCommit();
        return result;
      } catch (error) {
        if (attempt >= 3 || !mayPass(error)) throw error;
      }
    }
  }
}
