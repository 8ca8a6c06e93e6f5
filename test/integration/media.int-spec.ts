import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { MediaCommand } from '#contracts/media';
import { publishClip } from '../../tools/demo/publish.mjs';
import { eventually } from '../support/api.ts';
import { makeClip } from '../support/clip.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { MediaClient } from '../support/media-client.ts';
import { audioParameters, dtls, videoParameters, viewerCapabilities } from '../support/media-input.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';

jest.setTimeout(60_000);

let desk: FactsDesk;
let media: TestMedia;
let clip: string;
const cleanups: (() => void)[] = [];

/** More than any other of these tests has. */
const VIEWERS = 6;

beforeAll(async () => {
  process.env.MEDIA_MAX_WEBRTC_VIEWERS = String(VIEWERS);
  desk = await openFactsDesk();
  media = await startMedia(desk);
  clip = await makeClip(process.env.ENGAWA_DATA_DIR!);
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});
afterAll(async () => {
  await media?.stop();
  await desk.close();
});

const join: TestMedia['join'] = async (...parts) => {
  const client = await media.join(...parts);
  cleanups.push(() => client.close());
  return client;
};
const command = async (body: unknown, authorization?: string) => {
  const { signService } = await import('#platform/grants');
  return fetch(`${media.url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization ?? `Bearer ${await signService()}` },
    body: typeof body === 'string' ? body : JSON.stringify(body satisfies MediaCommand | unknown),
  });
};
const onAir = async (broadcastId: string) => {
  const grant = await media.grant({ broadcastId, role: 'host', plainIngest: true });
  const bot = publishClip({ grant: { url: media.url, grant }, clip, ffmpegPath: process.env.FFMPEG_PATH });
  cleanups.push(() => bot.stop());
  await desk.fact('ready', broadcastId);
  return bot;
};
const refusalOf = (opening: Promise<MediaClient>) =>
  opening.then(
    () => 'admitted',
    (error: Error & { data?: { code: string; requestId: string } }) => error.data?.code ?? error.message,
  );

describe('the door', () => {
  it('names what is wrong with a grant', async () => {
    const expired = await media.grant({ role: 'host' }, { expired: true });
    const signed = await media.grant({ role: 'host' });
    const foreign = await media.grant({ role: 'admin' as 'host' });
    expect(await refusalOf(MediaClient.open(media.url, expired))).toBe('grant_expired');
    expect(await refusalOf(MediaClient.open(media.url, `${signed.slice(0, -4)}AAAA`))).toBe('grant_invalid');
    expect(await refusalOf(MediaClient.open(media.url, foreign))).toBe('grant_invalid');
    expect(await refusalOf(MediaClient.open(media.url, { not: 'text' }))).toBe('grant_invalid');
    expect(await refusalOf(MediaClient.open(media.url, undefined))).toBe('grant_invalid');
  });

  it('is closed to pages of another origin', async () => {
    const grant = await media.grant({ role: 'host' });
    const own = await MediaClient.open(media.url, grant, { origin: 'https://shop.example' });
    own.close();
    for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null']) {
      expect(await refusalOf(MediaClient.open(media.url, grant, { origin }))).toBe('websocket error');
    }
  });

  it('lets a viewer wait a moment for the host, and no longer', async () => {
    expect(await refusalOf(join(randomUUID(), 'viewer'))).toBe('not_found');
    const broadcastId = randomUUID();
    const early = join(broadcastId, 'viewer');
    await join(broadcastId, 'host');
    expect((await (await early).request('media.hello', {})).role).toBe('viewer');
  });

  it('holds one person to a few connections', async () => {
    const broadcastId = randomUUID();
    await join(broadcastId, 'host');
    const subject = randomUUID();
    for (let tab = 0; tab < 8; tab += 1) await join(broadcastId, 'viewer', { subject });
    expect(await refusalOf(join(broadcastId, 'viewer', { subject }))).toBe('rate_limited');
    expect(await refusalOf(join(broadcastId, 'viewer'))).toBe('admitted');
  });
});

describe('a full process', () => {
  it('refuses who comes beyond the limit by name, over all its broadcasts, and nobody who is in', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    for (const id of [one, two]) await join(id, 'host');
    const subject = randomUUID();
    const first = await join(one, 'viewer', { subject });
    for (let viewer = 1; viewer < VIEWERS; viewer += 1) await join(viewer % 2 ? one : two, 'viewer');
    expect(await refusalOf(join(one, 'viewer'))).toBe('viewers_full');
    expect(await refusalOf(join(two, 'viewer'))).toBe('viewers_full');
    const again = await join(one, 'viewer', { subject });
    await join(one, 'host');
    first.close();
    again.close();
    await eventually(async () => (await refusalOf(join(two, 'viewer'))) === 'admitted');
    expect(await refusalOf(join(one, 'viewer'))).toBe('viewers_full');
  });
});

describe('bad input', () => {
  it('is refused by name and ends nothing', async () => {
    const host = await join(randomUUID(), 'host');
    const code = async (...parts: [string, ...unknown[]]) => {
      const answer = await host.ask(...parts);
      return answer.ok ? 'ok' : answer.error.code;
    };
    expect(await code('media.goodbye', {})).toBe('unknown_event');
    expect(await code('__proto__', {})).toBe('unknown_event');
    expect(await code('media.hello')).toBe('invalid_request');
    expect(await code('media.hello', null)).toBe('invalid_request');
    expect(await code('media.hello', {}, {})).toBe('invalid_request');
    expect(await code('transport.create', { direction: 'sideways' })).toBe('invalid_request');
    expect(await code('transport.connect', { transportId: 'none', dtlsParameters: dtls })).toBe('not_found');
    expect(await code('consumer.resume', { consumerId: 'none' })).toBe('not_found');
    expect(await code('producer.pause', { producerId: 'none', paused: true })).toBe('not_found');
    expect(await code('ingest.plain', { videoSsrc: 1, audioSsrc: 2 })).toBe('forbidden');
    expect(await code('media.hello', {})).toBe('ok');
  });

  it('as raw frames neither reaches a handler nor ends the process', async () => {
    const grant = await media.grant({ role: 'host' });
    const frames = [
      '42["media.hello"]',
      '42["media.hello",null]',
      '42["media.hello",{},"no function"]',
      '421["media.hello"]',
      '42[]',
      '42[null]',
      '42[{"a":1},{}]',
      '42["disconnect"]',
      '42["error",{}]',
      '42{"a":1}',
      '42["media.hello",',
      '45-',
      '451-["media.hello",{"_placeholder":true,"num":0}]',
      '431[]',
      '49["x"]',
      'zzz',
      '',
      '9',
      `42["media.hello",{"a":"${'x'.repeat(300_000)}"}]`,
    ];
    for (const frame of frames) {
      const socket = new WebSocket(`${media.url.replace('http', 'ws')}/media/?EIO=4&transport=websocket`);
      const heard = (start: string) =>
        new Promise<void>((resolve) => {
          socket.addEventListener('message', ({ data }) => String(data).startsWith(start) && resolve());
          socket.addEventListener('close', () => resolve());
        });
      const open = heard('0');
      const admitted = heard('40');
      await open;
      socket.send(`40${JSON.stringify({ grant })}`);
      await admitted;
      const answered = heard('437');
      socket.send(frame);
      socket.send('427["media.hello",{}]');
      await answered; // with an answer to the good frame, or by closing the line
      socket.close();
    }
    const host = await join(randomUUID(), 'host');
    expect((await host.request('media.hello', {})).role).toBe('host');
  });

  it('floods are cut off and answered', async () => {
    const host = await join(randomUUID(), 'host');
    const answers = await Promise.all(Array.from({ length: 200 }, () => host.ask('media.hello', {})));
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.length).toBeGreaterThan(50);
    for (const answer of refused) if (!answer.ok) expect(answer.error.code).toBe('rate_limited');
  });
});

describe('who may send', () => {
  it('is the host alone', async () => {
    const broadcastId = randomUUID();
    const host = await join(broadcastId, 'host');
    const viewer = await join(broadcastId, 'viewer', { plainIngest: true });
    const send = await host.request('transport.create', { direction: 'send' });
    const receive = await viewer.request('transport.create', { direction: 'receive' });
    const attempts: [string, unknown][] = [
      ['transport.create', { direction: 'send' }],
      ['ingest.plain', { videoSsrc: 1, audioSsrc: 2 }],
      ['producer.close', { producerId: 'any' }],
    ];
    for (const transportId of [send.id, receive.id]) {
      attempts.push([
        'producer.create',
        { transportId, kind: 'video', source: 'camera', rtpParameters: videoParameters(1000) },
      ]);
    }
    for (const [event, payload] of attempts) {
      const answer = await viewer.ask(event, payload);
      expect(answer.ok ? 'ok' : answer.error.code).toBe('not_a_host');
    }
    expect((await viewer.request('media.hello', {})).producers).toEqual([]);
  });

  it('is refused by field for what mediasoup would choke on, and the worker serves on', async () => {
    const host = await join(randomUUID(), 'host');
    const { id: transportId } = await host.request('transport.create', { direction: 'send' });
    const attempt = async (rtpParameters: Record<string, unknown>, kind = 'video', source = 'camera') => {
      const answer = await host.ask('producer.create', { transportId, kind, source, rtpParameters });
      return answer.ok ? { code: 'ok' } : { code: answer.error.code, details: answer.error.details };
    };
    expect(await attempt(videoParameters(1, { maxBitrate: 1_500_000.5 }))).toMatchObject({
      code: 'invalid_request',
      details: { issues: [{ path: 'encodings.0.maxBitrate' }] },
    });
    expect(await attempt(videoParameters(1, { maxBitrate: -1 }))).toMatchObject({ code: 'invalid_request' });
    expect(await attempt(videoParameters(2 ** 33))).toMatchObject({ code: 'invalid_request' });
    expect(await attempt({ ...videoParameters(1), encodings: [] })).toMatchObject({ code: 'invalid_request' });
    expect(await attempt({ ...videoParameters(1), codecs: [] })).toMatchObject({ code: 'invalid_request' });
    expect(await attempt({ ...videoParameters(1), codecs: [null] })).toMatchObject({ code: 'invalid_request' });
    const av1 = { mimeType: 'video/AV1', payloadType: 45, clockRate: 90_000, parameters: {} };
    expect(await attempt({ ...videoParameters(1), codecs: [av1] })).toMatchObject({
      code: 'unsupported_media',
      details: { field: 'rtpParameters' },
    });
    expect(await attempt(audioParameters(1))).toMatchObject({
      code: 'unsupported_media',
      details: { field: 'codecs' },
    });
    expect(await attempt(audioParameters(1), 'audio', 'camera')).toMatchObject({ code: 'invalid_request' });
    for (const maxBitrate of [1_000_000.5, 1, '1000000', Number.MAX_SAFE_INTEGER]) {
      const answer = await host.ask('transport.limit', { transportId, maxBitrate });
      expect(answer.ok ? 'ok' : answer.error.code).toBe('invalid_request');
    }
    for (const dtlsParameters of [
      {},
      { fingerprints: [] },
      { ...dtls, role: 'boss' },
      { fingerprints: [{ algorithm: 'sha-256', value: 'x' }] },
    ]) {
      const answer = await host.ask('transport.connect', { transportId, dtlsParameters });
      expect(answer.ok ? 'ok' : answer.error.code).toBe('invalid_request');
    }
    expect(await attempt(videoParameters(7, { maxBitrate: 1_500_000 }))).toEqual({ code: 'ok' });
    await host.request('transport.limit', { transportId, maxBitrate: 1_000_000 });
  });
});

describe('signalling', () => {
  it('answers a repeated call with what the first one made', async () => {
    const broadcastId = randomUUID();
    const host = await join(broadcastId, 'host');
    const [first, again] = await Promise.all([
      host.request('transport.create', { direction: 'send' }),
      host.request('transport.create', { direction: 'send' }),
    ]);
    expect(again).toEqual(first);
    const transportId = first.id;
    await Promise.all([1, 2].map(() => host.request('transport.connect', { transportId, dtlsParameters: dtls })));
    const camera = { transportId, kind: 'video', source: 'camera', rtpParameters: videoParameters(5000) } as const;
    const made = await Promise.all([host.request('producer.create', camera), host.request('producer.create', camera)]);
    expect(made[1]).toEqual(made[0]);
    expect(await host.request('producer.create', camera)).toEqual(made[0]);

    const viewer = await join(broadcastId, 'viewer');
    const receive = await viewer.request('transport.create', { direction: 'receive' });
    const ask = { transportId: receive.id, rtpCapabilities: viewerCapabilities };
    const { consumers } = await viewer.request('consumer.createAll', ask);
    expect(consumers).toMatchObject([{ kind: 'video', source: 'camera', producerId: made[0]!.producerId }]);
    expect(await viewer.request('consumer.createAll', ask)).toEqual({ consumers });
    for (const _ of [1, 2]) await viewer.request('consumer.resume', { consumerId: consumers[0]!.id });
    const forced = await viewer.request('transport.create', { direction: 'receive', forceTcp: true });
    expect(forced.id).not.toBe(receive.id);
    expect(forced.iceCandidates.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  it('tells viewers what comes on stage, is replaced, is paused and goes', async () => {
    const broadcastId = randomUUID();
    const host = await join(broadcastId, 'host');
    const viewer = await join(broadcastId, 'viewer');
    const { id: transportId } = await host.request('transport.create', { direction: 'send' });
    const create = async (ssrc: number, mid: string) =>
      host.ask('producer.create', {
        transportId,
        kind: 'video',
        source: 'camera',
        rtpParameters: { ...videoParameters(ssrc), mid },
      });
    const idOf = (answer: Awaited<ReturnType<typeof create>>) => {
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.data.producerId as string;
    };
    const old = idOf(await create(100, '0'));
    const both = await Promise.all([create(200, '1'), create(300, '2')]);
    expect(both.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual(['ok', 'producer_limit']);
    const now = idOf(both[0]);
    await viewer.pushed('producers.changed', ({ added, removed }) => added.includes(now) && removed.includes(old));
    await host.request('producer.pause', { producerId: now, paused: true });
    expect(await viewer.pushed('producer.paused')).toEqual({ producerId: now, paused: true });
    expect((await viewer.request('media.hello', {})).producers).toEqual([
      { id: now, kind: 'video', source: 'camera', paused: true },
    ]);
    await host.request('producer.close', { producerId: now });
    await host.request('producer.close', { producerId: now });
    await viewer.pushed('producers.changed', ({ removed }) => removed.includes(now));
  });
});

describe('a broadcast', () => {
  it('is ready with the first media, counts people, and ends by command', async () => {
    const broadcastId = randomUUID();
    const quiet = randomUUID();
    await join(quiet, 'host');
    await onAir(broadcastId);
    const subject = randomUUID();
    const tabs = [await join(broadcastId, 'viewer', { subject }), await join(broadcastId, 'viewer', { subject })];
    const other = await join(broadcastId, 'viewer');
    const hello = await other.request('media.hello', {});
    expect(hello.producers.map(({ source }) => source).sort()).toEqual(['camera', 'microphone']);

    await expect(command({ type: 'stop', broadcastId, reason: 'host_ended' }, 'Bearer made-up')).resolves.toMatchObject(
      {
        status: 401,
      },
    );
    expect((await command({ type: 'stop', broadcastId: 'x', reason: 'because' })).status).toBe(400);
    expect((await command('{"type":')).status).toBe(400);
    expect((await command({ type: 'remove', broadcastId, subject })).status).toBe(200);
    await Promise.all(tabs.map((tab) => tab.gone()));
    expect(await refusalOf(join(broadcastId, 'viewer', { subject }))).toBe('banned');

    expect((await command({ type: 'stop', broadcastId, reason: 'host_ended' })).status).toBe(200);
    expect(await other.pushed('broadcast.ended')).toEqual({ reason: 'host_ended' });
    await other.gone();
    expect(await desk.fact('ended', broadcastId)).toMatchObject({ reason: 'host_ended' });
    expect(await refusalOf(join(broadcastId, 'host'))).toBe('not_found');
    expect(desk.facts.filter((fact) => fact.type === 'ready' && fact.broadcastId === quiet)).toEqual([]);
    const counted = desk.facts.flatMap((fact) => (fact.type === 'heartbeat' ? fact.broadcasts : []));
    expect(counted.filter(({ id }) => id === broadcastId).every(({ viewers }) => viewers <= 2)).toBe(true);
  });

  it('stopped before its host came does not begin', async () => {
    const broadcastId = randomUUID();
    await command({ type: 'stop', broadcastId, reason: 'superseded' });
    expect(await refusalOf(join(broadcastId, 'host'))).toBe('not_found');
  });

  it('passes to the newer connection of its host', async () => {
    const broadcastId = randomUUID();
    const before = await join(broadcastId, 'host');
    const now = await join(broadcastId, 'host');
    expect(await before.pushed('broadcast.ended')).toEqual({ reason: 'superseded' });
    await before.gone();
    expect((await now.request('media.hello', {})).broadcastId).toBe(broadcastId);
  });

  it('waits a while for a host who was cut off, and ends when nobody comes', async () => {
    const returned = randomUUID();
    const lost = randomUUID();
    const never = randomUUID();
    const grant = await media.grant({ broadcastId: returned, role: 'host', plainIngest: true });
    for (const id of [returned, lost]) (await onAir(id)).stop();
    (await join(never, 'host')).close();
    const again = await MediaClient.open(media.url, grant);
    cleanups.push(() => again.close());
    expect(await desk.fact('ended', lost)).toMatchObject({ reason: 'host_lost' });
    expect(await desk.fact('ended', never)).toMatchObject({ reason: 'no_media' });
    expect((await again.request('media.hello', {})).broadcastId).toBe(returned);
    expect(desk.facts.filter((fact) => fact.type === 'ended' && fact.broadcastId === returned)).toEqual([]);
  });
});

describe('a worker', () => {
  it.each([
    ['is killed', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ] as const)('that %s ends its broadcasts, and another takes its place', async (_how, signal) => {
    const broadcastId = randomUUID();
    const bot = await onAir(broadcastId);
    const viewer = await join(broadcastId, 'viewer');
    const pid = media.workers.at(-1)!;
    process.kill(pid, signal);
    expect(await viewer.pushed('broadcast.ended')).toEqual({ reason: 'worker_died' });
    expect(await bot.ended).toBe('worker_died');
    expect(await desk.fact('ended', broadcastId)).toMatchObject({ reason: 'worker_died' });

    const next = randomUUID();
    let refusal = 'unavailable';
    while (refusal === 'unavailable') refusal = await refusalOf(join(next, 'host'));
    expect(refusal).toBe('admitted');
    await onAir(next);
    expect(media.workers.at(-1)).not.toBe(pid);
  });
});

describe('the api', () => {
  it('is told again, in order, what it could not take, and not what it refuses', async () => {
    const broadcastId = randomUUID();
    desk.refuseNext(503, 500, 503);
    await onAir(broadcastId);
    desk.refuseNext(429, 409);
    await command({ type: 'stop', broadcastId, reason: 'host_ended' });
    const next = randomUUID();
    await onAir(next);
    const lasting = desk.facts.flatMap((fact) => (fact.type === 'heartbeat' ? [] : [fact]));
    expect(
      lasting.filter((fact) => 'broadcastId' in fact && fact.broadcastId === broadcastId).map(({ type }) => type),
    ).toEqual(['ready']);
    expect(desk.refused.map(({ status, fact }) => `${status} ${fact.type}`)).toEqual([
      '503 ready',
      '500 ready',
      '503 ready',
      '429 ended',
      '409 ended',
    ]);
    const heartbeat = await desk.fact('heartbeat');
    expect(heartbeat).toMatchObject({ nodeId: 'media-1', controlUrl: media.url });
    for (const authorization of desk.authorizations) expect(authorization).toMatch(/^Bearer ey/);
  });

  // Last: it ends the process under test.
  it('hears of every broadcast that a stop ends', async () => {
    const broadcastId = randomUUID();
    const bot = await onAir(broadcastId);
    await media.stop();
    expect(await bot.ended).toBe('api_stopped');
    expect(await desk.fact('ended', broadcastId)).toMatchObject({ reason: 'api_stopped' });
  });
});
