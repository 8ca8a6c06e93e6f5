import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import type { MediaGrant, PublicShow } from '#contracts/shows';
import { stageApi, type Invited } from '#contracts/stage';
import { eventually, startApi, type Api, type RoomClient, type Staff } from '../support/api.ts';
import { Crowd } from '../support/crowd/index.ts';
import { send } from '../support/http.ts';
import { measured } from '../support/measured.ts';
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
  process.env.RECORDING_KEEP_FREE_MB = '1000000000'; // more than there is: the disk is as good as full
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

it('a picture that the disk has no room for is refused', async () => {
  const image = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#a86' } })
    .png()
    .toBuffer();
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(image)], { type: 'image/png' }), 'picture.png');
  const refused = await send(api, 'POST', '/api/images', { body }, owner);
  expect([refused.status, refused.body.code]).toEqual([507, 'storage_full']);
  expect(await readdir(join(process.env.ENGAWA_DATA_DIR!, 'images'))).toEqual([]);
});

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

  it('bring guests to an edge, too: who comes on air, is muted, is heard again, and is removed', async () => {
    const edge = await place(({ url }) => url !== origin.url);
    const { invited } = await api.call(stageApi.invite, { id: show.id, role: 'guest', name: '結衣' }, owner);
    const [{ id: participantId, link }] = invited as [Invited];
    const on = (change: { onAir?: boolean; muted?: boolean }) =>
      api.call(stageApi.place, { id: show.id, participantId, ...change }, owner);
    const guests = new Crowd();
    cleanups.push(() => guests.end());
    await guests.send(await api.call(stageApi.enter, { token: link.split('/').at(-1)! }, await api.viewer()));

    const there = await MediaClient.open(edge.url, edge.grant);
    cleanups.push(() => there.close());
    const ofGuest = async () => {
      const { producers } = await there.request('media.hello', {});
      return producers.filter((producer) => producer.participantId === participantId);
    };
    expect(await ofGuest()).toEqual([]);
    await on({ onAir: true, muted: true });
    await eventually(async () => (await ofGuest()).length === 2);
    expect((await ofGuest()).map(({ kind, paused }) => `${kind} ${paused}`).toSorted()).toEqual([
      'audio true',
      'video false',
    ]);

    await guests.join([{ ...edge, wants: { participantId } }]);
    await on({ muted: false });
    await guests.join([{ ...edge, wants: { kind: 'audio', participantId } }]);
    const received = async () => (await guests.look()).map((viewer) => viewer.received) as [number, number];
    const move = async (packets: number) => {
      const [picture, sound] = await received();
      return eventually(async () => {
        const now = await received();
        return now[0] >= picture + packets ? { sound: now[1] - sound } : null;
      });
    };
    expect((await move(60)).sound).toBeGreaterThan(20);
    await on({ muted: true });
    await there.pushed('producer.paused', ({ paused }) => paused);
    await move(10);
    expect((await move(60)).sound).toBe(0);
    // Another change of the stage does not let them be heard.
    await api.call(stageApi.arrange, { id: show.id, layout: 'solo' }, owner);
    expect((await move(30)).sound).toBe(0);
    await on({ muted: false });
    await eventually(async () => (await move(10)).sound > 0);

    const sent = (await ofGuest()).map(({ id }) => id);
    await api.call(stageApi.remove, { id: show.id, participantId }, owner);
    for (const id of sent) await there.pushed('producers.changed', ({ removed }) => removed.includes(id));
    await eventually(async () => (await ofGuest()).length === 0);
    const [picture] = await received();
    await receiving(30);
    expect((await received())[0]).toBe(picture);
  });

  it('carry on when one of them is killed: its viewers come back through another, the others miss nothing', async () => {
    const dead = edges.find(
      ({ rtcPort, log }) => log.includes('broadcast of another media process opened') && rtcPort,
    )!;
    const other = edges.find((edge) => edge !== dead)!;
    const harmedAt = Date.now();
    await dead.end('SIGKILL');
    await eventually(async () => (await endedAs('gone')) === 3);
    const next = await place(({ url }) => url === other.url);
    await crowd.join([next, await place(({ url }) => url === other.url), await place(({ url }) => url === other.url)]);
    measured(
      `three viewers have a picture through another process ${Date.now() - harmedAt} ms after theirs was killed`,
    );
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
    const harmedAt = Date.now();
    await origin.end('SIGKILL');
    await eventually(async () => (await endedAs('media_lost')) === 3);
    measured(`the viewers at an edge are told ${Date.now() - harmedAt} ms after the origin was killed`);
    await eventually(async () => {
      const { rows } = await api.database.sql('SELECT end_reason FROM broadcasts WHERE show_id = $1', [show.id]);
      return (rows[0] as { end_reason: string | null }).end_reason === 'media_lost';
    });
    measured(`the api knows ${Date.now() - harmedAt} ms after the origin was killed`);
  });
});
