import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { collectorApi } from '#contracts/collector';
import { judge, median, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu, processCpu } from '../support/cpu.ts';
import { KeepAlive, postRequest } from '../support/keep-alive.ts';
import { Part } from '../support/part.ts';
import { startApi, startPart } from '../support/processes.ts';
import { call, Shop } from '../support/shop.ts';
import { Copy } from './copy.ts';
import { distinct, interactions } from './rows.ts';
import type { WriterCommand } from './writer.ts';

const target = { copy: 1.3, save: 1 / 20 };
const ROWS = 100_000;
const SAVED_ROWS = 2_000;
/** People whose deeds wait for their commit at one moment; as many rows as the baseline commits together. */
const WAITING = 5_000;
const SAVING = 20;
/** How many in all, by how many come in a request. */
const HTTP_EVENTS = new Map([
  [1, 8_000],
  [100, 40_000],
]);
const HTTP_CONNECTIONS = 64;

/** What a durable, deduplicated interaction costs: our log against COPY and INSERT by psql, and against TypeORM's `save`; then all of it by HTTP. */
export async function run(bench: Bench): Promise<Verdict[]> {
  const psql = join(dirname(await bench.pgbench()), 'psql');
  const postgres = await bench.startDatabase();
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  bench.onClose(() => database.end());
  return [...(await inProcess(bench, psql, postgres, database)), ...(await throughHttp(bench, postgres, database))];
}

type Postgres = { url: string; pid: number };

async function inProcess(bench: Bench, psql: string, postgres: Postgres, database: Client): Promise<Verdict[]> {
  const writer = (way: 'log' | 'save') => {
    const env = { DATABASE_URL: postgres.url, WAY: way };
    return new Part<WriterCommand, void>(
      startPart(bench, join(import.meta.dirname, 'writer.ts'), env, { usesApi: true }),
    );
  };
  const [log, saving] = [writer('log'), writer('save')];
  const copy = new Copy(psql, postgres.url, bench.tempDir);
  bench.onClose(() => copy.end());

  /** @returns CPU µs per row, of the writing process and of PostgreSQL */
  async function measure(count: number, kept: number | null, cpu: () => number, write: () => Promise<void>) {
    const rowsNow = async () =>
      (await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM interactions`)).rows[0]!.count;
    const rowsBefore = await rowsNow();
    const before = { own: cpu(), postgres: familyCpu(postgres.pid) };
    const startedAt = performance.now();
    await write();
    const ms = performance.now() - startedAt;
    const after = { own: cpu(), postgres: familyCpu(postgres.pid) };
    const added = (await rowsNow()) - rowsBefore;
    const expected = kept ?? added;
    if (added !== expected || added >= count)
      throw new Error(`${count} rows, ${expected} of them distinct, added ${added}`);
    const own = (after.own - before.own) / count;
    const server = (after.postgres - before.postgres) / count;
    return { cpu: own + server, own, server, rate: (count * 1000) / ms };
  }

  const ways = {
    log: async () => {
      await log.do({ type: 'prepare', rows: ROWS });
      return measure(
        ROWS,
        null,
        () => processCpu(log.pid),
        () => log.do({ type: 'write', waiting: WAITING }),
      );
    },
    copy: async () => {
      const rows = interactions(ROWS);
      const script = copy.prepare(rows, WAITING);
      return measure(
        ROWS,
        distinct(rows),
        () => copy.cpu,
        () => copy.write(script),
      );
    },
    save: async () => {
      await saving.do({ type: 'prepare', rows: SAVED_ROWS });
      return measure(
        SAVED_ROWS,
        null,
        () => processCpu(saving.pid),
        () => saving.do({ type: 'write', waiting: SAVING }),
      );
    },
  };
  const names = ['log', 'copy', 'save'] as const;

  console.log(`\n${ROWS} interactions, one in 50 of them twice; warming up`);
  for (const name of names) await ways[name]();
  const figures: Record<(typeof names)[number], number[]> = { log: [], copy: [], save: [] };
  for (let turn = 1; turn <= bench.options.rounds; turn += 1) {
    for (const name of turn % 2 ? names : names.toReversed()) {
      const { cpu, own, server, rate } = await ways[name]();
      figures[name].push(cpu);
      console.log(
        `round ${turn}: ${name.padEnd(4)} ${round(cpu)} µs of CPU (${round(own)} of its own, ${round(server)} of PostgreSQL), ${round(rate)} a second`,
      );
    }
  }
  return [
    judge('ingest', 'cpu_us_per_interaction', target.copy, figures.log, figures.copy),
    judge('ingest', 'cpu_us_per_interaction_of_save', target.save, figures.log, figures.save),
  ];
}

/** By the collector, whole: HTTP, the key, the checks, products, subjects and, a second later, the rollups. */
async function throughHttp(bench: Bench, postgres: Postgres, database: Client): Promise<Verdict[]> {
  await database.query(`TRUNCATE interactions`);
  const api = await startApi(bench, postgres.url);
  const shop = await Shop.open(api);
  const { writeKey } = await call(api, collectorApi.createKey, { kind: 'server', name: 'bench' }, shop.owner);
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const visitors = Array.from({ length: 2_000 }, () => randomUUID());
  const lines = await Promise.all(Array.from({ length: HTTP_CONNECTIONS }, () => KeepAlive.open(api.port)));
  bench.onClose(async () => lines.forEach((line) => line.close()));

  const event = (n: number) => ({
    type: 'track',
    event: 'Product Viewed',
    messageId: `ajs-next-${randomUUID()}`,
    anonymousId: visitors[n % visitors.length],
    timestamp: new Date().toISOString(),
    properties: { product_id: `sku-${n % 40}`, position: n % 12, currency: 'JPY', price: 4400 },
    context: { page: { path: '/mugs', url: 'https://shop.example/mugs', title: '月白のマグ' }, locale: 'ja-JP' },
  });

  async function send(perRequest: number): Promise<void> {
    const count = HTTP_EVENTS.get(perRequest)!;
    const requests = Array.from({ length: count / perRequest }, (_, index) => {
      const batch = Array.from({ length: perRequest }, (_, n) => event(index * perRequest + n));
      return postRequest('/v1/batch', { authorization }, { batch, sentAt: new Date().toISOString() });
    });
    const cpu = () => ({ api: processCpu(api.pid), postgres: familyCpu(postgres.pid) });
    const before = cpu();
    let next = 0;
    await Promise.all(
      lines.map(async (line) => {
        while (next < requests.length) {
          const { status, body } = await line.send(requests[next++]!);
          if (body !== '{"success":true}') throw new Error(`${status}: ${body}`);
        }
      }),
    );
    const after = cpu();
    const [own, server] = [(after.api - before.api) / count, (after.postgres - before.postgres) / count];
    figures.get(perRequest)!.push(own + server);
    console.log(
      `by HTTP, ${perRequest} in a request: ${round(own + server)} µs of CPU (${round(own)} of the api, ${round(server)} of PostgreSQL)`,
    );
  }

  console.log(`\nevents through the collector`);
  const sizes = [...HTTP_EVENTS.keys()];
  const figures = new Map<number, number[]>(sizes.map((size) => [size, []]));
  for (let turn = 0; turn <= bench.options.rounds; turn += 1) {
    for (const size of sizes) await send(size);
    if (turn === 0) for (const own of figures.values()) own.length = 0; // warmed up
  }
  for (const [size, own] of figures) console.log(`median with ${size} in a request: ${round(median(own))} µs`);
  return [];
}
