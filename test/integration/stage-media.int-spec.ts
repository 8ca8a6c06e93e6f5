import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { GrantClaims, MediaCommand } from '#contracts/media';
import { emptyStage, type Stage } from '#contracts/stage';
import { eventually } from '../support/api.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import type { MediaClient } from '../support/media-client.ts';
import { audioParameters, videoParameters, viewerCapabilities } from '../support/media-input.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';

jest.setTimeout(60_000);

let desk: FactsDesk;
let media: TestMedia;
const clients: MediaClient[] = [];
beforeAll(async () => {
  desk = await openFactsDesk();
  media = await startMedia(desk);
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(async () => {
  await media?.stop();
  await desk.close();
});

type Claims = Parameters<TestMedia['grant']>[0];
const join = async (broadcastId: string, role: GrantClaims['role'], claims: Claims = {}) => {
  const client = await media.join(broadcastId, role, claims);
  clients.push(client);
  return client;
};
const asGuest = (participantId: string, role: 'guest' | 'co_host' = 'guest') => ({
  subject: participantId,
  guest: { participantId, name: '結衣', role },
});
const direct = async (broadcastId: string, version: number, onAir: Stage['onAir'], removed: string[] = []) => {
  const { signService } = await import('#platform/grants');
  const command: MediaCommand = { type: 'stage', broadcastId, stage: { ...emptyStage, version, onAir }, removed };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` };
  const answer = await fetch(`${media.url}/control`, { method: 'POST', headers, body: JSON.stringify(command) });
  expect(answer.status).toBe(200);
};
const onAir = (id: string, muted = false): Stage['onAir'][number] => ({ id, name: '結衣', role: 'guest', muted });

/** @returns ids of the producers, by source */
async function sends(client: MediaClient, ssrc: number) {
  const { id: transportId } = await client.request('transport.create', { direction: 'send' });
  const make = async (
    kind: 'video' | 'audio',
    source: 'camera' | 'microphone',
    rtpParameters: Record<string, unknown>,
  ) => (await client.request('producer.create', { transportId, kind, source, rtpParameters })).producerId;
  return {
    camera: await make('video', 'camera', videoParameters(ssrc)),
    microphone: await make('audio', 'microphone', audioParameters(ssrc + 10)),
  };
}

/** Whose pictures and sounds one is given. */
async function receives(client: MediaClient, guests = true) {
  const { id: transportId } = await client.request('transport.create', { direction: 'receive' });
  const ask = { transportId, rtpCapabilities: viewerCapabilities, guests };
  const { consumers } = await client.request('consumer.createAll', ask);
  return consumers.map(({ source, participantId }) => `${participantId ? 'guest' : 'host'} ${source}`).toSorted();
}
const codeOf = async (client: MediaClient, event: string, payload: unknown) => {
  const answer = await client.ask(event, payload);
  return answer.ok ? 'ok' : answer.error.code;
};

async function scene() {
  const broadcastId = randomUUID();
  const host = await join(broadcastId, 'host');
  await sends(host, 1_000);
  const id = randomUUID();
  const guest = await join(broadcastId, 'guest', asGuest(id));
  const producers = await sends(guest, 2_000);
  return { broadcastId, host, id, guest, producers };
}
const host = ['host camera', 'host microphone'];
const both = ['guest camera', 'guest microphone', ...host];

describe('a guest', () => {
  it('who waits reaches the host’s desk and nobody else', async () => {
    const { broadcastId, guest } = await scene();
    expect(await receives(await join(broadcastId, 'studio'))).toEqual(both);
    expect(await receives(await join(broadcastId, 'viewer'))).toEqual(host);
    expect(await receives(await join(broadcastId, 'guest', asGuest(randomUUID())))).toEqual(host);
    expect(await receives(guest)).toEqual(host);
    const { producers } = await (await join(broadcastId, 'viewer')).request('media.hello', {});
    expect(producers.map(({ participantId }) => participantId)).toEqual([undefined, undefined]);
  });

  it('on air is given to viewers who ask for guests, and taken from them again', async () => {
    const { broadcastId, id, producers } = await scene();
    const viewer = await join(broadcastId, 'viewer');
    const simple = await join(broadcastId, 'viewer');
    expect(await receives(viewer)).toEqual(host);
    await direct(broadcastId, 1, [onAir(id)]);
    await viewer.pushed('producers.changed', ({ added }) => added.includes(producers.camera));
    expect(await receives(viewer)).toEqual(both);
    expect(await receives(simple, false)).toEqual(host);
    await direct(broadcastId, 2, []);
    await viewer.pushed('producers.changed', ({ removed }) => removed.includes(producers.camera));
    expect(await receives(viewer)).toEqual(host);
    // An older stage comes late.
    await direct(broadcastId, 1, [onAir(id)]);
    expect(await receives(viewer)).toEqual(host);
  });

  it('is muted at the producer, and cannot undo that', async () => {
    const { broadcastId, id, guest, producers } = await scene();
    const studio = await join(broadcastId, 'studio');
    const isPaused = async () => {
      const { producers: all } = await studio.request('media.hello', {});
      return all.find((one) => one.id === producers.microphone)!.paused;
    };
    // The worker takes its moment.
    const becomes = (paused: boolean) => eventually(async () => (await isPaused()) === paused);
    await direct(broadcastId, 1, [onAir(id, true)]);
    await becomes(true);
    const told = await studio.pushed('producer.paused', ({ producerId }) => producerId === producers.microphone);
    expect(told.paused).toBe(true);
    const unmute = { producerId: producers.microphone, paused: false };
    expect(await codeOf(guest, 'producer.pause', unmute)).toBe('forbidden');
    expect(await isPaused()).toBe(true);
    // A new connection does not make them heard either.
    const again = await join(broadcastId, 'guest', asGuest(id));
    producers.microphone = (await sends(again, 3_000)).microphone;
    expect(await guest.pushed('participant.replaced')).toEqual({});
    await becomes(true);
    await direct(broadcastId, 2, [onAir(id)]);
    await becomes(false);
    // What they paused themselves stays so.
    await again.request('producer.pause', { producerId: producers.microphone, paused: true });
    await direct(broadcastId, 3, [onAir(id, true)]);
    await direct(broadcastId, 4, [onAir(id)]);
    expect(await isPaused()).toBe(true);
    // Of two changes in a hurry the later one holds.
    await again.request('producer.pause', { producerId: producers.microphone, paused: false });
    await Promise.all([direct(broadcastId, 5, [onAir(id, true)]), direct(broadcastId, 6, [onAir(id)])]);
    await becomes(false);
  });

  it('who is removed is closed at once, and is not let in again', async () => {
    const { broadcastId, id, guest, producers } = await scene();
    const viewer = await join(broadcastId, 'viewer');
    await direct(broadcastId, 1, [onAir(id)]);
    await direct(broadcastId, 2, [], [id]);
    await guest.gone();
    await viewer.pushed('producers.changed', ({ removed }) => removed.includes(producers.camera));
    const refused = await join(broadcastId, 'guest', asGuest(id)).catch((error: { data?: { code: string } }) => error);
    expect(refused).toMatchObject({ data: { code: 'banned' } });
  });

  it('is held to kinds, to three on air, and to their own producers', async () => {
    const { broadcastId, guest, host: owner, producers } = await scene();
    const { id: transportId } = await guest.request('transport.create', { direction: 'send' });
    const screen = {
      transportId,
      kind: 'video',
      source: 'screen',
      rtpParameters: { ...videoParameters(9_000), mid: '7' },
    };
    expect(await codeOf(guest, 'producer.create', screen)).toBe('producer_limit');
    expect(await codeOf(guest, 'ingest.plain', { videoSsrc: 1, audioSsrc: 2 })).toBe('not_a_host');
    const pause = { producerId: producers.camera, paused: true };
    expect(await codeOf(owner, 'producer.pause', pause)).toBe('not_found');
    const studio = await join(broadcastId, 'studio');
    expect(await codeOf(studio, 'transport.create', { direction: 'send' })).toBe('not_a_host');

    const crowd = Array.from({ length: 4 }, () => randomUUID());
    for (const [index, id] of crowd.entries()) {
      await sends(await join(broadcastId, 'guest', asGuest(id)), 20_000 + index * 100);
    }
    await direct(
      broadcastId,
      1,
      crowd.map((id) => onAir(id)),
    );
    const seen = await receives(await join(broadcastId, 'viewer'));
    expect(seen.filter((one) => one === 'guest camera')).toHaveLength(3);
  });
});

it('counts neither guests nor the desk among viewers, and names the stage that it enforces', async () => {
  const { broadcastId } = await scene();
  await join(broadcastId, 'studio');
  await join(broadcastId, 'viewer');
  await direct(broadcastId, 7, []);
  const told = () =>
    desk.facts
      .flatMap((fact) => (fact.type === 'heartbeat' ? fact.broadcasts : []))
      .find(({ id, stageVersion }) => id === broadcastId && stageVersion === 7);
  while (!told()) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(told()!.viewers).toBe(1);
});
