import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkoutApi } from '#contracts/checkout';
import { insightsApi, type ShowInsights } from '#contracts/insights';
import { showsApi, type PublicShow } from '#contracts/shows';
import type { Product } from '#contracts/catalog';
import { codeOf, eventually, startApi, type Api, type RoomClient, type Staff, type Viewer } from '../support/api.ts';
import { Clock } from '../support/clock.ts';
import { hostSays } from '../support/chat.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let clock: Clock;
let owner: Staff;
let mug: Product;
let bowl: Product;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
});
beforeEach(async () => {
  clock = new Clock(api);
  owner = await api.staff();
  mug = await api.product(owner, { name: 'マグ', priceAmount: 4400 });
  bowl = await api.product(owner, { name: '小鉢', priceAmount: 3300 });
  show = await api.show(owner, [mug.id, bowl.id]);
});
afterEach(() => clock.restore());
afterAll(async () => {
  await media.close();
  await api.stop();
});

const read = (staff: Staff = owner) => api.call(insightsApi.show, { id: show.id }, staff);
/** The figures once they are so: the log is written behind, within a second or two. */
const figures = (wanted: Partial<ShowInsights>) =>
  eventually(async () => {
    const seen = await read();
    const isSo = Object.entries(wanted).every(([name, value]) => seen[name as keyof ShowInsights] === value);
    return isSo ? seen : null;
  });

async function tab(viewer: Viewer): Promise<RoomClient> {
  const client = await api.connect(viewer);
  await client.ask('show.join', { showId: show.id });
  return client;
}
const beat = (client: RoomClient) => client.ask('show.heartbeat', { showId: show.id });
const leave = (client: RoomClient) => client.ask('show.leave', { showId: show.id });
/** Beats of all who watch, and waits until they are written: a leap of the clocks would misplace what is on its way. */
async function allBeat(...clients: RoomClient[]): Promise<void> {
  const { rows: times } = await api.database.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
  for (const client of clients) await beat(client);
  await eventually(async () => {
    const { rows } = await api.database.sql(
      `SELECT 1 FROM watch_intervals WHERE show_id = $1 AND ended_at >= $2::timestamptz + interval '5 seconds'`,
      [show.id, times[0]!.now.toISOString()],
    );
    return rows.length === clients.length;
  });
}
const say = (client: RoomClient) =>
  client.ask('chat.send', { showId: show.id, clientMessageId: randomUUID(), name: '晴香', text: 'きれい' });
const hearts = (client: RoomClient, count: number) => client.ask('reaction.send', { showId: show.id, count });
const click = (client: RoomClient, product: Product, messageId: string = randomUUID(), name = 'Product Clicked') =>
  client.ask('interaction.record', {
    ...{ showId: show.id, messageId, productId: product.id, at: clock.now() },
    name: name as 'Product Clicked',
  });
const offerOf = (product: Product) => show.offers.find((offer) => offer.productId === product.id)!.id;
const hold = (viewer: Viewer, product: Product, quantity: number) =>
  api.call(
    checkoutApi.hold,
    {
      ...{ key: randomUUID(), showId: show.id, offerId: offerOf(product), quantity },
      variantId: product.variants[0]!.id,
    },
    viewer,
  );
const buy = async (viewer: Viewer, product: Product, quantity: number) => {
  const { hold: taken, totals } = await hold(viewer, product, quantity);
  return api.purchase(viewer, taken.id, totals.totalAmount);
};

it('counts an evening as one would by hand', async () => {
  const [anna, ben, chika, dan, early] = await Promise.all([1, 2, 3, 4, 5].map(() => api.viewer()));
  const studio = await api.connect(owner);
  await studio.ask('show.join', { showId: show.id });
  (await tab(early!)).socket.disconnect(); // came and went before there was anything to see
  await clock.forward(60);
  await media.onAir(owner, show.id);

  // The first minute. Anna watches in two tabs for 35 seconds, Ben for 20; Chika and Dan come without a picture.
  const [annas, second, bens, chikas] = [await tab(anna!), await tab(anna!), await tab(ben!), await tab(chika!)];
  await tab(dan!);
  const began = Date.now();
  await allBeat(annas, second, bens);
  expect(await read()).toMatchObject({ viewersNow: 2 });
  await studio.ask('pin.set', { showId: show.id, offerId: offerOf(mug) });
  await say(annas);
  await say(second);
  await say(bens);
  await hostSays(api, owner, show.id, 2); // the host is no viewer
  const twice = randomUUID();
  await click(annas, mug);
  await click(annas, mug, twice);
  await click(annas, mug, twice);
  await click(annas, bowl, randomUUID(), 'Product Viewed'); // seen is not clicked
  await buy(anna!, mug, 2); // 8,800: delivery is free
  await clock.forward(10);
  await leave(second);
  await allBeat(annas, bens);
  await clock.forward(10);
  await leave(bens);
  await allBeat(annas);
  await clock.forward(10);
  await allBeat(annas);

  // The second minute. Anna's picture has stopped without a word.
  await clock.forward(35);
  await studio.ask('pin.set', { showId: show.id, offerId: offerOf(bowl) });
  await hearts(chikas, 5);
  await hearts(chikas, 3);
  await click(chikas, bowl);
  await buy(ben!, bowl, 1); // 3,300 and 660 for delivery
  const { hold: given } = await hold(chika!, bowl, 3);
  await api.call(checkoutApi.releaseHold, { id: given.id }, chika!);
  await figures({ messages: 3, hearts: 8, productClicks: 3, holds: 3, orders: 2 });
  expect((await read()).viewersNow).toBe(0);
  await api.call(showsApi.end, { id: show.id }, owner);
  await clock.forward(600);

  const seen = await figures({ viewersNow: 0 });
  expect(seen).toMatchObject({
    ...{ viewersPeak: 2, viewers: 4 },
    ...{ messages: 3, chatters: 2, hearts: 8, productClicks: 3, clickers: 2, holds: 3, holders: 3 },
    ...{ orders: 2, buyers: 2, gmvAmount: 12_760, netAmount: 12_760 },
    ...{ conversion: 2 / 4, ordersPerClick: 2 / 3, engagementRate: 3 / 4 },
  });
  // Anna 35 seconds and Ben 20, and for each what the steps above truly took on top.
  expect(seen.watchSeconds).toBeGreaterThanOrEqual(55);
  expect(seen.watchSeconds).toBeLessThan(55 + (2 * (Date.now() - began)) / 1000);
  expect(seen.averageWatchSeconds).toBe(seen.watchSeconds / 4);
  expect(
    seen.minutes.map(({ viewers, messages, hearts, clicks, orders, netAmount }) => [
      ...[viewers, messages, hearts, clicks, orders, netAmount],
    ]),
  ).toEqual([
    [2, 3, 0, 2, 1, 8800],
    [0, 0, 8, 1, 1, 3960],
  ]);
  expect(
    seen.pins.map(({ productName, orders, netAmount, unpinnedAt }) => [productName, orders, netAmount, unpinnedAt]),
  ).toEqual([
    ['マグ', 1, 8800, expect.any(String)],
    ['小鉢', 1, 3300, seen.show.endedAt],
  ]);
  const table = seen.products.map(({ name, viewers, clicks, clickers, holds, orders, units, gmvAmount }) => [
    ...[name, viewers, clicks, clickers, holds, orders, units, gmvAmount],
  ]);
  expect(table).toEqual([
    ['マグ', 2, 2, 1, 1, 1, 2, 8800],
    ['小鉢', 0, 1, 1, 2, 1, 1, 3300],
  ]);
});

it('tells net sales from gross', async () => {
  await media.onAir(owner, show.id);
  const order = await buy(await api.viewer(), bowl, 1);
  // The ledger's own row: what a part of the money going back leaves behind.
  await api.database.sql(
    `INSERT INTO refunds (id, order_id, kind, payment_intent_id, amount, reason) VALUES ($1, $2, 'staff', 'pi_1', 990, 'requested_by_customer')`,
    [randomUUID(), order.id],
  );
  expect(await figures({ netAmount: 2970 })).toMatchObject({
    gmvAmount: 3960,
    products: [{ netAmount: 0 }, { gmvAmount: 3300, netAmount: 2475 }],
  });
});

it('takes nothing off for a late payment that went back', async () => {
  await media.onAir(owner, show.id);
  const order = await buy(await api.viewer(), bowl, 1);
  await api.database.sql(
    `INSERT INTO refunds (id, order_id, kind, payment_intent_id, amount, reason) VALUES ($1, $2, 'late', 'pi_2', 3960, 'late payment')`,
    [randomUUID(), order.id],
  );
  expect(await figures({ orders: 1 })).toMatchObject({ gmvAmount: 3960, netAmount: 3960 });
  const studio = await api.connect(owner);
  const { sales } = await studio.ask('show.join', { showId: show.id });
  expect(sales).toEqual({ orders: 1, gmvAmount: 3960, netAmount: 3960 });
});

it('knows no ratio of nothing', async () => {
  expect(await read()).toMatchObject({
    ...{ viewersNow: 0, viewersPeak: 0, peakAt: null, viewers: 0, watchSeconds: 0, orders: 0, gmvAmount: 0 },
    ...{ averageWatchSeconds: null, conversion: null, ordersPerClick: null, engagementRate: null },
    ...{ minutes: [], pins: [] },
  });
});

it('is for those who may, of the brand', async () => {
  const role = async (name: 'marketer' | 'moderator' | 'host') => read(await api.staff(name, owner.brandId));
  expect((await role('marketer')).show.id).toBe(show.id);
  expect((await role('host')).show.id).toBe(show.id);
  expect(await codeOf(role('moderator'))).toBe('forbidden');
  expect(await codeOf(read(await api.staff()))).toBe('not_found');
});

it('records clicks of viewers in the room, on products of the show', async () => {
  const client = await api.connect(await api.viewer());
  expect(await codeOf(click(client, mug))).toBe('not_in_room');
  await client.ask('show.join', { showId: show.id });
  expect(await codeOf(click(client, await api.product(owner)))).toBe('not_found');
  expect(await codeOf(click(client, mug, 'short'))).toBe('invalid_request');
  const studio = await api.connect(owner);
  await studio.ask('show.join', { showId: show.id });
  await click(studio, mug);
  await click(client, mug);
  await figures({ productClicks: 1, clickers: 1 });
});

it('takes a wrong clock of a browser for none', async () => {
  await media.onAir(owner, show.id);
  const client = await tab(await api.viewer());
  const record = (at: string) =>
    client.ask('interaction.record', {
      ...{ showId: show.id, messageId: randomUUID(), name: 'Product Clicked', productId: mug.id, at },
    });
  await record('1999-01-01T00:00:00Z');
  await record('2099-01-01T00:00:00Z');
  const { minutes } = await figures({ productClicks: 2 });
  expect(minutes.reduce((sum, minute) => sum + minute.clicks, 0)).toBe(2);
});

it('keeps the figures of a large show until something of it changes', async () => {
  const { InteractionLog, RollupsService } = await import('../../apps/api/src/engagement/index.ts');
  const { PersonRollups, ShowReports } = await import('../../apps/api/src/insights/index.ts');
  const reports = api.app.get(ShowReports);
  const { keptFromMs } = reports;
  reports.keptFromMs = 0;
  try {
    await media.onAir(owner, show.id);
    const viewer = await api.viewer();
    await say(await tab(viewer));
    await buy(viewer, mug, 1);
    await figures({ messages: 1, orders: 1 });
    await api.call(showsApi.end, { id: show.id }, owner);
    await clock.forward(600);
    const addedUp = async () => {
      await api.app.get(RollupsService).catchUp();
      await api.app.get(PersonRollups).catchUp();
    };
    const isKept = async () => {
      await read();
      const { rows } = await api.database.sql(
        `SELECT 1 FROM show_reports r JOIN report_versions v ON v.subject_id = r.show_id AND v.version = r.show_version WHERE r.show_id = $1 AND r.ended`,
        [show.id],
      );
      return rows.length === 1;
    };
    await addedUp();
    await eventually(isKept);
    await api.database.sql(
      `UPDATE show_reports SET figures = jsonb_set(figures, '{messages}', '99'), curve = jsonb_set(curve, '{events}', '[]'), line = '[7]'
       WHERE show_id = $1`,
      [show.id],
    );
    expect((await figures({ messages: 99 })).orders).toBe(1); // given out as it is, and not read anew
    const events = async () => (await api.call(insightsApi.curve, { id: show.id }, owner)).events;
    const lines = async () => (await api.call(insightsApi.shows, {}, owner)).shows.map(({ line }) => line);
    expect(await events()).toEqual([]);
    expect(await lines()).toEqual([[7]]);
    const late = { brandId: owner.brandId, subjectId: viewer.viewerId, showId: show.id, name: 'Chat Sent' };
    await api.app.get(InteractionLog).record({ ...late, source: 'room', messageId: randomUUID() });
    await addedUp();
    await figures({ messages: 2, orders: 1 });
    await eventually(isKept);
    const bought = (await events()).reduce((sum, [, , orders]) => sum + orders, 0);
    expect([bought, (await lines())[0]!.length]).toEqual([1, 20]);
  } finally {
    reports.keptFromMs = keptFromMs;
  }
});

/** As if the process had died before it wrote them. */
async function forget(which: string): Promise<void> {
  for (const table of ['interactions', 'show_activity', 'show_seconds']) {
    await api.database.sql(`DELETE FROM ${table} WHERE ${which}`);
  }
}

describe('a process that was lost', () => {
  it('had committed holds, orders and messages: the next one writes them into the log', async () => {
    await media.onAir(owner, show.id);
    const viewer = await api.viewer();
    const client = await tab(viewer);
    await say(client);
    await buy(viewer, mug, 1);
    const before = await figures({ messages: 1, holds: 1, orders: 1 });
    await forget(`show_id = '${show.id}' AND name <> 'Live Joined'`);
    await figures({ messages: 0 });
    await api.restart();
    const after = await figures({ messages: 1, holds: 1 });
    expect(after.minutes[0]).toEqual(before.minutes[0]);
    expect(after.products.map(({ holds, orders }) => [holds, orders])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  it('had sold something before the show began: that is in the log too', async () => {
    await buy(await api.viewer(), mug, 1);
    await figures({ holds: 1, orders: 1 });
    await forget(`show_id = '${show.id}'`);
    await api.restart();
    const interactions = async () =>
      (await api.database.sql(`SELECT name FROM interactions WHERE show_id = $1 ORDER BY name`, [show.id])).rows;
    await eventually(async () => (await interactions()).length === 2);
    expect(await interactions()).toEqual([{ name: 'Checkout Started' }, { name: 'Order Completed' }]);
  });

  it('writes down who was watching when it is asked to stop', async () => {
    await media.onAir(owner, show.id);
    const client = await tab(await api.viewer());
    await beat(client);
    await hearts(client, 7);
    await clock.forward(10);
    await beat(client);
    await api.restart();
    const seen = await figures({ hearts: 7, viewersPeak: 1 });
    expect(seen.watchSeconds).toBeGreaterThanOrEqual(10);
  });
});
