import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { customersApi, customersCsvPath, type CustomerFilter, type CustomerSort } from '#contracts/customers';
import type { PublicShow } from '#contracts/shows';
import { cohortRetention } from '#insight/retention';
import { rfm } from '#insight/rfm';
import { codeOf, eventually, startApi, type Api, type Staff, type Viewer } from '../support/api.ts';
import { Clock } from '../support/clock.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';
import { Random } from '../support/random.ts';

/** The api's own parts, which read its settings when they are loaded. */
async function parts() {
  const { RollupsService } = await import('../../apps/api/src/engagement/index.ts');
  const { PersonFactsService } = await import('../../apps/api/src/insights/index.ts');
  const { IdentityService, keepSubjects, subjectId } = await import('../../apps/api/src/people/index.ts');
  return {
    rollups: api.app.get(RollupsService),
    facts: api.app.get(PersonFactsService),
    identity: api.app.get(IdentityService),
    keepSubjects,
    subjectId,
  };
}
let part: Awaited<ReturnType<typeof parts>>;
let api: Api;
let media: MediaStandIn;
let clock: Clock;
let owner: Staff;
let mug: Product;
let bowl: Product;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
  part = await parts();
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

const offerOf = (product: Product) => show.offers.find((offer) => offer.productId === product.id)!.id;
async function buy(viewer: Viewer, product: Product, quantity: number, email?: string) {
  const { hold, totals } = await api.call(
    checkoutApi.hold,
    {
      ...{ key: randomUUID(), showId: show.id, offerId: offerOf(product), quantity },
      variantId: product.variants[0]!.id,
    },
    viewer,
  );
  const paid = await api.purchase(viewer, hold.id, totals.totalAmount, undefined, undefined, email ? { email } : {});
  await eventually(() => hasEvent('Order Completed', viewer, `order_id = '${paid.id}'`));
  return paid;
}
async function hasEvent(name: string, viewer: Viewer, which = 'true'): Promise<boolean> {
  const { rows } = await api.database.sql(
    `SELECT 1 FROM interactions WHERE name = $1 AND subject_id = $2 AND brand_id = $3 AND ${which}`,
    [name, viewer.viewerId, owner.brandId],
  );
  return rows.length > 0;
}
async function tab(viewer: Viewer) {
  const client = await api.connect(viewer);
  await client.ask('show.join', { showId: show.id });
  return client;
}
async function say(viewer: Viewer, text: string, name = 'はる') {
  const client = await tab(viewer);
  await client.ask('chat.send', { showId: show.id, clientMessageId: randomUUID(), name, text });
  await eventually(() => hasEvent('Chat Sent', viewer));
}
async function click(viewer: Viewer, product: Product) {
  const client = await tab(viewer);
  await client.ask('interaction.record', {
    ...{ showId: show.id, messageId: randomUUID(), productId: product.id, at: clock.now() },
    name: 'Product Clicked',
  });
}
async function catchUp(): Promise<void> {
  await part.rollups.catchUp();
  await part.facts.catchUp();
}
const list = async (
  filter: CustomerFilter = {},
  more: { sort?: CustomerSort; order?: 'asc' | 'desc'; after?: string; limit?: number } = {},
  staff: Staff = owner,
) => api.call(customersApi.list, { filter: JSON.stringify(filter), ...more }, staff);
const idsOf = async (filter: CustomerFilter = {}) => (await list(filter)).customers.map(({ id }) => id).sort();
async function address(value: string, brandId = owner.brandId): Promise<string> {
  const identifier = { brandId, kind: 'email' as const, value };
  await part.keepSubjects(api.database, [identifier]);
  return part.subjectId(identifier);
}
async function prove(viewerId: string, email: string): Promise<string> {
  const withSubjectId = await address(email);
  await part.identity.prove({ brandId: owner.brandId, subjectId: viewerId, withSubjectId, source: 'code' });
  return part.identity.personOf(owner.brandId, viewerId);
}
async function newestMerge(): Promise<string> {
  const { rows } = await api.database.sql<{ id: string }>(
    `SELECT id FROM identity_merges WHERE brand_id = $1 ORDER BY merged_at DESC, id DESC LIMIT 1`,
    [owner.brandId],
  );
  return rows[0]!.id;
}

it('lists customers, who are known, and guests on wish', async () => {
  const [anna, ben, chika, dan, ghost] = await Promise.all([1, 2, 3, 4, 5].map(() => api.viewer()));
  await media.onAir(owner, show.id);
  await tab(ghost!);
  await say(anna!, '月白と鉄黒で迷い中です');
  await click(anna!, mug);
  await click(anna!, bowl);
  await buy(anna!, mug, 2, 'Anna@example.jp'); // 8,800: delivery is free
  const second = await buy(anna!, bowl, 1, 'anna.k@example.jp'); // 3,300 and 660
  await buy(ben!, bowl, 1, 'ben@example.jp');
  await say(chika!, 'きれい', 'ちか');
  const dans = await prove(dan!.viewerId, 'dan@example.jp');
  await catchUp();

  expect(await idsOf()).toEqual([anna!.viewerId, ben!.viewerId, dans].sort());
  expect(await idsOf({ guests: true })).toEqual([anna!.viewerId, ben!.viewerId, chika!.viewerId, dans].sort());
  const { customers, total } = await list({}, { sort: 'netAmount' });
  expect(total).toBe(3);
  expect(customers[0]).toMatchObject({
    ...{ id: anna!.viewerId, name: '佐久間 晴香', email: 'anna.k@example.jp', isGuest: false, stage: 'repeater' },
    ...{ orders: 2, gmvAmount: 12_760, netAmount: 12_760, averageAmount: 6380, shows: 1, messages: 1, clicks: 2 },
    ...{ visits: 1, source: 'direct', consent: false, pAlive: null, predictedAmount: null },
    ...{ r: 1, f: 3, m: 3 }, // of two customers: as recent as the other, more orders, the higher mean
  });
  expect(customers[1]).toMatchObject({ id: ben!.viewerId, orders: 1, netAmount: 3960, r: 1, f: 1, m: 1, stage: 'new' });
  expect(customers[2]).toMatchObject({ id: dans, email: 'dan@example.jp', orders: 0, averageAmount: null, r: null });

  expect(await idsOf({ metrics: { orders: { min: 2 } } })).toEqual([anna!.viewerId]);
  expect(await idsOf({ metrics: { netAmount: { min: 1, max: 4000 } } })).toEqual([ben!.viewerId]);
  expect(await idsOf({ stages: ['new'], metrics: { orders: { max: 0 } } })).toEqual([dans]);
  expect(await idsOf({ source: 'instagram' })).toEqual([]);
  const today = clock.now().slice(0, 10);
  expect(await idsOf({ times: { lastOrderAt: { to: '2020-01-01' } } })).toEqual([]);
  expect(
    await idsOf({ times: { lastOrderAt: { from: '2020-01-01', to: `${Number(today.slice(0, 4)) + 1}-01-01` } } }),
  ).toHaveLength(2);
  for (const q of ['ANNA@', 'ａｎｎａ.k', second.number, second.number.toLowerCase(), 'はる']) {
    expect(await idsOf({ q })).toEqual([anna!.viewerId]);
  }
  expect(await idsOf({ q: '佐久間晴香' })).toHaveLength(2);
  expect(await idsOf({ q: '%' })).toEqual([]);
});

it('moves what a person did when they are merged, and back when it is undone', async () => {
  const [phone, laptop] = [await api.viewer(), await api.viewer()];
  await buy(phone, mug, 2);
  await buy(laptop, bowl, 1);
  const one = await prove(phone.viewerId, 'haruka@example.jp');
  await catchUp();
  const figures = async () =>
    (await list({}, { sort: 'netAmount' })).customers.map(({ id, orders, netAmount }) => [id, orders, netAmount]);
  expect(await figures()).toEqual([
    [one, 1, 8800],
    [laptop.viewerId, 1, 3960],
  ]);
  await prove(laptop.viewerId, 'haruka@example.jp');
  await catchUp();
  expect(await figures()).toEqual([[one, 2, 12_760]]);
  const ofOne = () => api.call(customersApi.profile, { id: laptop.viewerId }, owner);
  expect((await ofOne()).person).toMatchObject({ id: one, orders: 2 });
  await part.identity.undoMerge(owner.brandId, await newestMerge(), owner.memberId);
  expect((await ofOne()).person).toMatchObject({ id: laptop.viewerId, orders: 1, netAmount: 3960 });
  await catchUp();
  expect(await figures()).toEqual([
    [one, 1, 8800],
    [laptop.viewerId, 1, 3960],
  ]);
  await part.identity.redoMerge(owner.brandId, await newestMerge(), owner.memberId);
  await catchUp();
  expect(await figures()).toEqual([[one, 2, 12_760]]);
});

it('takes off what went back', async () => {
  const viewer = await api.viewer();
  const order = await buy(viewer, bowl, 1);
  await catchUp();
  await api.database.sql(`UPDATE orders SET refunded_amount = 990 WHERE id = $1`, [order.id]);
  await catchUp();
  expect((await list()).customers).toMatchObject([{ gmvAmount: 3960, netAmount: 2970 }]);
});

it('pages without doubles or gaps, whatever it is sorted by', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 23; index += 1) {
    const viewer = await api.viewer();
    ids.push(await prove(viewer.viewerId, `p${index % 7}.${index}@example.jp`));
    if (index % 3 === 0) await say(viewer, 'こんばんは', `なまえ${index % 2}`);
  }
  await catchUp();
  const sorts: CustomerSort[] = ['name', 'lastSeenAt', 'messages', 'engagementScore', 'averageAmount', 'pAlive'];
  for (const sort of sorts) {
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await list({}, { sort, order, limit: 4, ...(after && { after }) });
        seen.push(...page.customers.map(({ id }) => id));
        after = page.next;
      }
      expect(seen).toHaveLength(23);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    }
  }
  const counts = (await list({}, { sort: 'messages', order: 'asc' })).customers.map(({ messages }) => messages);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(await codeOf(list({}, { after: 'rubbish' }))).toBe('invalid_request');
  const foreign = (await list({}, { sort: 'name', limit: 4 })).next!;
  expect(await codeOf(list({}, { sort: 'messages', after: foreign }))).toBe('invalid_request');
});

it('refuses a filter that it does not know, and names the field', async () => {
  expect(await codeOf(list({ metrics: { height: { min: 1 } } } as never))).toBe('invalid_request');
  expect(await codeOf(list({ colour: 'red' } as never))).toBe('invalid_request');
  expect(await codeOf(api.call(customersApi.list, { filter: '{' }, owner))).toBe('invalid_request');
  expect(await codeOf(list({ times: { lastOrderAt: { from: '2026-02-30' } } }))).toBe('invalid_request');
});

it('writes a file that no spreadsheet runs', async () => {
  const person = await prove((await api.viewer()).viewerId, 'formula@example.jp');
  await api.database.sql(
    `INSERT INTO person_attributes (brand_id, subject_id, name, source, value, set_at) VALUES ($1, $2, 'name', 'browser', $3, now())`,
    [owner.brandId, await address('formula@example.jp'), JSON.stringify('=HYPERLINK("http://evil.example","x")')],
  );
  await buy(await api.viewer(), mug, 2);
  await catchUp();
  const read = (staff: Staff, query = '') =>
    fetch(`${api.url}${customersCsvPath}?${query}`, { headers: staff.headers });
  const text = await (await read(owner, 'locale=en&sort=netAmount')).text();
  const [head, first, second] = text.replace('\uFEFF', '').split('\r\n');
  expect(head).toContain('ID,Name,E-mail,Stage,Orders,GMV,Net sales');
  expect(first).toContain(',佐久間 晴香,haruka@example.jp,new,1,8800,8800,8800,JPY,');
  expect(second).toContain(`${person},"'=HYPERLINK(""http://evil.example"",""x"")",formula@example.jp,`);
  expect((await read(await api.staff('marketer', owner.brandId))).status).toBe(200);
  expect((await read(await api.staff('host', owner.brandId))).status).toBe(403);
  const other = await (await read(await api.staff())).text();
  expect(other.trim().split('\r\n')).toHaveLength(1);
});

it('shows a host no more of a person than the chat does', async () => {
  const viewer = await api.viewer();
  await say(viewer, 'きれい', 'はるか');
  const order = await buy(viewer, bowl, 1, 'secret@example.jp');
  await catchUp();
  const host = await api.staff('host', owner.brandId);
  const seen = (await list({}, {}, host)).customers[0]!;
  expect(seen).toMatchObject({ id: viewer.viewerId, name: 'はるか', email: null, netAmount: 3960 });
  expect((await list({ q: 'secret' }, {}, host)).total).toBe(0);
  expect((await list({ q: '佐久間' }, {}, host)).total).toBe(0);
  expect((await list({ q: order.number }, {}, host)).total).toBe(1);
  const profile = await api.call(customersApi.profile, { id: viewer.viewerId }, host);
  expect(profile).toMatchObject({ person: { name: 'はるか', email: null }, attributes: [] });
  expect(await codeOf(list({}, {}, await api.staff('moderator', owner.brandId)))).toBe('forbidden');
});

it('keeps segments of a brand and counts them anew', async () => {
  const [anna, ben] = [await api.viewer(), await api.viewer()];
  await buy(anna, mug, 2);
  await catchUp();
  const filter: CustomerFilter = { metrics: { netAmount: { min: 5000 } } };
  const kept = await api.call(customersApi.addSegment, { name: '大口', filter }, owner);
  expect(kept).toMatchObject({ name: '大口', filter, people: 1 });
  expect(await codeOf(api.call(customersApi.addSegment, { name: ' 大口 ', filter: {} }, owner))).toBe('conflict');
  await buy(ben, mug, 2);
  await catchUp();
  await clock.forward(61);
  const segments = async (staff: Staff) => (await api.call(customersApi.segments, {}, staff)).segments;
  expect(await segments(owner)).toMatchObject([{ id: kept.id, people: 2 }]);
  const stranger = await api.staff();
  expect(await segments(stranger)).toEqual([]);
  expect(await codeOf(api.call(customersApi.removeSegment, { id: kept.id }, stranger))).toBe('not_found');
  await api.call(customersApi.removeSegment, { id: kept.id }, owner);
  expect(await segments(owner)).toEqual([]);
});

it('is of one brand', async () => {
  const viewer = await api.viewer();
  await buy(viewer, mug, 2);
  await catchUp();
  const stranger = await api.staff();
  expect(await list({ guests: true }, {}, stranger)).toMatchObject({ customers: [], total: 0 });
  for (const id of [viewer.viewerId, randomUUID()]) {
    expect(await codeOf(api.call(customersApi.profile, { id }, stranger))).toBe('not_found');
    expect(await codeOf(api.call(customersApi.timeline, { id }, stranger))).toBe('not_found');
  }
  expect(await api.call(customersApi.rfm, {}, stranger)).toEqual({ cells: [] });
});

/** Many paid orders of made-up people, as copies of one that was really bought. */
async function copies(seed: number): Promise<{ person: string; paidAt: Date; amount: number }[]> {
  const random = new Random(seed);
  const order = await buy(await api.viewer(), bowl, 1);
  const made: { person: string; paidAt: Date; amount: number }[] = [];
  for (let index = 0; index < 40; index += 1) {
    const { viewerId: person } = await api.viewer();
    for (let nth = 0; nth <= random.int(0, 3); nth += 1) {
      made.push({
        person,
        paidAt: new Date(Date.now() - random.int(0, 200 * 86_400) * 1000),
        amount: 1000 * random.int(1, 5),
      });
    }
  }
  await api.database.sql(
    `INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'viewer_id', m.person, 'key', gen_random_uuid(),
       'number', substr(gen_random_uuid()::text, 1, 13), 'payment_intent_id', NULL, 'paid_at', m."paidAt", 'placed_at', m."paidAt", 'items_amount', m.amount,
       'shipping_amount', 0, 'discount_amount', 0, 'total_amount', m.amount))).*
     FROM orders o, jsonb_to_recordset($2::jsonb) AS m (person uuid, "paidAt" timestamptz, amount int) WHERE o.id = $1`,
    [order.id, JSON.stringify(made)],
  );
  await api.database.sql(`INSERT INTO person_changes (brand_id, person_id) SELECT $1, unnest($2::uuid[])`, [
    owner.brandId,
    made.map(({ person }) => person),
  ]);
  const { rows } = await api.database.sql<{ viewer_id: string; paid_at: Date }>(
    `SELECT viewer_id, paid_at FROM orders WHERE id = $1`,
    [order.id],
  );
  return [...made, { person: rows[0]!.viewer_id, paidAt: rows[0]!.paid_at, amount: 3960 }];
}

it('counts cohorts and RFM as the published formulas do', async () => {
  const bought = await copies(7);
  await catchUp();
  const monthOf = (at: Date) => {
    const [year, month] = new Date(at.getTime() + 9 * 3_600_000).toISOString().split('-');
    return Number(year) * 12 + Number(month) - 1;
  };
  const present = monthOf(new Date(clock.now()));
  const activity = bought.map(({ person, paidAt }) => ({ person, interval: monthOf(paidAt) }));
  for (const measure of ['exact', 'rolling'] as const) {
    for (const who of ['first', 'recurring'] as const) {
      const { cohorts } = await api.call(customersApi.cohorts, { measure, who, months: 8 }, owner);
      const wanted = cohortRetention(activity, {
        ...{ from: present - 7, to: present, horizon: 7, finished: present - 1, cohorts: who, counting: measure },
      });
      expect(cohorts.map(({ people, active }) => [people, active])).toEqual(
        wanted.map(({ size, cells }) => [size, cells.map((cell) => cell && cell.active)]),
      );
      expect(cohorts.at(-1)!.active[0]).toBeNull();
    }
  }

  const dayOf = (at: Date) => Math.floor((at.getTime() + 9 * 3_600_000) / 86_400_000);
  const wanted = rfm(
    [...Map.groupBy(bought, ({ person }) => person)].map(([customer, orders]) => ({
      customer,
      daysSinceLastOrder: -Math.max(...orders.map(({ paidAt }) => dayOf(paidAt))),
      orders: orders.length,
      meanAmount: orders.reduce((sum, { amount }) => sum + amount, 0) / orders.length,
    })),
  );
  const { customers } = await list({}, { limit: 100 });
  const seen = customers.map(({ id, r, f, m }) => ({ customer: id, r, f, m }));
  const inOrder = (rows: { customer: string }[]) => rows.toSorted((a, b) => (a.customer < b.customer ? -1 : 1));
  expect(inOrder(seen)).toEqual(inOrder(wanted));
  const { cells } = await api.call(customersApi.rfm, {}, owner);
  for (const { r, f, people } of cells) {
    expect(people).toBe(wanted.filter((one) => one.r === r && one.f === f).length);
    expect((await list({ metrics: { r: { min: r, max: r }, f: { min: f, max: f } } })).total).toBe(people);
  }
  expect(cells.reduce((sum, { people }) => sum + people, 0)).toBe(wanted.length);
});

it('lets stages age with the days', async () => {
  const viewer = await api.viewer();
  await buy(viewer, mug, 2);
  await catchUp();
  expect((await list()).customers).toMatchObject([{ stage: 'new' }]);
  const before = (await list()).customers[0]!.engagementScore;
  await clock.forward(91 * 86_400);
  await catchUp();
  const staff = await api.staff('owner', owner.brandId);
  const aged = (await list({}, {}, staff)).customers[0]!;
  expect(aged.stage).toBe('at_risk');
  expect(aged.engagementScore).toBeCloseTo(before * 0.5 ** (91 / 30), 2);
  await clock.forward(91 * 86_400);
  await catchUp();
  expect((await list({}, {}, await api.staff('owner', owner.brandId))).customers).toMatchObject([{ stage: 'lost' }]);
});
