import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { publishClip } from '../../tools/demo/publish.mjs';
import { makeClip } from '../support/clip.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { measured } from '../support/measured.ts';
import { MediaClient } from '../support/media-client.ts';
import { MediaNode } from '../support/media-node.ts';

jest.setTimeout(120_000);

let desk: FactsDesk;
let media: MediaNode;
let url: string;
let broadcastId: string;
let bot: ReturnType<typeof publishClip>;

let clip: string;

async function goLive(on: MediaNode): Promise<{ bot: typeof bot; url: string; broadcastId: string; showId: string }> {
  const { signGrant } = await import('#platform/grants');
  const [showId, begun] = [randomUUID(), randomUUID()];
  const claims = { showId, broadcastId: begun, role: 'host' as const, subject: randomUUID(), plainIngest: true };
  const grant = { url: on.url, grant: await signGrant(claims) };
  const started = publishClip({ grant, clip, ffmpegPath: process.env.FFMPEG_PATH });
  await desk.fact('ready', begun);
  return { bot: started, url: `${on.url}/hls/${showId}/live.m3u8`, broadcastId: begun, showId };
}

beforeAll(async () => {
  desk = await openFactsDesk();
  // A disk that has to keep more free than there is takes no recording.
  media = await MediaNode.start(desk.url, { RECORDING_KEEP_FREE_MB: '1000000000' });
  clip = await makeClip(process.env.ENGAWA_DATA_DIR!);
  ({ bot, url, broadcastId } = await goLive(media));
});
afterAll(async () => {
  bot?.stop();
  await media?.end();
  await desk.close();
});

/** The packagers among the children of the media process. */
const packagers = () =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === media.pid && stat.includes('(ffmpeg)');
    } catch {
      return false; // it ended meanwhile
    }
  });
/** Reads the playlist until it is so. */
const playlist = async (isSo: (text: string) => boolean) => {
  for (;;) {
    const answer = await fetch(url);
    const text = await answer.text();
    if (answer.ok && isSo(text)) return text;
    await sleep(50);
  }
};
const count = (text: string, tag: string) => text.split('\n').filter((line) => line.startsWith(tag)).length;
const sequenceOfLast = (text: string) => sequence(text) + count(text, '#EXTINF');
const sequence = (text: string) => Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)![1]);

it('a killed packager costs one discontinuity, and the playlist goes on', async () => {
  const before = await playlist((text) => count(text, '#EXTINF') >= 3);
  const pids = packagers();
  expect(pids.length).toBeGreaterThan(0);
  const at = Date.now();
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  const after = await playlist((text) => {
    const [, again] = text.split('#EXT-X-DISCONTINUITY\n');
    return again !== undefined && again.includes('#EXT-X-PART:');
  });
  measured(`the playlist goes on ${Date.now() - at} ms after the packager was killed`);
  expect(after.split('\n').filter((line) => line === '#EXT-X-DISCONTINUITY')).toHaveLength(1);
  expect(sequence(after)).toBeGreaterThanOrEqual(sequence(before));
  const longer = await playlist((text) => count(text.split('#EXT-X-DISCONTINUITY\n')[1] ?? '', '#EXTINF') >= 2);
  const times = [...longer.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(\S+)/g)].map(([, time]) => Date.parse(time!));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(packagers()).not.toEqual(pids);
});

it('a full disk stops the recording, which is said once, and the show goes on', async () => {
  const incidents = () => desk.facts.filter((fact) => fact.type === 'incident' && fact.incident === 'disk_full');
  while (incidents().length === 0) await sleep(50);
  const before = sequenceOfLast(await playlist(() => true));
  await playlist((text) => sequenceOfLast(text) >= before + 2);
  expect(incidents()).toMatchObject([{ broadcastId, details: { reason: 'disk_full' } }]);
});

it('one that dies again and again is given up, which the host is told, and the show goes on by WebRTC', async () => {
  const isGone = () => desk.facts.some((fact) => fact.type === 'incident' && fact.incident === 'packager_gone');
  while (!isGone()) {
    for (const pid of packagers()) process.kill(Number(pid), 'SIGKILL');
    await sleep(20);
  }
  expect(packagers()).toEqual([]);
  expect(media.log.match(/ffmpeg ended by itself/g)!.length).toBeGreaterThanOrEqual(6);
  // What there was can still be played, and nobody waits for more.
  const text = await playlist(() => true);
  expect(text).not.toContain('#EXT-X-PRELOAD-HINT');
  const seen = desk.facts.length;
  const beats = () => desk.facts.slice(seen).flatMap((fact) => (fact.type === 'heartbeat' ? fact.broadcasts : []));
  while (beats().length === 0) await sleep(50);
  expect(beats().map(({ id }) => id)).toContain(broadcastId);
  expect(desk.facts.filter((fact) => fact.type === 'ended')).toEqual([]);
});

it('a machine without ffmpeg sends by WebRTC alone, and says so', async () => {
  const bare = await MediaNode.start(desk.url, { FFMPEG_PATH: '/nowhere/ffmpeg' });
  const show = await goLive(bare);
  try {
    const beat = () =>
      desk.facts.find((fact) => fact.type === 'heartbeat' && fact.broadcasts.some(({ id }) => id === show.broadcastId));
    while (!beat()) await sleep(50);
    expect(beat()).toMatchObject({ packager: false });
    expect(bare.log).toContain('no ffmpeg: shows are sent by WebRTC only');
    expect((await fetch(show.url)).status).toBe(404);
    const { signGrant } = await import('#platform/grants');
    const { broadcastId: of, showId } = show;
    const grant = await signGrant({ broadcastId: of, showId, role: 'viewer', subject: randomUUID() });
    const viewer = await MediaClient.open(bare.url, grant);
    const { producers } = await viewer.request('media.hello', {});
    viewer.close();
    expect(producers.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
  } finally {
    show.bot.stop();
    await bare.end();
  }
});
