import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { io } from 'socket.io-client';
import type { MediaGrant, PublicShow } from '#contracts/shows';
import { eventually, startApi, type Api, type RoomClient, type Staff } from '../support/api.ts';
import { Crowd } from '../support/crowd/index.ts';
import { MediaClient } from '../support/media-client.ts';
import { MediaNode } from '../support/media-node.ts';
import { sendVideo } from '../support/rtp-source.ts';

jest.setTimeout(120_000);

let api: Api;
let owner: Staff;
let show: PublicShow;
let studio: RoomClient;
let broadcastId: string;
let origin: MediaNode;
let edges: MediaNode[];
const crowd = new Crowd();
const cleanups: (() => unknown)[] = [() => crowd.end()];

/** An origin that takes two viewers, and two others that have room. */
beforeAll(async () => {
  api = await startApi();
  cleanups.push(() => api.stop());
  owner = await api.staff('owner');
  show = await api.show(owner, [(await api.product(owner)).id]);
  origin = await MediaNode.start(api.url, { MEDIA_MAX_WEBRTC_VIEWERS: '2' });
  cleanups.push(() => origin.end());
  const { BroadcastsService } = await import('../../apps/api/src/shows/index.ts');
  const broadcasts = api.app.get(BroadcastsService);
  const goLive = () => broadcasts.goLive(owner.brandId, show.id, owner.memberId, { plainIngest: true });
  const grant = await eventually(() => goLive().catch(() => null));
  broadcastId = grant.broadcastId;
  const host = await MediaClient.open(grant.url, grant.grant);
  const ports = await host.request('ingest.plain', { videoSsrc: 1111, audioSsrc: 2222 });
  const video = await sendVideo(ports, { ssrc: 1111, bitsPerSecond: 300_000 });
  cleanups.push(
    () => host.close(),
    () => video.stop(),
  );
  edges = await Promise.all([MediaNode.start(api.url), MediaNode.start(api.url)]);
  cleanups.push(...edges.map((edge) => () => edge.end()));
  studio = await api.connect(owner);
  await studio.ask('show.join', { showId: show.id });
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** What the api answers one more viewer, once it is as expected: it knows from heartbeats who has room. */
const place = async (fits: (grant: MediaGrant) => boolean): Promise<MediaGrant> => {
  const socket = await api.connect(await api.viewer());
  await socket.ask('show.join', { showId: show.id });
  return eventually(async () => {
    const grant = await socket.ask('show.watch', { showId: show.id }).catch(() => null);
    return grant && fits(grant) ? grant : null;
  });
};
/** Waits until all who are still there have received that much more. @returns them */
const receiving = async (packets: number) => {
  const before = await crowd.look();
  return eventually(async () => {
    const now = (await crowd.look()).map((viewer, index) => ({ ...viewer, since: before[index]!.received }));
    const there = now.filter(({ ended }) => ended === null);
    return there.every(({ received, since }) => received >= since + packets) ? there : null;
  });
};
const endedAs = async (reason: string) => (await crowd.look()).filter(({ ended }) => ended === reason).length;

describe('several media processes', () => {
  it('share the viewers of one broadcast when the one that has it is full', async () => {
    const { url } = origin;
    await crowd.join([await place((grant) => grant.url === url), await place((grant) => grant.url === url)]);
    const first = await place((grant) => grant.url !== url);
    await crowd.join([first]);
    // From now on, where it is already brought to.
    await eventually(async () => (await place((grant) => grant.url !== url)).url === first.url);
    await crowd.join([
      await place((grant) => grant.url === first.url),
      await place((grant) => grant.url === first.url),
    ]);
    const there = await receiving(60);
    expect(there).toHaveLength(5);
    expect(there.filter(({ missing }) => missing !== 0)).toEqual([]);
    const edge = edges.find((one) => one.url === first.url)!;
    expect(there.map(({ port }) => port)).toEqual([origin.rtcPort, origin.rtcPort, ...Array(3).fill(edge.rtcPort)]);
    const told = () =>
      new Promise<number>((resolve) => {
        studio.socket.once('broadcast.health', ({ health }: { health: { webrtcViewers: number } }) =>
          resolve(health.webrtcViewers),
        );
      });
    await eventually(async () => (await told()) === 5);
  });

  it('carry on when one of them is killed: its viewers come back through another, the others miss nothing', async () => {
    const dead = edges.find(
      ({ rtcPort, log }) => log.includes('broadcast of another media process opened') && rtcPort,
    )!;
    const other = edges.find((edge) => edge !== dead)!;
    await dead.end('SIGKILL');
    await eventually(async () => (await endedAs('gone')) === 3);
    const next = await place(({ url }) => url === other.url);
    await crowd.join([next, await place(({ url }) => url === other.url), await place(({ url }) => url === other.url)]);
    const there = await receiving(60);
    expect(there.map(({ port, missing }) => ({ port, missing }))).toEqual([
      { port: origin.rtcPort, missing: 0 },
      { port: origin.rtcPort, missing: 0 },
      ...Array(3).fill({ port: other.rtcPort, missing: 0 }),
    ]);
    const { rows } = await api.database.sql('SELECT id, state FROM broadcasts WHERE show_id = $1', [show.id]);
    expect(rows).toEqual([{ id: broadcastId, state: 'live' }]);
  });

  it('let nobody else fetch a broadcast', async () => {
    const { signService } = await import('#platform/grants');
    const refusal = async (auth: object) => {
      const socket = io(`${origin.url}/relay`, {
        path: '/media',
        transports: ['websocket'],
        auth,
        forceNew: true,
        reconnection: false,
      });
      const code = await new Promise<string>((resolve) => {
        socket.once('connect', () => resolve('admitted'));
        socket.once('connect_error', (error) => resolve((error as { data?: { code: string } }).data!.code));
      });
      socket.disconnect();
      return code;
    };
    const token = await signService();
    expect(await refusal({})).toBe('invalid_request');
    expect(await refusal({ token: 'made up', broadcastId })).toBe('unauthenticated');
    expect(await refusal({ token: (await place(() => true)).grant, broadcastId })).toBe('unauthenticated');
    expect(await refusal({ token, broadcastId: randomUUID() })).toBe('not_found');
    expect(await refusal({ token, broadcastId })).toBe('admitted');
  });

  it('lose a broadcast with the one that has it, and say so at once', async () => {
    await origin.end('SIGKILL');
    await eventually(async () => (await endedAs('media_lost')) === 3);
    await eventually(async () => {
      const { rows } = await api.database.sql('SELECT end_reason FROM broadcasts WHERE show_id = $1', [show.id]);
      return (rows[0] as { end_reason: string | null }).end_reason === 'media_lost';
    });
  });
});
