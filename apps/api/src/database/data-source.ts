import { runMigrations } from 'graphile-worker';
import { Pool } from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { logger } from '#platform/logger';
import { SnakeNaming } from './naming.ts';
import { migrations } from './migrations/index.ts';

type Entities = (EntitySchema | (new () => object))[];

/** Times out what no request should wait for; a longer job sets its own. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** A connection has the plans of what it has run, and opening one takes longer the more there is to do. */
const IDLE_CONNECTION_MS = 10 * 60_000;

const applicationName = 'engawa-api';
const poolOptions = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  connectionTimeoutMillis: 5_000,
  idleTimeoutMillis: IDLE_CONNECTION_MS,
};

/** TypeORM's connections, and beside them those that plan a statement once, for whatever values it comes with. */
export class Connections extends DataSource {
  readonly planned: Pool;

  /** @param most connections in all, from 3; a third of them plan once */
  constructor(url: string, most: number, entities: Entities) {
    const planned = Math.floor(most / 3);
    super({
      type: 'postgres',
      url,
      entities: entities as (new () => object)[],
      migrations,
      migrationsTableName: 'migrations',
      migrationsTransactionMode: 'each',
      synchronize: false,
      namingStrategy: new SnakeNaming(),
      installExtensions: false,
      applicationName,
      poolSize: most - planned,
      extra: poolOptions,
    });
    this.planned = new Pool({
      ...poolOptions,
      connectionString: url,
      application_name: applicationName,
      max: planned,
      options: '-c plan_cache_mode=force_generic_plan',
    });
    this.planned.on('error', (error) => logger.warn({ err: error }, 'an idle connection to PostgreSQL broke'));
  }

  override async destroy(): Promise<void> {
    await this.planned.end();
    await super.destroy();
  }
}

/** The pg pool below TypeORM, shared with the job runner. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** Brings an empty or older database up to date: our tables, then the job runner's own schema. */
export async function migrate(dataSource: DataSource): Promise<number> {
  const applied = await dataSource.runMigrations();
  await runMigrations({ pgPool: poolOf(dataSource) });
  return applied.length;
}
