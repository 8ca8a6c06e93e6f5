import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { publishClip } from '../../tools/demo/publish.mjs';
import { makeClip } from '../support/clip.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';

jest.setTimeout(60_000);

let desk: FactsDesk;
let media: TestMedia;
let clip: string;
const cleanups: (() => void)[] = [];

beforeAll(async () => {
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

describe('a show on air', () => {
  it('has a playlist with parts', async () => {
    const [showId, broadcastId] = [randomUUID(), randomUUID()];
    const grant = await media.grant({ showId, broadcastId, role: 'host', plainIngest: true });
    const bot = publishClip({ grant: { url: media.url, grant }, clip, ffmpegPath: process.env.FFMPEG_PATH });
    cleanups.push(() => bot.stop());
    await desk.fact('ready', broadcastId);
    const url = `${media.url}/hls/${showId}/live.m3u8`;
    let answer = await fetch(url);
    while (answer.status === 404) answer = await fetch(url);
    expect(await answer.text()).toMatch(/#EXT-X-PART:DURATION=0\.20000,URI="[0-9a-f]+\/p0\.m4s",INDEPENDENT=YES/);
  });
});
