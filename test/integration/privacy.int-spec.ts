import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { ordersApi } from '#contracts/orders';
import { privacyApi } from '#contracts/privacy';
import { referralsApi } from '#contracts/referrals';
import type { PublicShow } from '#contracts/shows';
import { surveysApi } from '#contracts/surveys';
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

async function buy(viewer: Viewer, email: string) {
  const { hold, totals } = await api.call(
    checkoutApi.hold,
    { key: randomUUID(), showId: show.id, offerId: show.offers[0]!.id, variantId: mug.variants[0]!.id, quantity: 1 },
    viewer,
  );
  return api.purchase(viewer, hold.id, totals.totalAmount, undefined, randomUUID(), { email });
}
const ship = (orderId: string) =>
  api.call(ordersApi.ship, { id: orderId, carrier: 'ヤマト運輸', trackingNumber: '4711-0815' }, owner);

/** Somebody who did everything that one can do: watched, said, asked, answered, shared, bought on two devices. */
async function somebody(name: string) {
  const email = `${name}@example.jp`;
  const [phone, laptop] = [await api.viewer(), await api.viewer()];
  const { keepSubjects, subjectId, IdentityService } = await import('../../apps/api/src/people/index.ts');
  const address = { brandId: owner.brandId, kind: 'email' as const, value: email };
  await keepSubjects(api.database, [address]);
  const identity = api.app.get(IdentityService);
  for (const { viewerId } of [phone, laptop]) {
    await identity.prove({
      brandId: owner.brandId,
      subjectId: viewerId,
      withSubjectId: subjectId(address),
      source: 'code',
      evidence: {},
    });
  }
  const room = await api.connect(phone);
  await room.ask('show.join', { showId: show.id });
  await room.ask('show.heartbeat', { showId: show.id });
  await room.ask('chat.send', { showId: show.id, clientMessageId: randomUUID(), name, text: `${name}と申します` });
  await room.ask('reaction.send', { showId: show.id, count: 3 });
  const survey = await api.call(surveysApi.ask, { showId: show.id, kind: 'csat' }, owner);
  await api.call(surveysApi.answer, { id: survey.id, score: 5, comment: `${name}は満足` }, phone);
  const { code } = await api.call(referralsApi.share, { showId: show.id }, phone);
  await api.call(referralsApi.visit, { showId: show.id, messageId: randomUUID(), via: code }, await api.viewer());
  const orders = [await buy(phone, email), await buy(laptop, email)];
  await eventually(async () => {
    const { rows } = await api.database.sql(
      `SELECT 1 FROM interactions WHERE brand_id = $1 AND name IN ('Order Completed', 'Reaction Sent')`,
      [owner.brandId],
    );
    return rows.length === 3;
  });
  const personId = await identity.personOf(owner.brandId, phone.viewerId);
  return { phone, laptop, orders, personId };
}

/** Every row of every table in which one of these words stands, but for those that may have it. */
async function rowsWith(words: string[], except: string[] = []): Promise<string[]> {
  const { rows: tables } = await api.database.sql<{ name: string }>(
    `SELECT n.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname IN ('public', 'graphile_worker')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    if (except.includes(name)) continue;
    const { rows } = await api.database.sql<{ row: string }>(
      `SELECT t::text AS row FROM ${name} t WHERE EXISTS (SELECT FROM unnest($1::text[]) word WHERE position(word IN t::text) > 0)`,
      [words],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

it('tells a person everything that is kept of them', async () => {
  const { phone, laptop, orders } = await somebody('hatsue');
  await buy(await api.viewer(), 'stranger@example.jp');
  const { about, parts } = await api.call(privacyApi.exportMine, { brandId: owner.brandId }, laptop);
  expect(about.format).toBe('engawa.person/1');
  expect(parts.orders!.map(({ number }) => number).sort()).toEqual(orders.map(({ number }) => number).sort());
  expect(parts.messages).toMatchObject([{ name: 'hatsue', text: 'hatsueと申します', deleted: false }]);
  expect(parts.surveys).toMatchObject([{ kind: 'csat', score: 5, comment: 'hatsueは満足' }]);
  expect(parts.identifiers).toMatchObject([{ kind: 'email', value: 'hatsue@example.jp' }]);
  expect(parts.links).toHaveLength(3);
  expect(parts.mails).toHaveLength(2);
  expect(new Set(parts.interactions!.map(({ name }) => name))).toEqual(
    new Set(['Room Joined', 'Chat Sent', 'Reaction Sent', 'Survey Answered', 'Checkout Started', 'Order Completed']),
  );
  expect(parts.shared).toHaveLength(1);
  expect(JSON.stringify(parts)).not.toContain('stranger@example.jp');
  expect(await api.call(privacyApi.exportMine, { brandId: owner.brandId }, phone)).toMatchObject({
    about: { personId: about.personId },
  });
  expect(await codeOf(api.call(privacyApi.exportMine, { brandId: owner.brandId }, await api.viewer()))).toBe(
    'not_found',
  );
});

it('forgets a person everywhere, keeps the books, and leaves a receipt that verifies', async () => {
  const { phone, laptop, orders, personId } = await somebody('setsuko');
  expect(await codeOf(api.call(privacyApi.eraseMine, { brandId: owner.brandId }, phone))).toBe('erasure_blocked');
  for (const { id } of orders) await ship(id);
  await eventually(async () => {
    const { rows } = await api.database.sql(
      `SELECT 1 FROM day_activity WHERE brand_id = $1 AND name = 'Order Completed'`,
      [owner.brandId],
    );
    return rows.length === 2;
  });
  const books = () =>
    api.database.sql(`SELECT id, state, total_amount, number FROM orders WHERE brand_id = $1 ORDER BY id`, [
      owner.brandId,
    ]);
  const before = (await books()).rows;
  const { receipt } = await api.call(privacyApi.eraseMine, { brandId: owner.brandId }, phone);

  const words = ['setsuko', phone.viewerId, laptop.viewerId, personId];
  expect(await rowsWith(words, ['public.viewers', 'public.erasures'])).toEqual([]);
  const { rows: people } = await api.database.sql(
    `SELECT DISTINCT name, email, phone, address->>'postalCode' AS place, tracking_number FROM orders WHERE brand_id = $1`,
    [owner.brandId],
  );
  expect(people).toEqual([{ name: '', email: '', phone: '', place: '', tracking_number: null }]);
  expect((await books()).rows).toEqual(before);
  const { rows: customers } = await api.database.sql(
    `SELECT DISTINCT COALESCE(l.person_id, o.viewer_id) FROM orders o
     LEFT JOIN person_links l ON l.brand_id = o.brand_id AND l.subject_id = o.viewer_id WHERE o.brand_id = $1`,
    [owner.brandId],
  );
  expect(customers).toHaveLength(1); // still one customer, whom nobody knows
  const { invariants } = await import('../../apps/api/src/invariants.ts');
  for (const { rule, sql } of invariants) {
    const { rows } = await api.database.sql(sql);
    expect([rule, rows]).toEqual([rule, []]);
  }

  const claims = await api.call(privacyApi.verify, { receipt });
  expect(claims).toMatchObject({ brandId: owner.brandId, personId, pseudonymous: { orders: 2, holds: 2 } });
  const forged = receipt.split('.');
  forged[1] = Buffer.from(JSON.stringify({ ...claims, personId: randomUUID() })).toString('base64url');
  expect(await codeOf(api.call(privacyApi.verify, { receipt: forged.join('.') }))).toBe('receipt_invalid');
  expect(await codeOf(api.call(privacyApi.verify, { receipt: 'nonsense' }))).toBe('receipt_invalid');
  const { compactVerify, importJWK } = await import('jose');
  const { keys } = await api.call(privacyApi.keys, {});
  await compactVerify(receipt, await importJWK(keys[0]!, 'EdDSA'));
  expect(await codeOf(api.call(privacyApi.eraseMine, { brandId: owner.brandId }, phone))).toBe('not_found');
});

it('is for owners of the brand, about people of the brand', async () => {
  const { personId, phone } = await somebody('yasuko');
  const stranger = await api.staff();
  for (const staff of [stranger, await api.staff('marketer', owner.brandId), await api.staff('host', owner.brandId)]) {
    const refused = staff === stranger ? 'not_found' : 'forbidden';
    expect(await codeOf(api.call(privacyApi.exportPerson, { personId }, staff))).toBe(refused);
    expect(await codeOf(api.call(privacyApi.erasePerson, { personId }, staff))).toBe(refused);
  }
  expect((await api.call(privacyApi.exportPerson, { personId }, owner)).about.personId).toBe(personId);
  // What they did with another brand is that brand's.
  const theirs = await api.product(stranger);
  const theirShow = await api.show(stranger, [theirs.id]);
  const room = await api.connect(phone);
  await room.ask('show.join', { showId: theirShow.id });
  await room.ask('chat.send', {
    showId: theirShow.id,
    clientMessageId: randomUUID(),
    name: '節子',
    text: '別のお店で',
  });
  for (const { id } of (await api.call(ordersApi.list, {}, owner)).orders) await ship(id);
  await api.call(privacyApi.erasePerson, { personId }, owner);
  expect((await api.call(privacyApi.erasures, {}, owner)).erasures).toMatchObject([
    { personId, requestedBy: 'member' },
  ]);
  expect((await api.call(privacyApi.erasures, {}, stranger)).erasures).toEqual([]);
  const { parts } = await api.call(privacyApi.exportMine, { brandId: stranger.brandId }, phone);
  expect(parts.messages).toMatchObject([{ text: '別のお店で' }]);
});

it('is applied again to a database that comes back from a backup', async () => {
  const viewer = await api.viewer();
  const room = await api.connect(viewer);
  await room.ask('show.join', { showId: show.id });
  await room.ask('chat.send', { showId: show.id, clientMessageId: randomUUID(), name: '節子', text: '戻った節子' });
  const { rows: saved } = await api.database.sql<{ row: string }>(
    `SELECT to_jsonb(c) AS row FROM chat_messages c WHERE viewer_id = $1`,
    [viewer.viewerId],
  );
  await eventually(async () => (await rowsWith([viewer.viewerId], ['public.viewers'])).length > 1);
  const { id, receipt } = await api.call(privacyApi.eraseMine, { brandId: owner.brandId }, viewer);
  expect(await rowsWith(['戻った節子'])).toEqual([]);
  expect(await readFile(join(process.env.ENGAWA_DATA_DIR!, 'erasures.jsonl'), 'utf8')).toContain(receipt);

  await api.restart(async () => {
    const { Client } = await import('pg');
    const client = new Client(process.env.DATABASE_URL);
    await client.connect();
    await client.query(`DELETE FROM erasures WHERE id = $1`, [id]);
    await client.query(`DELETE FROM chat_messages WHERE show_id = $1`, [show.id]);
    await client.query(`INSERT INTO chat_messages SELECT (jsonb_populate_record(NULL::chat_messages, $1)).*`, [
      saved[0]!.row,
    ]);
    await client.end();
  });
  expect(await rowsWith(['戻った節子', viewer.viewerId], ['public.viewers', 'public.erasures'])).toEqual([]);
  expect((await api.call(privacyApi.erasures, {}, owner)).erasures).toMatchObject([{ id, receipt }]);
});
