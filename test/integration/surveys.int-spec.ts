import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { mailApi } from '#contracts/mail';
import { ordersApi } from '#contracts/orders';
import { showsApi, type PublicShow } from '#contracts/shows';
import { surveysApi, type Survey, type SurveyKind } from '#contracts/surveys';
import { codeOf, eventually, startApi, type Api, type Staff, type Viewer } from '../support/api.ts';
import { Clock } from '../support/clock.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let clock: Clock;
let owner: Staff;
let mug: Product;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
});
beforeEach(async () => {
  clock = new Clock(api);
  owner = await api.staff();
  mug = await api.product(owner, { name: 'マグ' });
  show = await api.show(owner, [mug.id]);
});
afterEach(() => clock.restore());
afterAll(async () => {
  await media.close();
  await api.stop();
});

const ask = (kind: SurveyKind, productId: string | null = null, staff = owner) =>
  api.call(surveysApi.ask, { showId: show.id, kind, productId }, staff);
const due = async (viewer: Viewer, moment: 'room' | 'leave' = 'room') =>
  (await api.call(surveysApi.due, { showId: show.id, moment }, viewer)).survey;
const answer = (viewer: Viewer, id: string, score: number, comment: string | null = null) =>
  api.call(surveysApi.answer, { id, score, comment }, viewer);
const results = async () => (await api.call(surveysApi.results, {}, owner)).surveys;

/** As a sign-in by code does: these browsers are one person. */
async function onePerson(...viewers: Viewer[]): Promise<void> {
  const { rows } = await api.database.sql<{ id: string }>(
    `INSERT INTO persons (id, brand_id) VALUES (gen_random_uuid(), $1) RETURNING id`,
    [owner.brandId],
  );
  for (const { viewerId } of viewers) {
    await api.database.sql(
      `INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source) VALUES (gen_random_uuid(), $1, $2, $3, 'proven', 'code')`,
      [owner.brandId, viewerId, rows[0]!.id],
    );
  }
}

it('asks the room by one click, and each who is there is told', async () => {
  const [anna, ben] = [await api.viewer(), await api.viewer()];
  const [annas, bens] = [await api.connect(anna), await api.connect(ben)];
  const heard: (Survey | null)[] = [];
  for (const { socket } of [annas, bens]) socket.on('survey.changed', ({ survey }) => heard.push(survey));
  await annas.ask('show.join', { showId: show.id });
  await bens.ask('show.join', { showId: show.id });
  const opened = await ask('nps');
  await eventually(() => heard.length === 2);
  expect(heard[0]).toEqual({
    ...{ id: opened.id, kind: 'nps' },
    brandName: expect.any(String),
    showTitle: show.title,
    productName: null,
  });
  await answer(anna, opened.id, 10, ' また来ます ');
  await answer(ben, opened.id, 3);
  await answer(ben, opened.id, 8); // thought again: the newest counts
  expect(await results()).toMatchObject([
    { id: opened.id, asked: 2, answers: 2, counts: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1], value: 1 / 2, closedAt: null },
  ]);
  const { comments } = await api.call(surveysApi.results, {}, owner);
  expect(comments).toMatchObject([{ score: 10, comment: 'また来ます' }]);

  await api.call(surveysApi.close, { id: opened.id }, owner);
  await eventually(() => heard.length === 4);
  expect(heard.slice(2)).toEqual([null, null]);
  expect(await codeOf(answer(anna, opened.id, 9))).toBe('not_found');
  await eventually(async () => {
    const { rows } = await api.database.sql(
      `SELECT 1 FROM interactions WHERE show_id = $1 AND name = 'Survey Answered'`,
      [show.id],
    );
    return rows.length === 2;
  });
});

it('asks who comes later, and nobody twice in a wave, on whatever device', async () => {
  const { id } = await ask('stars', mug.id);
  const [phone, laptop, other] = await Promise.all([api.viewer(), api.viewer(), api.viewer()]);
  await onePerson(phone, laptop);
  expect(await due(phone)).toMatchObject({ id, kind: 'stars', productName: 'マグ' });
  expect(await due(phone)).toBeNull();
  expect(await due(laptop)).toBeNull();
  expect(await due(other)).toMatchObject({ id });
  await answer(phone, id, 5);
  await answer(laptop, id, 2); // one person: the latest counts
  expect(await results()).toMatchObject([{ asked: 2, answers: 1, counts: [0, 1, 0, 0, 0], value: 2 }]);
  // A new question is a new wave, and ends the one before.
  const second = await ask('csat');
  expect(await due(phone)).toMatchObject({ id: second.id });
  expect(await codeOf(answer(other, id, 4))).toBe('not_found');
});

it('tells one device of somebody who has two in the room', async () => {
  const [phone, laptop] = [await api.viewer(), await api.viewer()];
  await onePerson(phone, laptop);
  let heard = 0;
  for (const viewer of [phone, laptop]) {
    const client = await api.connect(viewer);
    client.socket.on('survey.changed', () => (heard += 1));
    await client.ask('show.join', { showId: show.id });
  }
  await ask('csat');
  await eventually(() => heard > 0);
  expect(await due(phone)).toBeNull();
  expect(await due(laptop)).toBeNull();
  expect(heard).toBe(1);
});

it('asks who leaves how it was, once the show has been on', async () => {
  const viewer = await api.viewer();
  expect(await due(viewer, 'leave')).toBeNull();
  await media.onAir(owner, show.id);
  await api.call(showsApi.end, { id: show.id }, owner);
  const survey = await due(viewer, 'leave');
  expect(survey).toMatchObject({ kind: 'csat', showTitle: show.title });
  await answer(viewer, survey!.id, 4);
  expect(await due(viewer, 'leave')).toBeNull();
  expect(await results()).toMatchObject([{ moment: 'leave', answers: 1, value: 1 }]);
  expect(await codeOf(ask('csat'))).toBe('show_ended');
});

it('refuses what is no answer, and keeps brands apart', async () => {
  const { id } = await ask('csat');
  const viewer = await api.viewer();
  for (const score of [0, 6, -1, 2.5, 11]) expect(await codeOf(answer(viewer, id, score))).toBe('invalid_request');
  expect(await codeOf(ask('stars'))).toBe('invalid_request');
  expect(await codeOf(ask('csat', mug.id))).toBe('invalid_request');
  const stranger = await api.staff();
  expect(await codeOf(ask('csat', null, stranger))).toBe('not_found');
  expect(await codeOf(api.call(surveysApi.close, { id }, stranger))).toBe('not_found');
  expect(await codeOf(api.call(surveysApi.ofShow, { showId: show.id }, stranger))).toBe('not_found');
  expect((await api.call(surveysApi.results, {}, stranger)).surveys).toEqual([]);
  expect(await codeOf(ask('csat', null, await api.staff('marketer', owner.brandId)))).toBe('forbidden');
  expect((await results())[0]).toMatchObject({ answers: 0, value: null });
});

it('asks once a month by mail when an order has arrived', async () => {
  const viewer = await api.viewer();
  const offerId = show.offers[0]!.id;
  const { hold, totals } = await api.call(
    checkoutApi.hold,
    { key: randomUUID(), showId: show.id, offerId, variantId: mug.variants[0]!.id, quantity: 1 },
    viewer,
  );
  const order = await api.purchase(viewer, hold.id, totals.totalAmount);
  await api.call(ordersApi.ship, { id: order.id, carrier: 'ヤマト運輸', trackingNumber: '1' }, owner);
  const { AskAfterDeliveryJob } = await import('../../apps/api/src/engagement/surveys/ask-after-delivery.job.ts');
  const job = api.app.get(AskAfterDeliveryJob);
  expect(await job.askAll()).toBe(0);
  await clock.forward(3 * 86_400 + 60);
  expect(await job.askAll()).toBe(1);
  expect(await job.askAll()).toBe(0);
  const { mails } = await api.call(mailApi.list, {}, owner);
  const mail = await api.call(mailApi.get, { id: mails.find(({ kind }) => kind === 'survey')!.id }, owner);
  const token = /\/survey\/(\S+)/.exec(mail.text)![1]!;
  const { survey } = await api.call(surveysApi.byLink, { token });
  expect(survey).toMatchObject({ kind: 'nps' });
  await api.call(surveysApi.answerByLink, { token, score: 9, comment: null });
  expect(await results()).toMatchObject([{ moment: 'delivered', asked: 1, answers: 1, value: 1 }]);
  expect(await codeOf(api.call(surveysApi.byLink, { token: `${token}x` }))).toBe('grant_invalid');
});
