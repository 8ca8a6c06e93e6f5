import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { collectorApi } from '#contracts/collector';
import { codeOf, eventually, startApi, type Api } from '../support/api.ts';
import { basic, Collected, tracked, type CollectorAnswer } from '../support/collector.ts';

let api: Api;
let people: typeof import('../../apps/api/src/people/index.ts');
beforeAll(async () => {
  api = await startApi();
  people = await import('../../apps/api/src/people/index.ts');
});
afterAll(() => api.stop());

const brand = async () => Collected.of(api, await api.staff());
const HOUR = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** Where an answer says that something is wrong. */
const issues = ({ details }: CollectorAnswer) =>
  ((details?.issues ?? []) as { path: string; message: string }[]).map(({ path, message }) => `${path} ${message}`);

describe('a request', () => {
  it('is answered once its events are committed, by either kind of key, in the header or in the body', async () => {
    const shop = await brand();
    const answers = [
      await shop.post('browser', 'track', tracked('A')),
      await shop.post(null, 't', { ...tracked('B'), writeKey: shop.keys.browser }, { 'content-type': 'text/plain' }),
      await shop.post('server', 'batch', { batch: [tracked('C'), tracked('D')], sentAt: ago(0) }),
      await shop.post(null, 'b', JSON.stringify({ batch: [tracked('E')], writeKey: shop.keys.server }), {
        'content-type': 'application/x-www-form-urlencoded',
      }),
    ];
    expect(answers).toEqual(answers.map(() => ({ status: 200, success: true })));
    const rows = await shop.rows();
    expect(rows.map(({ name, source }) => `${name} ${source}`)).toEqual([
      ...['A browser', 'B browser', 'C server', 'D server', 'E server'],
    ]);
  });

  it('may be packed with gzip, and may not unpack beyond the limit', async () => {
    const shop = await brand();
    const packed = { 'content-encoding': 'gzip' };
    const body = gzipSync(JSON.stringify({ batch: [tracked('Packed')] }));
    expect(await shop.post('server', 'batch', body, packed)).toEqual({ status: 200, success: true });
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 32));
    expect(await shop.post('server', 'batch', bomb, packed)).toMatchObject({
      status: 413,
      details: { limitBytes: 512_000 },
    });
    const broken = await shop.post('server', 'batch', Buffer.from('no gzip'), packed);
    expect([broken.status, issues(broken)]).toEqual([400, ['body wrong_type']]);
    expect((await shop.rows()).map(({ name }) => name)).toEqual(['Packed']);
  });

  it('of 1 MB is refused, naming the limit', async () => {
    const shop = await brand();
    const large = await shop.post('browser', 'track', tracked('Large', { properties: { text: 'x'.repeat(1 << 20) } }));
    expect(large).toMatchObject({ status: 413, success: false, message: expect.stringContaining('500 kB') });
  });

  it('that is wrong as a whole is refused, naming the field', async () => {
    const shop = await brand();
    const bodies: [string, string | object, string][] = [
      ['track', '{"event":', 'body not_json'],
      ['track', '', 'body not_json'],
      ['track', '[]', 'body wrong_type'],
      ['track', 'null', 'body wrong_type'],
      ['batch', {}, 'batch required'],
      ['batch', { batch: 'x' }, 'batch wrong_type'],
      ['batch', { batch: Array.from({ length: 2_501 }, () => 1) }, 'batch too_many'],
      ['track', { ...tracked('A'), writeKey: 7 }, 'writeKey wrong_type'],
    ];
    for (const [path, body, issue] of bodies) {
      const answer = await shop.post('server', path, body);
      expect([issue, answer.status, issues(answer)]).toEqual([issue, 400, [issue]]);
    }
    expect((await shop.post('server', 'batch', { batch: [] })).status).toBe(200);
  });

  it('comes from any origin, and no other part of the api does', async () => {
    const shop = await brand();
    const origin = 'https://shop.example';
    const preflight = await fetch(`${api.url}/v1/t`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await shop.post('browser', 't', tracked('Seen'), { origin })).status).toBe(200);
    const elsewhere = await fetch(`${api.url}/api/guest`, { method: 'POST', headers: { origin } });
    expect([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

describe('a write key', () => {
  it('is shown once, kept as a hash, and ends at once', async () => {
    const shop = await brand();
    const { key, writeKey } = await api.call(collectorApi.createKey, { kind: 'browser', name: '本店' }, shop.owner);
    const { keys } = await api.call(collectorApi.keys, {}, shop.owner);
    expect(keys.find(({ id }) => id === key.id)).toEqual(key);
    expect(JSON.stringify(keys)).not.toContain(writeKey);
    const { rows } = await api.database.sql(`SELECT * FROM write_keys WHERE id = $1`, [key.id]);
    expect(JSON.stringify(rows)).not.toContain(writeKey);

    const send = () => shop.post(null, 'track', { ...tracked('A'), writeKey });
    expect((await send()).status).toBe(200);
    const revoked = await api.call(collectorApi.revokeKey, { id: key.id }, shop.owner);
    expect(revoked.revokedAt).not.toBeNull();
    const refused = await send();
    expect([refused.status, issues(refused)]).toEqual([401, ['writeKey revoked_key']]);
    expect(await api.call(collectorApi.revokeKey, { id: key.id }, shop.owner)).toEqual(revoked);
  });

  it('is of one brand: it opens no other, and nobody else sees or ends it', async () => {
    const [shop, other] = [await brand(), await brand()];
    expect(await shop.post(null, 'track', tracked('A'))).toMatchObject({ status: 400 });
    const unknown = await shop.post(null, 'track', { ...tracked('A'), writeKey: 'pub_nobody' });
    expect([unknown.status, issues(unknown)]).toEqual([401, ['writeKey unknown_key']]);
    const both = await shop.post('server', 'track', { ...tracked('A'), writeKey: other.keys.server });
    expect([both.status, issues(both)]).toEqual([400, ['writeKey other_key']]);
    const inside = await shop.post('server', 'batch', { batch: [{ ...tracked('A'), writeKey: other.keys.server }] });
    expect([inside.status, issues(inside)]).toEqual([400, ['batch.0.writeKey other_key']]);
    expect([...(await shop.rows()), ...(await other.rows())]).toEqual([]);
    const { keys } = await api.call(collectorApi.keys, {}, shop.owner);
    expect(keys).toHaveLength(2);
    expect(await codeOf(api.call(collectorApi.revokeKey, { id: keys[0]!.id }, other.owner))).toBe('not_found');
  });
});

describe('a message id', () => {
  it('counts once, however often and wherever it comes', async () => {
    const shop = await brand();
    const event = tracked('Once');
    await Promise.all(Array.from({ length: 5 }, () => shop.post('browser', 'track', event)));
    await shop.post('browser', 'batch', { batch: [event, event, tracked('Other')] });
    await shop.post('browser', 'track', { ...event, event: 'Changed' });
    expect((await shop.rows()).map(({ name }) => name)).toEqual(['Once', 'Other']);
  });

  it('suppresses nothing of another brand, nor of a server, nor of our own', async () => {
    const [shop, other] = [await brand(), await brand()];
    const viewer = await api.viewer();
    const product = await api.product(shop.owner);
    const show = await api.show(shop.owner, [product.id]);
    const client = await api.connect(viewer);
    await client.ask('show.join', { showId: show.id });
    const mine = randomUUID();
    const ours = `${viewer.viewerId}:${mine}`;
    for (const messageId of [ours, 'order:1', 'taken'])
      await shop.post('browser', 'track', tracked('First', { messageId }));
    await shop.post('server', 'track', tracked('Order Completed', { messageId: 'taken', properties: { order_id: 1 } }));
    await other.post('browser', 'track', tracked('First', { messageId: 'taken' }));
    await client.ask('interaction.record', {
      ...{ showId: show.id, productId: product.id, name: 'Product Clicked' },
      ...{ messageId: mine, at: new Date().toISOString() },
    });
    expect((await shop.rows()).filter(({ source }) => source === 'server')).toHaveLength(1);
    expect(await other.rows()).toHaveLength(1);
    const { rows } = await api.database.sql(
      `SELECT 1 FROM interactions WHERE subject_id = $1 AND name = 'Product Clicked'`,
      [viewer.viewerId],
    );
    expect(rows).toHaveLength(1);
  });

  it('is known again after midnight', async () => {
    const shop = await brand();
    const now = new Date();
    const lateEvening = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) - 60_000);
    const event = tracked('Late', { timestamp: lateEvening.toISOString() });
    await shop.post('browser', 'batch', { batch: [event], sentAt: lateEvening.toISOString() });
    await shop.post('browser', 'batch', { batch: [event], sentAt: now.toISOString() });
    const rows = await shop.rows();
    expect(rows).toHaveLength(1);
    expect(rows[0]!.day).toBe(lateEvening.toISOString().slice(0, 10));
  });

  it('is known again after midnight even without a time', async () => {
    const shop = await brand();
    const event = { ...tracked('Timeless'), timestamp: undefined };
    await shop.post('browser', 'track', event);
    await shop.post('browser', 'track', event);
    // As if it had come yesterday.
    await api.database.sql(
      `UPDATE interactions SET day = day - 1, occurred_at = occurred_at - interval '1 day' WHERE brand_id = $1`,
      [shop.owner.brandId],
    );
    await shop.post('browser', 'track', event);
    expect(await shop.rows()).toHaveLength(1);
  });
});

describe('a time', () => {
  const shift = (ms: number, by: number) => new Date(ms + by).toISOString();

  it('is corrected by how far off the sender clock was on sending', async () => {
    const shop = await brand();
    const now = Date.now();
    const wrong = 5 * HOUR;
    const batch = [
      tracked('A', { timestamp: shift(now, wrong - 60_000) }),
      tracked('B', { timestamp: shift(now, wrong) }),
    ];
    await shop.post('browser', 'batch', { batch, sentAt: shift(now, wrong) });
    const rows = await shop.rows();
    const off = rows.map(({ occurred_at }) => Math.round((occurred_at.getTime() - now) / 1000));
    expect(off[0]! - off[1]!).toBe(-60);
    expect(Math.abs(off[1]!)).toBeLessThan(30);
    expect(rows[0]!.day).toBe(shift(now, wrong - 60_000).slice(0, 10));
  });

  it('of a browser is of the last 72 hours, of a server as old as the log', async () => {
    const shop = await brand();
    const sent = async (kind: 'browser' | 'server', timestamp: unknown, sentAt: string = ago(0)) => {
      const answer = await shop.post(kind, 'track', tracked('A', { timestamp, sentAt }));
      return answer.success ? 'taken' : issues(answer).join();
    };
    expect(await sent('browser', ago(71 * HOUR))).toBe('taken');
    expect(await sent('browser', ago(73 * HOUR))).toBe('timestamp too_old');
    expect(await sent('server', ago(700 * 24 * HOUR))).toBe('taken');
    expect(await sent('server', ago(761 * 24 * HOUR))).toBe('timestamp too_old');
    for (const kind of ['browser', 'server'] as const) {
      expect(await sent(kind, '1970-01-01T00:00:00Z')).toBe('timestamp too_old');
      expect(await sent(kind, '2100-01-01T00:00:00Z')).toBe('timestamp in_the_future');
      // A clock that is wrong by decades says nothing, though the difference of its readings is small.
      expect(await sent(kind, '1970-01-01T00:00:00Z', '1970-01-01T00:00:01Z')).toBe('timestamp too_old');
      expect(await sent(kind, '2100-01-01T00:00:00Z', '2100-01-01T00:00:01Z')).toBe('timestamp in_the_future');
      expect(await sent(kind, 'yesterday')).toBe('timestamp not_a_time');
      expect(await sent(kind, 1_700_000_000)).toBe('timestamp not_a_time');
      expect(await sent(kind, ago(0), 'now')).toBe('sentAt not_a_time');
    }
    const { rows } = await api.database.sql(`SELECT 1 FROM pg_class WHERE relname ~ '^interactions_(19|21)\\d{6}$'`);
    expect(rows).toEqual([]);
  });
});

describe('bad events', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`p${n}`, n]));
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
  const noId = { anonymousId: undefined };
  const bad: [string, unknown][] = [
    ['messageId required', { ...tracked('A'), messageId: undefined }],
    ['messageId empty', tracked('A', { messageId: ' ' })],
    ['messageId too_long', tracked('A', { messageId: 'x'.repeat(256) })],
    ['messageId wrong_type', tracked('A', { messageId: { a: 1 } })],
    ['userId required', { ...tracked('A'), ...noId }],
    ['userId empty', tracked('A', { ...noId, userId: '' })],
    ['userId not_an_id', tracked('A', { ...noId, userId: 'null' })],
    ['anonymousId not_an_id', tracked('A', { anonymousId: '[object Object]' })],
    ['anonymousId wrong_type', tracked('A', { anonymousId: ['a'] })],
    ['event required', { ...tracked('A'), event: undefined }],
    ['event empty', tracked('  ')],
    ['event too_long', tracked('x'.repeat(101))],
    ['event reserved', tracked('Live Joined')],
    ['event reserved', tracked('chat_sent')],
    ['properties.order_id empty', tracked('Order Completed', { properties: { order_id: '' } })],
    ['properties.order_id required', tracked('Order Refunded')],
    ['properties.order_id empty', tracked('Product Viewed', { properties: { order_id: null } })],
    ['properties too_many', tracked('A', { properties: many })],
    ['properties wrong_type', tracked('A', { properties: [1] })],
    ['properties.text too_long', tracked('A', { properties: { text: 'x'.repeat(8_193) } })],
    ['properties too_long', tracked('A', { properties: { ['x'.repeat(101)]: 1 } })],
    ['properties.a not_keepable', tracked('A', { properties: { a: 'nul\0' } })],
    ['properties.a not_keepable', tracked('A', { properties: { a: '\ud800' } })],
    ['properties.constructor reserved', tracked('A', { properties: { constructor: 1 } })],
    [
      'context.__proto__ reserved',
      JSON.parse(`{"type":"track","event":"A","messageId":"a","anonymousId":"b","context":{"__proto__":{"x":1}}}`),
    ],
    ['properties.a.a.a.a.a.a.a.a.a.a too_deep', tracked('A', { properties: deep(30) })],
    ['timestamp too_old', tracked('A', { timestamp: '1970-01-01T00:00:00Z' })],
    ['timestamp in_the_future', tracked('A', { timestamp: '2100-01-01T00:00:00Z' })],
    [
      ' too_large',
      tracked('A', {
        properties: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`p${n}`, 'x'.repeat(4_000)])),
      }),
    ],
    ['type unknown_type', tracked('A', { type: 'delete' })],
    ['type required', tracked('A', { type: undefined })],
    [' wrong_type', 'text'],
    [' wrong_type', null],
    ['previousId required', tracked('A', { type: 'alias', userId: 'u' })],
    ['groupId required', tracked('A', { type: 'group' })],
    ['traits wrong_type', tracked('A', { type: 'identify', traits: 'x' })],
  ];

  it('are each refused by their field, counted for the brand to see, and no good one is lost with them', async () => {
    const shop = await brand();
    const batch = bad.flatMap(([issue, event]) => [event, tracked(`good beside ${issue}`)]);
    const answer = await shop.post('server', 'batch', { batch });
    expect(answer).toMatchObject({ status: 200, success: true });
    expect(answer.rejected!.map(({ index, field, reason }) => [index / 2, `${field} ${reason}`])).toEqual(
      bad.map(([issue], index) => [index, issue]),
    );
    expect((await shop.rows()).map(({ name }) => name)).toEqual(
      bad.map(([issue]) => `good beside ${issue}`.slice(0, 100)),
    );

    const seen = await eventually(async () => {
      const { rejections } = await api.call(collectorApi.rejections, {}, shop.owner);
      return rejections.length > 0 ? rejections : null;
    });
    expect(seen.reduce((sum, { count }) => sum + count, 0)).toBe(bad.length);
    expect(seen.find(({ field }) => field === 'properties.order_id')).toMatchObject({
      writeKey: { name: 'The server', kind: 'server' },
      sample: expect.stringContaining('Order'),
    });
    expect(seen.filter(({ field, reason }) => `${field} ${reason}` === 'event reserved')).toMatchObject([{ count: 2 }]);
    const other = await brand();
    expect(await api.call(collectorApi.rejections, {}, other.owner)).toEqual({ rejections: [] });
  });

  it('alone are answered with an error that names the field', async () => {
    const shop = await brand();
    const one = await shop.post('browser', 'track', { ...tracked('A'), messageId: undefined });
    expect([one.status, one.success, one.code, issues(one)]).toEqual([
      400,
      false,
      'invalid_request',
      ['messageId required'],
    ]);
    const two = await shop.post('browser', 'batch', { batch: [tracked(''), tracked('A', { properties: 7 })] });
    expect([two.status, issues(two)]).toEqual([400, ['batch.0.event empty', 'batch.1.properties wrong_type']]);
  });

  it('are shown without the key that they came with, whole bodies too', async () => {
    const shop = await brand();
    const writeKey = shop.keys.server;
    await shop.post(null, 'track', { ...tracked(''), writeKey });
    await shop.post('server', 'track', `{"writeKey":"${writeKey}",`);
    await eventually(async () => (await api.call(collectorApi.rejections, {}, shop.owner)).rejections.length === 2);
    const { rejections } = await api.call(collectorApi.rejections, {}, shop.owner);
    for (const { sample } of rejections) expect(sample).toContain('srv_…');
    expect(JSON.stringify(rejections)).not.toContain(writeKey);
  });

  it('about money do not come from a browser', async () => {
    const shop = await brand();
    for (const name of ['Order Completed', 'order completed', 'Order_Refunded', ' Order  Cancelled ']) {
      const answer = await shop.post('browser', 'track', tracked(name, { properties: { order_id: '1' } }));
      expect([name, answer.status, issues(answer)]).toEqual([name, 400, ['event server_only']]);
    }
    expect(await shop.rows()).toEqual([]);
  });

  it('of more kinds than anybody could read share a row, so that a flood leaves little behind', async () => {
    const shop = await brand();
    for (let round = 0; round < 3; round += 1) {
      const batch = Array.from({ length: 300 }, (_, n) => tracked('A', { properties: { [`p${round}x${n}`]: '\0' } }));
      await shop.post('browser', 'batch', { batch });
    }
    const count = async () => {
      const { rows } = await api.database.sql<{ kinds: number; events: number }>(
        `SELECT count(*)::int AS kinds, sum(count)::int AS events FROM rejected_events WHERE brand_id = $1`,
        [shop.owner.brandId],
      );
      return rows[0]!;
    };
    const { kinds } = await eventually(async () => ((await count()).events === 900 ? count() : null));
    expect(kinds).toBeLessThanOrEqual(201);
  });
});

describe('what it means', () => {
  it('is kept in the terms of our log', async () => {
    const shop = await brand();
    const product = await api.product(shop.owner, {
      variants: [{ name: '', sku: 'MUG-1', priceAmount: 4400, swatch: null, stock: 1 }],
    });
    const stranger = await api.product((await brand()).owner);
    const anonymousId = randomUUID();
    const context = {
      ...{
        page: { url: 'https://shop.example/mug?x=1', path: '/mug', referrer: 'https://line.me/', title: '月白' },
        ip: '203.0.113.9',
      },
      ...{
        campaign: { source: 'line', medium: 'social', name: '秋' },
        userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
      },
    };
    const said = { anonymousId, context };
    await shop.post('browser', 'batch', {
      batch: [
        tracked('', { ...said, type: 'page', name: 'Mug', event: undefined, properties: { path: '/mug' } }),
        tracked('', { ...said, type: 'screen', name: 'Home', event: undefined }),
        tracked('Product Viewed', { ...said, properties: { product_id: product.id } }),
        tracked('Product Added', { ...said, properties: { product_id: 'MUG-1', quantity: 3 } }),
        tracked('Product Added', { ...said, properties: { sku: product.variants[0]!.id } }),
        tracked('Product Viewed', { ...said, properties: { product_id: stranger.id, quantity: -1 } }),
      ],
    });
    const rows = await shop.rows();
    expect(rows.map(({ name, product_id, quantity }) => [name, product_id, quantity])).toEqual([
      ['Page Viewed', null, 1],
      ['Screen Viewed', null, 1],
      ['Product Viewed', product.id, 1],
      ['Product Added', product.id, 3],
      ['Product Added', product.id, 1],
      ['Product Viewed', null, 1],
    ]);
    expect(rows[0]).toMatchObject({
      properties: { name: 'Mug', path: '/mug' },
      context: {
        page: context.page,
        campaign: context.campaign,
        device: { browser: 'Safari', system: 'iOS', mobile: true },
      },
    });
    expect(JSON.stringify(rows)).not.toContain('203.0.113.9');
    const id = people.subjectId({ brandId: shop.owner.brandId, kind: 'anonymous', value: anonymousId });
    expect(new Set(rows.map(({ subject_id }) => subject_id))).toEqual(new Set([id]));
  });

  it('sets attributes; the later one counts, whichever comes first', async () => {
    const shop = await brand();
    const user = { userId: 42, anonymousId: undefined };
    await shop.post('server', 'identify', tracked('', { ...user, traits: { plan: 'new', name: '晴香' } }));
    await shop.post('server', 'identify', tracked('', { ...user, traits: { plan: 'old' }, timestamp: ago(HOUR) }));
    await shop.post('server', 'group', tracked('', { ...user, groupId: 'g1', traits: { name: '茶の会' } }));
    const { rows } = await api.database.sql<{ name: string; value: unknown; source: string }>(
      `SELECT name, value, source FROM person_attributes WHERE brand_id = $1 AND subject_id = $2 ORDER BY name`,
      [shop.owner.brandId, people.subjectId({ brandId: shop.owner.brandId, kind: 'user', value: '42' })],
    );
    expect(rows.map(({ name, value, source }) => [name, value, source])).toEqual([
      ['group.id', 'g1', 'collector:server'],
      ['group.name', '茶の会', 'collector:server'],
      ['name', '晴香', 'collector:server'],
      ['plan', 'new', 'collector:server'],
    ]);
  });
});

describe('who somebody is', () => {
  const setUp = async () => {
    const shop = await brand();
    const { brandId } = shop.owner;
    const identity = api.app.get(people.IdentityService);
    const person = (kind: 'anonymous' | 'user' | 'email', value: string) =>
      identity.personOf(brandId, people.subjectId({ brandId, kind, value }));
    const identify = (kind: 'browser' | 'server', more: object) =>
      shop.post(kind, 'identify', { ...tracked(''), event: undefined, type: 'identify', ...more });
    return { shop, brandId, person, identify };
  };

  it('is proven by a server', async () => {
    const { shop, person, identify } = await setUp();
    await identify('server', { anonymousId: 'a1', userId: 'u1', traits: { email: 'Haruka@Example.jp' } });
    const one = await person('user', 'u1');
    expect([await person('anonymous', 'a1'), await person('email', 'haruka@example.jp')]).toEqual([one, one]);
    await shop.post('server', 'alias', tracked('', { anonymousId: undefined, userId: 'u1', previousId: 'u0' }));
    expect(await person('anonymous', 'u0')).toBe(one);
  });

  it('is only claimed by a browser: somebody else’s user id proves nothing and touches nothing of theirs', async () => {
    const { shop, brandId, person, identify } = await setUp();
    await identify('server', { anonymousId: 'theirs', userId: 'u1', traits: { plan: 'gold' } });
    const victim = await person('user', 'u1');
    await identify('browser', {
      anonymousId: 'mine',
      userId: 'u1',
      traits: { email: 'victim@example.jp', plan: 'none' },
    });
    await shop.post('browser', 'track', tracked('Product Viewed', { anonymousId: 'mine', userId: 'u1' }));
    await shop.post('browser', 'alias', tracked('', { anonymousId: 'mine', userId: 'u1', previousId: 'mine' }));
    expect(await person('anonymous', 'mine')).not.toBe(victim);
    const mine = people.subjectId({ brandId, kind: 'anonymous', value: 'mine' });
    expect((await shop.rows()).map(({ subject_id }) => subject_id)).toEqual([mine]);
    const { rows: plans } = await api.database.sql(
      `SELECT value FROM person_attributes WHERE subject_id = $1 AND name = 'plan'`,
      [people.subjectId({ brandId, kind: 'user', value: 'u1' })],
    );
    expect(plans).toEqual([{ value: 'gold' }]);
    const { rows: claims } = await api.database.sql(
      `SELECT DISTINCT state, source FROM identity_links WHERE brand_id = $1 AND subject_id = $2`,
      [brandId, mine],
    );
    expect(claims).toEqual([{ state: 'pending', source: 'browser' }]);
    expect(issues(await shop.post('browser', 'track', tracked('A', { anonymousId: undefined, userId: 'u1' })))).toEqual(
      ['anonymousId required'],
    );
  });

  it('is proven by a browser whose user the brand’s server has signed', async () => {
    const { shop, person, identify } = await setUp();
    const { secret } = await api.call(collectorApi.newUserSecret, {}, shop.owner);
    const signed = (userId: string, by = secret) => createHmac('sha256', by).update(userId).digest('hex');
    await identify('browser', { anonymousId: 'a1', userId: 'u1', context: { userHash: signed('u2') } });
    await identify('browser', {
      anonymousId: 'a1',
      userId: 'u1',
      context: { userHash: signed('u1', 'another secret') },
    });
    await identify('browser', { anonymousId: 'a1', userId: 'u1', context: { userHash: 'zz' } });
    expect(await person('anonymous', 'a1')).not.toBe(await person('user', 'u1'));
    await identify('browser', { anonymousId: 'a1', userId: 'u1', context: { userHash: signed('u1') } });
    expect(await person('anonymous', 'a1')).toBe(await person('user', 'u1'));

    const other = await setUp();
    await other.identify('browser', { anonymousId: 'a1', userId: 'u1', context: { userHash: signed('u1') } });
    expect(await other.person('anonymous', 'a1')).not.toBe(await other.person('user', 'u1'));

    await api.call(collectorApi.newUserSecret, {}, shop.owner);
    await identify('browser', { anonymousId: 'a9', userId: 'u1', context: { userHash: signed('u1') } });
    expect(await person('anonymous', 'a9')).not.toBe(await person('user', 'u1'));
    await eventually(async () =>
      (await api.call(collectorApi.rejections, {}, shop.owner)).rejections.find(
        ({ field, reason, count }) => field === 'context.userHash' && reason === 'wrong_hash' && count === 4,
      ),
    );
  });
});

describe('consent', () => {
  it('decides what is kept, by our own word or by the one that the shop was given', async () => {
    const shop = await brand();
    const { brandId } = shop.owner;
    await api.database.sql(`UPDATE brands SET consent_mode = 'opt_in' WHERE id = $1`, [brandId]);
    const user = { userId: 'u1', anonymousId: undefined };
    const consent = (profiling: boolean) => ({ context: { consent: { categoryPreferences: { profiling } } } });
    const send = async (event: string, more: object = {}) =>
      (await shop.post('server', 'batch', { batch: [tracked(event, { ...user, ...more })] })).status;
    expect(await send('not asked')).toBe(200);
    expect(await send('agreed at the shop', consent(true))).toBe(200);
    expect(await send('refused at the shop', consent(false))).toBe(200);
    const traits = { plan: 'gold', email: 'haruka@example.jp' };
    await shop.post('server', 'identify', tracked('', { ...user, type: 'identify', traits }));
    const { rows: kept } = await api.database.sql(`SELECT 1 FROM person_attributes WHERE brand_id = $1`, [brandId]);
    expect(kept).toEqual([]);
    // The link was learnt all the same: what the owner of the address agreed to, holds for the user.
    const { CONSENT_TEXT_VERSION } = await import('#contracts/viewer-account');
    const decide = (granted: boolean) =>
      api.app
        .get(people.ConsentService)
        .record(brandId, people.subjectId({ brandId, kind: 'email', value: traits.email }), {
          ...{ purpose: 'profiling', granted, textVersion: CONSENT_TEXT_VERSION, locale: 'ja', source: 'account' },
        });
    await decide(true);
    expect(await send('agreed with us')).toBe(200);
    await decide(false);
    expect(await send('refused with us', consent(true))).toBe(200);
    expect((await shop.rows()).map(({ name }) => name)).toEqual(['agreed at the shop', 'agreed with us']);
    const refused = await eventually(async () =>
      (await api.call(collectorApi.rejections, {}, shop.owner)).rejections.find(({ count }) => count === 4),
    );
    expect(refused).toMatchObject({ field: 'context.consent', reason: 'no_consent', sample: '' });
  });
});

describe('Segment’s own library for servers', () => {
  const library = (writeKey: string) => {
    const client = new Analytics({ writeKey, host: api.url, flushAt: 20, maxRetries: 0 });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    return { client, errors };
  };

  it('delivers all its calls, unchanged', async () => {
    const shop = await brand();
    const { client, errors } = library(shop.keys.server);
    const product = await api.product(shop.owner);
    client.identify({ userId: 'u1', anonymousId: 'a1', traits: { email: 'haruka@example.jp', plan: 'gold' } });
    client.track({ userId: 'u1', event: 'Order Completed', properties: { order_id: 'o1', total: 4400 } });
    client.track({ anonymousId: 'a1', event: 'Product Viewed', properties: { product_id: product.id } });
    client.page({ userId: 'u1', name: 'Home', properties: { path: '/' } });
    client.screen({ userId: 'u1', name: 'Cart' });
    client.alias({ userId: 'u1', previousId: 'u0' });
    client.group({ userId: 'u1', groupId: 'g1', traits: { name: '茶の会' } });
    for (let n = 0; n < 50; n += 1)
      client.track({ userId: `many-${n}`, event: 'Signed Up', timestamp: new Date(Date.now() - n * HOUR) });
    await client.closeAndFlush();
    expect(errors).toEqual([]);
    const rows = await shop.rows();
    expect(
      rows.filter(({ name }) => name !== 'Signed Up').map(({ name, source, product_id }) => [name, source, product_id]),
    ).toEqual([
      ['Order Completed', 'server', null],
      ['Product Viewed', 'server', product.id],
      ['Page Viewed', 'server', null],
      ['Screen Viewed', 'server', null],
    ]);
    expect(rows.filter(({ name }) => name === 'Signed Up')).toHaveLength(50);
    const { brandId } = shop.owner;
    const [one, ...others] = await Promise.all(
      (['user u1', 'user u0', 'anonymous a1', 'email haruka@example.jp'] as const).map((who) => {
        const [kind, value] = who.split(' ') as ['user' | 'anonymous' | 'email', string];
        return api.app.get(people.IdentityService).personOf(brandId, people.subjectId({ brandId, kind, value }));
      }),
    );
    // `u0` had never been seen as a user, so that it is taken for an anonymous id.
    expect(others.filter((other) => other === one)).toHaveLength(2);
  });

  it('is told when its key is none, and when all it sends is refused', async () => {
    const shop = await brand();
    for (const [key, userId] of [
      ['srv_nobody', 'u1'],
      [shop.keys.server, 'null'],
    ] as const) {
      const { client, errors } = library(key);
      client.track({ userId, event: 'A' });
      await client.closeAndFlush();
      expect(errors).toHaveLength(1);
    }
  });
});

it('answers a library the settings that it asks a CDN for', async () => {
  const shop = await brand();
  const response = await fetch(`${api.url}/v1/projects/${shop.keys.browser}/settings`);
  const { host } = new URL(api.url);
  expect(await response.json()).toEqual({
    integrations: { 'Segment.io': { apiKey: shop.keys.browser, apiHost: `${host}/v1`, protocol: 'http' } },
    plan: {},
  });
  expect((await fetch(`${api.url}/v1/projects/pub_nobody/settings`)).status).toBe(401);
});

it('holds back one address that tries keys', async () => {
  const headers = { 'x-forwarded-for': '10.9.8.7', 'content-type': 'application/json' };
  const attempt = (writeKey: string) =>
    fetch(`${api.url}/v1/track`, {
      method: 'POST',
      headers: { ...headers, authorization: basic(writeKey) },
      body: '{}',
    });
  const codes: number[] = [];
  for (let n = 0; n < 61; n += 1) codes.push((await attempt(`pub_${n}`)).status);
  expect([codes[0], codes.at(-1)]).toEqual([401, 429]);
});

it('drops days that are older than the log is kept, and none else', async () => {
  const shop = await brand();
  const old = [400, 30, 2].map((days) => ago(days * 24 * HOUR));
  await shop.post('server', 'batch', { batch: old.map((timestamp, n) => tracked(`Day ${n}`, { timestamp })) });
  const { RetentionJob } = await import('../../apps/api/src/engagement/index.ts');
  const gone = await api.app.get(RetentionJob).dropOld(60);
  expect(gone).toContain(old[0]!.slice(0, 10));
  expect(gone.every((day) => day < ago(60 * 24 * HOUR).slice(0, 10))).toBe(true);
  expect((await shop.rows()).map(({ name }) => name).toSorted()).toEqual(['Day 1', 'Day 2']);
  const { rows } = await api.database.sql(
    `SELECT count(*)::int AS jobs FROM graphile_worker.jobs WHERE task_identifier = 'drop-old-interactions'`,
  );
  expect(rows).toEqual([{ jobs: 1 }]);
});
