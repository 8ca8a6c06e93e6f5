import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/api.ts';
import { Crowd } from '../support/crowd/index.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { measured } from '../support/measured.ts';
import { MediaClient } from '../support/media-client.ts';
import { MediaNode } from '../support/media-node.ts';
import { sendVideo } from '../support/rtp-source.ts';

jest.setTimeout(120_000);

let desk: FactsDesk;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  desk = await openFactsDesk();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(() => desk.close());

const start = async (env: Record<string, string>) => {
  const media = await MediaNode.start(desk.url, env);
  cleanups.push(() => media.end());
  return media;
};
const gather = () => {
  const crowd = new Crowd();
  cleanups.push(() => crowd.end());
  return crowd;
};
const placesAt = async ({ url }: MediaNode, broadcastId: string, count: number) => {
  const { signGrant } = await import('#platform/grants');
  const viewer = () => signGrant({ broadcastId, showId: randomUUID(), role: 'viewer', subject: randomUUID() });
  return Promise.all(Array.from({ length: count }, async () => ({ url, grant: await viewer() })));
};

/** A host at 300 kbit/s. */
async function onAir(media: MediaNode) {
  const { signGrant } = await import('#platform/grants');
  const broadcastId = randomUUID();
  const claims = { broadcastId, showId: randomUUID(), role: 'host', subject: randomUUID(), plainIngest: true } as const;
  const host = await MediaClient.open(media.url, await signGrant(claims));
  const ports = await host.request('ingest.plain', { videoSsrc: 1111, audioSsrc: 2222 });
  const video = await sendVideo(ports, { ssrc: 1111, bitsPerSecond: 300_000 });
  cleanups.push(() => {
    video.stop();
    host.close();
  });
  await desk.fact('ready', broadcastId);
  return { broadcastId, video, places: (count: number) => placesAt(media, broadcastId, count) };
}

/** Waits until each of them has received that much more. */
async function receive(crowd: Crowd, packets: number) {
  const before = await crowd.look();
  return eventually(async () => {
    const now = await crowd.look();
    return now.every(({ received }, index) => received >= (before[index]?.received ?? 0) + packets) ? now : null;
  });
}

describe('a crowd', () => {
  it('of a hundred at 300 kbit/s is served by one worker, without a packet lost', async () => {
    const media = await start({});
    const { places } = await onAir(media);
    const crowd = gather();
    await crowd.join(await places(100));
    const watched = await receive(crowd, 100);
    expect(watched).toHaveLength(100);
    expect(new Set(watched.map(({ port }) => port))).toEqual(new Set([media.rtcPort]));
    expect(watched.filter(({ missing }) => missing !== 0)).toEqual([]);
    expect(watched.filter(({ ended }) => ended !== null)).toEqual([]);
  });

  it('goes on to a second worker past the limit of the first, and loses only that when it dies', async () => {
    const media = await start({ MEDIA_WORKERS: '2', MEDIA_WORKER_LIMIT: '1' });
    const { broadcastId, places } = await onAir(media);
    const crowd = gather();
    await crowd.join(await places(40));
    const watched = await receive(crowd, 60);
    const [home, branch] = [media.rtcPort, media.rtcPort + 1];
    const at = (port: number) => watched.filter((viewer) => viewer.port === port).length;
    expect([at(home) > 0, at(branch) > 0, at(home) + at(branch)]).toEqual([true, true, 40]);
    expect(watched.filter(({ missing }) => missing !== 0)).toEqual([]);

    const staying = gather();
    await staying.look(); // its process stands
    const harmedAt = Date.now();
    process.kill(media.workers[1]!, 'SIGKILL');
    await eventually(async () =>
      (await crowd.look()).every(({ port, ended }) => (port === branch) === (ended === 'gone')),
    );
    measured(`${at(branch)} viewers of a dead branch are told after ${Date.now() - harmedAt} ms`);
    await staying.join(await places(at(branch)));
    measured(`as many have a picture ${Date.now() - harmedAt} ms after the branch's worker was killed`);
    await receive(staying, 60);
    const left = (await crowd.look()).filter(({ ended }) => ended === null);
    expect(left).toHaveLength(at(home));
    expect(left.filter(({ missing }) => missing !== 0)).toEqual([]);
    expect(desk.facts.filter((fact) => fact.type === 'ended' && fact.broadcastId === broadcastId)).toEqual([]);
  });
});
