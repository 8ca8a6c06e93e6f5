import { runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { SnakeNaming } from './naming.ts';
import { migrations } from './migrations/index.ts';

type Entities = (EntitySchema | (new () => object))[];

/** Times out what no request should wait for; a longer job sets its own. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** A connection has the plans of what it has run, and opening one takes longer the more there is to do. */
const IDLE_CONNECTION_MS = 10 * 60_000;

export function buildDataSource(url: string, poolSize: number, entities: Entities): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: entities as (new () => object)[],
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    namingStrategy: new SnakeNaming(),
    installExtensions: false,
    applicationName: 'engawa-api',
    poolSize,
    extra: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
    },
  });
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
