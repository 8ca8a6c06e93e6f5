import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { judge, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu, processCpu } from '../support/cpu.ts';
import { openOurs } from './our-shop.ts';
import type { Seller } from './seller.ts';
import { openVendure } from './vendure-shop.ts';

const systems = ['ours', 'baseline'] as const;
type System = (typeof systems)[number];
type Figures = Record<System, number[]>;
const figures = (): Figures => ({ ours: [], baseline: [] });

/** 5.5 and 1.7 ms on the machine where Vendure's order took 166: what a millisecond is worth differs from machine to machine. */
const target = { share: 5.5 / 166, stretchShare: 1.7 / 166 };
/** Buyers who are on their way at one moment: at the height of a deal, when it matters what an order costs, and on a quiet evening. */
const CROWD = 64;
const FEW = 8;
/** Until V8 has compiled what an order runs through, and PostgreSQL has planned it on each of its connections. */
const WARM_UP_SECONDS = 20;
const IDLE_SECONDS = 5;

/**
 * A whole order by somebody new: page, stock, address, payment and its settlement. Measured is the CPU of the server and of PostgreSQL
 * for each, in the same run as Vendure's.
 */
export async function run(bench: Bench): Promise<Verdict[]> {
  const { rounds, seconds } = bench.options;
  const postgres = await bench.startDatabase();
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  bench.onClose(() => database.end());
  const ours = await openOurs(bench, database, postgres.url);
  const sellers: Record<System, Seller> = {
    ours,
    baseline: await openVendure(bench, database, postgres.url),
  };

  const used = (system: System) => ({
    at: performance.now(),
    server: processCpu(sellers[system].pid),
    postgres: familyCpu(postgres.pid),
    sandbox: processCpu(ours.sandboxPid),
  });

  async function sell(system: System, buyers: number, forSeconds: number) {
    const seller = sellers[system];
    // What runs by the clock, whether anybody buys or not, is no part of an order.
    const start = used(system);
    await sleep(IDLE_SECONDS * 1000);
    const before = used(system);
    let orders = 0;
    await Promise.all(
      Array.from({ length: buyers }, async () => {
        while (performance.now() < before.at + forSeconds * 1000) {
          await seller.order();
          orders += 1;
        }
      }),
    );
    const perSecond = (orders * 1000) / (performance.now() - before.at);
    await seller.settled();
    const after = used(system);
    const each = (of: 'server' | 'postgres' | 'sandbox') => {
      const idle = ((before[of] - start[of]) / (before.at - start.at)) * (after.at - before.at);
      return (after[of] - before[of] - idle) / 1000 / orders;
    };
    return { orders, perSecond, server: each('server'), postgres: each('postgres'), sandbox: each('sandbox') };
  }

  console.log(`\nwhole orders, ${CROWD} buyers at a time; warming up`);
  for (const system of systems) await sell(system, CROWD, WARM_UP_SECONDS);

  const cpus = figures();
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const system of turn % 2 ? systems : systems.toReversed()) {
      const sold = await sell(system, CROWD, seconds);
      cpus[system].push(sold.server + sold.postgres);
      const sandbox = system === 'ours' ? `, apart from them the Stripe sandbox ${round(sold.sandbox)}` : '';
      console.log(
        `round ${turn}, ${system === 'ours' ? 'ours' : 'Vendure'}: ${sold.orders} orders, ${round(sold.perSecond)} a second; ` +
          `CPU ms per order: server ${round(sold.server)}, PostgreSQL ${round(sold.postgres)}${sandbox}`,
      );
    }
  }
  const quiet = await sell('ours', FEW, seconds);
  console.log(
    `ours, ${FEW} buyers at a time: ${quiet.orders} orders, ${round(quiet.perSecond)} a second; ` +
      `CPU ms per order: server ${round(quiet.server)}, PostgreSQL ${round(quiet.postgres)}`,
  );
  const verdict = (share: number) => judge('checkout', 'cpu_ms_per_order', round(share), cpus.ours, cpus.baseline);
  console.log(`\nagainst the stretch target: ${JSON.stringify(verdict(target.stretchShare))}`);
  return [verdict(target.share)];
}
