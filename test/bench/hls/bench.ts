import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { judgeAlone, judgeRate, median, round, type Bench, type Verdict } from '../support/bench.ts';
import { familyCpu, processCpu } from '../support/cpu.ts';
import { KeepAlive } from '../support/keep-alive.ts';
import { startPart } from '../support/processes.ts';
import { startNginx } from './nginx.ts';

const CONNECTIONS = 40;
const WAITERS = 500;
const KINDS = ['playlist', 'part'] as const;
type Kind = (typeof KINDS)[number];

interface Hello {
  port: number;
  paths: Record<Kind, string>;
  bodies: Record<Kind, string | Buffer>;
}

const answerOf = async <T>(child: ChildProcess, command: string): Promise<T> => {
  const answer = once(child, 'message');
  child.send(command);
  return (await answer)[0] as T;
};

/** Our packager's server against nginx that has the same bytes as files; then how soon all who wait for a part have it. */
export async function run(bench: Bench): Promise<Verdict[]> {
  const server = startPart(bench, join(import.meta.dirname, 'server.ts'), {}, { usesApi: true });
  const [{ port, paths, bodies }] = (await once(server, 'message')) as [Hello];
  const nginx = await startNginx(bench, Object.fromEntries(KINDS.map((kind) => [paths[kind], bodies[kind]])));
  const sides = {
    ours: { port, cpu: () => processCpu(server.pid!) },
    nginx: { port: nginx.port, cpu: () => familyCpu(nginx.pid) },
  };
  const verdicts: Verdict[] = [];
  // A server that has run for a while is measured, on both sides.
  for (const kind of KINDS) for (const side of Object.values(sides)) await load(side, paths[kind], 0, 2);
  for (const kind of KINDS) {
    const perCpuSecond: Record<keyof typeof sides, number[]> = { ours: [], nginx: [] };
    for (let turn = 1; turn <= bench.options.rounds; turn += 1) {
      for (const name of ['ours', 'nginx'] as const) {
        const side = sides[name];
        const length = Buffer.byteLength(bodies[kind]);
        const { requests, cpu, seconds } = await load(side, paths[kind], length, bench.options.seconds);
        perCpuSecond[name].push((requests / cpu) * 1e6);
        console.log(`${kind} ${name} ${turn}: ${round(requests / seconds)}/s, ${round(cpu / requests)} µs of CPU each`);
      }
    }
    const metric = `${kind}s_per_cpu_second`;
    verdicts.push(judgeRate('hls', metric, 0.65, perCpuSecond.ours, perCpuSecond.nginx));
  }
  const delays = await release(server, port, paths.playlist, bench.options.rounds * 20);
  verdicts.push(judgeAlone('hls', `blocked_reload_of_${WAITERS}_p99_ms`, 25, delays));
  return verdicts;
}

async function load(side: { port: number; cpu: () => number }, path: string, length: number, seconds: number) {
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => KeepAlive.open(side.port)));
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  const began = performance.now();
  const before = side.cpu();
  let requests = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - began < seconds * 1_000) {
        const { status, body } = await connection.send(request);
        if (status !== 200 || body.length < length / 3) throw new Error(`${path} answers ${status}`);
        requests += 1;
      }
    }),
  );
  const measured = { requests, cpu: side.cpu() - before, seconds: (performance.now() - began) / 1_000 };
  for (const connection of connections) connection.close();
  return measured;
}

/** @returns the 99th percentile of the time from a part's making to its playlist's arrival, of each release */
async function release(server: ChildProcess, port: number, path: string, releases: number): Promise<number[]> {
  const connections = await Promise.all(Array.from({ length: WAITERS }, () => KeepAlive.open(port)));
  const percentiles: number[] = [];
  for (let count = 0; count < releases; count += 1) {
    const { msn, part } = await answerOf<{ msn: number; part: number }>(server, 'where');
    const request = Buffer.from(
      `GET ${path}?_HLS_msn=${msn}&_HLS_part=${part}&_HLS_skip=YES HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`,
    );
    const arrivals = connections.map((connection) => connection.send(request).then(() => process.hrtime.bigint()));
    for (let waiters = 0; waiters < WAITERS;) ({ waiters } = await answerOf<{ waiters: number }>(server, 'where'));
    const { at } = await answerOf<{ at: bigint }>(server, 'next');
    const delays = (await Promise.all(arrivals)).map((arrival) => Number(arrival - at) / 1e6).sort((a, b) => a - b);
    percentiles.push(delays[Math.ceil(WAITERS * 0.99) - 1]!);
  }
  for (const connection of connections) connection.close();
  console.log(`released ${WAITERS} waiters ${releases} times: p99 of each, median ${round(median(percentiles))} ms`);
  return percentiles;
}
