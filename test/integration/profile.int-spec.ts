import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { customersApi, type TimelineEntry, type TimelineView } from '#contracts/customers';
import { journeysApi } from '#contracts/journeys';
import type { PublicShow } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type RoomClient, type Staff, type Viewer } from '../support/api.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let owner: Staff;
let mug: Product;
let bowl: Product;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
});
beforeEach(async () => {
  owner = await api.staff();
  mug = await api.product(owner, { name: 'マグ', priceAmount: 4400 });
  bowl = await api.product(owner, { name: '小鉢', priceAmount: 3300 });
  show = await api.show(owner, [mug.id, bowl.id]);
  await media.onAir(owner, show.id);
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

async function come(viewer: Viewer): Promise<RoomClient> {
  const client = await api.connect(viewer);
  await client.ask('show.join', { showId: show.id });
  await written(viewer, 'Live Joined');
  return client;
}
/** The log is written behind; what follows shall be later than what it has. */
const written = (viewer: Viewer, name: string, times = 1) =>
  eventually(async () => {
    const { rows } = await api.database.sql(
      `SELECT 1 FROM interactions WHERE name = $1 AND subject_id = $2 AND brand_id = $3`,
      [name, viewer.viewerId, owner.brandId],
    );
    return rows.length >= times;
  });
async function say(client: RoomClient, viewer: Viewer, text: string): Promise<void> {
  await client.ask('chat.send', { showId: show.id, clientMessageId: randomUUID(), name: 'はる', text });
  await written(viewer, 'Chat Sent');
}
async function click(client: RoomClient, product: Product): Promise<void> {
  await client.ask('interaction.record', {
    ...{ showId: show.id, messageId: randomUUID(), productId: product.id, at: new Date().toISOString() },
    name: 'Product Clicked',
  });
}
async function buy(viewer: Viewer, product: Product, times = 1) {
  const offerId = show.offers.find((offer) => offer.productId === product.id)!.id;
  const variantId = product.variants[0]!.id;
  const wish = { key: randomUUID(), showId: show.id, offerId, variantId, quantity: 1 };
  const { hold, totals } = await api.call(checkoutApi.hold, wish, viewer);
  await written(viewer, 'Checkout Started', times);
  const order = await api.purchase(viewer, hold.id, totals.totalAmount);
  await written(viewer, 'Order Completed', times);
  return order;
}
async function addUp(): Promise<void> {
  const { RollupsService } = await import('../../apps/api/src/engagement/index.ts');
  await api.app.get(RollupsService).catchUp();
}
const page = (id: string, more: { view?: TimelineView; after?: string; limit?: number } = {}, staff: Staff = owner) =>
  api.call(customersApi.timeline, { id, ...more }, staff);
async function inPages(id: string, limit: number): Promise<TimelineEntry[]> {
  const seen: TimelineEntry[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const one = await page(id, { limit, ...(after && { after }) });
    seen.push(...one.entries);
    after = one.next;
  }
  return seen;
}
const kindsOf = (entries: TimelineEntry[]) => entries.map(({ kind }) => kind);

async function proveBoth(...viewers: Viewer[]): Promise<string> {
  const { IdentityService, keepSubjects, subjectId } = await import('../../apps/api/src/people/index.ts');
  const identifier = { brandId: owner.brandId, kind: 'email' as const, value: 'haruka@example.jp' };
  await keepSubjects(api.database, [identifier]);
  const identity = api.app.get(IdentityService);
  for (const { viewerId } of viewers) {
    await identity.prove({
      ...{ brandId: owner.brandId, subjectId: viewerId, withSubjectId: subjectId(identifier), source: 'code' },
    });
  }
  return identity.personOf(owner.brandId, viewers[0]!.viewerId);
}

it('tells all that happened to a person, over their devices, in one order', async () => {
  const [phone, laptop] = [await api.viewer(), await api.viewer()];
  const client = await come(phone);
  await client.ask('show.heartbeat', { showId: show.id });
  await say(client, phone, '食洗機で使えますか');
  await click(client, mug);
  const order = await buy(phone, mug);
  await client.ask('reaction.send', { showId: show.id, count: 3 });
  await written(phone, 'Reaction Sent');
  const other = await come(laptop);
  await click(other, bowl);
  await addUp();

  expect(kindsOf((await page(phone.viewerId)).entries.filter(({ kind }) => kind !== 'mail'))).toEqual([
    ...['order', 'checkout', 'product', 'chat', 'show'],
  ]);
  const person = await proveBoth(phone, laptop);
  await addUp();
  await eventually(async () => (await page(person, { view: 'mails' })).entries.length === 1);
  const { entries, next } = await page(laptop.viewerId);
  expect(next).toBeNull();
  const told = entries.filter(({ kind }) => kind !== 'identity' && kind !== 'mail');
  expect(told.map(({ kind, text }) => [kind, text])).toEqual([
    ['product', '小鉢'],
    ['order', 'マグ'],
    ['checkout', 'マグ'],
    ['product', 'マグ'],
    ['chat', '食洗機で使えますか'],
    ['show', null],
  ]);
  expect(told[1]).toMatchObject({ amount: 5060, orderId: order.id, properties: { number: order.number } });
  expect(entries.find(({ kind }) => kind === 'mail')?.text).toContain(order.number);
  expect(entries.map(({ at }) => at)).toEqual(
    entries
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
  for (const limit of [1, 2, 3]) expect(await inPages(person, limit)).toEqual(entries);
  const views = { orders: ['order', 'checkout'], shows: ['show'], chat: ['chat'], mails: ['mail'] } as const;
  for (const [view, kinds] of Object.entries(views)) {
    expect(kindsOf((await page(person, { view: view as TimelineView })).entries)).toEqual(kinds);
  }
  const host = await api.staff('host', owner.brandId);
  expect(kindsOf((await page(person, {}, host)).entries)).not.toContain('mail');
  expect(await codeOf(page(person, { after: 'x' }))).toBe('invalid_request');

  await eventually(async () => (await api.call(customersApi.profile, { id: person }, owner)).shows[0]?.watched.length);
  const profile = await api.call(customersApi.profile, { id: phone.viewerId }, owner);
  expect(profile).toMatchObject({
    ...{ devices: 3, brandShows: 1, value: null, orders: [{ id: order.id, netAmount: 5060 }] },
    person: { id: person, orders: 1, netAmount: 5060, email: 'haruka@example.jp', messages: 1, clicks: 2, shows: 1 },
    shows: [{ id: show.id, messages: 1, hearts: 3 }],
  });
  expect(profile.shows[0]!.watched).toHaveLength(1);
});

it('gives attributes with who said them and when, and knows nobody who never came', async () => {
  const viewer = await api.viewer();
  expect(await codeOf(api.call(customersApi.profile, { id: viewer.viewerId }, owner))).toBe('not_found');
  await come(viewer);
  await addUp();
  const set = (name: string, value: unknown, source: string, at: string) =>
    api.database.sql(
      `INSERT INTO person_attributes (brand_id, subject_id, name, source, value, set_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [owner.brandId, viewer.viewerId, name, source, JSON.stringify(value), at],
    );
  await set('plan', 'gold', 'server', '2026-10-01T00:00:00Z');
  await set('name', '晴香', 'browser', '2026-10-02T00:00:00Z');
  const { attributes, person } = await api.call(customersApi.profile, { id: viewer.viewerId }, owner);
  expect(attributes).toEqual([
    { name: 'name', value: '晴香', source: 'browser', setAt: '2026-10-02T00:00:00.000Z' },
    { name: 'plan', value: 'gold', source: 'server', setAt: '2026-10-01T00:00:00.000Z' },
  ]);
  expect(person).toMatchObject({ name: '晴香', isGuest: true });
});

const journeys = (more: object = {}, staff: Staff = owner) => {
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  return api.call(journeysApi.read, { from: day(-2), to: day(2), ...more }, staff);
};

it('counts paths before and after purchases as one would by hand', async () => {
  const [anna, ben, chika] = [await api.viewer(), await api.viewer(), await api.viewer()];
  for (const viewer of [anna, ben]) {
    const client = await come(viewer);
    await click(client, mug);
    await click(client, bowl); // the same touchpoint again counts once
    await buy(viewer, mug);
  }
  await buy(anna, bowl, 2);
  await come(chika); // bought nothing: in no path
  await addUp();
  const net = 4400 + 660;

  const before = await journeys({ steps: 6 });
  expect(before).toMatchObject({ orders: 3, people: 2 });
  expect(before.journeys.map(({ steps, people, orders, netAmount }) => [steps, people, orders, netAmount])).toEqual([
    [['visit:direct', 'show', 'product', 'checkout', 'order'], 2, 2, 2 * net],
    [['order', 'checkout', 'order'], 1, 1, 3960],
  ]);
  expect(before.flows).toContainEqual(
    expect.objectContaining({ distance: 1, from: 'checkout', to: 'order', people: 2 }),
  );
  expect(before.flows).toContainEqual(expect.objectContaining({ distance: 3, from: 'show', to: 'product', people: 2 }));
  expect(
    (await journeys({ steps: 2, purchases: 'first' })).journeys.map(({ steps, people }) => [steps, people]),
  ).toEqual([[['checkout', 'order'], 2]]);
  expect((await journeys({ side: 'after' })).journeys.map(({ steps, people }) => [steps, people])).toEqual([
    [['order'], 2],
    [['order', 'checkout', 'order'], 1],
  ]);
  expect(await journeys({ purchases: 'repeat' })).toMatchObject({ orders: 1, people: 1 });
  await proveBoth(anna, ben);
  expect(await journeys()).toMatchObject({ orders: 3, people: 1 });
  expect(await journeys({}, await api.staff())).toMatchObject({ orders: 0, people: 0, journeys: [], flows: [] });
});
