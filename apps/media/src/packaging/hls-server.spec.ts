import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Init } from './fragments.ts';
import { HlsServer } from './hls-server.ts';
import { Timeline } from './timeline.ts';

const showId = '00000000-0000-7000-8000-000000000000';
const SEGMENTS = 40;
let folder: string;
let path: string;
let http: Server;
let hls: HlsServer;
let url: string;
const written: Buffer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hls-server-'));
  path = join(folder, 'show.mp4');
  const timeline: Timeline = new Timeline(
    showId,
    'token',
    0,
    {
      changed: () => hls.changed(timeline),
      finished: ({ bytes, keptAt }) => {
        keptAt({ path, offset: written.reduce((sum, { length }) => sum + length, 0), length: bytes.length });
        written.push(bytes);
      },
    },
    { seconds: 1_800, bytes: 1 },
  );
  hls = new HlsServer({ timeline: () => timeline, seen: () => undefined });
  timeline.begin('b', { bytes: Buffer.from('init') } as Init);
  for (let frame = 0; frame <= SEGMENTS * 60; frame += 1) {
    const bytes = Buffer.alloc(20, frame);
    timeline.add({ bytes, startsAt: frame / 30, duration: 1 / 30, pictures: 1, independent: frame % 60 === 0 }, 0);
  }
  expect(timeline.segment(0)!.bytes).toBeNull();
  await writeFile(path, Buffer.concat(written));
  http = createServer((request, response) => void hls.handle(request, response));
  hls.attach(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/hls/${showId}/token`;
});
afterAll(async () => {
  hls.close();
  http.closeAllConnections();
  http.close();
  await rm(folder, { recursive: true });
});

const get = async (sequence: number, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url}/s${sequence}.m4s`, { headers });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
};

it('reads from the recording what memory has let go of, for many at once', async () => {
  const answers = await Promise.all([0, 0, 0, 7, SEGMENTS - 1].map((sequence) => get(sequence)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(answers.map(({ bytes }) => bytes)).toEqual([0, 0, 0, 7, SEGMENTS - 1].map((sequence) => written[sequence]));
  const part = await get(7, { range: 'bytes=5-14' });
  expect(part).toEqual({ status: 206, bytes: written[7]!.subarray(5, 15) });
});

it('says so where the recording is gone, and serves the rest', async () => {
  await truncate(path, written[0]!.length + 5);
  expect((await Promise.all([get(0), get(1), get(SEGMENTS - 1)])).map(({ status }) => status)).toEqual([200, 404, 200]);
  await rm(path);
  expect((await get(0)).status).toBe(404);
});

describe('a server', () => {
  let timeline: Timeline;
  let server: HlsServer;
  let listener: Server;
  let base: string;
  beforeEach(async () => {
    timeline = new Timeline(showId, 'token', 0, {
      changed: () => server.changed(timeline),
      finished: () => undefined,
    });
    server = new HlsServer({ timeline: () => timeline, seen: () => undefined }, 2);
    timeline.begin('b', { bytes: Buffer.from('init') } as Init);
    listener = createServer((request, response) => void server.handle(request, response));
    server.attach(listener);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    base = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hls/${showId}`;
  });
  afterEach(() => {
    server.close();
    listener.closeAllConnections();
    listener.close();
  });

  /** @param at milliseconds since 1970 */
  const segment = (at: number) => {
    for (let frame = 0; frame <= 60; frame += 1) {
      const bytes = Buffer.from('x');
      timeline.add({ bytes, startsAt: frame / 30, duration: 1 / 30, pictures: 1, independent: frame % 60 === 0 }, at);
    }
  };
  const status = async (path: string, method = 'GET') => (await fetch(`${base}/${path}`, { method })).status;
  const waiting = async (count: number) => {
    while (server.waiters < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('answers with 500 what throws, to who waited for it too, and serves the rest', async () => {
    segment(1_000_000);
    expect(await status('live.m3u8')).toBe(200);
    const waits = status('live.m3u8?_HLS_msn=2');
    await waiting(1);
    // The second is of a time that no date can say.
    segment(NaN);
    segment(NaN);
    expect(await waits).toBe(500);
    expect(await Promise.all([status('live.m3u8'), status('live.m3u8', 'HEAD')])).toEqual([500, 500]);
    expect(await Promise.all([status('token/i0.mp4'), status('token/s0.m4s')])).toEqual([200, 200]);
  });

  it('refuses whoever would be one too many to wait, and at its end all who wait', async () => {
    segment(1_000_000);
    const waits = [status('live.m3u8?_HLS_msn=1'), status('live.m3u8?_HLS_msn=1&_HLS_part=1')];
    await waiting(2);
    const refused = await fetch(`${base}/live.m3u8?_HLS_msn=1`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    server.close();
    expect(await Promise.all(waits)).toEqual([503, 503]);
  });
});
