import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BroadcastHealth } from '#contracts/room';
import { showsApi, type EndReason, type MediaPath, type PublicShow } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type RoomClient, type Staff } from '../support/api.ts';
import { send } from '../support/http.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let host: Staff;
let show: PublicShow;
let viewer: RoomClient;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  media = await MediaStandIn.start(api);
  host = await api.staff('host');
  show = await api.show(host, [(await api.product(host)).id]);
  viewer = await api.connect(await api.viewer());
  await viewer.ask('show.join', { showId: show.id });
});
afterEach(async () => {
  await media.close();
  // A process that is silent for longer than this takes no part in what comes next.
  await api.database.sql(`UPDATE media_nodes SET seen_at = now() - interval '1 minute'`);
});
afterAll(() => api.stop());

/** Loaded late: the configuration is read when it first is. */
const verifyGrant = async (grant: string) => (await import('#platform/grants')).verifyGrant(grant);
const goLive = () => api.call(showsApi.goLive, { id: show.id }, host);
const endShow = () => api.call(showsApi.end, { id: show.id }, host);
const now = () => api.call(showsApi.get, { id: show.id }, host);
const sweep = async () => {
  const { BroadcastsService } = await import('../../apps/api/src/shows/index.ts');
  await api.app.get(BroadcastsService).sweep();
};

/** What the room was told last of the show and its broadcast. */
const told = () => {
  const last = viewer.events.findLast((event) => event.type === 'show.changed');
  return last && [last.show.state, last.show.broadcast?.state ?? null];
};
const isTold = (...state: unknown[]) => eventually(() => JSON.stringify(told()) === JSON.stringify(state));

async function reasons(): Promise<(EndReason | null)[]> {
  const { rows } = await api.database.sql<{ end_reason: EndReason | null }>(
    `SELECT end_reason FROM broadcasts WHERE show_id = $1 ORDER BY started_at, id`,
    [show.id],
  );
  return rows.map((row) => row.end_reason);
}

describe('going live', () => {
  it('is starting with the button, and live with the first media', async () => {
    const grant = await goLive();
    const claims = await verifyGrant(grant.grant);
    expect(claims).toMatchObject({
      broadcastId: grant.broadcastId,
      showId: show.id,
      role: 'host',
      subject: host.memberId,
    });
    await isTold('starting', 'starting');
    expect(await now()).toMatchObject({ state: 'starting', liveSince: null });
    expect(await codeOf(viewer.ask('show.watch', { showId: show.id }))).toBe('show_not_live');

    await media.ready(grant.broadcastId);
    await isTold('live', 'live');
    expect(await now()).toMatchObject({ state: 'live', liveSince: expect.any(String) });
    const watch = await viewer.ask('show.watch', { showId: show.id });
    expect(await verifyGrant(watch.grant)).toMatchObject({ broadcastId: grant.broadcastId, role: 'viewer' });
  });

  it('again supersedes: the former broadcast is stopped, and its report comes too late', async () => {
    const [first, second] = [await goLive(), await goLive()];
    expect(await reasons()).toEqual(['superseded', null]);
    await eventually(() => media.commands.length > 0);
    expect(media.commands).toEqual([{ type: 'stop', broadcastId: first.broadcastId, reason: 'superseded' }]);
    await media.ready(first.broadcastId);
    expect(await now()).toMatchObject({ state: 'starting', broadcast: { id: second.broadcastId, state: 'starting' } });
    await media.ended(first.broadcastId, 'host_lost');
    expect(await now()).toMatchObject({ state: 'starting', broadcast: { id: second.broadcastId } });
    await media.ready(second.broadcastId);
    expect(await now()).toMatchObject({ state: 'live', broadcast: { id: second.broadcastId, state: 'live' } });
  });

  it('while live keeps the show live, and its beginning', async () => {
    await media.onAir(host, show.id);
    const { liveSince } = await now();
    const second = await media.onAir(host, show.id);
    expect(await now()).toMatchObject({ state: 'live', liveSince, broadcast: { id: second } });
  });

  it('tells who comes to a full process to watch by LL-HLS', async () => {
    await media.onAir(host, show.id);
    media.maxViewers = 3;
    const path = async () => (await viewer.ask('show.watch', { showId: show.id })).path;
    expect(await path()).toBe('webrtc');
    media.viewers = 3;
    await media.heartbeat();
    expect(await viewer.ask('show.watch', { showId: show.id })).toMatchObject({
      path: 'hls',
      hlsUrl: `http://localhost:9/hls/${show.id}/main.m3u8`,
    });
    media.viewers = 2;
    await media.heartbeat();
    expect(await path()).toBe('webrtc');
    Object.assign(media, { viewers: 3, packager: false });
    await media.heartbeat();
    expect(await viewer.ask('show.watch', { showId: show.id })).toMatchObject({ path: 'webrtc', hlsUrl: null });
  });

  it('tells the studio each second how viewers see it, and what they say of their delay', async () => {
    const studio = await api.connect(host);
    await studio.ask('show.join', { showId: show.id });
    const healths: BroadcastHealth[] = [];
    studio.socket.on('broadcast.health', ({ health }: { health: BroadcastHealth }) => healths.push(health));
    const broadcastId = await media.onAir(host, show.id);
    const others = await Promise.all([1, 2, 3].map(async () => api.connect(await api.viewer())));
    for (const other of others) await other.ask('show.join', { showId: show.id });
    const beat = (client: RoomClient, path: MediaPath, delayMs?: number) =>
      client.ask('show.heartbeat', { showId: show.id, path, ...(delayMs !== undefined && { delayMs }) });
    await beat(viewer, 'webrtc', 180);
    await beat(others[0]!, 'hls', 1_400);
    await beat(others[1]!, 'hls', 1_200);
    await beat(others[2]!, 'hls', 1_300);
    await media.heartbeat();
    await eventually(() => healths.at(-1)?.seenDelayMs.hls === 1_300);
    expect(healths.at(-1)).toMatchObject({ broadcastId, packager: true, seenDelayMs: { webrtc: 180, hls: 1_300 } });
    await others[0]!.ask('show.leave', { showId: show.id });
    await beat(others[1]!, 'webrtc');
    await media.heartbeat();
    await eventually(() => healths.at(-1)?.seenDelayMs.webrtc === 180);
    expect(await codeOf(viewer.ask('show.heartbeat', { showId: show.id, path: 'fast' as MediaPath }))).toBe(
      'invalid_request',
    );
  });

  it('at once from two devices ends with one broadcast', async () => {
    const grants = await Promise.all([goLive(), goLive(), goLive()]);
    expect(grants).toHaveLength(3);
    expect((await reasons()).toSorted()).toEqual(['superseded', 'superseded', null].toSorted());
  });

  it('falls back to scheduled when it ended before any media came', async () => {
    const { broadcastId } = await goLive();
    await media.ended(broadcastId, 'no_media');
    await isTold('scheduled', null);
    expect(await reasons()).toEqual(['no_media']);
    await media.onAir(host, show.id);
    await isTold('live', 'live');
  });

  it('needs a media process that was heard of lately', async () => {
    media.fallSilent();
    await api.database.sql(`UPDATE media_nodes SET seen_at = now() - interval '5 seconds'`);
    expect(await codeOf(goLive())).toBe('media_unavailable');
    expect(await now()).toMatchObject({ state: 'scheduled', broadcast: null });
    await media.speak();
    await goLive();
  });
});

describe('a media process', () => {
  it('that was started anew has lost its broadcasts; the show goes on with the next', async () => {
    await media.onAir(host, show.id);
    await media.restart();
    await isTold('live', null);
    expect(await reasons()).toEqual(['media_lost']);
    expect(await codeOf(viewer.ask('show.watch', { showId: show.id }))).toBe('show_not_live');
    await media.onAir(host, show.id);
    await isTold('live', 'live');
  });

  it('that falls silent is given up by the sweep', async () => {
    await media.onAir(host, show.id);
    media.fallSilent();
    await api.database.sql(`UPDATE media_nodes SET seen_at = now() - interval '5 seconds'`);
    await sweep();
    expect(await reasons()).toEqual(['media_lost']);
    await isTold('live', null);
  });

  it('that never hears from the host gives the show back', async () => {
    await goLive();
    await api.database.sql(`UPDATE broadcasts SET started_at = now() - interval '31 seconds' WHERE show_id = $1`, [
      show.id,
    ]);
    await sweep();
    expect([await reasons(), (await now()).state]).toEqual([['no_media'], 'scheduled']);
  });

  it('that no longer knows a live broadcast has lost it', async () => {
    const broadcastId = await media.onAir(host, show.id);
    media.transmitting.delete(broadcastId);
    await media.heartbeat();
    expect(await reasons()).toEqual([null]); // it may just have begun
    await api.database.sql(`UPDATE broadcasts SET ready_at = now() - interval '4 seconds' WHERE id = $1`, [
      broadcastId,
    ]);
    await media.heartbeat();
    expect(await reasons()).toEqual(['media_lost']);
  });

  it('that transmits what has ended is told to stop', async () => {
    const broadcastId = await media.onAir(host, show.id);
    await endShow();
    await eventually(() => media.commands.length > 0);
    media.transmitting.add(broadcastId);
    await media.heartbeat();
    const stops = () => media.commands.filter(({ type }) => type === 'stop');
    await eventually(() => stops().length > 1);
    expect(new Set(stops().map((command) => JSON.stringify(command))).size).toBe(1);
  });

  it('may say everything twice and late', async () => {
    const broadcastId = await media.onAir(host, show.id);
    await media.ready(broadcastId);
    const { seq } = await viewer.ask('show.join', { showId: show.id });
    await media.ended(broadcastId, 'host_lost');
    await media.ended(broadcastId, 'worker_died');
    await media.ready(broadcastId);
    expect(await reasons()).toEqual(['host_lost']);
    expect(await now()).toMatchObject({ state: 'live', broadcast: null });
    expect((await viewer.ask('show.join', { showId: show.id })).seq).toBe(seq + 1);
    await media.ended(randomUUID(), 'host_lost'); // of a database that was emptied since
  });

  it('is believed only with our signature', async () => {
    const { broadcastId } = await goLive();
    const { signToken } = await import('#platform/grants');
    const fact = {
      type: 'ready',
      nodeId: media.nodeId,
      bootId: media.bootId,
      broadcastId,
      at: new Date().toISOString(),
    };
    const report = async (authorization: string | undefined, body: object = fact) => {
      const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
      const answer = await send(api, 'POST', '/api/media/facts', { headers, body: JSON.stringify(body) });
      return answer.body.code ?? 'taken';
    };
    expect(await report(undefined)).toBe('unauthenticated');
    expect(await report('Bearer forged')).toBe('unauthenticated');
    expect(await report(`Bearer ${await signToken('guest', {}, 60)}`)).toBe('unauthenticated');
    expect(await report(`Bearer ${await signToken('service', {}, -1)}`)).toBe('unauthenticated');
    expect(await now()).toMatchObject({ state: 'starting' });
    const signed = `Bearer ${await signToken('service', {}, 60)}`;
    expect(await report(signed, { ...fact, type: 'paid' })).toBe('invalid_request');
    expect(await report(signed, { ...fact, broadcastId: 1 })).toBe('invalid_request');
    expect(await report(signed)).toBe('taken');
    expect(await now()).toMatchObject({ state: 'live' });
  });
});

describe('ending a show', () => {
  it('is final: broadcast, pin and talk are over', async () => {
    const broadcastId = await media.onAir(host, show.id);
    const studio = await api.connect(host);
    await studio.ask('show.join', { showId: show.id });
    await studio.ask('pin.set', { showId: show.id, offerId: show.offers[0]!.id });
    const ended = await endShow();
    expect(ended).toMatchObject({ state: 'ended', endedAt: expect.any(String), broadcast: null });
    expect(ended.pins).toMatchObject([{ unpinnedAt: expect.any(String) }]);
    expect(await reasons()).toEqual(['host_ended']);
    await isTold('ended', null);
    const pins = viewer.events.findLast((event) => event.type === 'pin.changed');
    expect(pins).toMatchObject({ pins: [{ unpinnedAt: expect.any(String) }] });
    await eventually(() => media.commands.length > 0);
    // A heartbeat that met the end is answered with the same.
    expect(media.commands[0]).toEqual({ type: 'stop', broadcastId, reason: 'host_ended' });
    await eventually(() => media.commands.some(({ type }) => type === 'finish'));
    expect(media.commands).toContainEqual({ type: 'finish', showId: show.id });

    const said = { showId: show.id, clientMessageId: randomUUID(), name: '晴香', text: 'hello' };
    const pinned = { showId: show.id, offerId: show.offers[0]!.id };
    const { id, title, subtitle, slug, hostName, startsAt, endsAt } = ended;
    const words = { id, title, subtitle, slug, hostName, startsAt, endsAt, productIds: [] };
    expect(await codeOf(goLive())).toBe('show_ended');
    expect(await codeOf(endShow())).toBe('show_ended');
    expect(await codeOf(api.call(showsApi.update, words, host))).toBe('show_ended');
    expect(await codeOf(studio.ask('pin.set', pinned))).toBe('show_ended');
    expect(await codeOf(viewer.ask('chat.send', said))).toBe('show_ended');
    expect(await codeOf(viewer.ask('show.watch', { showId: show.id }))).toBe('show_not_live');
    await media.ready(broadcastId);
    expect(await now()).toEqual({ ...ended, serverTime: expect.any(String) });
  });

  it('needs a show that was on, also one whose host is away', async () => {
    expect(await codeOf(endShow())).toBe('show_transition');
    const broadcastId = await media.onAir(host, show.id);
    await media.ended(broadcastId, 'host_lost');
    expect(await endShow()).toMatchObject({ state: 'ended' });
  });

  it('comes by itself an hour after the host was last seen', async () => {
    const broadcastId = await media.onAir(host, show.id);
    await media.ended(broadcastId, 'host_lost');
    await sweep();
    expect(await now()).toMatchObject({ state: 'live' });
    await api.database.sql(`UPDATE broadcasts SET ended_at = now() - interval '61 minutes' WHERE id = $1`, [
      broadcastId,
    ]);
    await sweep();
    expect(await now()).toMatchObject({ state: 'ended' });
  });
});

describe('health', () => {
  it('is whether the process is alive; ready is each part by name', async () => {
    const ready = async () => {
      const { status, text, headers } = await send(api, 'GET', '/api/ready');
      return { status, retryAfter: headers.get('retry-after'), ...(JSON.parse(text) as object) };
    };
    const parts = { database: 'ok', migrations: 'ok', media: 'ok' };
    expect(await ready()).toEqual({ status: 200, retryAfter: null, ok: true, parts });
    media.fallSilent();
    await api.database.sql(`UPDATE media_nodes SET seen_at = now() - interval '5 seconds'`);
    expect(await ready()).toEqual({ status: 503, retryAfter: '1', ok: false, parts: { ...parts, media: 'missing' } });
    await api.database.sql(`ALTER TABLE migrations RENAME TO migrations_away`);
    try {
      expect(await ready()).toMatchObject({ status: 503, parts: { database: 'ok', migrations: 'missing' } });
    } finally {
      await api.database.sql(`DROP TABLE IF EXISTS migrations`);
      await api.database.sql(`ALTER TABLE migrations_away RENAME TO migrations`);
    }
    expect(await send(api, 'GET', '/api/health')).toMatchObject({ status: 200, text: '{"ok":true}' });
  });
});
