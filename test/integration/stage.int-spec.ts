import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PublicShow } from '#contracts/shows';
import { MOST_INVITED, stageApi } from '#contracts/stage';
import { showsApi } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type Staff } from '../support/api.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let host: Staff;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
  host = await api.staff('host');
});
beforeEach(async () => {
  show = await api.show(host, []);
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

const desk = () => api.call(stageApi.desk, { id: show.id }, host);
const invite = async (name = '結衣', role: 'guest' | 'co_host' = 'guest') => {
  const before = (await desk()).invited.map(({ id }) => id);
  const { invited } = await api.call(stageApi.invite, { id: show.id, role, name }, host);
  const made = invited.find(({ id }) => !before.includes(id))!;
  return { ...made, token: made.link.split('/').at(-1)! };
};
const place = (participantId: string, change: { onAir?: boolean; muted?: boolean }, of = show.id, who = host) =>
  api.call(stageApi.place, { id: of, participantId, ...change }, who);
const remove = (participantId: string) => api.call(stageApi.remove, { id: show.id, participantId }, host);
const seat = (token: string, waiting = true) => api.call(stageApi.seat, { token, waiting });
const enter = (token: string) => api.call(stageApi.enter, { token });
const stageCommands = () => media.commands.filter((command) => command.type === 'stage');

describe('a link', () => {
  it('names its guest, and says who waits', async () => {
    const guest = await invite();
    expect(guest.link).toBe(`${api.url}/stage/${guest.token}`);
    expect(await seat(guest.token, false)).toMatchObject({
      participantId: guest.id,
      name: '結衣',
      broadcasting: false,
    });
    expect((await desk()).invited).toMatchObject([{ id: guest.id, present: false, onAir: false }]);
    await seat(guest.token);
    expect((await desk()).invited).toMatchObject([{ id: guest.id, present: true, onAir: false }]);
    expect(await codeOf(enter(guest.token))).toBe('show_not_live');
    const broadcastId = await media.onAir(host, show.id);
    const { grant } = await enter(guest.token);
    const { verifyGrant } = await import('#platform/grants');
    const claimed = { participantId: guest.id, name: '結衣', role: 'guest' };
    expect(await verifyGrant(grant)).toMatchObject({ broadcastId, role: 'guest', subject: guest.id, guest: claimed });
  });

  it('is good only as it was made, until its end, and until the host ends it', async () => {
    const { signToken } = await import('#platform/grants');
    const guest = await invite();
    const { token } = guest;
    const sub = guest.id;
    expect(await codeOf(seat(`${token.slice(0, -4)}AAAA`))).toBe('grant_invalid');
    expect(await codeOf(seat('nothing'))).toBe('grant_invalid');
    expect(await codeOf(seat(await signToken('guest', { sub }, 60)))).toBe('grant_invalid');
    expect(await codeOf(seat(await signToken('stage-link', { sub }, -1)))).toBe('grant_expired');
    expect(await codeOf(seat(await signToken('stage-link', { sub: randomUUID() }, 60)))).toBe('not_found');
    await media.onAir(host, show.id);
    await remove(guest.id);
    expect([await codeOf(seat(token)), await codeOf(enter(token))]).toEqual(['banned', 'banned']);
    expect((await desk()).invited).toEqual([]);
    const other = await invite();
    await api.call(showsApi.end, { id: show.id }, host);
    expect(await codeOf(seat(other.token))).toBe('show_ended');
    expect(await codeOf(enter(other.token))).toBe('show_not_live');
    expect(await codeOf(invite())).toBe('show_ended');
  });

  it(`is one of ${MOST_INVITED} at most`, async () => {
    const guests = [];
    for (let count = 0; count < MOST_INVITED; count += 1) guests.push(await invite());
    expect(await codeOf(invite())).toBe('conflict');
    await remove(guests[0]!.id);
    expect(await codeOf(invite())).toBe('no refusal');
  });
});

describe('the stage', () => {
  it('is told to the room, to who comes later, and to the media process', async () => {
    const broadcastId = await media.onAir(host, show.id);
    const viewer = await api.connect(await api.viewer());
    expect((await viewer.ask('show.join', { showId: show.id })).stage).toMatchObject({ version: 0, onAir: [] });
    const guest = await invite();
    const coHost = await invite('蓮', 'co_host');
    await place(guest.id, { onAir: true });
    await place(coHost.id, { onAir: true, muted: true });
    await api.call(stageApi.arrange, { id: show.id, layout: 'picture_in_picture', mainId: guest.id }, host);
    const onAir = [
      { id: coHost.id, name: '蓮', role: 'co_host', muted: true },
      { id: guest.id, name: '結衣', role: 'guest', muted: false },
    ];
    const stage = { version: 3, layout: 'picture_in_picture', mainId: guest.id, programme: 'main', onAir };
    await eventually(() => viewer.events.some((event) => event.type === 'stage.changed' && event.stage.version === 3));
    expect(viewer.events.findLast((event) => event.type === 'stage.changed')).toMatchObject({ stage });
    const later = await api.connect(await api.viewer());
    expect((await later.ask('show.join', { showId: show.id })).stage).toEqual(stage);
    await eventually(() => stageCommands().some((one) => one.broadcastId === broadcastId && one.stage.version === 3));
    // A process that tells of an older stage, as one does that has just begun, is told again.
    media.commands.length = 0;
    await media.heartbeat();
    await eventually(() => stageCommands().some((one) => one.broadcastId === broadcastId && one.stage.version === 3));

    await remove(guest.id);
    const { stage: without } = await desk();
    expect(without).toMatchObject({ version: 4, mainId: null, onAir: [{ id: coHost.id }] });
    await eventually(() => stageCommands().some(({ removed }) => removed.includes(guest.id)));
  });

  it('has room for three beside the host', async () => {
    const guests = [await invite(), await invite(), await invite(), await invite()];
    for (const { id } of guests.slice(0, 3)) await place(id, { onAir: true });
    expect(await codeOf(place(guests[3]!.id, { onAir: true }))).toBe('conflict');
    await place(guests[0]!.id, { onAir: false });
    const { stage } = await place(guests[3]!.id, { onAir: true });
    expect(stage.onAir.map(({ id }) => id)).toEqual(guests.slice(1).map(({ id }) => id));
    // What was refused changed nothing, not even the version.
    expect(stage.version).toBe(5);
  });

  it('is of its own show and brand', async () => {
    const guest = await invite();
    const other = await api.show(host, []);
    const stranger = await api.staff();
    expect(await codeOf(place(guest.id, { onAir: true }, other.id))).toBe('not_found');
    expect(await codeOf(place(guest.id, { onAir: true }, show.id, stranger))).toBe('not_found');
    expect(await codeOf(api.call(stageApi.desk, { id: show.id }, stranger))).toBe('not_found');
    expect(await codeOf(api.call(stageApi.preview, { id: show.id }, stranger))).toBe('not_found');
    const main = { id: show.id, mainId: guest.id };
    expect(await codeOf(api.call(stageApi.arrange, main, host))).toBe('not_found'); // not on air
    await remove(guest.id);
    expect(await codeOf(place(guest.id, { onAir: true }))).toBe('not_found');
  });
});
