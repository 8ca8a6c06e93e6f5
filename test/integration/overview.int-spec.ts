import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { overviewApi, type Overview } from '#contracts/overview';
import { repeatBuyers, secondOrders, type Order } from '#insight/repeat';
import { seededRandom } from '#insight/simulate';
import { InteractionLog, RollupsService } from '../../apps/api/src/engagement/index.ts';
import { PersonRollups } from '../../apps/api/src/insights/index.ts';
import { codeOf, startApi, type Api, type Staff } from '../support/api.ts';

let api: Api;
let owner: Staff;
let showId: string;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  owner = await api.staff();
  showId = (await api.show(owner, [(await api.product(owner)).id])).id;
});
afterAll(() => api.stop());

const read = (request: { from?: string; to?: string; compare?: 'previous' | 'year' } = {}, staff = owner) =>
  api.call(overviewApi.read, request, staff);
const viewer = async () => (await api.viewer()).viewerId;

/** The ledger's own rows, at any time of the past. @param at in the brand's zone, Asia/Tokyo */
async function order(viewerId: string, at: string | number, amount = 5000, { refunded = 0, show = showId } = {}) {
  const id = randomUUID();
  const time = typeof at === 'number' ? new Date(at).toISOString() : `${at}+09`;
  await api.database.sql(
    `INSERT INTO orders (id, brand_id, show_id, viewer_id, key, number, state, currency, items_amount, shipping_amount, tax_amount, total_amount,
       brand_name, email, name, phone, address, placed_at, paid_at, refunded_amount)
     VALUES ($1::uuid, $2, $3, $4, $1::uuid::text, $1::uuid::text, 'paid', 'JPY', $5, 0, 0, $5, 'b', 'a@example.jp', 'n', '', '{}', $6, $6, $7)`,
    [id, owner.brandId, show, viewerId, amount, time, refunded],
  );
  return id;
}

async function link(...subjects: string[]): Promise<string> {
  const personId = randomUUID();
  await api.database.sql(`INSERT INTO persons (id, brand_id) VALUES ($1, $2)`, [personId, owner.brandId]);
  for (const subject of subjects) {
    await api.database.sql(
      `INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source) VALUES ($1, $2, $3, $4, 'proven', 'code')`,
      [randomUUID(), owner.brandId, subject, personId],
    );
  }
  return personId;
}
const unlink = (personId: string) =>
  api.database.sql(`UPDATE identity_links SET undone_at = engawa_now() WHERE person_id = $1`, [personId]);

async function liveShow(from: string, to: string | null): Promise<string> {
  const { id } = await api.show(owner, [(await api.product(owner)).id]);
  await api.database.sql(`UPDATE shows SET state = 'live', live_since = $2 WHERE id = $1`, [id, `${from}+09`]);
  if (to !== null) await end(id, to);
  return id;
}
const end = (show: string, at: string) =>
  api.database.sql(`UPDATE shows SET state = 'ended', ended_at = $2 WHERE id = $1`, [show, `${at}+09`]);
const watch = (viewerId: string, show: string, from: string, to: string) =>
  api.database.sql(
    `INSERT INTO watch_intervals (id, brand_id, show_id, viewer_id, started_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [randomUUID(), owner.brandId, show, viewerId, `${from}+09`, `${to}+09`],
  );
const does = (subjectId: string, name: string, at: string, show: string | null = null) =>
  api.app.get(InteractionLog).record({
    ...{ messageId: randomUUID(), brandId: owner.brandId, subjectId, name, source: 'room' as const },
    ...{ ...(show && { showId: show }), occurredAt: new Date(`${at}+09:00`) },
  });
async function added(): Promise<void> {
  await api.app.get(RollupsService).catchUp();
  await api.app.get(PersonRollups).catchUp();
}

describe('what customers bought', () => {
  it('is counted as one would by hand', async () => {
    const [anna, ben, chika, dan] = [await viewer(), await viewer(), await viewer(), await viewer()];
    await order(anna, '2026-08-20 20:00', 10_000);
    await order(anna, '2026-09-10 20:00', 4_000, { refunded: 1_000 });
    await order(ben, '2026-08-31 23:59:59', 6_000); // the last second of August in Tokyo
    await order(ben, '2026-10-01 00:00', 9_000); // the first after September
    await order(chika, '2026-09-01 00:00', 2_000); // the first of September
    await order(chika, '2026-09-15 12:00', 2_000);
    await order(dan, '2026-09-30 23:59', 3_000, { refunded: 3_000 });

    const seen = await read({ from: '2026-09-01', to: '2026-09-30' });
    expect([seen.period, seen.comparison]).toEqual([
      { from: '2026-09-01', to: '2026-09-30' },
      { from: '2026-08-02', to: '2026-08-31' },
    ]);
    expect(seen.now).toMatchObject({
      ...{ customers: 4, orders: 4, buyers: 3, newBuyers: 2, returningBuyers: 1, gmvAmount: 11_000, netAmount: 7_000 },
      aov: { value: 1_750, part: 7_000, whole: 4 },
      value: { value: 23_000 / 4, part: 23_000, whole: 4 },
      repeaterShare: { value: 2 / 3, part: 2, whole: 3 }, // Anna, and Chika, whose second order was in September too
      repeatCumulative: { value: 2 / 4, part: 2, whole: 4 },
      churn: { value: 1 / 2, part: 1, whole: 2 }, // Ben bought in August and not in September
      retention: { ratio: { value: 1, part: 2, whole: 2 }, atStart: 2, atEnd: 4, gained: 2 },
      conversion: { value: null, part: 0, whole: 0 },
    });
    // First orders of 2 to 31 August had thirty days until the end of September: Anna came again, Ben a second too late.
    expect(seen.now.f2[0]).toEqual({ days: 30, ratio: { value: 1 / 2, part: 1, whole: 2 } });
    expect(seen.before).toMatchObject({
      customers: 2,
      orders: 2,
      netAmount: 16_000,
      value: { value: 8_000 },
      churn: { value: null },
    });
    expect(seen.days).toHaveLength(30);
    expect(seen.days[0]).toEqual({
      ...{ day: '2026-09-01', netAmount: 2_000, gmvAmount: 2_000, orders: 1, newCustomers: 1, value: 18_000 / 3 },
    });
    expect(seen.days.at(-1)).toMatchObject({ netAmount: 0, gmvAmount: 3_000, orders: 1, value: 23_000 / 4 });
    expect(seen.daysBefore.at(-1)).toMatchObject({ day: '2026-08-31', netAmount: 6_000, value: 8_000 });
  });

  it('moves with who they are, at once, and back', async () => {
    const [phone, laptop] = [await viewer(), await viewer()];
    await order(phone, '2026-09-10 20:00', 1_000);
    await order(laptop, '2026-09-20 20:00', 3_000);
    const september = { from: '2026-09-01', to: '2026-09-30' };
    expect((await read(september)).now).toMatchObject({
      customers: 2,
      repeaterShare: { value: 0 },
      value: { value: 2_000 },
    });
    const person = await link(phone, laptop);
    const one = await read({ ...september, compare: 'year' });
    expect(one.now).toMatchObject({ customers: 1, repeaterShare: { value: 1 }, value: { value: 4_000 } });
    await unlink(person);
    expect((await read({ ...september, to: '2026-09-29' })).now).toMatchObject({ customers: 2, buyers: 2 });
  });

  it('is what the definitions say, whatever the history', async () => {
    const random = seededRandom(20261122);
    const start = Date.parse('2026-03-01T00:00:00+09:00');
    const people = await Promise.all(Array.from({ length: 25 }, viewer));
    const persons = new Map(people.map((id) => [id, id]));
    for (let i = 0; i < 8; i += 2) {
      const pair = [people[i]!, people[i + 1]!];
      const person = await link(...pair);
      for (const id of pair) persons.set(id, person);
    }
    const orders: Order[] = [];
    for (let i = 0; i < 120; i += 1) {
      const one = people[Math.floor(random() * people.length)]!;
      const at = start + Math.floor(random() * 200 * 24) * 3_600_000;
      orders.push({ person: persons.get(one)!, at });
      await order(one, at, 1_000);
    }
    for (const [from, to] of [
      ['2026-05-01', '2026-05-31'],
      ['2026-06-10', '2026-06-16'],
      ['2026-03-01', '2026-09-20'],
    ] as const) {
      const window = { from: Date.parse(`${from}T00:00+09:00`), to: Date.parse(`${to}T00:00+09:00`) + 86_400_000 };
      const { now } = await read({ from, to });
      const expected = repeatBuyers(orders, window);
      expect(now).toMatchObject({
        ...{ buyers: expected.buyers, customers: expected.customersToDate },
        ...{ repeatCumulative: { value: expected.cumulativeRate }, repeaterShare: { value: expected.share } },
      });
      for (const { days, ratio } of now.f2) {
        const cohort = { from: window.from - days * 86_400_000, to: window.to - days * 86_400_000 };
        expect(ratio.value).toBe(secondOrders(orders, cohort, days, Date.now()).rate);
      }
    }
  });
});

describe('who watched', () => {
  const october = { from: '2026-10-01', to: '2026-10-31' };

  it('is counted by people, over all shows', async () => {
    const [phone, laptop, ben, chika] = [await viewer(), await viewer(), await viewer(), await viewer()];
    const first = await liveShow('2026-09-30 23:30', '2026-10-01 00:30'); // of September
    const second = await liveShow('2026-10-05 20:00', '2026-10-05 21:00');
    const third = await liveShow('2026-10-12 20:00', '2026-10-12 21:00');
    await watch(phone, first, '2026-09-30 23:40', '2026-10-01 00:10');
    await watch(phone, second, '2026-10-05 19:50', '2026-10-05 20:20'); // ten minutes before the picture
    await watch(laptop, second, '2026-10-05 20:10', '2026-10-05 20:40');
    await watch(ben, second, '2026-10-05 20:00', '2026-10-05 20:30');
    await watch(phone, third, '2026-10-12 20:00', '2026-10-12 20:06');
    for (const [who, show, at] of [
      [phone, first, '2026-09-30T23:40'],
      [phone, second, '2026-10-05T19:50'],
      [laptop, second, '2026-10-05T20:10'],
      [ben, second, '2026-10-05T20:00'],
      [phone, third, '2026-10-12T20:00'],
    ] as const)
      await does(who, 'Room Joined', at, show);
    await does(ben, 'Chat Sent', '2026-10-05T20:05', second);
    for (const minute of ['01', '02', '03', '04']) await does(ben, 'Product Viewed', `2026-10-05T20:${minute}`, second);
    await does(ben, 'Product Clicked', '2026-10-05T20:06', second);
    await does(phone, 'Product Viewed', '2026-10-05T20:07', second);
    await does(chika, 'Page Viewed', '2026-10-20T09:00'); // no show, but a visit
    await order(ben, '2026-10-05 20:10', 5_000, { show: second });
    await added();

    const apart = (await read(october)).now;
    expect(apart).toMatchObject({
      ...{
        shows: 2,
        viewers: 3,
        showsJoined: { value: 4 / 3, part: 4, whole: 3 },
        watchSeconds: (20 + 30 + 30 + 6) * 60,
      },
      ...{ engagement: { part: 1, whole: 3 }, ctr: { value: 1 / 5 }, uniqueCtr: { value: 1 / 2 } },
      ...{ conversion: { value: 1 / 3 }, ordersPerClick: { value: 1 }, sessions: { part: 5, whole: 4 } },
    });
    expect(apart.watchPerView.value).toBe((86 * 60) / 4);

    const person = await link(phone, laptop);
    await added();
    const together = (await read({ ...october, compare: 'year' })).now;
    expect(together).toMatchObject({
      // 20:00 to 20:40 on two devices; their visits of that evening meet, and are one.
      ...{ viewers: 2, showsJoined: { part: 3, whole: 2 }, watchSeconds: (40 + 30 + 6) * 60 },
      ...{ engagement: { part: 1, whole: 2 }, sessions: { part: 4, whole: 3 } },
    });
    expect((await read({ from: '2026-09-24', to: '2026-10-31' })).now).toMatchObject({ shows: 3, viewers: 2 });

    await unlink(person);
    await added();
    const again = (await read({ ...october, to: '2026-10-30' })).now;
    expect({ ...again, customers: apart.customers }).toEqual(apart);
    const { rows } = await api.database.sql(`SELECT FROM show_people WHERE person_id = $1`, [person]);
    expect(rows).toEqual([]);
  });

  it('counts what comes late, and what a show without a last word left', async () => {
    const [anna, ben] = [await viewer(), await viewer()];
    const show = await liveShow('2026-10-05 20:00', null);
    await does(anna, 'Live Joined', '2026-10-05T20:00', show);
    await watch(anna, show, '2026-10-05 20:00', '2026-10-05 20:10');
    await watch(ben, show, '2026-10-05 20:00', '2026-10-05 20:10'); // the process died before it wrote that he came
    await end(show, '2026-10-05 21:00');
    await added();
    expect((await read(october)).now).toMatchObject({ viewers: 2, watchSeconds: 1200, engagement: { part: 0 } });
    await does(anna, 'Reaction Sent', '2026-10-05T20:09', show);
    await added();
    expect((await read({ ...october, compare: 'year' })).now).toMatchObject({ engagement: { part: 1, whole: 2 } });
  });
});

it('knows no ratio of nothing', async () => {
  const nothing: Overview = await read();
  const ratios = Object.entries(nothing.now).filter(
    ([, figure]) => figure !== null && typeof figure === 'object' && 'whole' in figure,
  );
  expect(ratios.length).toBeGreaterThan(15);
  for (const [name, figure] of ratios) expect([name, figure]).toEqual([name, { value: null, part: 0, whole: 0 }]);
  expect(nothing.now).toMatchObject({ retention: { ratio: { value: null } }, nps: { ratio: { value: null } } });
  expect(nothing.now).toMatchObject({ margin: null, forecast: null, churnByModel: null, netAmount: 0 });
  expect(nothing).toMatchObject({ firstDay: null, retentionCurve: { intervals: [] } });
  expect(nothing.days.every(({ value }) => value === null)).toBe(true);
});

it('is of one brand, for those who may, and of days that are days', async () => {
  await order(await viewer(), '2026-10-10 10:00');
  const october = { from: '2026-10-01', to: '2026-10-31' };
  expect((await read(october)).now.orders).toBe(1);
  expect((await read(october, await api.staff())).now.orders).toBe(0);
  expect((await read(october, await api.staff('marketer', owner.brandId))).now.orders).toBe(1);
  expect(await codeOf(read(october, await api.staff('moderator', owner.brandId)))).toBe('forbidden');
  for (const wrong of [
    { from: '2026-10-01' },
    { from: '2026-10-02', to: '2026-10-01' },
    { from: '2020-01-01', to: '2026-01-01' },
  ])
    expect(await codeOf(read(wrong))).toBe('invalid_request');
  expect(await codeOf(read({ from: '1st', to: '2026-13-01' }))).toBe('invalid_request');
});
