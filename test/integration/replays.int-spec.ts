import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkoutApi } from '#contracts/checkout';
import type { Recording } from '#contracts/media';
import { insightsApi } from '#contracts/insights';
import { replaysApi } from '#contracts/replays';
import { settingsApi } from '#contracts/settings';
import { showsApi, type PublicShow } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type Staff, type Viewer } from '../support/api.ts';
import { Clock } from '../support/clock.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let owner: Staff;
let show: PublicShow;
let buyer: Viewer;

beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
});
beforeEach(async () => {
  owner = await api.staff();
  const mug = await api.product(owner, { name: '月白のマグ', priceAmount: 4400 });
  const pot = await api.product(owner, { name: '急須 <大>' });
  show = await api.show(owner, [mug.id, pot.id]);
  buyer = await api.viewer();
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

const fact = (recording: Recording) =>
  api.fact({
    type: 'recording',
    nodeId: media.nodeId,
    bootId: media.bootId,
    showId: show.id,
    recording,
    at: new Date().toISOString(),
  });
const asked = (type: 'finishRecording' | 'removeRecording') =>
  media.commands.filter((command) => command.type === type && command.showId === show.id).length;
const replay = () => api.call(replaysApi.public, { slug: show.slug });
const record = () => api.call(replaysApi.record, { id: show.id }, owner);
const say = async (text: string) => {
  const room = await api.connect(buyer);
  await room.ask('show.join', { showId: show.id });
  await room.ask('chat.send', { showId: show.id, clientMessageId: randomUUID(), name: '佐久間', text });
};
const hold = () =>
  api.call(
    checkoutApi.hold,
    ...([
      {
        key: randomUUID(),
        showId: show.id,
        offerId: show.offers[0]!.id,
        variantId: show.offers[0]!.variants[0]!.variantId,
        quantity: 1,
      },
      buyer,
    ] as const),
  );

/** A show of ten minutes, in which the mug was pinned in the second, and the pot from the fourth on. */
async function broadcast(): Promise<Extract<Recording, { state: 'ready' }>> {
  await media.onAir(owner, show.id);
  const room = await api.connect(owner);
  await room.ask('show.join', { showId: show.id });
  for (const offer of show.offers) await room.ask('pin.set', { showId: show.id, offerId: offer.id });
  await say('釉薬は何ですか');
  await api.call(showsApi.end, { id: show.id }, owner);
  const { rows } = await api.database.sql<{ at: Date }>(`SELECT live_since AS at FROM shows WHERE id = $1`, [show.id]);
  const start = rows[0]!.at.getTime();
  const minute = (count: number) => new Date(start + count * 60_000);
  const [mug, pot] = show.offers;
  await api.database.sql(`UPDATE pins SET pinned_at = $2, unpinned_at = $3 WHERE offer_id = $1`, [
    mug!.id,
    minute(1),
    minute(3),
  ]);
  await api.database.sql(`UPDATE pins SET pinned_at = $2, unpinned_at = $3 WHERE offer_id = $1`, [
    pot!.id,
    minute(3),
    minute(10),
  ]);
  return {
    ...{
      state: 'ready',
      baseUrl: null,
      storage: 'disk',
      seconds: 600,
      bytes: 1_000_000,
      hasMp4: false,
      hasThumbnails: false,
    },
    map: [{ position: 0, at: minute(0).toISOString(), seconds: 600 }],
    broadcastIds: [],
  };
}

describe('the end of a show', () => {
  it('asks its media process for the replay until it answers, and hands it to viewers', async () => {
    expect(await replay()).toMatchObject({ state: 'none', playlistUrl: null });
    const ready = await broadcast();
    expect((await replay()).state).toBe('preparing');
    await eventually(() => asked('finishRecording') > 0);
    await fact({ state: 'progress' });
    await fact(ready);
    expect(await replay()).toMatchObject({
      ...{ state: 'ready', seconds: 600, sells: true, map: ready.map, thumbnailsUrl: null },
      playlistUrl: `http://localhost:9/replay/${show.id}/replay.m3u8`,
    });
    await fact({
      ...ready,
      hasMp4: true,
      hasThumbnails: true,
      storage: 's3',
      baseUrl: 'https://cdn.example/replays/1',
    });
    expect(await replay()).toMatchObject({
      ...{
        playlistUrl: 'https://cdn.example/replays/1/replay.m3u8',
        thumbnailsUrl: 'https://cdn.example/replays/1/thumbnails.vtt',
      },
    });
    expect(await record()).toMatchObject({ state: 'ready', storage: 's3', hasMp4: true, bytes: 1_000_000 });
  });

  it('asks again when the process has not heard', async () => {
    await broadcast();
    await eventually(() => asked('finishRecording') === 1);
    await api.database.sql(`UPDATE replays SET asked_at = now() - interval '1 minute' WHERE show_id = $1`, [show.id]);
    await eventually(() => asked('finishRecording') === 2);
  }, 20_000);

  it('tells the brand of broadcasts that are not in it', async () => {
    const ready = await broadcast();
    await eventually(() => asked('finishRecording') > 0);
    const { rows } = await api.database.sql<{ id: string }>(
      `UPDATE broadcasts SET ready_at = ended_at - interval '1 minute' WHERE show_id = $1 RETURNING id`,
      [show.id],
    );
    await fact(ready);
    expect(await record()).toMatchObject({ state: 'ready', missing: 1 });
    await fact({ ...ready, broadcastIds: [rows[0]!.id] });
    expect(await record()).toMatchObject({ state: 'ready', missing: 0 });
    await api.database.sql(`UPDATE broadcasts SET ready_at = ended_at - interval '1 second' WHERE show_id = $1`, [
      show.id,
    ]);
    await fact(ready);
    expect(await record()).toMatchObject({ state: 'ready', missing: 0 });
  });

  it('says that there is none where nothing was recorded', async () => {
    await broadcast();
    await eventually(() => asked('finishRecording') > 0);
    await fact({ state: 'failed', reason: 'nothing_recorded' });
    expect((await replay()).state).toBe('none');
    expect(await record()).toMatchObject({ state: 'failed', failure: 'nothing_recorded' });
    expect(await codeOf(api.call(replaysApi.download, { id: show.id }, owner))).toBe('not_found');
  });
});

describe('a replay', () => {
  let ready: Extract<Recording, { state: 'ready' }>;
  beforeEach(async () => {
    ready = await broadcast();
    await eventually(() => asked('finishRecording') > 0);
    await fact({ ...ready, hasMp4: true });
  });

  it('has its pins as chapters', async () => {
    const answer = await fetch(`${api.url}${(await replay()).chaptersUrl!}`);
    expect(answer.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
    expect((await answer.text()).split('\n\n')).toEqual([
      'WEBVTT',
      '00:01:00.000 --> 00:03:00.000\n月白のマグ',
      '00:03:00.000 --> 00:10:00.000\n急須 &lt;大&gt;\n',
    ]);
  });

  it('has what was said, without who said it, and not what was deleted', async () => {
    const from = ready.map[0]!.at;
    const chat = () => api.call(replaysApi.chat, { slug: show.slug, from });
    expect(await chat()).toMatchObject({
      more: false,
      messages: [{ name: '佐久間', text: '釉薬は何ですか', viewerId: null }],
    });
    expect((await api.call(replaysApi.chat, { slug: show.slug, from, afterSeq: 1_000_000 })).messages).toEqual([]);
    await api.database.sql(`UPDATE chat_messages SET text = '', name = '', deleted_seq = seq WHERE show_id = $1`, [
      show.id,
    ]);
    expect((await chat()).messages).toEqual([]);
  });

  it('sells at the price of the day, until the brand says otherwise', async () => {
    const { totals, hold: held } = await hold();
    expect(totals.itemsAmount).toBe(4400);
    expect((await api.purchase(buyer, held.id, totals.totalAmount)).state).toBe('paid');
    await api.call(
      checkoutApi.setCartLine,
      ...([{ showId: show.id, offerId: show.offers[0]!.id, variantId: held.variantId, quantity: 1 }, buyer] as const),
    );
    await api.call(settingsApi.saveSelling, { replay: { keepDays: 90, sells: false } }, owner);
    expect((await replay()).sells).toBe(false);
    expect(await codeOf(hold())).toBe('show_ended');
    expect((await api.call(checkoutApi.cart, { brandId: owner.brandId }, buyer)).lines).toEqual([]);
  });

  it('keeps what was watched of it in the log, once', async () => {
    const watched = { id: show.id, messageId: randomUUID(), from: 12.5, to: 22 };
    await api.call(replaysApi.watched, watched, buyer);
    await api.call(replaysApi.watched, watched, buyer);
    await api.call(replaysApi.watched, { ...watched, messageId: randomUUID(), from: 590, to: 640 }, buyer);
    const { rows } = await api.database.sql(
      `SELECT properties FROM interactions WHERE show_id = $1 AND name = 'Replay Watched' ORDER BY id`,
      [show.id],
    );
    expect(rows).toEqual([{ properties: { from: 12.5, to: 22 } }, { properties: { from: 590, to: 600 } }]);
    expect(await codeOf(api.call(replaysApi.watched, { ...watched, from: 30 }, buyer))).toBe('invalid_request');
    expect(await codeOf(api.call(replaysApi.watched, { ...watched, id: randomUUID() }, buyer))).toBe('not_found');
  });

  it('tells the marketer which seconds how many people have seen', async () => {
    const watched = (who: Viewer, from: number, to: number) =>
      api.call(replaysApi.watched, { id: show.id, messageId: randomUUID(), from, to }, who);
    const other = await api.viewer();
    await watched(buyer, 0.2, 10.4);
    await watched(buyer, 10.4, 19.8);
    await watched(buyer, 5, 8);
    await watched(other, 15, 30);
    await watched(other, 120, 121.2);
    const read = (who: Staff) => api.call(insightsApi.replay, { id: show.id }, who);
    const marketer = await api.staff('marketer', owner.brandId);
    await eventually(async () => (await read(marketer)).watchSeconds === 38);
    const curve = [
      [0, 1],
      [15, 2],
      [20, 1],
      [30, 0],
      [120, 1],
      [121, 0],
    ];
    const seen = { seconds: 600, map: ready.map, viewers: 2, watchSeconds: 38, averageWatchSeconds: 19, curve };
    expect(await read(marketer)).toEqual(seen);
    // It is known still when the replay is no longer kept.
    await api.call(replaysApi.remove, { id: show.id }, owner);
    expect(await read(owner)).toEqual(seen);
    expect(await codeOf(read(await api.staff()))).toBe('not_found');
    expect(await codeOf(read(await api.staff('moderator', owner.brandId)))).toBe('forbidden');
  });

  it('counts a person once, whatever they watched on', async () => {
    const [phone, laptop] = [buyer, await api.viewer()];
    for (const [who, from, to] of [
      [phone, 0, 20],
      [laptop, 10, 40],
    ] as const)
      await api.call(replaysApi.watched, { id: show.id, messageId: randomUUID(), from, to }, who);
    await api.link(owner.brandId, phone, laptop);
    await eventually(async () => {
      const { viewers, curve } = await api.call(insightsApi.replay, { id: show.id }, owner);
      return viewers === 1 && JSON.stringify(curve) === '[[0,1],[40,0]]';
    });
  });

  it('hands its MP4 to members of the brand, and is deleted by its owner alone', async () => {
    const host = await api.staff('host', owner.brandId);
    const stranger = await api.staff();
    const { url } = await api.call(replaysApi.download, { id: show.id }, host);
    expect(url).toMatch(new RegExp(`^http://localhost:9/replay/${show.id}/show\\.mp4\\?token=ey`));
    for (const one of [replaysApi.download, replaysApi.record, replaysApi.remove]) {
      expect(await codeOf(api.call(one, { id: show.id }, stranger))).toBe('not_found');
      expect(await codeOf(api.call(one, { id: show.id }))).toBe('unauthenticated');
    }
    expect(await codeOf(api.call(replaysApi.remove, { id: show.id }, host))).toBe('forbidden');
    await api.call(replaysApi.remove, { id: show.id }, owner);
    expect((await replay()).state).toBe('gone');
    await eventually(() => asked('removeRecording') > 0);
    // A late word of the process does not bring it back.
    await fact(ready);
    expect((await replay()).state).toBe('gone');
    await fact({ state: 'removed' });
    expect(await record()).toMatchObject({ state: 'removed', removedBecause: 'deleted', bytes: 0 });
    expect(await codeOf(hold())).toBe('show_ended');
  });

  it('is kept as long as the brand says', async () => {
    await api.call(settingsApi.saveSelling, { replay: { keepDays: 30, sells: true } }, owner);
    const days = (Date.parse((await replay()).keptUntil!) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    const clock = new Clock(api);
    try {
      await clock.forward(31 * 86_400);
      expect((await replay()).state).toBe('gone');
      expect(await codeOf(hold())).toBe('show_ended');
      const { ReplaysService } = await import('../../apps/api/src/replays/replays.service.ts');
      await api.app.get(ReplaysService).look();
      await eventually(() => asked('removeRecording') > 0);
      await fact({ state: 'removed' });
      expect(await record()).toMatchObject({ state: 'removed', removedBecause: 'retention' });
    } finally {
      await clock.restore();
    }
    await api.call(settingsApi.saveSelling, { replay: { keepDays: null, sells: true } }, owner);
    expect(await codeOf(api.call(settingsApi.saveSelling, { replay: { keepDays: 0, sells: true } }, owner))).toBe(
      'invalid_request',
    );
  });
});
