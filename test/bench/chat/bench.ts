import { median, judge, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu, processCpu } from '../support/cpu.ts';
import { now, type Outcome, type Run, type System } from './protocol.ts';
import { setTheStage, type Stage } from './stage.ts';

const systems = ['ours', 'baseline'] as const;

/** Rates in events per second of the whole room, and how much of the baseline ours may take. */
const busy = { perSecond: 100, target: 0.3 };
const calm = { perSecond: 10, target: 1.25 };
const hearts = { perSecond: 4_000, target: 1.2 };

type Figures = Record<System, number[]>;
const figures = (): Figures => ({ ours: [], baseline: [] });

/**
 * The room of a show with 500 viewers against plain socket.io: CPU for each message that reaches a viewer, the time that it
 * takes, and CPU for each small event that comes in. Ours and the baseline take turns.
 */
export async function run(bench: Bench): Promise<Verdict[]> {
  const { rounds, seconds } = bench.options;
  const stage = await setTheStage(bench);
  const { sockets } = stage;

  console.log(`\n${sockets} sockets, ${rounds} rounds of ${seconds} s each; warming up`);
  for (const system of systems) {
    // Until V8 has compiled what they run through.
    await measure(stage, system, 'chat.send', 'warm up', busy.perSecond, 10);
    await measure(stage, system, 'reaction.send', 'warm up', hearts.perSecond, 5);
  }

  const whole = figures();
  const server = figures();
  const latency = figures();
  const inbound = figures();
  for (let turn = 1; turn <= rounds; turn += 1) {
    // Who goes first changes, so that neither always has the warmer or the busier machine.
    const order = turn % 2 ? systems : systems.toReversed();

    for (const system of order) {
      const cpu = await measure(stage, system, 'chat.send', `busy ${turn}`, busy.perSecond, seconds);
      whole[system].push((cpu.server + cpu.postgres) / (busy.perSecond * seconds * sockets));
      server[system].push(cpu.server / (busy.perSecond * seconds * sockets));
    }

    // Message by message, half a period apart: what the machine does besides hits both alike.
    const startAt = now() + 500;
    const halfAPeriod = 500 / calm.perSecond;
    const calmRuns = order.map(async (system, index) => {
      const count = calm.perSecond * seconds;
      const observed = await play(stage, {
        system,
        event: 'chat.send',
        name: `calm ${turn}`,
        perSecond: calm.perSecond,
        count,
        startAt: startAt + index * halfAPeriod,
      });
      latency[system].push(median([...observed.latencies]));
    });
    await Promise.all(calmRuns);

    for (const system of order) {
      const { server: cpu } = await measure(
        stage,
        system,
        'reaction.send',
        `hearts ${turn}`,
        hearts.perSecond,
        seconds,
      );
      inbound[system].push(cpu / (hearts.perSecond * seconds));
    }

    const last = (of: Figures) => `${round(of.ours.at(-1)!)} against ${round(of.baseline.at(-1)!)}`;
    console.log(
      `round ${turn}: µs per delivery ${last(whole)} (without PostgreSQL ${last(server)}), ` +
        `p50 ms ${last(latency)}, µs per reaction ${last(inbound)}`,
    );
  }
  await compareTables(stage);

  const alone = judge('chat', 'server_cpu_us_per_delivery', busy.target, server.ours, server.baseline);
  console.log(`\nwithout PostgreSQL's share: ${JSON.stringify(alone)}`);
  return [
    judge('chat', 'cpu_us_per_delivery', busy.target, whole.ours, whole.baseline),
    judge('chat', 'p50_ms', calm.target, latency.ours, latency.baseline),
    judge('chat', 'cpu_us_per_reaction', hearts.target, inbound.ours, inbound.baseline),
  ];
}

/** @returns CPU time in µs from before the first event until everybody has everything */
async function measure(
  stage: Stage,
  system: System,
  event: Run['event'],
  name: string,
  perSecond: number,
  seconds: number,
): Promise<{ server: number; postgres: number }> {
  const [server, postgres] = [processCpu(stage.servers[system]), familyCpu(stage.postgres)];
  await play(stage, { system, event, name, perSecond, count: perSecond * seconds, startAt: now() + 500 });
  return { server: processCpu(stage.servers[system]) - server, postgres: familyCpu(stage.postgres) - postgres };
}

/**
 * @returns what the observer saw
 * @throws when not every event was accepted, or not every message came to every socket exactly once, ours in order
 */
async function play(stage: Stage, run: Omit<Run, 'share' | 'shares'>): Promise<Outcome> {
  const { all, observer } = await stage.play(run);
  const sum = (of: (outcome: Outcome) => number) => all.reduce((total, outcome) => total + of(outcome), 0);
  const faults = {
    'not sent': run.count - sum(({ sent }) => sent),
    refused: sum(({ refused }) => refused.length),
    'not delivered': sum(({ missing }) => missing),
    'delivered twice': sum(({ doubled }) => doubled),
    'out of order': sum(({ disordered }) => disordered),
  };
  const found = Object.entries(faults).filter(([, count]) => count !== 0);
  if (found.length > 0) {
    const example = all.flatMap(({ refused }) => refused)[0];
    const list = found.map(([what, count]) => `${count} ${what}`).join(', ');
    throw new Error(`${run.system}, ${run.name}: ${list}${example ? `; the first refusal: ${example}` : ''}`);
  }
  return observer;
}

/** Both have been sent the same number of messages: both must have kept them all. */
async function compareTables({ database }: Stage): Promise<void> {
  const { rows } = await database.query<{ ours: string; baseline: string }>(
    `SELECT (SELECT count(*) FROM chat_messages) AS ours, (SELECT count(*) FROM bench_messages) AS baseline`,
  );
  const { ours, baseline } = rows[0]!;
  if (ours !== baseline) throw new Error(`${ours} messages of ours were kept, and ${baseline} of the baseline`);
  console.log(`${ours} messages kept by each`);
}
