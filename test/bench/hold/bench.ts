import { join } from 'node:path';
import { Client } from 'pg';
import { judge, judgeRate, median, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu, processCpu } from '../support/cpu.ts';
import { Crowd } from '../support/crowd.ts';
import { Part } from '../support/part.ts';
import { apiErrors, startApi, startPart, startPlainServer } from '../support/processes.ts';
import { Shop, type Offer } from '../support/shop.ts';
import { compareBooks } from '../support/stock.ts';
import type { InProcessCommand, InProcessOutcome } from './in-process.ts';
import { Pgbench } from './pgbench.ts';
import { createViewers } from './viewers.ts';

const systems = ['ours', 'baseline'] as const;
type System = (typeof systems)[number];
type Figures = Record<System, number[]>;
const figures = (): Figures => ({ ours: [], baseline: [] });

const target = { statement: 10, http: 0.5 };
/** More than anybody sells: every buyer of a measurement gets a unit. */
const PLENTY = 1_000_000;
/** Left for the end of each run, and asked for by more. */
const LAST_UNITS = 50;
const VIEWERS = 400_000;
/** Buyers who wait at one moment. */
const WAITING = 1_000;
/** As many as the connections of our pool, which they would share if each had a statement of their own. */
const CLIENTS = 20;
/** For the best that pgbench can do: alone, nobody waits for a row lock, and every commit for the disk. */
const OTHER_CLIENTS = [1, 4, 64];
const HTTP_BUYERS = 8_000;
const HTTP_CONNECTIONS = 400;

/** Holds of one hot variant: our coalesced statement against one statement per buyer, then the whole api against node:http. */
export async function run(bench: Bench): Promise<Verdict[]> {
  const program = await bench.pgbench();
  const postgres = await bench.startDatabase();
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  bench.onClose(() => database.end());
  const api = await startApi(bench, postgres.url);
  const shop = await Shop.open(api);
  const stage: Stage = { bench, postgres, database, api, shop };
  return [...(await statements(stage, program)), ...(await throughHttp(stage))];
}

interface Stage {
  bench: Bench;
  postgres: { url: string; pid: number };
  database: Client;
  api: { port: number; pid: number };
  shop: Shop;
}

async function statements({ bench, postgres, database, shop }: Stage, program: string): Promise<Verdict[]> {
  const { rounds, seconds } = bench.options;
  await createViewers(database, VIEWERS + 4 * LAST_UNITS);
  const pgbench = new Pgbench(program, bench.tempDir, postgres.url, database);
  const env = { DATABASE_URL: postgres.url };
  const queue = new Part<InProcessCommand, InProcessOutcome>(
    startPart(bench, join(import.meta.dirname, 'in-process.ts'), env, { usesApi: true }),
  );
  const everybody = { from: 1, to: VIEWERS };

  /** Leaves a few units, sells them to too many, and judges the books. */
  async function sellOut({ variantId }: Offer, tooMany: () => Promise<unknown>, keepsMovements: boolean) {
    const { rows } = await database.query<{ on_hand: number }>(
      `UPDATE stock_levels SET on_hand = reserved + $2 WHERE variant_id = $1 RETURNING on_hand`,
      [variantId, LAST_UNITS],
    );
    await tooMany();
    const held = rows[0]!.on_hand;
    await compareBooks(database, { variantId }, held, keepsMovements ? held : 0);
  }

  async function ours(forSeconds: number): Promise<{ rate: number; cpu: number }> {
    const offer = await shop.offer(PLENTY);
    const before = familyCpu(postgres.pid) + processCpu(queue.pid);
    const run = await queue.do({ offer, waiting: WAITING, viewers: everybody, seconds: forSeconds });
    const cpu = familyCpu(postgres.pid) + processCpu(queue.pid) - before;
    const lateComers = { from: VIEWERS, to: VIEWERS + 4 * LAST_UNITS };
    await sellOut(offer, () => queue.do({ offer, waiting: WAITING, viewers: lateComers, seconds: 60 }), true);
    return { rate: run.held / run.seconds, cpu: cpu / run.held };
  }

  async function theirs(clients: number, forSeconds: number): Promise<{ rate: number; cpu: number }> {
    const offer = await shop.offer(PLENTY);
    const before = familyCpu(postgres.pid);
    const rate = await pgbench.run(offer, clients, { seconds: forSeconds });
    const cpu = familyCpu(postgres.pid) - before;
    const { rows } = await database.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM holds WHERE variant_id = $1`,
      [offer.variantId],
    );
    await sellOut(offer, () => pgbench.run(offer, 4, { transactions: 4 * LAST_UNITS }), false);
    return { rate, cpu: cpu / rows[0]!.held };
  }

  console.log(`\nholds of one variant, in process; warming up`);
  await ours(5);
  await theirs(CLIENTS, 3);
  const [rates, cpus] = [figures(), figures()];
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const system of turn % 2 ? systems : systems.toReversed()) {
      const { rate, cpu } = system === 'ours' ? await ours(seconds) : await theirs(CLIENTS, seconds);
      rates[system].push(rate);
      cpus[system].push(cpu);
    }
    console.log(
      `round ${turn}: holds per second ${last(rates)}, CPU µs per hold ${last(cpus)} (pgbench's own left out)`,
    );
  }
  const others: string[] = [];
  for (const clients of OTHER_CLIENTS) {
    const { rate } = await theirs(clients, seconds);
    others.push(`${round(rate)} with ${clients} (ours ${round(median(rates.ours) / rate)} times)`);
  }
  console.log(`pgbench's holds per second by its clients: ${others.join(', ')}`);
  return [judgeRate('hold', 'holds_per_second', target.statement, rates.ours, rates.baseline)];
}

async function throughHttp({ bench, postgres, database, api, shop }: Stage): Promise<Verdict[]> {
  const { rounds } = bench.options;
  const crowd = await Crowd.invite(bench, api.port, HTTP_BUYERS);
  const brandId = (await shop.offer(0)).brandId;
  const servers = { ours: api, baseline: await startPlainServer(bench, postgres.url, brandId) };

  async function sell(system: System): Promise<{ rate: number; server: number; postgres: number }> {
    const server = servers[system];
    const buyers = HTTP_BUYERS - 4 * LAST_UNITS;
    const offer = await shop.offer(buyers + LAST_UNITS);
    let before = { server: 0, postgres: 0 };
    const cpu = () => ({ server: processCpu(server.pid), postgres: familyCpu(postgres.pid) });
    const { answers, ms } = await crowd.press(
      server.port,
      offer,
      { buyers, connections: HTTP_CONNECTIONS },
      () => (before = cpu()),
    );
    const after = cpu();
    if (answers.held !== buyers)
      throw new Error(`${system}: ${buyers} buyers were answered ${JSON.stringify(answers)}\n${apiErrors(bench)}`);
    const late = await crowd.press(server.port, offer, {
      buyers: 4 * LAST_UNITS,
      connections: 4 * LAST_UNITS,
      from: buyers,
    });
    if (late.answers.held !== LAST_UNITS || late.answers.sold_out !== 3 * LAST_UNITS) {
      throw new Error(`${system}: the last ${LAST_UNITS} units were answered ${JSON.stringify(late.answers)}`);
    }
    await compareBooks(database, offer, buyers + LAST_UNITS);
    return {
      rate: (buyers * 1000) / ms,
      server: (after.server - before.server) / buyers,
      postgres: (after.postgres - before.postgres) / buyers,
    };
  }

  console.log(`\nholds through HTTP, ${HTTP_CONNECTIONS} connections; warming up`);
  for (const system of systems) await sell(system);
  const [rates, cpus, shares] = [figures(), figures(), figures()];
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const system of turn % 2 ? systems : systems.toReversed()) {
      const sold = await sell(system);
      rates[system].push(sold.rate);
      cpus[system].push(sold.server + sold.postgres);
      shares[system].push(sold.server);
    }
    console.log(
      `round ${turn}: holds per second ${last(rates)}, CPU µs per hold ${last(cpus)} (the server's share ${last(shares)})`,
    );
  }
  return [
    judgeRate('hold', 'http_holds_per_second', target.http, rates.ours, rates.baseline),
    judge('hold', 'http_cpu_us_per_hold', 1 / target.http, cpus.ours, cpus.baseline),
  ];
}

const last = (of: Figures) => `${round(of.ours.at(-1)!)} against ${round(of.baseline.at(-1)!)}`;
