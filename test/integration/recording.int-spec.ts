import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as HLS from 'hls-parser';
import type { MediaCommand, MediaFact } from '#contracts/media';
import { REPLAY_DOWNLOAD } from '#contracts/media';
import type { ApiCallback } from '../../apps/media/src/api-callback.ts';
import { readRecording } from '../../apps/media/src/recording/manifest.ts';
import type { RecorderLimits, StopReason } from '../../apps/media/src/recording/recorder.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { makeFragments, type Fragmented } from '../support/fragments.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';

jest.setTimeout(60_000);

type Recording = Extract<MediaFact, { type: 'recording' }>['recording'];
const run = promisify(execFile);
const ffmpeg = process.env.FFMPEG_PATH ?? 'ffmpeg';
const recordings = join(process.env.ENGAWA_DATA_DIR!, 'recordings');
const start = Date.parse('2026-10-17T11:00:00Z');
const roomy: RecorderLimits = { keepFreeBytes: 0, mostWaitingBytes: 64_000_000 };

let desk: FactsDesk;
let media: TestMedia;
let first: Fragmented;
let second: Fragmented;
let ShowRecorder: typeof import('../../apps/media/src/recording/recorder.ts').ShowRecorder;

beforeAll(async () => {
  desk = await openFactsDesk();
  media = await startMedia(desk);
  // What reads the configuration is loaded when it stands.
  ({ ShowRecorder } = await import('../../apps/media/src/recording/recorder.ts'));
  await mkdir(recordings, { recursive: true });
  first = await makeFragments(recordings, 'first', 4);
  second = await makeFragments(recordings, 'second', 3);
});
afterAll(async () => {
  await media?.stop();
  await desk.close();
});

/** What a packager hands out of one broadcast, from this second of the show on. */
function* segmentsOf({ init, segments }: Fragmented, from: number, broadcastId: string = randomUUID()) {
  for (const [index, { bytes, seconds }] of segments.entries()) {
    yield { broadcastId, init, bytes, seconds, at: start + (from + index) * 1000, discontinuity: index === 0 };
  }
}

async function record(showId: string, ...broadcasts: [Fragmented, number][]): Promise<void> {
  const recorder = new ShowRecorder(join(recordings, showId), roomy, (_, reason) => {
    throw new Error(reason);
  });
  for (const [fragments, from] of broadcasts) for (const one of segmentsOf(fragments, from)) recorder.take(one);
  await recorder.close();
}

async function command(body: MediaCommand): Promise<void> {
  const { signService } = await import('#platform/grants');
  const answer = await fetch(`${media.url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

async function told(showId: string, fits: (recording: Recording) => boolean): Promise<Recording> {
  for (;;) {
    for (const fact of desk.facts)
      if (fact.type === 'recording' && fact.showId === showId && fits(fact.recording)) return fact.recording;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const whole = (recording: Recording) => recording.state === 'ready' && recording.hasMp4 && recording.hasThumbnails;
const replayUrl = (showId: string, name: string) => `${media.url}/replay/${showId}/${name}`;

/** Seconds that decode without an error, from beginning to end. */
async function decodedSeconds(source: string): Promise<number> {
  const { stdout, stderr } = await run(ffmpeg, [
    '-v',
    'error',
    '-i',
    source,
    '-map',
    '0:v',
    '-f',
    'null',
    '-progress',
    'pipe:1',
    '-',
  ]);
  expect(stderr).toBe('');
  return Number(/.*out_time_us=(\d+)/s.exec(stdout)![1]) / 1e6;
}

describe('a show of two broadcasts', () => {
  const showId = randomUUID();

  beforeAll(async () => {
    await record(showId, [first, 0], [second, 60]);
    await command({ type: 'finishRecording', showId });
    await told(showId, whole);
  });

  it('can be watched before its MP4 and thumbnails are made', async () => {
    const ready = (await told(showId, ({ state }) => state === 'ready')) as Extract<Recording, { state: 'ready' }>;
    expect(ready).toMatchObject({ storage: 'disk', baseUrl: null, hasMp4: false, hasThumbnails: false, seconds: 7 });
    expect(ready.map).toEqual([
      { position: 0, at: new Date(start).toISOString(), seconds: 4 },
      { position: 4, at: new Date(start + 60_000).toISOString(), seconds: 3 },
    ]);
  });

  it('has a playlist that is strictly valid and plays to its end', async () => {
    const text = await (await fetch(replayUrl(showId, 'replay.m3u8'))).text();
    HLS.setOptions({ strictMode: true });
    const playlist = HLS.parse(text) as HLS.types.MediaPlaylist;
    expect(playlist.endlist).toBe(true);
    expect(playlist.segments.map(({ discontinuity }) => !!discontinuity)).toEqual([0, 0, 0, 0, 1, 0, 0].map(Boolean));
    expect(await decodedSeconds(replayUrl(showId, 'replay.m3u8'))).toBeGreaterThan(6.8);
  });

  it('has an MP4 that plays from its first byte on, for whoever the api gave its address', async () => {
    const { signToken } = await import('#platform/grants');
    const url = async (sub: string, seconds = 60) =>
      `${replayUrl(showId, 'show.mp4')}?token=${await signToken(REPLAY_DOWNLOAD, { sub, name: '秋の夜' }, seconds)}`;
    const answer = await fetch(await url(showId));
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''%E7%A7%8B%E3%81%AE%E5%A4%9C.mp4");
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const file = Buffer.from(await answer.arrayBuffer());
    expect(file.indexOf('moov')).toBeLessThan(file.indexOf('mdat'));
    expect(await decodedSeconds(await url(showId))).toBeGreaterThan(6.8);
    const statuses = [
      replayUrl(showId, 'show.mp4'),
      await url(showId, -5),
      await url(randomUUID()),
      `${replayUrl(showId, 'show.mp4')}?token=a&token=b`,
    ];
    expect(await Promise.all(statuses.map(async (one) => (await fetch(one)).status))).toEqual([401, 401, 404, 401]);
  });

  it('has thumbnails of every two seconds', async () => {
    const track = await (await fetch(replayUrl(showId, 'thumbnails.vtt'))).text();
    expect(track.match(/-->/g)).toHaveLength(4);
    expect(track).toContain('00:00:06.000 --> 00:00:07.000\nthumbnails-001.jpg#xywh=480,0,160,90');
    const sheet = await fetch(replayUrl(showId, 'thumbnails-001.jpg'));
    expect(sheet.headers.get('content-type')).toBe('image/jpeg');
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=width,height',
      '-of',
      'csv=p=0',
      join(recordings, showId, 'thumbnails-001.jpg'),
    ]);
    expect(stdout.trim()).toBe('800,450');
  });

  it('is handed out by ranges, to any page', async () => {
    const { file } = (await readRecording(join(recordings, showId)))[0]!;
    const get = (range?: string) =>
      fetch(replayUrl(showId, file), { headers: { origin: 'https://shop.example', ...(range && { range }) } });
    const all = Buffer.from(await (await get()).arrayBuffer());
    const some = await get('bytes=100-199');
    expect(some.status).toBe(206);
    expect(some.headers.get('content-range')).toBe(`bytes 100-199/${all.length}`);
    expect(some.headers.get('access-control-allow-origin')).toBe('*');
    expect(some.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(Buffer.from(await some.arrayBuffer()).equals(all.subarray(100, 200))).toBe(true);
    expect(Buffer.from(await (await get('bytes=-50')).arrayBuffer()).equals(all.subarray(-50))).toBe(true);
    expect((await get(`bytes=${all.length}-`)).status).toBe(416);
    const preflight = await fetch(replayUrl(showId, file), { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-headers')).toBe('range');
  });

  it.each([
    'manifest.jsonl',
    '..%2f..%2fetc%2fpasswd',
    'parts.txt',
    'replay.m3u8.unfinished',
    '%00',
    '0000000000000-00000000.mp4',
  ])('hands out nothing else: %s', async (name) => {
    expect((await fetch(replayUrl(showId, name))).status).toBeGreaterThanOrEqual(400);
  });

  it('says the same when it is asked again, and goes when it is to go', async () => {
    const before = desk.facts.length;
    await command({ type: 'finishRecording', showId });
    while (!desk.facts.slice(before).some((fact) => fact.type === 'recording' && whole(fact.recording)))
      await new Promise((r) => setTimeout(r, 20));
    await command({ type: 'removeRecording', showId });
    await told(showId, ({ state }) => state === 'removed');
    expect(await readdir(recordings)).not.toContain(showId);
    expect((await fetch(replayUrl(showId, 'replay.m3u8'))).status).toBe(404);
  });
});

it('an MP4 goes on when the picture becomes another size', async () => {
  const showId = randomUUID();
  const larger = await makeFragments(recordings, 'larger', 3, '640x360');
  await record(showId, [first, 0], [larger, 10]);
  await command({ type: 'finishRecording', showId });
  await told(showId, whole);
  expect(await decodedSeconds(join(recordings, showId, 'show.mp4'))).toBeGreaterThan(6.8);
});

it('a show of which nothing was recorded has no replay', async () => {
  const showId = randomUUID();
  await command({ type: 'finishRecording', showId });
  expect(await told(showId, ({ state }) => state === 'failed')).toEqual({
    state: 'failed',
    reason: 'nothing_recorded',
  });
});

it('a process that was killed loses the segment under way, and the next goes on', async () => {
  const showId = randomUUID();
  const folder = join(recordings, showId);
  await record(showId, [first, 0]);
  // Half a segment came to the disk, and half a line about another.
  const [part] = await readRecording(folder);
  await appendFile(join(folder, part!.file), first.segments[0]!.bytes.subarray(0, 500));
  await appendFile(join(folder, 'manifest.jsonl'), '\n{"segment":"' + part!.file + '","offset":12');
  await record(showId, [second, 30]);
  expect((await readRecording(folder)).map(({ segments }) => segments.length)).toEqual([4, 3]);
  await command({ type: 'finishRecording', showId });
  expect(await told(showId, whole)).toMatchObject({ seconds: 7 });
  expect(await decodedSeconds(replayUrl(showId, 'replay.m3u8'))).toBeGreaterThan(6.8);
});

describe('a disk that is full', () => {
  it.each([
    ['has to keep room', { ...roomy, keepFreeBytes: Number.MAX_SAFE_INTEGER }, 'disk_full'],
    ['is too slow', { ...roomy, mostWaitingBytes: 1 }, 'disk_slow'],
  ])('stops the recording and says so once: it %s', async (_, limits, reason) => {
    const stops: [string, StopReason][] = [];
    const recorder = new ShowRecorder(join(recordings, randomUUID()), limits, (...stop) => stops.push(stop));
    const broadcastId = randomUUID();
    for (const segment of segmentsOf(first, 0, broadcastId)) recorder.take(segment);
    await recorder.close();
    expect(stops).toEqual([[broadcastId, reason]]);
  });

  it('keeps what was recorded before, and tries again with the next broadcast', async () => {
    const folder = join(recordings, randomUUID());
    const stops: [string, StopReason][] = [];
    await mkdir(folder);
    // The device that is always full.
    await symlink('/dev/full', join(folder, 'manifest.jsonl'));
    const recorder = new ShowRecorder(folder, roomy, (...stop) => stops.push(stop));
    const [one, other] = [randomUUID(), randomUUID()];
    for (const segment of segmentsOf(first, 0, one)) recorder.take(segment);
    await recorder.close();
    expect(stops).toEqual([[one, 'disk_full']]);
    await rm(join(folder, 'manifest.jsonl'));
    for (const segment of segmentsOf(second, 30, other)) recorder.take(segment);
    await recorder.close();
    expect((await readRecording(folder)).map(({ broadcastId, segments }) => [broadcastId, segments.length])).toEqual([
      [other, 3],
    ]);
  });
});

it('work that a stop cut off is taken up by the next process', async () => {
  const showId = randomUUID();
  const folder = join(recordings, showId);
  await record(showId, [first, 0]);
  await command({ type: 'finishRecording', showId });
  await told(showId, whole);
  await rm(join(folder, 'show.mp4'));
  await writeFile(join(folder, 'show.mp4.unfinished'), 'cut off');
  const { Recordings } = await import('../../apps/media/src/recording/recordings.ts');
  const facts: unknown[] = [];
  const next = new Recordings({ report: (fact: unknown) => facts.push(fact) } as unknown as ApiCallback);
  await next.resume();
  while (facts.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await next.close();
  expect(facts.at(-1)).toMatchObject({ type: 'recording', showId, recording: { state: 'ready', hasMp4: true } });
  expect((await stat(join(folder, 'show.mp4'))).size).toBeGreaterThan(10_000);
  expect((await readFile(join(folder, 'replay.m3u8'), 'utf8')).endsWith('#EXT-X-ENDLIST\n')).toBe(true);
});
