import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { referralsApi } from '#contracts/referrals';
import type { PublicShow } from '#contracts/shows';
import { sourcesApi } from '#contracts/sources';
import { codeOf, eventually, startApi, type Api, type Staff, type Viewer } from '../support/api.ts';

let api: Api;
let owner: Staff;
let mug: Product;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  owner = await api.staff();
  mug = await api.product(owner, { name: 'マグ', priceAmount: 4400 });
  show = await api.show(owner, [mug.id]);
});
afterAll(() => api.stop());

const share = (viewer: Viewer) => api.call(referralsApi.share, { showId: show.id }, viewer);
const visit = (
  viewer: Viewer,
  more: { via?: string; utmSource?: string; utmMedium?: string; referrer?: string } = {},
) => api.call(referralsApi.visit, { showId: show.id, messageId: randomUUID(), ...more }, viewer);
const read = (staff = owner) =>
  api.call(
    sourcesApi.read,
    { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 3_600_000).toISOString() },
    staff,
  );

async function buy(viewer: Viewer): Promise<void> {
  const { hold, totals } = await api.call(
    checkoutApi.hold,
    { key: randomUUID(), showId: show.id, offerId: show.offers[0]!.id, variantId: mug.variants[0]!.id, quantity: 2 },
    viewer,
  );
  await api.purchase(viewer, hold.id, totals.totalAmount);
}

it('credits who shared with those who came and bought', async () => {
  const [anna, ben, chika] = await Promise.all([api.viewer(), api.viewer(), api.viewer()]);
  const { code, url } = await share(anna);
  expect(url).toContain(`/s/${show.slug}?via=${code}`);
  expect(await share(anna)).toEqual({ code, url });
  await visit(anna);
  await visit(anna, { via: code }); // one's own link brings nobody
  await buy(anna);
  await visit(ben, { via: code });
  await visit(ben, { via: code }); // again is not once more
  await visit(chika, { via: code });
  await visit(await api.viewer(), { via: 'aaaaaaaaaa' }); // unknown
  await buy(ben);
  const seen = await eventually(async () => {
    const { referral } = await read();
    return referral.viewers === 4 && referral.firstOrders === 2 ? referral : null;
  });
  expect(seen).toEqual({
    ...{ sharers: 1, visitors: 2, newVisitors: 2, viewers: 4, customers: 2, referrers: 1 },
    ...{
      firstOrders: 2,
      referredFirstOrders: 1,
      kFactor: 2 / 4,
      customerReferralRate: 1 / 2,
      orderReferralRate: 1 / 2,
    },
  });
  const { rows } = await api.database.sql(
    `SELECT 1 FROM interactions WHERE show_id = $1 AND name = 'Referral Accepted'`,
    [show.id],
  );
  expect(rows).toHaveLength(2);
});

it('does not count a person who followed their own link on another device', async () => {
  const [phone, laptop] = [await api.viewer(), await api.viewer()];
  const { code } = await share(phone);
  await visit(laptop, { via: code });
  await eventually(async () => (await read()).referral.viewers === 1);
  expect((await read()).referral).toMatchObject({ visitors: 1, sharers: 1 });
  const { rows } = await api.database.sql<{ id: string }>(
    `INSERT INTO persons (id, brand_id) VALUES (gen_random_uuid(), $1) RETURNING id`,
    [owner.brandId],
  );
  for (const { viewerId } of [phone, laptop]) {
    await api.database.sql(
      `INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source) VALUES (gen_random_uuid(), $1, $2, $3, 'proven', 'code')`,
      [owner.brandId, viewerId, rows[0]!.id],
    );
  }
  expect((await read()).referral).toMatchObject({ visitors: 0, sharers: 0, viewers: 1, kFactor: 0 });
});

it('tells where sessions came from, and what was bought in them', async () => {
  const [anna, ben, chika] = await Promise.all([api.viewer(), api.viewer(), api.viewer()]);
  await visit(anna, { utmSource: 'newsletter', utmMedium: 'mail' });
  await visit(anna, { utmSource: 'later', utmMedium: 'mail' }); // the same session: its first source
  await visit(ben, { referrer: 'https://www.instagram.com/stories' });
  await visit(chika);
  await buy(anna);
  const { sources } = await eventually(async () => {
    const answer = await read();
    return answer.sources.length === 3 && answer.sources.some(({ orders }) => orders > 0) ? answer : null;
  });
  const none = { sessions: 1, persons: 1, buyers: 0, orders: 0, gmvAmount: 0, netAmount: 0 };
  expect(new Set(sources)).toEqual(
    new Set([
      {
        source: 'newsletter',
        medium: 'mail',
        campaign: '',
        ...none,
        buyers: 1,
        orders: 1,
        gmvAmount: 8800,
        netAmount: 8800,
      },
      { source: 'www.instagram.com', medium: 'referral', campaign: '', ...none },
      { source: 'direct', medium: '', campaign: '', ...none },
    ]),
  );
});

it('counts who saw and who followed a link of the brand', async () => {
  const link = await api.call(
    referralsApi.createLink,
    { showId: show.id, channel: 'mail', campaign: '秋の便り' },
    owner,
  );
  const pixel = await fetch(link.pixelUrl);
  expect(pixel.headers.get('content-type')).toBe('image/gif');
  await fetch(link.pixelUrl);
  const click = await fetch(link.url, { redirect: 'manual' });
  expect(click.status).toBe(302);
  const to = new URL(click.headers.get('location')!, link.url);
  expect([to.pathname, Object.fromEntries(to.searchParams)]).toEqual([
    `/s/${show.slug}`,
    { utm_source: 'mail', utm_medium: 'mail', utm_campaign: '秋の便り' },
  ]);
  expect((await api.call(referralsApi.links, {}, owner)).links).toMatchObject([
    { code: link.code, impressions: 2, clicks: 1, ctr: 1 / 2 },
  ]);
  for (const odd of ['nothing', '..%2f..%2fetc', '%00', 'aaaaaaaaaa.gif']) {
    expect((await fetch(`${new URL(link.url).origin}/l/${odd}`, { redirect: 'manual' })).status).toBeLessThan(400);
  }
});

it('keeps brands apart', async () => {
  const stranger = await api.staff();
  const link = await api.call(referralsApi.createLink, { showId: show.id, channel: 'ad', campaign: 'x' }, owner);
  expect((await api.call(referralsApi.links, {}, stranger)).links).toEqual([]);
  expect(await codeOf(api.call(referralsApi.archiveLink, { code: link.code }, stranger))).toBe('not_found');
  const input = { showId: show.id, channel: 'ad' as const, campaign: 'x' };
  expect(await codeOf(api.call(referralsApi.createLink, input, stranger))).toBe('not_found');
  expect((await read(stranger)).sources).toEqual([]);
});
