import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readInit } from '../../apps/media/src/packaging/boxes.ts';
import { publishClip } from '../../tools/demo/publish.mjs';
import { makeClip, makeTurningClip } from '../support/clip.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { HlsPlayer, type SeenSegment } from '../support/hls-player.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';

jest.setTimeout(60_000);

const run = promisify(execFile);
const showId = randomUUID();
let desk: FactsDesk;
let media: TestMedia;
let clip: string;
let url: string;
let player: HlsPlayer;
let bot: ReturnType<typeof publishClip> | null = null;
let broadcastId: string;

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const goLive = async (shown = clip) => {
  broadcastId = randomUUID();
  const grant = await media.grant({ showId, broadcastId, role: 'host', plainIngest: true });
  bot = publishClip({ grant: { url: media.url, grant }, clip: shown, ffmpegPath: process.env.FFMPEG_PATH });
  await desk.fact('ready', broadcastId);
};
const command = async (body: object) => {
  const { signService } = await import('#platform/grants');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` };
  return fetch(`${media.url}/control`, { method: 'POST', headers, body: JSON.stringify(body) });
};
/** The ffmpeg that the packager runs: a child of this process that plays from it. */
const packagerPid = () => {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      const isPackager = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('rtsp://127.0.0.1');
      if (Number(parent) === process.pid && isPackager) return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  return null;
};
const newest = () => [...player.segments.values()].at(-1)!;

beforeAll(async () => {
  desk = await openFactsDesk();
  media = await startMedia(desk);
  clip = await makeClip(process.env.ENGAWA_DATA_DIR!);
  url = `${media.url}/hls/${showId}/live.m3u8`;
  player = new HlsPlayer(url);
});
afterAll(async () => {
  bot?.stop();
  await player?.stop();
  await media?.stop();
  await desk.close();
});

describe('a show by LL-HLS', () => {
  it('has no playlist before its first part, and then one for every player', async () => {
    expect((await fetch(url)).status).toBe(404);
    await goLive();
    player.follow();
    await until(() => player.segments.size > 1);
    const answer = await fetch(url, { headers: { origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    expect(await answer.text()).toMatch(/#EXT-X-PART:DURATION=0\.20000,URI="[0-9a-f]+\/p0\.m4s",INDEPENDENT=YES/);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('is counted and timed in the heartbeat', async () => {
    const mine = () =>
      desk.facts
        .flatMap((fact) => (fact.type === 'heartbeat' ? fact.broadcasts : []))
        .findLast(({ id }) => id === broadcastId);
    await fetch(`${url}?viewer=one`);
    await fetch(`${url}?viewer=two`);
    await until(() => (mine()?.hlsViewers ?? 0) >= 3);
    expect(mine()).toMatchObject({ hlsViewers: 3, hlsDelayMs: expect.any(Number) });
  });

  it('dates its pictures by the clock of the api', async () => {
    const { at, duration } = newest();
    expect(at + duration * 1_000).toBeLessThanOrEqual(Date.now());
    expect(at).toBeGreaterThan(Date.now() - 60_000);
  });

  it('serves bytes as they are asked for, for good', async () => {
    const { uri } = newest();
    const whole = await fetch(new URL(uri, url));
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(whole.headers.get('cache-control')).toContain('immutable');
    const ask = (range: string) => fetch(new URL(uri, url), { headers: { range } });
    const part = await ask('bytes=10-19');
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
    const tail = await ask('bytes=-5');
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(bytes.subarray(-5));
    const outside = await ask(`bytes=${bytes.length}-`);
    expect([outside.status, outside.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    for (const odd of ['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5'])
      expect((await ask(odd)).status).toBe(200);
  });

  it('refuses by name what it cannot answer', async () => {
    const status = async (address: string, init?: RequestInit) => (await fetch(address, init)).status;
    const { sequence } = newest();
    expect(await status(`${url}?_HLS_msn=${sequence + 1_000}`)).toBe(400);
    expect(await status(`${url}?_HLS_msn=${sequence + 1}&_HLS_part=90`)).toBe(400);
    expect(await status(`${url}?_HLS_part=1`)).toBe(400);
    expect(await status(`${url}?_HLS_msn=-1`)).toBe(400);
    expect(await status(`${url}?_HLS_msn=1e9`)).toBe(400);
    expect(await status(`${url}?_HLS_skip=maybe`)).toBe(400);
    expect(await status(`${url}?viewer=${'x'.repeat(100)}`)).toBe(400);
    expect(await status(`${url}?${'x'.repeat(10_000)}`)).toBe(400);
    expect(await status(`${url}?_HLS_skip=YES`)).toBe(200);
    const token = newest().uri.split('/')[0];
    const folder = `${media.url}/hls/${showId}`;
    for (const path of [
      `${token}/s999999999.m4s`,
      `${token}/p99999.m4s`,
      `${token}/i7.mp4`,
      'zzz/s1.m4s',
      `${token}/`,
      '',
    ]) {
      expect(await status(`${folder}/${path}`)).toBe(404);
    }
    expect(await status(`${media.url}/hls/${randomUUID()}/live.m3u8`)).toBe(404);
    expect(await status(url, { method: 'POST' })).toBe(405);
    expect(await status(url, { method: 'OPTIONS' })).toBe(204);
    // fetch would tidy these up before it sends them.
    for (const path of [
      '/hls/../../etc/passwd',
      `/hls/${showId}/../../x`,
      `/hls/${showId}/%2e%2e%2fx`,
      '/hls/',
      '/hls/\0',
    ]) {
      expect(await talk([ask('GET', path, 'connection: close')])).toMatch(/^HTTP\/1\.1 40[04]/);
    }
  });

  it('answers one connection in turn, whatever is asked on it', async () => {
    const { uri } = newest();
    const media = new URL(uri, url).pathname;
    const list = new URL(url).pathname;
    const get = (path: string, ...fields: string[]) => ask('GET', path, ...fields);
    const heads = async (...pieces: string[]) => {
      const text = await talk(pieces);
      return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    };
    const last = get(list, 'connection: close');
    expect(await heads(get(media), get(list), get(media), last)).toEqual([200, 200, 200, 200]);
    expect(await heads(get(media), get(media, 'range: bytes=0-9'), get(media), last)).toEqual([200, 206, 200, 200]);
    expect(await heads(get(list), ask('HEAD', list), get('/nowhere'), get('/hls/x'), last)).toEqual([
      ...[200, 200, 404, 404, 200],
    ]);
    // At once, in the middle of one, and behind one that waits.
    expect(await heads(get(media) + get(media) + last)).toEqual([200, 200, 200]);
    expect(await heads(get(media), get(media).slice(0, 20), get(media).slice(20), last)).toEqual([200, 200, 200]);
    const later = get(`${list}?_HLS_msn=${newest().sequence + 1}`);
    expect(await heads(get(media), later, get(media), last)).toEqual([200, 200, 200, 200]);
    // A body that nobody wants is no second request, and what is no HTTP is refused.
    const body = `${get(media, 'content-length: 4')}GET `;
    expect(await heads(get(media), body, last)).toEqual([200, 200, 200]);
    expect(await heads(get(media).replace(/host: .*\r\n/, ''))).toEqual([400]);
    expect(await heads(get(media), get(media, 'no field'))).toEqual([200, 400]);
    expect(await heads(get(media), get(media, 'content-length : 4'))).toEqual([200, 400]);
  });

  it('says the same by either way of its server', async () => {
    const { uri } = newest();
    const path = new URL(uri, url).pathname;
    const [quick] = (await talk([ask('GET', path), ask('GET', '/', 'connection: close')])).split('\r\n\r\n');
    const [whole] = (await talk([ask('GET', path, 'connection: close')])).split('\r\n\r\n');
    const fields = (head: string) =>
      head
        .split('\r\n')
        .filter((line) => !/^(connection|keep-alive|date)/i.test(line))
        .sort();
    expect(fields(quick!)).toEqual(fields(whole!));
    const date = Date.parse(/^date: (.*)$/im.exec(quick!)![1]!);
    expect(Math.abs(Date.now() - date)).toBeLessThan(60_000);
  });

  it('goes on for others while ten thousand wait who never read', async () => {
    const { hostname, port } = new URL(media.url);
    const { sequence } = newest();
    const request = `GET /hls/${showId}/live.m3u8?_HLS_msn=${sequence + 2} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`;
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined).pause();
      socket.write(request.repeat(100));
      return socket;
    });
    // These ask once and are gone before the answer is.
    for (const socket of Array.from({ length: 100 }, () => connect(Number(port), hostname))) {
      socket.on('error', () => undefined).write(request, () => socket.destroy());
    }
    const before = player.refreshes;
    await until(() => newest().sequence > sequence + 2 && player.refreshes > before + 10);
    for (const socket of sockets) socket.destroy();
    expect(player.faults).toEqual([]);
  });

  it('loses at most one segment where its ffmpeg is killed, and says so', async () => {
    process.kill(packagerPid()!, 'SIGKILL');
    const { incident } = await desk.fact('incident', broadcastId);
    expect(incident).toBe('packager_restarted');
    await until(() => player.discontinuities === 1);
    const all = [...player.segments.values()];
    const after = all.findIndex(({ discontinuity }) => discontinuity);
    const last = all[after - 1]!;
    expect(all[after]!.at - (last.at + last.duration * 1_000)).toBeLessThanOrEqual(2_000);
    expect(all[after]!.map).not.toBe(last.map);
  });

  it('goes on where a host comes back', async () => {
    bot?.stop();
    await goLive();
    await until(() => player.discontinuities === 2);
    await until(() => !newest().discontinuity);
  });

  it('begins another init where the picture changes its size, and loses nothing', async () => {
    bot?.stop();
    await goLive(await makeTurningClip(process.env.ENGAWA_DATA_DIR!));
    await until(() => player.discontinuities >= 5);
    const all = [...player.segments.values()];
    const starts = all.flatMap(({ discontinuity }, index) => (discontinuity ? [index] : [])).slice(3);
    const sizeOf = async ({ map }: SeenSegment) => {
      const { width, height, codecs } = readInit(Buffer.from(await (await fetch(new URL(map, url))).arrayBuffer()));
      expect(codecs).toMatch(/^avc1\.42\w{4},mp4a\.40\.2$/);
      return `${width}x${height}`;
    };
    const sizes = new Set<string>();
    for (const start of starts) {
      const [before, after] = [all[start - 1]!, all[start]!];
      const turned = [await sizeOf(before), await sizeOf(after)];
      expect(turned.toSorted()).toEqual(['180x320', '320x180']);
      expect(after.at - before.at - before.duration * 1_000).toBeLessThan(500);
      sizes.add(await probedSize(after));
    }
    expect([...sizes].toSorted()).toEqual(['180x320', '320x180']);
  });

  it('ends with its show, whole and playable', async () => {
    await command({ type: 'stop', broadcastId, reason: 'host_ended' });
    await until(() => player.ended);
    expect(player.faults).toEqual([]);
    expect(player.discontinuities).toBeGreaterThanOrEqual(5);
    const seconds = [...player.segments.values()].reduce((sum, { duration }) => sum + duration, 0);
    const ffmpeg = process.env.FFMPEG_PATH ?? 'ffmpeg';
    // All of them, also where a run of the packager begins at an earlier time than the one before it ended.
    const { stdout, stderr } = await run(ffmpeg, [
      ...[
        '-v',
        'error',
        '-live_start_index',
        '0',
        '-i',
        url,
        '-map',
        '0:v',
        '-vsync',
        'passthrough',
        '-f',
        'framecrc',
        '-',
      ],
    ]);
    expect(stderr).not.toMatch(/error|invalid|corrupt/i);
    const frames = stdout.split('\n').filter((line) => /^\d/.test(line)).length;
    expect(frames).toBeGreaterThan(seconds * 30 * 0.95);
    const late = await fetch(`${url}?_HLS_msn=${newest().sequence + 5}`);
    expect(await late.text()).toContain('#EXT-X-ENDLIST');
  });

  it('is over also where only its end is told', async () => {
    const other = randomUUID();
    expect((await command({ type: 'finish', showId: other })).status).toBe(200);
    expect((await fetch(`${media.url}/hls/${other}/live.m3u8`)).status).toBe(404);
  });
});

/** What a decoder makes of the segment by its own init. */
async function probedSize({ uri, map }: SeenSegment): Promise<string> {
  const pieces = await Promise.all([map, uri].map(async (one) => (await fetch(new URL(one, url))).arrayBuffer()));
  const file = join(process.env.ENGAWA_DATA_DIR!, 'probed.mp4');
  await writeFile(file, Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
  const ffmpeg = process.env.FFMPEG_PATH ?? 'ffmpeg';
  const { stdout } = await run(ffmpeg, [
    '-v',
    'error',
    '-i',
    file,
    '-map',
    '0:v',
    '-frames:v',
    '1',
    '-f',
    'framecrc',
    '-',
  ]);
  return /^#dimensions 0: (\d+x\d+)$/m.exec(stdout)![1]!;
}

/** A request as bytes: fetch would tidy up some of these. */
function ask(method: string, path: string, ...fields: string[]): string {
  return [`${method} ${path} HTTP/1.1`, `host: ${new URL(media.url).hostname}`, ...fields, '', ''].join('\r\n');
}

/** Sends these pieces on one connection, a moment apart. @returns all that comes until it is closed */
function talk(pieces: string[]): Promise<string> {
  const { hostname, port } = new URL(media.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname, noDelay: true }, () => {
      const next = () => {
        const piece = pieces.shift();
        if (piece === undefined || socket.destroyed) return;
        socket.write(piece);
        setTimeout(next, 30);
      };
      next();
    });
    let text = '';
    socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}
