import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { publishClip } from '../../tools/demo/publish.mjs';
import { makeClip } from '../support/clip.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { HlsPlayer } from '../support/hls-player.ts';
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
const goLive = async () => {
  broadcastId = randomUUID();
  const grant = await media.grant({ showId, broadcastId, role: 'host', plainIngest: true });
  bot = publishClip({ grant: { url: media.url, grant }, clip, ffmpegPath: process.env.FFMPEG_PATH });
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
      expect(await rawStatus(path)).toMatch(/^HTTP\/1\.1 40[04]/);
    }
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

  it('ends with its show, whole and playable', async () => {
    await command({ type: 'stop', broadcastId, reason: 'host_ended' });
    await until(() => player.ended);
    expect(player.faults).toEqual([]);
    expect(player.discontinuities).toBe(2);
    const seconds = [...player.segments.values()].reduce((sum, { duration }) => sum + duration, 0);
    const ffmpeg = process.env.FFMPEG_PATH ?? 'ffmpeg';
    const { stdout, stderr } = await run(ffmpeg, [
      ...['-v', 'error', '-live_start_index', '0', '-i', url, '-map', '0:v', '-f', 'framecrc', '-'],
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

function rawStatus(path: string): Promise<string> {
  const { hostname, port } = new URL(media.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
    });
    let text = '';
    socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}
