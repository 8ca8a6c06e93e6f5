import type { Client } from 'pg';

/** Viewers by number, so that pgbench and we need not hand on hundreds of thousands of ids. In SQL: `bench_viewer(number)`. */
export function viewerId(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export async function createViewers(database: Client, count: number): Promise<void> {
  await database.query(`
    CREATE FUNCTION bench_viewer(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid`);
  await database.query(`INSERT INTO viewers (id) SELECT bench_viewer(n) FROM generate_series(1, $1::bigint) n`, [
    count,
  ]);
  await database.query(`CREATE SEQUENCE bench_buyers`);
}
