import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { collectorApi } from '#contracts/collector';
import { eventually, startApi, type Api } from '../support/api.ts';
import { openBrowser } from '../support/browser.ts';
import { Collected } from '../support/collector.ts';

// Segment's own browser library, as npm has it, on a page of a shop of another origin.

let api: Api;
let browser: Browser;
let shop: Server;
let shopUrl: string;
let segment: Collected;
beforeAll(async () => {
  await import('../support/integration.setup.ts');
  [api, browser] = await Promise.all([startApi(), openBrowser()]);
  segment = await Collected.of(api, await api.staff());
  const library = createRequire(import.meta.url)
    .resolve('@segment/analytics-next')
    .replace(/dist\/.*$/, 'dist/umd/index.js');
  shop = createServer((request, response) => {
    if (request.url === '/analytics.js') {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(library));
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>月白のマグ</title><script src="/analytics.js"></script><h1>月白のマグ</h1>');
  });
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  shopUrl = `http://localhost:${(shop.address() as AddressInfo).port}`;
}, 240_000);
afterAll(async () => {
  await browser?.close();
  shop?.close();
  await api?.stop();
});

/** All that the page says of us: our address, and the key. */
const load = ({ writeKey, cdnURL, batching }: { writeKey: string; cdnURL: string; batching: boolean }) => {
  const { AnalyticsBrowser } = (window as unknown as { AnalyticsNext: typeof import('@segment/analytics-next') })
    .AnalyticsNext;
  const deliveryStrategy = { strategy: 'batching' as const, config: { size: 50, timeout: 60_000 } };
  const analytics = AnalyticsBrowser.load(
    { writeKey, cdnURL },
    batching ? { integrations: { 'Segment.io': { deliveryStrategy } } } : {},
  );
  Object.assign(window, { analytics });
};
type Shop = Window & { analytics: import('@segment/analytics-next').AnalyticsBrowser };

async function openShop(path: string, batching = false): Promise<{ page: Page; faults: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
  page.on('requestfailed', (request) => faults.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(shopUrl + path);
  await page.evaluate(load, { writeKey: segment.keys.browser, cdnURL: api.url, batching });
  return { page, faults };
}

it('sends what somebody does in a shop, each event by itself', async () => {
  const { page, faults } = await openShop('/mug?utm_source=line&utm_medium=social&utm_campaign=autumn');
  const product = await api.product(segment.owner);
  const { secret } = await api.call(collectorApi.newUserSecret, {}, segment.owner);
  const userHash = createHmac('sha256', secret).update('customer-7').digest('hex');
  const anonymousId = await page.evaluate(
    async ([productId, hash]) => {
      const { analytics } = window as unknown as Shop;
      await analytics.page();
      await analytics.track('Product Viewed', { product_id: productId });
      await analytics.identify('customer-7', { email: 'haruka@example.jp' }, { context: { userHash: hash } } as object);
      await analytics.track('Product Added', { product_id: productId, quantity: 2 });
      return (await analytics.user()).anonymousId();
    },
    [product.id, userHash] as const,
  );
  const rows = await eventually(async () => {
    const found = await segment.rows();
    return found.length === 3 ? found : null;
  });
  expect(rows.map(({ name, product_id, quantity }) => [name, product_id, quantity])).toEqual([
    ['Page Viewed', null, 1],
    ['Product Viewed', product.id, 1],
    ['Product Added', product.id, 2],
  ]);
  expect(rows[0]!.context).toMatchObject({
    page: { path: '/mug', title: '月白のマグ' },
    campaign: { source: 'line', medium: 'social', name: 'autumn' },
    device: { browser: 'Chrome', mobile: false },
  });
  const { IdentityService, subjectId } = await import('../../apps/api/src/people/index.ts');
  const { brandId } = segment.owner;
  const personOf = (kind: 'anonymous' | 'user', value: string) =>
    api.app.get(IdentityService).personOf(brandId, subjectId({ brandId, kind, value }));
  await eventually(async () => (await personOf('anonymous', anonymousId!)) === (await personOf('user', 'customer-7')));
  expect(faults).toEqual([]);
});

it('sends a batch that it has gathered when the page is left', async () => {
  const before = (await segment.rows()).length;
  const { page, faults } = await openShop('/cup', true);
  await page.evaluate(async () => {
    const { analytics } = window as unknown as Shop;
    for (let n = 1; n <= 5; n += 1) await analytics.track('Product Clicked', { position: n });
  });
  expect(await segment.rows()).toHaveLength(before);
  await page.goto('about:blank');
  const rows = await eventually(async () => {
    const found = (await segment.rows()).slice(before);
    return found.length === 5 ? found : null;
  });
  expect(rows.map(({ properties }) => properties?.position)).toEqual([1, 2, 3, 4, 5]);
  expect(faults).toEqual([]);
  const { rejections } = await api.call(collectorApi.rejections, {}, segment.owner);
  expect(rejections).toEqual([]);
});
