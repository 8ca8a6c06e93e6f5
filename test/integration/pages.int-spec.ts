import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { showsApi, type PublicShow } from '#contracts/shows';
import { startApi, type Api, type Staff } from '../support/api.ts';
import { send } from '../support/http.ts';

let api: Api;
let owner: Staff;
beforeAll(async () => {
  // The shell as the web builds it, but for the names of its scripts.
  await copyFile('apps/web/index.html', join(process.env.ENGAWA_DATA_DIR!, 'index.html'));
  api = await startApi();
  owner = await api.staff();
});
afterAll(() => api.stop());

async function scheduled(words: Partial<Record<'title' | 'subtitle', string>> = {}, productName = '月白のマグ') {
  const form = new FormData();
  const png = await sharp({ create: { width: 16, height: 9, channels: 3, background: '#a86' } })
    .png()
    .toBuffer();
  form.set('file', new Blob([new Uint8Array(png)]));
  const { text } = await send(api, 'POST', '/api/images', { body: form }, owner);
  const { imageId } = JSON.parse(text) as { imageId: string };
  const product = await api.product(owner, { name: productName });
  const show = await api.call(
    showsApi.create,
    {
      title: '秋の窯出し',
      subtitle: '',
      slug: `show-${randomUUID()}`,
      hostName: '早川',
      startsAt: '2026-11-21T11:00:00Z',
      endsAt: null,
      posterImageId: imageId,
      productIds: [product.id],
      ...words,
    },
    owner,
  );
  return { show, imageId };
}

async function pageOf(show: PublicShow) {
  const { status, text } = await send(api, 'GET', `/s/${show.slug}`);
  expect(status).toBe(200);
  const data = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(text)?.[1];
  return { html: text, data: JSON.parse(data!) as PublicShow };
}

describe("a show's page", () => {
  it('says in its HTML what the show is, when, and what is pinned', async () => {
    const { show, imageId } = await scheduled();
    const client = await api.connect(owner);
    await client.ask('pin.set', { showId: show.id, offerId: show.offers[0]!.id });
    const { html, data } = await pageOf(show);
    expect(html).toContain('<title>秋の窯出し | Test brand</title>');
    expect(html).toContain('<h1>秋の窯出し</h1>');
    expect(html).toContain(`<meta property="og:image" content="${api.url}/api/images/${imageId}?w=1280">`);
    expect(html).toContain(`<img src="/api/images/${imageId}?w=1280" alt="">`);
    // 11:00 UTC is eight in the evening for a brand in Tokyo, wherever the server stands.
    expect(html).toMatch(/<time datetime="2026-11-21T11:00:00.000Z">11月21日\(土\) 20:00<\/time>/);
    expect(html).toContain('<p>月白のマグ ¥4,400</p>');
    expect(html).toContain(`<link rel="canonical" href="${api.url}/s/${show.slug}">`);
    const { serverTime: _now, ...known } = await api.call(showsApi.public, { slug: show.slug });
    expect(data).toMatchObject(known);
  });

  it.each([
    ['</script><script>alert(1)</script>', '</title><b>'],
    [`"quotes" 'both' & <tags>`, `" onload="alert(1)`],
    ["$& $1 $` $' $$", '$<head>'],
    ['<!--head--><!--data-->', '<!--body-->'],
    ['&lt;b&gt; &amp;amp;', '\u2028'],
  ])('shows %s as the words that they are', async (title, subtitle) => {
    const { show } = await scheduled({ title, subtitle }, title);
    const { html, data } = await pageOf(show);
    expect([data.title, data.subtitle]).toEqual([show.title, show.subtitle]);
    expect(html.match(/<script/g)).toHaveLength(2); // the data and the program
    expect(html.match(/<title>|<\/title>|<h1>|<b>| onload="/g)).toEqual(['<title>', '</title>', '<h1>']);
    expect(html.match(/<!--|<tags>/g)).toBeNull();
    const heading = /<h1>(.*?)<\/h1>/s.exec(html)![1]!;
    expect(heading.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(title);
  });

  it('that is not there is the same page with 404, whatever was asked for', async () => {
    for (const slug of ['nowhere', 'A%20B', '%00', '%F0%9F%98%80', '..%2f..%2fetc', 'x'.repeat(290)]) {
      const { status, text } = await send(api, 'GET', `/s/${slug}`);
      expect([slug, status, text.includes('<div id="root">')]).toEqual([slug, 404, true]);
    }
  });
});

describe('every page', () => {
  it.each(['/', '/shows', '/insights/shows/1', '/orders/1?key=2'])('%s is the shell', async (path) => {
    const { status, text, headers } = await send(api, 'GET', path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<title>Engawa</title>');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('comes with the headers that keep foreign code and frames away', async () => {
    const { show } = await scheduled();
    for (const path of ['/', `/s/${show.slug}`]) {
      const { headers } = await send(api, 'GET', path);
      const policy = new Map(
        headers
          .get('content-security-policy')!
          .split(';')
          .map((directive) => {
            const [name, ...sources] = directive.trim().split(' ');
            return [name!, sources];
          }),
      );
      expect(policy.get('default-src')).toEqual(["'self'"]);
      expect(policy.get('script-src')).toEqual(["'self'", 'https://js.stripe.com']);
      expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
      expect(policy.get('object-src')).toEqual(["'none'"]);
      expect([...policy.values()].flat().filter((source) => /unsafe|^\*$/.test(source))).toEqual([]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBeTruthy();
      expect(headers.get('strict-transport-security')).toBeNull(); // over https only
    }
  });

  it('lets nothing else be taken for a page, or embedded elsewhere', async () => {
    for (const path of ['/api/health', '/api/nowhere']) {
      const { headers } = await send(api, 'GET', path);
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBeTruthy();
    }
  });

  it('is not what a wrong address of the api or of a file answers', async () => {
    for (const path of ['/api/nowhere', '/assets/nowhere.js']) {
      const { status, headers } = await send(api, 'GET', path);
      expect([status, headers.get('content-type')]).toEqual([404, expect.stringContaining('json')]);
    }
  });
});
