import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { insightsApi } from '#contracts/insights';
import { showsApi, type PublicShow } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type RoomClient, type Staff, type Viewer } from '../support/api.ts';
import { Clock } from '../support/clock.ts';
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

const read = () => api.call(insightsApi.show, { id: show.id }, owner);
async function tab(viewer: Viewer): Promise<RoomClient> {
  const client = await api.connect(viewer);
  await client.ask('show.join', { showId: show.id });
  return client;
}
const record = (client: RoomClient, name: 'Product Clicked' | 'Product Viewed', product: Product) =>
  client.ask('interaction.record', {
    ...{ showId: show.id, messageId: randomUUID(), productId: product.id, at: clock.now() },
    name,
  });
async function buy(viewer: Viewer, product: Product, quantity = 1) {
  const offerId = show.offers.find((offer) => offer.productId === product.id)!.id;
  const variantId = product.variants[0]!.id;
  const { hold, totals } = await api.call(
    checkoutApi.hold,
    { key: randomUUID(), showId: show.id, offerId, variantId, quantity },
    viewer,
  );
  return api.purchase(viewer, hold.id, totals.totalAmount);
}
/** Seventy seconds of watching. */
async function watchesOn(client: RoomClient): Promise<void> {
  for (let beat = 0; beat < 7; beat += 1) {
    await client.ask('show.heartbeat', { showId: show.id });
    const { rows } = await api.database.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
    await eventually(async () => {
      const { rows: written } = await api.database.sql(
        `SELECT 1 FROM watch_intervals WHERE show_id = $1 AND ended_at >= $2::timestamptz + interval '4 seconds'`,
        [show.id, rows[0]!.now.toISOString()],
      );
      return written.length > 0;
    });
    await clock.forward(10);
  }
  await client.ask('show.heartbeat', { showId: show.id });
}

it('follows people from coming to buying again, by their best attempt', async () => {
  const [anna, annasPhone, ben, chika, dana, eve] = await Promise.all([1, 2, 3, 4, 5, 6].map(() => api.viewer()));
  await tab(chika!); // came before there was anything to see, and went
  await clock.forward(60);
  await media.onAir(owner, show.id);
  const studio = await api.connect(owner);
  await studio.ask('show.join', { showId: show.id });

  // Anna clicks at once, which is too early to count, and again when she has watched for more than a minute.
  const annas = await tab(anna!);
  await tab(annasPhone!);
  await record(annas, 'Product Viewed', mug);
  await record(annas, 'Product Clicked', mug);
  await watchesOn(annas);
  await studio.ask('pin.set', {
    showId: show.id,
    offerId: show.offers.find((offer) => offer.productId === mug.id)!.id,
  });
  await record(annas, 'Product Viewed', mug);
  await record(annas, 'Product Clicked', mug);
  await buy(anna!, mug, 2); // 8,800
  // Ben buys without having watched; Dana sees a bowl and buys it without a click; Eve buys one unseen.
  await record(await tab(ben!), 'Product Clicked', mug);
  await buy(ben!, mug); // 4,400 and 660 for delivery
  await record(await tab(dana!), 'Product Viewed', bowl);
  await buy(dana!, bowl); // 3,300 and 660
  await buy(eve!, bowl);
  await clock.forward(60);
  await buy(anna!, bowl, 3); // 9,900, again
  await api.call(showsApi.end, { id: show.id }, owner);
  await api.link(owner.brandId, anna!, annasPhone!);

  const seen = await eventually(async () => {
    const now = await read();
    const wasWatched = now.products[0]?.viewers; // what was watched is written by itself, and later than what was bought
    return now.orders === 5 && now.holds === 5 && now.productClicks === 3 && now.impressions === 3 && wasWatched
      ? now
      : null;
  });
  expect(seen.funnel).toEqual({
    steps: [
      { step: 'came', people: 4 }, // Anna, Ben, Chika, Dana; Eve bought by the api alone
      { step: 'joined', people: 3 },
      { step: 'watched', people: 1 },
      { step: 'clicked', people: 1 },
      { step: 'held', people: 1 },
      { step: 'ordered', people: 1 },
      { step: 'again', people: 1 },
    ],
    windowDays: 30,
  });
  expect(seen).toMatchObject({
    ...{ viewers: 3, devices: 4, views: 1, buyers: 4, newBuyers: 4, refundedOrders: 0 },
    ...{ clickRate: 3 / 3, clickRatePersons: 2 / 2, averageOrderAmount: (8800 + 5060 + 3960 + 3960 + 9900) / 5 },
    // Anna's two orders and Ben's follow a click on something, Dana's only a sight.
    credit: {
      ...{ clickDays: 7, viewDays: 1, directOrders: 3, directAmount: 8800 + 5060 + 9900 },
      ...{ influencedOrders: 1, influencedAmount: 3960 },
    },
  });
  expect(seen.products).toMatchObject([
    {
      ...{ impressions: 2, clicks: 3, clickRate: 3 / 2, conversion: expect.anything() },
      credit: { directOrders: 2, directAmount: 13_200, influencedOrders: 0 },
      lift: null, // nobody bought it while it was not on screen
    },
    // Of a bowl, only Dana's was seen. It was never on screen.
    {
      ...{ impressions: 1, clicks: 0, pinned: null, lift: null, conversion: null },
      credit: { directOrders: 0, influencedOrders: 1, influencedAmount: 3300 },
    },
  ]);
  const [pinned] = seen.products;
  expect(pinned!.pinned!.orders).toBeCloseTo(2 / (pinned!.pinnedSeconds / 60), 6);
  expect(pinned!.unpinned!.orders).toBe(0);

  const curve = await api.call(insightsApi.curve, { id: show.id }, owner);
  expect(Math.max(...curve.viewers.map(([, people]) => people))).toBe(seen.viewersPeak);
  const sums = [1, 2, 5].map((column) => curve.events.reduce((sum, event) => sum + (event[column] ?? 0), 0));
  expect(sums).toEqual([seen.netAmount, seen.orders, seen.productClicks]);
  expect(await codeOf(api.call(insightsApi.curve, { id: show.id }, await api.staff()))).toBe('not_found');
});

it('holds shows beside each other and beside their median', async () => {
  const earlier = show;
  const fan = await api.viewer();
  await media.onAir(owner, earlier.id);
  await tab(fan);
  await buy(fan, mug);
  await api.call(showsApi.end, { id: earlier.id }, owner);
  await clock.forward(3600);
  show = await api.show(owner, [mug.id]);
  await media.onAir(owner, show.id);
  for (const viewer of [fan, await api.viewer(), await api.viewer()]) await tab(viewer);
  await buy(fan, mug);
  await buy(await api.viewer(), mug, 2);
  await api.call(showsApi.end, { id: show.id }, owner);
  const compared = await eventually(async () => {
    const now = await api.call(insightsApi.shows, {}, owner);
    return now.shows.length === 2 && now.shows[0]!.viewers === 3 && now.shows[1]!.viewers === 1 ? now : null;
  });
  expect(compared.shows).toMatchObject([
    { id: show.id, viewers: 3, orders: 2, netAmount: 5060 + 8800, newBuyers: 1, returningBuyers: 1, conversion: 2 / 3 },
    { id: earlier.id, viewers: 1, orders: 1, netAmount: 5060, newBuyers: 1, returningBuyers: 0, conversion: 1 },
  ]);
  expect(compared.median).toMatchObject({ viewers: 2, orders: 1.5, netAmount: (5060 + 13_860) / 2, clickRate: null });
  const other = await api.call(insightsApi.shows, {}, await api.staff());
  expect(other.shows).toEqual([]);
});
