import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutApi } from '#contracts/checkout';
import { codeOf, eventually, Refusal, startApi, type Api, type RoomClient, type Viewer } from '../support/api.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

async function evening() {
  const owner = await api.staff();
  const product = await api.product(owner);
  const show = await api.show(owner, [product.id]);
  const moderator = await inRoom(show.id, await api.staff('moderator', owner.brandId));
  const troll = await api.viewer();
  return { owner, product, show, showId: show.id, moderator, troll, trollTab: await inRoom(show.id, troll) };
}

async function inRoom(showId: string, caller: Parameters<Api['connect']>[0]): Promise<RoomClient> {
  const client = await api.connect(caller);
  await client.ask('show.join', { showId });
  return client;
}

const say = (client: RoomClient, showId: string, clientMessageId: string = randomUUID()) =>
  client.ask('chat.send', { showId, clientMessageId, name: 'troll', text: 'buy elsewhere' });

function heard(client: RoomClient, push: 'you.changed' | 'session.ended'): object[] {
  const pushes: object[] = [];
  client.socket.on(push, (data: object) => pushes.push(data));
  return pushes;
}

describe('a mute', () => {
  it('is told to every tab of the viewer, refuses their messages, and can be lifted', async () => {
    const { showId, moderator, troll, trollTab } = await evening();
    const otherTab = await inRoom(showId, troll);
    const told = [heard(trollTab, 'you.changed'), heard(otherTab, 'you.changed')];
    const before = randomUUID();
    const posted = await say(trollTab, showId, before);

    await moderator.ask('chat.mute', { showId, viewerId: troll.viewerId, minutes: 10 });
    for (const pushes of told) await eventually(() => pushes.length === 1);
    expect(told[0]).toEqual([{ showId, muted: true, mutedUntil: expect.any(String) }]);
    const refusal = await say(trollTab, showId).catch((error: Refusal) => error);
    expect(refusal).toMatchObject({ body: { code: 'muted', details: { until: expect.any(String) } } });
    // What was said before the mute is still answered, so that the page need not show it as failed.
    expect(await say(trollTab, showId, before)).toEqual(posted);
    await trollTab.ask('reaction.send', { showId, count: 1 });
    expect((await trollTab.ask('show.join', { showId })).you).toMatchObject({ muted: true });

    await moderator.ask('chat.mute', { showId, viewerId: troll.viewerId, minutes: null });
    await eventually(() => told[0]!.length === 2);
    expect(told[0]![1]).toEqual({ showId, muted: false, mutedUntil: null });
    await say(trollTab, showId);
    expect((await trollTab.ask('show.join', { showId })).you).toMatchObject({ muted: false, mutedUntil: null });
  });

  it('ends by itself, by the clock of the database', async () => {
    const { showId, moderator, troll, trollTab } = await evening();
    await moderator.ask('chat.mute', { showId, viewerId: troll.viewerId, minutes: 1 });
    expect(await codeOf(say(trollTab, showId))).toBe('muted');
    await api.database.sql(`UPDATE clock_offsets SET ahead = interval '61 seconds'`);
    try {
      await say(trollTab, showId);
    } finally {
      await api.database.sql(`UPDATE clock_offsets SET ahead = interval '0'`);
    }
  });

  it('holds in its own show and for its own viewer', async () => {
    const { owner, product, showId, moderator, troll } = await evening();
    await moderator.ask('chat.mute', { showId, viewerId: troll.viewerId, minutes: 10 });
    await say(await inRoom(showId, await api.viewer()), showId);
    const other = await api.show(owner, [product.id]);
    await say(await inRoom(other.id, troll), other.id);
  });
});

describe('a ban', () => {
  it('ends every connection to the brand, and refuses to join, to watch and to hold', async () => {
    const { owner, product, show, showId, moderator, troll, trollTab } = await evening();
    await media.onAir(owner, showId);
    const broadcastId = [...media.transmitting].at(-1);
    const sibling = await api.show(owner, [product.id]);
    const siblingTab = await inRoom(sibling.id, troll);
    const ended = [heard(trollTab, 'session.ended'), heard(siblingTab, 'session.ended')];
    await moderator.ask('chat.ban', { showId, viewerId: troll.viewerId });
    for (const tab of [trollTab, siblingTab]) await eventually(() => tab.socket.disconnected);
    expect(ended).toEqual([[{ reason: 'banned' }], [{ reason: 'banned' }]]);
    await eventually(() => media.commands.some((command) => command.type === 'remove'));
    expect(media.commands).toContainEqual({ type: 'remove', broadcastId, subject: troll.viewerId });

    const back = await api.connect(troll);
    expect(await codeOf(back.ask('show.join', { showId }))).toBe('banned');
    expect(await codeOf(back.ask('show.join', { showId: sibling.id }))).toBe('banned');
    expect(await codeOf(back.ask('show.watch', { showId }))).toBe('banned');
    const hold = {
      key: randomUUID(),
      showId,
      offerId: show.offers[0]!.id,
      variantId: product.variants[0]!.id,
      quantity: 1,
    };
    expect(await codeOf(api.call(checkoutApi.hold, hold, troll))).toBe('banned');
    expect((await moderator.ask('show.join', { showId })).people).toBe(0);
  });

  it("leaves the viewer's place in another brand's show alone", async () => {
    const { showId, moderator, troll, trollTab } = await evening();
    const elsewhere = await evening();
    const tab = await inRoom(elsewhere.showId, troll);
    await moderator.ask('chat.ban', { showId, viewerId: troll.viewerId });
    await eventually(() => trollTab.socket.disconnected);
    await say(tab, elsewhere.showId);
    await inRoom(elsewhere.showId, troll);
  });

  it('does not find a viewer who never was', async () => {
    const { showId, moderator } = await evening();
    expect(await codeOf(moderator.ask('chat.ban', { showId, viewerId: randomUUID() }))).toBe('not_found');
    expect(await codeOf(moderator.ask('chat.mute', { showId, viewerId: randomUUID(), minutes: 1 }))).toBe('not_found');
  });
});

describe('a deletion', () => {
  it('empties the message on every screen and in the history, once', async () => {
    const { showId, moderator, trollTab } = await evening();
    const message = await say(trollTab, showId);
    await moderator.ask('chat.delete', { showId, messageId: message.id });
    await eventually(() => trollTab.events.find((event) => event.type === 'chat.deleted'));
    expect(trollTab.events.at(-1)).toEqual({ type: 'chat.deleted', seq: message.seq + 1, messageId: message.id });
    const { messages } = await (await api.connect(await api.viewer())).ask('show.join', { showId });
    expect(messages).toMatchObject([{ id: message.id, text: '', deleted: true }]);
    expect(await codeOf(moderator.ask('chat.delete', { showId, messageId: message.id }))).toBe('not_found');
    expect((await moderator.ask('show.join', { showId })).seq).toBe(message.seq + 1);
  });
});

describe('moderating', () => {
  it('is for staff of the brand who may', async () => {
    const { owner, showId, troll, trollTab } = await evening();
    const message = await say(trollTab, showId);
    const stranger = (await evening()).moderator;
    const marketer = await inRoom(showId, await api.staff('marketer', owner.brandId));
    const viewer = await inRoom(showId, await api.viewer());
    const all = async (client: RoomClient, target: Viewer) => [
      await codeOf(client.ask('chat.delete', { showId, messageId: message.id })),
      await codeOf(client.ask('chat.mute', { showId, viewerId: target.viewerId, minutes: 1 })),
      await codeOf(client.ask('chat.ban', { showId, viewerId: target.viewerId })),
    ];
    expect(await all(stranger, troll)).toEqual(['not_found', 'not_found', 'not_found']);
    expect(await all(marketer, troll)).toEqual(['forbidden', 'forbidden', 'forbidden']);
    expect(await all(viewer, troll)).toEqual(['forbidden', 'forbidden', 'forbidden']);
    await say(trollTab, showId);
  });
});
