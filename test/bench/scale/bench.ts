import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { insightsApi } from '#contracts/insights';
import { overviewApi } from '#contracts/overview';
import type { Endpoint, RequestOf } from '#contracts/endpoint';
import { judgeAlone, median, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu } from '../support/cpu.ts';
import { startApi } from '../support/processes.ts';
import { call, Shop } from '../support/shop.ts';
import { sizeOf, writeHistory } from './history.ts';

/** `SCALE_EVENTS=1000000 npm run bench -- scale` for a shorter look. */
const EVENTS = Number(process.env.SCALE_EVENTS ?? 20_000_000);
const target = { show: 150, overview: 500 };
/** Longer than the api keeps an answer. */
const APART_MS = 700;

/**
 * What a dashboard costs when the log is large: the time that PostgreSQL worked for one page (pg_stat_database.active_time). A page that reads the
 * log itself instead of what was added up from it fails the bench. `SCALE_KEEP=1` leaves the database running at the end, to look at plans.
 */
export async function run(bench: Bench): Promise<Verdict[]> {
  const postgres = await bench.startDatabase();
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  bench.onClose(() => database.end());
  const api = await startApi(bench, postgres.url);
  const shop = await Shop.open(api);
  const offers = [];
  for (let number = 0; number < 8; number += 1) offers.push(await shop.offer(1_000));
  const { rows: products } = await database.query<{ productId: string; variantId: string; offerId: string }>(
    `SELECT v.product_id AS "productId", v.id AS "variantId", o.id AS "offerId" FROM variants v JOIN offers o ON o.product_id = v.product_id`,
  );
  const size = sizeOf(EVENTS);
  console.log(`\n${EVENTS} interactions of ${size.people} people in ${size.shows} shows, ${size.orders} orders`);
  await writeHistory(database, offers[0]!.brandId, products, size);
  const cpuBefore = familyCpu(postgres.pid);
  const startedAt = performance.now();
  await rolledUp(database);
  console.log(
    `  added up in ${round((performance.now() - startedAt) / 1000)} s, ${round((familyCpu(postgres.pid) - cpuBefore) / EVENTS)} µs of PostgreSQL's CPU for each`,
  );
  await database.query(`VACUUM ANALYZE`);
  const { rows: sizes } = await database.query<{ name: string; size: string }>(
    `SELECT c.relname AS name, pg_size_pretty(pg_total_relation_size(c.oid)) AS size FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname !~ '^interactions_' ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 10`,
  );
  console.log(sizes.map(({ name, size: bytes }) => `  ${name} ${bytes}`).join('\n'));

  const { rows: shows } = await database.query<{ id: string }>(`SELECT id FROM shows WHERE title = 'Show 20'`);
  const day = 86_400_000;
  const [today, monthAgo] = [Date.now(), Date.now() - 28 * day].map((at) => new Date(at).toISOString().slice(0, 10));
  const ask = <E extends Endpoint>(endpoint: E, request: RequestOf<E>) => call(api, endpoint, request, shop.owner);
  const pages: [keyof typeof target, () => Promise<unknown>][] = [
    ['show', () => ask(insightsApi.show, { id: shows[0]!.id })],
    ['overview', () => ask(overviewApi.read, { from: monthAgo!, to: today! })],
  ];
  await settled(database);
  const verdicts: Verdict[] = [];
  for (const [page, read] of pages) {
    const scansBefore = await logScans(database);
    await read();
    const times: number[] = [];
    for (let turn = 0; turn < bench.options.rounds * 3; turn += 1) {
      await sleep(APART_MS);
      times.push(await activeTime(database, read));
    }
    if ((await logScans(database)) !== scansBefore) throw new Error(`the ${page} page reads the log`);
    console.log(`  ${page}: ${times.map((time) => round(time)).join(', ')} ms`);
    verdicts.push(judgeAlone('scale', `database_ms_of_${page}_page`, target[page], [median(times)]));
  }

  if (process.env.SCALE_KEEP) {
    console.log(`  ${postgres.url} until you press Ctrl-C; show ${shows[0]!.id}`);
    await sleep(86_400_000);
  }
  return verdicts;
}

/** How often partitions of the log were read, by whatever way. */
async function logScans(database: Client): Promise<number> {
  await sleep(1_200);
  await database.query(`SELECT pg_stat_clear_snapshot()`);
  const { rows } = await database.query<{ scans: number }>(
    `SELECT COALESCE(sum(seq_scan + COALESCE(idx_scan, 0)), 0)::float8 AS scans FROM pg_stat_user_tables WHERE relname ~ '^interactions_[0-9]+$'`,
  );
  return rows[0]!.scans;
}

/** Until every reading of the log has come to its end. */
async function rolledUp(database: Client): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ done: boolean }>(
      `SELECT bool_and(r.done_id >= s.last_value) AS done FROM rollups r, interaction_ids s WHERE r.done_id > 0 OR r.name = 'activity'`,
    );
    if (rows[0]!.done) return;
    await sleep(2_000);
  }
}

/** Until the database is at rest: what follows from the rollups has been written. */
async function settled(database: Client): Promise<void> {
  for (let quiet = 0; quiet < 5;) {
    const busy = await activeTime(database, () => sleep(1_000));
    quiet = busy < 30 ? quiet + 1 : 0;
  }
}

/** Milliseconds for which sessions of this database ran statements meanwhile. */
async function activeTime(database: Client, work: () => Promise<unknown>): Promise<number> {
  const before = await readActive(database);
  await work();
  await sleep(1_200); // sessions tell their figures at most once a second
  return (await readActive(database)) - before;
}

async function readActive(database: Client): Promise<number> {
  await database.query(`SELECT pg_stat_clear_snapshot()`);
  const { rows } = await database.query<{ active: number }>(
    `SELECT active_time AS active FROM pg_stat_database WHERE datname = current_database()`,
  );
  return rows[0]!.active;
}
