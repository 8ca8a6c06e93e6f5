import { Client } from 'pg';
import { judgeAlone, median, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu, processCpu } from '../support/cpu.ts';
import { Crowd } from '../support/crowd.ts';
import { apiErrors, startApi, startPlainServer } from '../support/processes.ts';
import { Shop } from '../support/shop.ts';
import { compareBooks } from '../support/stock.ts';

/** A tenth of the buyers get a unit. */
const sizes = [100, 1_000, 10_000];
const largest = sizes.at(-1)!;
const target = { wallSeconds: 1.5, growth: 1.1 };

/**
 * A drop: everybody presses Buy at one moment, each over a connection of their own, for a tenth as many units. Measured is the time
 * until the last one is answered, and how it grows with the crowd.
 */
export async function run(bench: Bench): Promise<Verdict[]> {
  const postgres = await bench.startDatabase();
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  bench.onClose(() => database.end());
  const api = await startApi(bench, postgres.url);
  const shop = await Shop.open(api);
  const crowd = await Crowd.invite(bench, api.port, largest);

  const { brandId } = await shop.offer(0);
  const plain = await startPlainServer(bench, postgres.url, brandId);

  async function drop(buyers: number, server: { port: number; pid: number } = api) {
    const units = buyers / 10;
    const offer = await shop.offer(units);
    let before = { server: 0, postgres: 0 };
    const cpu = () => ({ server: processCpu(server.pid), postgres: familyCpu(postgres.pid) });
    const { answers, ms } = await crowd.press(
      server.port,
      offer,
      { buyers, connections: buyers },
      () => (before = cpu()),
    );
    const after = cpu();
    if (answers.held !== units || answers.sold_out !== buyers - units) {
      throw new Error(
        `${buyers} buyers for ${units} units were answered ${JSON.stringify(answers)}\n${apiErrors(bench)}`,
      );
    }
    await compareBooks(database, offer, units);
    return { ms, server: after.server - before.server, postgres: after.postgres - before.postgres };
  }

  console.log(`\n${largest} buyers invited; warming up`);
  for (const server of [api, plain]) {
    for (let turn = 0; turn < 3; turn += 1) await drop(1_000, server);
    await drop(largest, server);
  }

  const walls = new Map<number, number[]>(sizes.map((size) => [size, []]));
  const plainWalls: number[] = [];
  for (let turn = 1; turn <= bench.options.rounds; turn += 1) {
    for (const size of sizes) {
      const { ms, server, postgres: database } = await drop(size);
      walls.get(size)!.push(ms);
      console.log(
        `round ${turn}: ${size} buyers, ${size / 10} sold, all answered after ${ms} ms; µs per buyer ` +
          `${round((ms * 1000) / size)}, CPU of the api ${round(server / size)}, of PostgreSQL ${round(database / size)}`,
      );
    }
    const { ms, server } = await drop(largest, plain);
    plainWalls.push(ms);
    console.log(
      `round ${turn}: ${largest} buyers at node:http without all else, answered after ${ms} ms; CPU µs per buyer ${round(server / largest)}`,
    );
  }
  const medians = sizes.map((size) => median(walls.get(size)!));
  console.log(`\nms until all are answered: ${sizes.map((size, at) => `${size} buyers ${medians[at]}`).join(', ')}`);
  console.log(
    `at node:http, which does nothing but authenticate, validate and take the hold: ${median(plainWalls)} ms`,
  );
  return [
    judgeAlone(
      'drop',
      'seconds_until_all_are_answered',
      target.wallSeconds,
      walls.get(largest)!.map((ms) => ms / 1000),
    ),
    judgeAlone('drop', 'growth_exponent_of_time', target.growth, [exponent(sizes, medians)]),
  ];
}

/** @returns the slope of log(cost) on log(n): 1 where the cost of each is the same however many there are */
function exponent(sizes: number[], costs: number[]): number {
  const [xs, ys] = [sizes.map(Math.log), costs.map(Math.log)];
  const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [x0, y0] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, at) => (x - x0) * (ys[at]! - y0)));
  return covariance / mean(xs.map((x) => (x - x0) ** 2));
}
