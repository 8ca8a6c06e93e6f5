import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { showsApi } from '#contracts/shows';
import { catalogApi } from '#contracts/catalog';
import { codeOf, startApi, type Api, type Staff } from '../support/api.ts';
import { fieldsOf, send } from '../support/http.ts';

let api: Api;
let owner: Staff;
beforeAll(async () => {
  api = await startApi();
  owner = await api.staff();
});
afterAll(() => api.stop());

/** Whatever was sent: the process goes on serving. */
afterEach(async () => {
  expect((await send(api, 'GET', '/api/health')).text).toBe('{"ok":true}');
});

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const aProduct = () => ({
  name: '月白のマグ',
  note: '',
  description: '',
  variants: [{ name: '', sku: randomUUID(), priceAmount: 4400, swatch: null, stock: 1 }],
});
const aShow = () => ({
  title: '秋の窯出し',
  subtitle: '',
  slug: `show-${randomUUID()}`,
  hostName: '早川',
  startsAt: '2026-11-21T12:00:00Z',
  endsAt: null,
  productIds: [],
});

describe('a refusal', () => {
  it('has one shape, whatever refuses', async () => {
    const answers = await Promise.all([
      send(api, 'GET', '/api/nowhere'),
      send(api, 'POST', '/api/nowhere', json({})),
      send(api, 'GET', `/api/shows/${randomUUID()}`, {}, owner),
      send(api, 'GET', '/api/shows'),
      send(api, 'POST', '/api/shows', json('{"title":'), owner),
      send(api, 'POST', '/api/shows', json(aShow(), { origin: 'https://evil.example' }), owner),
    ]);
    for (const { body, status, headers } of answers) {
      expect([status, body]).toEqual([expect.any(Number), expect.objectContaining({ code: expect.any(String) })]);
      expect(
        Object.keys(body)
          .toSorted()
          .filter((key) => key !== 'details'),
      ).toEqual(['code', 'message', 'requestId']);
      expect(body.requestId).toMatch(/^[0-9A-F]{8}$/);
      expect(headers.get('x-powered-by')).toBeNull();
    }
    expect(answers.map(({ body, status }) => [status, body.code])).toEqual([
      [404, 'not_found'],
      [404, 'not_found'],
      [404, 'not_found'],
      [401, 'unauthenticated'],
      [400, 'invalid_request'],
      [403, 'foreign_origin'],
    ]);
  });

  it('tells nothing of what broke inside', async () => {
    await api.database.sql(`ALTER TABLE products RENAME TO products_away`);
    try {
      const { status, body } = await send(api, 'GET', '/api/products', {}, owner);
      expect([status, body]).toEqual([500, { code: 'internal', message: 'internal error', requestId: body.requestId }]);
    } finally {
      await api.database.sql(`ALTER TABLE products_away RENAME TO products`);
    }
  });
});

describe('a body', () => {
  it.each<[string, RequestInit, number, string]>([
    ['that is no JSON', json('{"title":'), 400, 'invalid_request'],
    ['that is not there', { headers: { 'content-type': 'application/json' } }, 400, 'invalid_request'],
    ['that is a list', json([1]), 400, 'invalid_request'],
    ['that is null', json('null'), 400, 'invalid_request'],
    ['that would poison a prototype', json('{"__proto__":{"isAdmin":true}}'), 400, 'invalid_request'],
    ['of another kind', { headers: { 'content-type': 'text/plain' }, body: 'hello' }, 400, 'invalid_request'],
    ['that is too large', json({ title: 'x'.repeat(300_000) }), 413, 'payload_too_large'],
  ])('%s is refused', async (_, init, status, code) => {
    const answer = await send(api, 'POST', '/api/shows', init, owner);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a number for a title', { title: 5 }, 'title'],
    ['a title of spaces', { title: '  ' }, 'title'],
    ['a title of 61 characters', { title: 'x'.repeat(61) }, 'title'],
    ['a title with a NUL', { title: 'a\u0000b' }, 'title'],
    ['a slug that is a path', { slug: '../admin' }, 'slug'],
    ['a time that is none', { startsAt: '2026-02-30T00:00:00Z' }, 'startsAt'],
    ['an end before the start', { endsAt: '2026-11-21T11:00:00Z' }, 'endsAt'],
    ['a product that is no id', { productIds: ['1'] }, 'productIds.0'],
    ['a product that is not there', { productIds: [randomUUID()] }, 'productIds.0'],
    ['a picture that is not there', { posterImageId: randomUUID() }, 'posterImageId'],
  ])('names the field of a show: %s', async (_, wrong, path) => {
    const { status, body } = await send(api, 'POST', '/api/shows', json({ ...aShow(), ...wrong }), owner);
    expect([status, body.code, fieldsOf(body)]).toEqual([400, 'invalid_request', [path]]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a fraction of a yen', { priceAmount: 10.5 }, 'variants.0.priceAmount'],
    ['a price as text', { priceAmount: '4400' }, 'variants.0.priceAmount'],
    ['a price of nothing', { priceAmount: 0 }, 'variants.0.priceAmount'],
    ['a price past the largest', { priceAmount: 100_000_000 }, 'variants.0.priceAmount'],
    ['stock below nothing', { stock: -1 }, 'variants.0.stock'],
    ['a colour that is none', { swatch: 'red;}' }, 'variants.0.swatch'],
    ['a picture that is not there', { imageId: randomUUID() }, 'variants.0.imageId'],
  ])('names the field of a product: %s', async (_, wrong, path) => {
    const product = aProduct();
    const input = { ...product, variants: [{ ...product.variants[0], ...wrong }] };
    const { status, body } = await send(api, 'POST', '/api/products', json(input), owner);
    expect([status, body.code, fieldsOf(body)]).toEqual([400, 'invalid_request', [path]]);
  });

  it('names the SKU that is in use, by a variant of the same brand only', async () => {
    const input = aProduct();
    await api.call(catalogApi.create, input, owner);
    const { body } = await send(api, 'POST', '/api/products', json(input), owner);
    expect(fieldsOf(body)).toEqual(['variants.sku']);
    await api.call(catalogApi.create, input, await api.staff());
  });

  it('takes an end that is half a second after the start', async () => {
    const times = { startsAt: '2026-11-21T12:00:00Z', endsAt: '2026-11-21T12:00:00.500Z' };
    await api.call(showsApi.create, { ...aShow(), ...times }, owner);
  });
});

describe('an address', () => {
  it.each([
    ['/api/shows/1', 'id'],
    ['/api/shows/%00', 'id'],
    ['/api/products?limit=0', 'limit'],
    ['/api/products?limit=ten', 'limit'],
    ['/api/products?after=1', 'after'],
    ['/api/public/shows/A%20B', 'slug'],
    ['/api/images/1', 'id'],
    [`/api/images/${randomUUID()}?w=9999`, 'w'],
  ])('%s names what is wrong with it', async (path, field) => {
    const { status, body } = await send(api, 'GET', path, {}, owner);
    expect([status, body.code, fieldsOf(body)]).toEqual([400, 'invalid_request', [field]]);
  });

  it.each(['/api/images/..%2f..%2fsecret', '/assets/..%2f..%2fpackage.json', '/api/shows/%zz', '/%2e%2e/package.json'])(
    '%s leads nowhere',
    async (path) => expect((await send(api, 'GET', path, {}, owner)).status).toBeGreaterThanOrEqual(400),
  );

  it('is not longer than needed', async () => {
    expect((await send(api, 'GET', `/api/public/shows/${'x'.repeat(5_000)}`)).status).toBe(404);
  });
});

describe('a foreign page', () => {
  it.each(['https://evil.example', 'null', 'http://localhost:1'])('of %s changes nothing', async (origin) => {
    const refused = [
      await send(api, 'POST', '/api/shows', json(aShow(), { origin }), owner),
      await send(api, 'PUT', `/api/shows/${randomUUID()}`, json(aShow(), { origin }), owner),
      await send(api, 'DELETE', '/api/session', { headers: { origin } }, owner),
      await send(api, 'POST', '/api/session', json({ email: 'a@example.jp', password: 'x' }, { origin })),
      await send(api, 'POST', '/api/guest', json({}, { origin })),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [403, 'foreign_origin']));
    await api.call(showsApi.list, {}, owner);
  });

  it('may read nothing either: no header lets it', async () => {
    const { headers } = await send(api, 'GET', '/api/shows', { headers: { origin: 'https://evil.example' } }, owner);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an upload', () => {
  const upload = (bytes: Uint8Array<ArrayBuffer> | string, type = 'image/png') => {
    const form = new FormData();
    form.set('file', new Blob([bytes], { type }), 'picture.png');
    return send(api, 'POST', '/api/images', { body: form }, owner);
  };
  const picture = async (width: number, height: number) =>
    new Uint8Array(
      await sharp({ create: { width, height, channels: 3, background: '#a86' } })
        .png()
        .toBuffer(),
    );

  it('is encoded anew and served in four widths', async () => {
    const { body, status } = await upload(await picture(1600, 900));
    const { url, imageId } = body as unknown as { url: string; imageId: string };
    expect([status, body]).toEqual([200, { imageId, url: `/api/images/${imageId}`, width: 1280, height: 720 }]);
    for (const width of [160, 320, 640, 1280]) {
      const response = await fetch(`${api.url}${url}?w=${width}`);
      const { format, width: actual } = await sharp(await response.arrayBuffer()).metadata();
      expect([format, actual]).toEqual(['webp', width]);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each<[string, string]>([
    ['text', 'hello'],
    ['nothing', ''],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'],
    ['half a PNG', '\u0089PNG\r\n\u001a\n'],
  ])('that is %s names its file', async (_, bytes) => {
    const { status, body } = await upload(bytes);
    expect([status, body.code, fieldsOf(body)]).toEqual([400, 'invalid_request', ['file']]);
  });

  it('is not too many bytes', async () => {
    const { status, body } = await upload(new Uint8Array(15 * 1024 * 1024 + 1));
    expect([status, body.code]).toEqual([413, 'payload_too_large']);
  });

  it('is not too many pixels, however few bytes', async () => {
    const { status, body } = await upload(await picture(8_000, 7_000));
    expect([status, body.code]).toEqual([413, 'payload_too_large']);
  });

  it('has a file', async () => {
    for (const init of [json({}), { body: new FormData() }]) {
      const { status, body } = await send(api, 'POST', '/api/images', init, owner);
      expect([status, body.code, fieldsOf(body)]).toEqual([400, 'invalid_request', ['file']]);
    }
  });

  it('is of the brand that made it', async () => {
    const { body } = await upload(await picture(10, 10));
    const { imageId } = body as unknown as { imageId: string };
    const stranger = await api.staff();
    await api.call(catalogApi.create, { ...aProduct(), imageId }, owner);
    expect(await codeOf(api.call(catalogApi.create, { ...aProduct(), imageId }, stranger))).toBe('invalid_request');
  });
});
