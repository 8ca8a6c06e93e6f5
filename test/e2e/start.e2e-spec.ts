import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

let product: Product;
let browser: Browser;
beforeAll(async () => {
  product = await startProduct({ demo: true });
  browser = await openBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe('npm start', () => {
  it('prints addresses that answer', async () => {
    const addresses = [...product.output().matchAll(/http:\/\/localhost:\d+\/\S*/g)].map(([address]) => address);
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    const answers = await Promise.all(addresses.map(async (address) => [address, (await fetch(address)).status]));
    expect(answers).toEqual(addresses.map((address) => [address, 200]));
  });

  it('is ready part by part', async () => {
    const answer = await fetch(`${product.url}/api/ready`);
    expect(await answer.json()).toEqual({ ok: true, parts: { database: 'ok', migrations: 'ok', media: 'ok' } });
  });

  it('has a demo show on air: its name is in the HTML, its picture moves, and who speaks is greeted', async () => {
    const address = /Watch the demo show\s+(\S+)/.exec(product.output())?.[1] ?? '';
    const html = await (await fetch(address)).text();
    const title = /<title>([^<]+)<\/title>/.exec(html)?.[1] ?? '';
    expect(title).toContain('窯出し');
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'ja-JP' });
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 2);
    const size = await page.evaluate(() => document.querySelector('video')?.videoWidth);
    expect(size).toBeGreaterThan(300);

    await page.getByLabel('コメントする').fill('黒いのはありますか');
    await page.getByLabel('お名前').fill('みお');
    await page.getByLabel('お名前').press('Enter');
    await page.getByRole('log').getByText('みおさん、いらっしゃいませ').waitFor();
    expect(await page.getByRole('log').getByText('黒いのはありますか').count()).toBe(1);
    await context.close();
  });

  it('leaves no process behind after Ctrl-C', async () => {
    await product.stop();
    await expect(fetch(`${product.url}/api/health`)).rejects.toThrow();
    const left = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => mentions(pid, product.dataDir));
    expect(left).toEqual([]);
  });
});

/** Whether a process has the text in its command or its environment: every child of the product names its data folder. */
function mentions(pid: string, text: string): boolean {
  if (Number(pid) === process.pid) return false;
  try {
    return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(text));
  } catch {
    return false;
  }
}
