import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutApi } from '#contracts/checkout';
import type { StockFigure } from '#contracts/room';
import { showsApi } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type RoomClient, type Staff } from '../support/api.ts';
import { hostSays } from '../support/chat.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

async function scheduled(products = 1) {
  const owner = await api.staff();
  const made = [];
  for (let index = 0; index < products; index += 1) made.push(await api.product(owner));
  const show = await api.show(
    owner,
    made.map(({ id }) => id),
  );
  return { owner, show, showId: show.id, products: made };
}

/** A socket that has joined, and the answer that it got. */
async function inRoom(showId: string, caller?: Parameters<Api['connect']>[0], since?: number) {
  const client = await api.connect(caller ?? (await api.viewer()));
  return { client, snapshot: await client.ask('show.join', { showId, since }) };
}

const say = (client: RoomClient, showId: string, text: string, clientMessageId: string = randomUUID()) =>
  client.ask('chat.send', { showId, clientMessageId, name: '晴香', text });

describe('joining', () => {
  it('shows the last 50 messages, the show and oneself', async () => {
    const { owner, showId } = await scheduled();
    await hostSays(api, owner, showId, 52);
    const { snapshot } = await inRoom(showId);
    expect(snapshot.messages.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, n) => `message ${n + 3}`));
    expect(snapshot).toMatchObject({ seq: 52, truncated: false, people: 1, sales: null, recentSales: null });
    expect(snapshot.show).toMatchObject({ id: showId, state: 'scheduled', broadcast: null });
    expect(snapshot.you).toMatchObject({ role: 'viewer', name: null, muted: false });
  });

  it('remembers the nickname that a viewer used in this show', async () => {
    const { showId } = await scheduled();
    const viewer = await api.viewer();
    const { client } = await inRoom(showId, viewer);
    await say(client, showId, 'こんにちは');
    const { snapshot } = await inRoom(showId, viewer);
    expect(snapshot.you).toMatchObject({ viewerId: viewer.viewerId, name: '晴香' });
  });

  it('answers not_found for a show that is not there, and for staff of another brand', async () => {
    const { showId } = await scheduled();
    expect(await codeOf(inRoom(randomUUID()))).toBe('not_found');
    expect(await codeOf(inRoom(showId, await api.staff()))).toBe('not_found');
  });

  it('lets nobody speak or react who has not joined', async () => {
    const { showId } = await scheduled();
    const client = await api.connect(await api.viewer());
    expect(await codeOf(say(client, showId, 'hello'))).toBe('not_in_room');
    expect(await codeOf(client.ask('reaction.send', { showId, count: 1 }))).toBe('not_in_room');
    expect(await codeOf(client.ask('show.heartbeat', { showId }))).toBe('not_in_room');
  });
});

describe('resuming', () => {
  it('brings what was posted since, and what was deleted since though it was posted before', async () => {
    const { owner, showId } = await scheduled();
    await hostSays(api, owner, showId, 5);
    const { client, snapshot } = await inRoom(showId);
    client.socket.disconnect();
    const { client: host } = await inRoom(showId, owner);
    await hostSays(api, owner, showId, 2, 'later');
    const removed = snapshot.messages[1]!;
    await host.ask('chat.delete', { showId, messageId: removed.id });
    const { snapshot: resumed } = await inRoom(showId, undefined, snapshot.seq);
    expect(resumed).toMatchObject({ seq: 8, truncated: false });
    expect(resumed.messages.map(({ seq, text, deleted }) => [seq, text, deleted])).toEqual([
      [removed.seq, '', true],
      [6, 'later 1', false],
      [7, 'later 2', false],
    ]);
  });

  it('brings nothing twice', async () => {
    const { owner, showId } = await scheduled();
    await hostSays(api, owner, showId, 3);
    const { snapshot } = await inRoom(showId, undefined, 3);
    expect(snapshot.messages).toEqual([]);
  });

  it('says that older messages are left out when more than 500 were missed', async () => {
    const { owner, showId } = await scheduled();
    await hostSays(api, owner, showId, 501);
    const { snapshot: all } = await inRoom(showId, undefined, 1);
    expect([all.messages.length, all.messages[0]?.seq, all.truncated]).toEqual([500, 2, false]);
    const { snapshot: part } = await inRoom(showId, undefined, 0);
    expect([part.messages.length, part.messages[0]?.seq, part.truncated]).toEqual([500, 2, true]);
  });
});

describe('the sequence', () => {
  it('has no hole and no double under 300 posts at once from 10 sockets, with pins between', async () => {
    const { owner, show, showId } = await scheduled(2);
    const { client: watcher, snapshot } = await inRoom(showId);
    const hosts = await Promise.all(Array.from({ length: 10 }, () => inRoom(showId, owner)));
    const posts = hosts.flatMap(({ client }, socket) =>
      Array.from({ length: 30 }, (_, n) => say(client, showId, `${socket}:${n}`)),
    );
    const { client: studio } = await inRoom(showId, owner);
    const offers = show.offers.map(({ id }) => id);
    const pins = Array.from({ length: 6 }, (_, n) => studio.ask('pin.set', { showId, offerId: offers[n % 2]! }));
    const posted = await Promise.all(posts);
    await Promise.all(pins);

    const lastSeq = Math.max(...posted.map(({ seq }) => seq));
    await eventually(() => (watcher.events.at(-1)?.seq ?? 0) >= lastSeq);
    const seqs = watcher.events.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => snapshot.seq + 1 + index));
    const seen = watcher.events.flatMap((event) => (event.type === 'chat.posted' ? [event.message] : []));
    expect(seen).toEqual(posted.toSorted((a, b) => a.seq - b.seq));
    const carrying = watcher.frames.filter((frame) => frame.events);
    carrying.reduce((held, frame) => {
      expect(frame.prev).toBe(held);
      return frame.seq;
    }, snapshot.seq);
    expect(carrying.length).toBeLessThan(seqs.length);
  });

  it('goes on while a change of the show is under way', async () => {
    const { owner, showId } = await scheduled();
    const { client } = await inRoom(showId);
    const { lockShow } = await import('../../apps/api/src/shows/shows.service.ts');
    await api.database.transaction(async (tx) => {
      await lockShow(tx, showId, owner.brandId);
      expect(await say(client, showId, 'meanwhile')).toMatchObject({ text: 'meanwhile' });
    });
  });

  it('makes one message of one clientMessageId, sent twice, at once, and after a reconnection', async () => {
    const { showId } = await scheduled();
    const { client: watcher } = await inRoom(showId);
    const viewer = await api.viewer();
    const { client } = await inRoom(showId, viewer);
    const id = randomUUID();
    const first = await Promise.all([say(client, showId, 'once', id), say(client, showId, 'once', id)]);
    client.socket.disconnect();
    const { client: again } = await inRoom(showId, viewer);
    const all = [...first, await say(again, showId, 'once, said otherwise', id)];
    expect(new Set(all.map((message) => JSON.stringify(message))).size).toBe(1);
    const last = await say(again, showId, 'last');
    await eventually(() => watcher.events.find(({ seq }) => seq === last.seq));
    expect(watcher.events.map((event) => event.type === 'chat.posted' && event.message.text)).toEqual(['once', 'last']);
  });

  it("keeps two authors' messages apart though their clientMessageId is the same", async () => {
    const { showId } = await scheduled();
    const [one, other] = [await inRoom(showId), await inRoom(showId)];
    const id = randomUUID();
    const messages = await Promise.all([say(one.client, showId, 'a', id), say(other.client, showId, 'b', id)]);
    expect(new Set(messages.map((message) => message.id)).size).toBe(2);
  });
});

describe('counters', () => {
  it('counts people, not tabs, and no staff', async () => {
    const { owner, showId } = await scheduled();
    const anna = await api.viewer();
    const [tab, otherTab] = [await inRoom(showId, anna), await inRoom(showId, anna)];
    const { client: ben } = await inRoom(showId);
    const { client: host, snapshot } = await inRoom(showId, owner);
    expect(snapshot.people).toBe(2);
    tab.client.socket.disconnect();
    ben.socket.disconnect();
    await eventually(() => host.frames.some((frame) => frame.people === 1));
    otherTab.client.socket.disconnect();
    await eventually(() => host.frames.at(-1)?.people === 0);
  });

  it('does not go on counting a socket that went away while it joined', async () => {
    const { owner, showId } = await scheduled();
    const { client: host } = await inRoom(showId, owner);
    const passers = await Promise.all(Array.from({ length: 10 }, async () => api.connect(await api.viewer())));
    for (const { socket } of passers) {
      socket.emit('show.join', { showId }, () => undefined);
      socket.disconnect();
    }
    // Each of these waits behind the joins above for the same connections of the pool.
    for (let round = 0; round < 20; round += 1) await host.ask('show.join', { showId });
    const { Rooms } = await import('../../apps/api/src/realtime/index.ts');
    await eventually(() => api.app.get(Rooms).people(showId) === 0);
  });

  it('does not let a message wait for the next count of people', async () => {
    const { showId } = await scheduled();
    const { client: watcher } = await inRoom(showId);
    await eventually(() => watcher.frames.some((frame) => frame.people === 1));
    const { client } = await inRoom(showId); // the count that this changes is told within a second
    await say(client, showId, 'hello');
    const frame = await eventually(() => watcher.frames.find(({ events }) => events));
    expect(frame.people).toBeUndefined();
  });

  it('gathers hearts', async () => {
    const { showId } = await scheduled();
    const rooms = await Promise.all([inRoom(showId), inRoom(showId), inRoom(showId)]);
    const sent = rooms.flatMap(({ client }) =>
      [1, 2, 3].map((count) => client.ask('reaction.send', { showId, count })),
    );
    await Promise.all(sent);
    const { frames } = rooms[0]!.client;
    const hearts = () => frames.flatMap((frame) => frame.hearts ?? []);
    await eventually(() => hearts().reduce((sum, count) => sum + count, 0) === 18);
    expect(hearts().length).toBeLessThan(sent.length);
  });
});

describe('selling in the room', () => {
  it('puts a pin on every screen, one at a time', async () => {
    const { owner, show, showId } = await scheduled(2);
    const [first, second] = show.offers.map(({ id }) => id) as [string, string];
    const screens = [await inRoom(showId), await inRoom(showId), await inRoom(showId, owner)];
    const studio = screens[2]!.client;
    const onScreen = (client: RoomClient) => {
      const pins = client.events.flatMap((event) => (event.type === 'pin.changed' ? [event.pins] : [])).at(-1);
      return pins?.filter((pin) => pin.unpinnedAt === null).map((pin) => pin.offerId) ?? [];
    };
    await studio.ask('pin.set', { showId, offerId: first });
    const { pins } = await studio.ask('pin.set', { showId, offerId: second });
    expect(pins.map((pin) => [pin.offerId, pin.unpinnedAt === null])).toEqual([
      [first, false],
      [second, true],
    ]);
    for (const { client } of screens) await eventually(() => onScreen(client)[0] === second);
    const again = await studio.ask('pin.set', { showId, offerId: second });
    expect(again.pins).toEqual(pins);
    expect((await api.call(showsApi.public, { slug: show.slug })).pins).toEqual(pins);
    await studio.ask('pin.set', { showId, offerId: null });
    for (const { client } of screens) {
      await eventually(() => client.events.length === 3);
      expect(onScreen(client)).toEqual([]);
    }
  });

  it("refuses a pin of another show's offer, by a viewer, and by another brand", async () => {
    const [own, other] = [await scheduled(), await scheduled()];
    const pinning = async (caller: Staff | null, offerId: string) => {
      const client = await api.connect(caller ?? (await api.viewer()));
      return codeOf(client.ask('pin.set', { showId: own.showId, offerId }));
    };
    expect(await pinning(own.owner, other.show.offers[0]!.id)).toBe('not_found');
    expect(await pinning(own.owner, randomUUID())).toBe('not_found');
    expect(await pinning(null, own.show.offers[0]!.id)).toBe('forbidden');
    expect(await pinning(other.owner, own.show.offers[0]!.id)).toBe('not_found');
  });

  it('shows true stock after a hold and after the payment, and the sale to staff only', async () => {
    const { owner, show, showId, products } = await scheduled();
    const variantId = products[0]!.variants[0]!.id;
    const offerId = show.offers[0]!.id;
    const { client: viewer } = await inRoom(showId);
    const { client: studio } = await inRoom(showId, owner);
    const told: string[] = [];
    viewer.socket.on('sale.made', () => told.push('viewer'));
    studio.socket.on('sale.made', ({ sale }: { sale: { number: string } }) => told.push(sale.number));
    const stock = (wanted: Partial<StockFigure>) =>
      eventually(() =>
        viewer.frames.some((frame) =>
          frame.stock?.some((figure) => matches(figure, { variantId, offerId, ...wanted })),
        ),
      );

    const buyer = await api.viewer();
    const request = { key: randomUUID(), showId, offerId, variantId, quantity: 3 };
    const { hold, totals } = await api.call(checkoutApi.hold, request, buyer);
    await stock({ available: 7, sold: 0 });
    const order = await api.purchase(buyer, hold.id, totals.totalAmount);
    await stock({ available: 7, sold: 3 });
    await eventually(() => told.length > 0);
    expect(told).toEqual([order.number]);

    const { snapshot: staff } = await inRoom(showId, owner);
    expect(staff.sales).toEqual({ orders: 1, gmvAmount: 13_200, netAmount: 13_200 });
    expect(staff.recentSales).toMatchObject([{ number: order.number, name: '佐久間', totalAmount: 13_200 }]);
    const { snapshot: public_ } = await inRoom(showId);
    expect([public_.sales, public_.recentSales]).toEqual([null, null]);
  });
});

const matches = (figure: StockFigure, wanted: Partial<StockFigure>) =>
  Object.entries(wanted).every(([name, value]) => figure[name as keyof StockFigure] === value);
