import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type ObjectLiteral, type EntityTarget, type Repository } from 'typeorm';
import { logger } from '#platform/logger';
import { poolOf } from './data-source.ts';

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
    return run<Row>(this.manager, text, parameters);
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

async function run<Row>(manager: EntityManager, text: string, parameters: unknown[]): Promise<Result<Row>> {
  const runner = manager.queryRunner ?? manager.connection.createQueryRunner();
  try {
    const result = await runner.query(text, parameters, true);
    return { rows: (result.records ?? []) as Row[], count: result.affected ?? result.records?.length ?? 0 };
  } finally {
    if (!manager.queryRunner) await runner.release();
  }
}

const retryable = new Set(['40001', '40P01']);

/** SQLSTATE of what the driver threw; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  const driverError = (error as { driverError?: { code?: unknown } } | null)?.driverError ?? error;
  const code = (driverError as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Name of the constraint that refused a row, such as 'shows_slug_key'. */
export function violatedConstraint(error: unknown): string | undefined {
  const driverError = (error as { driverError?: { constraint?: unknown } } | null)?.driverError ?? error;
  const constraint = (driverError as { constraint?: unknown } | null)?.constraint;
  return typeof constraint === 'string' ? constraint : undefined;
}

@Injectable()
export class Database implements Queryable {
  constructor(readonly dataSource: DataSource) {}

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.dataSource.getRepository(entity);
  }

  /** One statement in a transaction of its own. */
  async sql<Row = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<Result<Row>> {
    return run<Row>(this.dataSource.manager, text, parameters);
  }

  /**
   * The same for the few statements that run many times a second: each connection plans it once. Its plan must suit every argument.
   * @param name its own among all statements
   */
  async prepared<Row = Record<string, unknown>>(
    name: string,
    text: string,
    parameters: unknown[],
  ): Promise<Result<Row>> {
    const { rows, rowCount } = await poolOf(this.dataSource).query({ name, text, values: parameters });
    return { rows: rows as Row[], count: rowCount ?? 0 };
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
        if (attempt >= 3 || !retryable.has(sqlState(error) ?? '')) throw error;
      }
    }
  }
}
