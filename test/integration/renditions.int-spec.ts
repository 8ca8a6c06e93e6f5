import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import HLS from 'hls-parser';
import { createWorker, type types } from 'mediasoup';
import { ApiClock } from '../../apps/media/src/api-clock.ts';
import type { ApiCallback } from '../../apps/media/src/api-callback.ts';
import { BoxSplitter } from '../../apps/media/src/packaging/boxes.ts';
import type { Fragment } from '../../apps/media/src/packaging/fragments.ts';
import type { PackagedBroadcast, Packager } from '../../apps/media/src/packaging/packager.ts';
import { makeClip } from '../support/clip.ts';
import { HlsPlayer, type SeenSegment } from '../support/hls-player.ts';

jest.setTimeout(60_000);

const showId = randomUUID();
const [SMALL, LARGE, SOUND] = [1_001, 1_002, 2_001];
let worker: types.Worker;
let packager: Packager;
let packaged: PackagedBroadcast;
let http: Server;
let base: string;
let encoder: ChildProcess;
let upper: HlsPlayer;
let lower: HlsPlayer;
const sockets: Socket[] = [];
/** Streams that do not arrive. */
const held = new Set<number>();

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await sleep(20);
};
const get = async (path: string) => {
  const answer = await fetch(`${base}/${path}`);
  return { status: answer.status, text: await answer.text() };
};
const variants = async () => (HLS.parse((await get('main.m3u8')).text) as HLS.types.MasterPlaylist).variants;
const newest = (player: HlsPlayer) => [...player.segments.values()].at(-1)!;

beforeAll(async () => {
  const { Packager } = await import('../../apps/media/src/packaging/packager.ts');
  packager = new Packager({ clock: new ApiClock(), report: () => undefined } as unknown as ApiCallback);
  await packager.start();
  http = createServer((request, response) => void packager.server.handle(request, response));
  packager.server.attach(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  base = `http://127.0.0.1:${(http.address() as AddressInfo).port}/hls/${showId}`;

  worker = await createWorker({ logLevel: 'error' });
  const { router, camera, microphone } = await openStage();
  packaged = packager.open(showId, randomUUID(), router);
  packaged.show(camera, microphone);
  await startEncoder(camera, microphone);
});
afterAll(async () => {
  await Promise.all([upper?.stop(), lower?.stop()]);
  encoder?.kill('SIGKILL');
  for (const socket of sockets) socket.close();
  await packager?.close();
  worker?.close();
  http?.closeAllConnections();
  http?.close();
});

describe('a host who sends two layers', () => {
  it('has a rendition of each, valid at every refresh', async () => {
    await until(async () => (await get('r0/live.m3u8')).status === 200);
    upper = new HlsPlayer(`${base}/live.m3u8`);
    lower = new HlsPlayer(`${base}/r0/live.m3u8`);
    upper.follow();
    lower.follow();
    await until(() => whole(lower).length >= 4);
    expect(await variants()).toMatchObject([
      { uri: 'live.m3u8', resolution: { width: 640, height: 360 }, frameRate: 30 },
      { uri: 'r0/live.m3u8', resolution: { width: 320, height: 180 }, frameRate: 30 },
    ]);
    for (const { codecs, bandwidth, averageBandwidth } of await variants()) {
      expect(codecs).toMatch(/^avc1\.42\w{4},mp4a\.40\.2$/);
      expect(bandwidth).toBeGreaterThanOrEqual(averageBandwidth!);
    }
    expect((await get('main.m3u8')).text).toContain('#EXT-X-INDEPENDENT-SEGMENTS');
    const answer = await fetch(`${base}/main.m3u8`);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=1');
    for (const [path, status] of [
      ['main.m3u8?_HLS_skip=maybe', 400],
      ['r7/live.m3u8', 404],
      ['r0/main.m3u8', 404],
    ] as const) {
      expect((await get(path)).status).toBe(status);
    }
  });

  it('has the same moment at the same time in both', async () => {
    const shared = whole(lower).filter(({ sequence }) => upper.segments.has(sequence));
    expect(shared.length).toBeGreaterThanOrEqual(3);
    for (const segment of shared) {
      const other = upper.segments.get(segment.sequence)!;
      expect(Math.abs(segment.at - other.at)).toBeLessThanOrEqual(40);
      const [own, theirs] = [await firstPicture('r0/', segment), await firstPicture('', other)];
      expect(own.independent).toBe(true);
      expect(Math.abs(own.startsAt! - theirs.startsAt!)).toBeLessThanOrEqual(0.04);
    }
  });

  it('is shown without a break where the smaller layer ends, which is told until it is back', async () => {
    held.add(SMALL);
    await lower.stop();
    await until(async () => (await get('r0/live.m3u8')).status === 404);
    expect(await variants()).toHaveLength(1);
    const before = newest(upper).sequence;
    await until(() => newest(upper).sequence > before + 1);
    held.clear();
    lower = new HlsPlayer(lower.url);
    await until(async () => (await get('r0/live.m3u8')).status === 200);
    lower.follow();
    await until(() => whole(lower).some(({ sequence }) => sequence > before + 2));
    expect(lower.faults).toEqual([]);
    expect(upper.discontinuities).toBe(0);
    const gaps = [...lower.segments.values()].filter(({ gap }) => gap);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { uri } of gaps) expect((await get(`r0/${uri}`)).status).toBe(404);
  });

  it('is shown by the smaller layer while the larger one is not sent', async () => {
    held.add(LARGE);
    await until(() => upper.discontinuities === 1);
    await until(async () => (await variants())[0]?.resolution?.width === 320);
    expect(await variants()).toHaveLength(1);
    held.clear();
    await until(() => upper.discontinuities === 2);
    await until(async () => (await variants())[0]?.resolution?.width === 640);
    await until(() => lower.discontinuities === 2);
    expect([...upper.faults, ...lower.faults]).toEqual([]);
  });

  it('ends in both', async () => {
    packaged.ended('host_ended');
    await until(() => upper.ended && lower.ended);
    expect([...upper.faults, ...lower.faults]).toEqual([]);
    expect(newest(lower).sequence).toBe(newest(upper).sequence);
  });
});

/** Segments that can be fetched. */
function whole(player: HlsPlayer): SeenSegment[] {
  return [...player.segments.values()].filter(({ gap }) => !gap);
}

async function firstPicture(folder: string, { map, uri }: SeenSegment): Promise<Fragment> {
  const pieces = await Promise.all(
    [map, uri].map(async (one) => (await fetch(`${base}/${folder}${one}`)).arrayBuffer()),
  );
  const found: Fragment[] = [];
  new BoxSplitter(
    () => undefined,
    (fragment) => found.push(fragment),
  ).push(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
  return found.find(({ startsAt }) => startsAt !== null)!;
}

async function openStage() {
  const h264 = {
    ...{ mimeType: 'video/H264', clockRate: 90_000 },
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  };
  const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2 };
  const router = await worker.createRouter({
    mediaCodecs: [
      { kind: 'audio', ...opus, preferredPayloadType: 100 },
      { kind: 'video', ...h264, preferredPayloadType: 102 },
    ],
  });
  const transport = await router.createDirectTransport();
  const camera = await transport.produce({
    kind: 'video',
    rtpParameters: { codecs: [{ ...h264, payloadType: 102 }], encodings: [{ ssrc: SMALL }, { ssrc: LARGE }] },
  });
  const microphone = await transport.produce({
    kind: 'audio',
    rtpParameters: { codecs: [{ ...opus, payloadType: 100 }], encodings: [{ ssrc: SOUND }] },
  });
  expect(camera.type).toBe('simulcast');
  return { router, camera, microphone };
}

/** Plays two clips of the same pictures in two sizes, as fast as they are. */
async function startEncoder(camera: types.Producer, microphone: types.Producer): Promise<void> {
  const folder = process.env.ENGAWA_DATA_DIR!;
  const clips = [await makeClip(folder, 'small.mp4', '320x180'), await makeClip(folder, 'large.mp4', '640x360')];
  const output = async (ssrc: number, producer: types.Producer, payloadType: number) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    sockets.push(socket);
    socket.on('message', (packet) => {
      const isRtcp = packet[1]! >= 200 && packet[1]! <= 204;
      if (!isRtcp && !held.has(ssrc) && !producer.closed) producer.send(packet);
    });
    const to = ['-payload_type', String(payloadType), '-ssrc', String(ssrc), '-f', 'rtp'];
    return [...to, `rtp://127.0.0.1:${socket.address().port}?pkt_size=1200`];
  };
  const input = (clip: string) => ['-stream_loop', '-1', '-re', '-i', clip];
  encoder = spawn(
    process.env.FFMPEG_PATH ?? 'ffmpeg',
    [
      ...['-nostdin', '-loglevel', 'error', ...clips.flatMap(input)],
      ...['-map', '0:v', '-c', 'copy', ...(await output(SMALL, camera, 102))],
      ...['-map', '1:v', '-c', 'copy', ...(await output(LARGE, camera, 102))],
      ...['-map', '1:a', '-c', 'copy', ...(await output(SOUND, microphone, 100))],
    ],
    { stdio: 'ignore' },
  );
}
