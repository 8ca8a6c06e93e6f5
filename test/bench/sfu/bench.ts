import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GrantClaims } from '#contracts/media';
import { Crowd } from '../../support/crowd/index.ts';
import { MediaClient } from '../../support/media-client.ts';
import { MediaNode } from '../../support/media-node.ts';
import { sendVideo } from '../../support/rtp-source.ts';
import { judge, judgeRate, type Bench, type Verdict } from '../support/bench.ts';
import { processCpu } from '../support/cpu.ts';
import { Part } from '../support/part.ts';
import { startPart } from '../support/processes.ts';
import '../support/typescript.mjs';
import type { Command, Outcome } from './bare.ts';
import type { Suite } from './sinks.ts';

const VIEWERS = 40;
const SINKS = 100;
const HOST = { ssrc: 1111, bitsPerSecond: 1_600_000 };
const suites: Suite[] = ['AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80'];

interface Side {
  name: string;
  workerPid: number;
  crowd: Crowd;
}

/**
 * What a worker's core is spent on, for each packet that reaches a viewer: our media process against mediasoup alone, with the
 * same worker program and the same synthetic viewers, taking turns; then the two ciphers beside each other.
 */
export async function run(bench: Bench): Promise<Verdict[]> {
  const { rounds, seconds } = bench.options;
  const env = { MEDIASOUP_WORKER_BIN: await bench.mediasoupWorker() };
  Object.assign(process.env, env);
  // What LL-HLS takes is no part of an SFU: it is measured beside it.
  const ours = await startOurs(bench, 'ours', { FFMPEG_PATH: '/bin/false' });
  const packaging = await startOurs(bench, 'ours, packaging LL-HLS too', {});
  const bare = suites.map(
    () => new Part<Command, Outcome>(startPart(bench, join(import.meta.dirname, 'bare.ts'), env)),
  );
  const theirs = await startBare(bench, bare[0]!);

  const sides = [ours, theirs, packaging];
  const cost = new Map<Side, number[]>(sides.map((side) => [side, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const side of round % 2 ? sides : sides.toReversed()) {
      const { cpuPerPacket, packets, missing } = await measure(side, seconds);
      cost.get(side)!.push(cpuPerPacket);
      console.log(
        `round ${round}, ${side.name}: ${cpuPerPacket.toFixed(2)} µs per packet, ${packets} packets, ${missing} missing`,
      );
    }
  }
  for (const { crowd } of sides) await crowd.leave();
  await sendTo(bench, bare[1]!);

  const perSecond = new Map<Suite, number[]>(suites.map((suite) => [suite, []]));
  for (let round = 1; round <= rounds; round += 1) {
    // Both at once, each by a worker of its own, and in turn by the other: what the machine does beside meets both.
    const measured = suites.map(async (suite, index) => {
      const part = bare[(index + round) % 2]!;
      const { packets, cpuMs } = await part.do({ do: 'sinks', suite, sinks: SINKS, seconds });
      perSecond.get(suite)!.push((packets / cpuMs) * 1_000);
      console.log(`round ${round}, ${suite}: ${((cpuMs * 1_000) / packets).toFixed(2)} µs per packet of ${packets}`);
    });
    await Promise.all(measured);
  }
  const [gcm, cm] = suites.map((suite) => perSecond.get(suite)!) as [number[], number[]];
  return [
    judge('sfu', 'worker_cpu_us_per_packet', 1.15, cost.get(ours)!, cost.get(theirs)!),
    judgeRate('sfu', 'packets_of_a_core_by_gcm_against_cm', 1.4, gcm, cm),
  ];
}

/** All viewers of the other side go on meanwhile: they are of another worker, and its time is its own. */
async function measure({ workerPid, crowd }: Side, seconds: number) {
  const count = async () => {
    const all = await crowd.look();
    const sum = (of: 'received' | 'missing') => all.reduce((total, viewer) => total + viewer[of], 0);
    return { received: sum('received'), missing: sum('missing'), cpu: processCpu(workerPid) };
  };
  const before = await count();
  await sleep(seconds * 1_000);
  const after = await count();
  const packets = after.received - before.received;
  return { cpuPerPacket: (after.cpu - before.cpu) / packets, packets, missing: after.missing - before.missing };
}

async function startOurs(bench: Bench, name: string, env: NodeJS.ProcessEnv): Promise<Side> {
  // Sources of the servers, which need the loader that stands by now.
  const { openFactsDesk } = await import('../../support/facts.ts');
  const { signGrant } = await import('#platform/grants');
  const desk = await openFactsDesk();
  bench.onClose(() => desk.close());
  const media = await MediaNode.start(desk.url, { LOG_LEVEL: 'info', ...env });
  bench.onClose(() => media.end());
  const grantOf = (claims: Pick<GrantClaims, 'role' | 'plainIngest'>) =>
    signGrant({ broadcastId, showId, subject: randomUUID(), ...claims });
  const [broadcastId, showId] = [randomUUID(), randomUUID()];
  const host = await MediaClient.open(media.url, await grantOf({ role: 'host', plainIngest: true }));
  bench.onClose(async () => host.close());
  await send(bench, await host.request('ingest.plain', { videoSsrc: HOST.ssrc, audioSsrc: 2222 }));
  const grants = await Promise.all(Array.from({ length: VIEWERS }, () => grantOf({ role: 'viewer' })));
  return { name, workerPid: media.workers[0]!, crowd: await gather(bench, media.url, grants) };
}

async function startBare(bench: Bench, bare: Part<Command, Outcome>): Promise<Side> {
  const { url, workerPid } = await sendTo(bench, bare);
  return { name: 'mediasoup alone', workerPid, crowd: await gather(bench, url, Array<string>(VIEWERS).fill('')) };
}

async function sendTo(bench: Bench, bare: Part<Command, Outcome>): Promise<Outcome> {
  const where = await bare.do({ do: 'where' });
  const host = await MediaClient.open(where.url, '');
  bench.onClose(async () => host.close());
  await send(bench, await host.request('ingest.plain', { videoSsrc: HOST.ssrc, audioSsrc: 2222 }));
  return where;
}

async function send(bench: Bench, ports: { address: string; videoPort: number }): Promise<void> {
  const video = await sendVideo(ports, HOST);
  bench.onClose(async () => video.stop());
}

async function gather(bench: Bench, url: string, grants: string[]): Promise<Crowd> {
  const crowd = new Crowd();
  bench.onClose(() => crowd.end());
  await crowd.join(grants.map((grant) => ({ url, grant })));
  return crowd;
}
