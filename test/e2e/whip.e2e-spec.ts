import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import HLS from 'hls-parser';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { measured } from '../support/measured.ts';
import { MediaSite } from '../support/media-site.ts';
import { WhipPublisher } from '../support/whip-publisher.ts';

jest.setTimeout(240_000);

let browser: Browser;
let site: MediaSite;
let pages: Page[] = [];

beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), MediaSite.open()]);
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  expect(site?.log).not.toContain('unhandled rejection');
  expect(site?.log).not.toContain('uncaught exception');
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const open = async (): Promise<Page> => {
  const page = await site.openPage(browser);
  pages.push(page);
  return page;
};
const viewer = async (): Promise<Page> => {
  const page = await open();
  await page.evaluate(() => void window.stage.watch());
  return page;
};
/** Waits until a picture moves, of that width where it matters. */
const plays = (page: Page, width: number | null = null) =>
  page.waitForFunction(
    ([time, wide]) =>
      (window.stage.seen.at(-1)?.clock ?? 0) > time &&
      (wide === null || document.querySelector('video')!.videoWidth === wide),
    [Date.now(), width] as const,
    { timeout: 60_000 },
  );
/** The delay that a viewer is told, less what it is: as much as the clocks of page and server differ. */
const toldTooMuch = (page: Page) =>
  page.evaluate(() => {
    const { at, clock } = window.stage.seen.findLast(({ clock }) => clock !== null)!;
    return window.stage.delays.at(-1)! - (at - clock!);
  });
/** None before the first part. */
const variants = async (url: string) => {
  const answer = await fetch(url);
  return answer.ok ? (HLS.parse(await answer.text()) as HLS.types.MasterPlaylist).variants : [];
};
/** What the media process says of the encoder now. */
const encoder = () =>
  site.desk.facts
    .findLast((fact) => fact.type === 'heartbeat')
    ?.broadcasts.map((broadcast) => broadcast.encoder)
    .at(-1);

describe('an encoder by WHIP', () => {
  it('of the kind of OBS is seen by a viewer', async () => {
    const obs = new WhipPublisher();
    try {
      expect((await obs.open(site.whipUrl, site.key)).status).toBe(201);
      obs.send();
      await site.desk.fact('ready');
      const page = await viewer();
      const played = () => page.evaluate(() => document.querySelector('video')!.currentTime);
      while ((await played()) < 1) await sleep(100);
      const reports = await page.evaluate(() => window.stage.reports());
      const picture = reports.find(({ framesDecoded }) => Number(framesDecoded) > 0)!;
      expect(picture).toMatchObject({ frameWidth: 640, frameHeight: 360 });
      const codec = reports.find(({ id }) => id === picture.codecId);
      expect(codec?.mimeType).toBe('video/H264');
    } finally {
      obs.close();
    }
  });

  it('of a browser with simulcast is seen, layer by layer, and its goodbye is heard', async () => {
    const page = await open();
    const { sdp, location, etag } = await page.evaluate(
      ([url, key]) => window.stage.publishWhip(url!, key!),
      [site.whipUrl, site.key],
    );
    expect([location, etag]).toEqual([expect.stringContaining('/whip/'), expect.stringMatching(/^".+"$/)]);
    expect(sdp).toContain('a=simulcast:recv h;l');
    expect(sdp).toContain('H264/90000');
    const watching = await viewer();
    await watching.waitForFunction((time) => (window.stage.seen.at(-1)?.clock ?? 0) > time, Date.now(), {
      timeout: 30_000,
    });
    while (encoder()?.video?.layers !== 2) await sleep(100);
    // The larger layer is the upper one: it is what a good line is given.
    await watching.waitForFunction(() => document.querySelector('video')!.videoWidth === 960, undefined, {
      timeout: 30_000,
    });

    while ((await variants(site.hlsUrl)).length < 2) await sleep(100);
    const smooth = await open();
    await smooth.evaluate(() => void window.stage.watchPlaylist());
    await plays(smooth);
    const toldBefore = await toldTooMuch(smooth);
    const [large, small] = (await variants(site.hlsUrl)).map(({ averageBandwidth }) => averageBandwidth!);
    const line = await smooth.context().newCDPSession(smooth);
    await line.send('Network.enable');
    // It carries the smaller one with its playlists, and not the larger.
    const carries = (downloadThroughput: number) =>
      line.send('Network.emulateNetworkConditions', {
        ...{ offline: false, latency: 0, downloadThroughput, uploadThroughput: -1 },
      });
    await carries((large! + small!) / 2 / 8);
    const narrowAt = Date.now();
    await plays(smooth, 480);
    measured(`the smaller picture runs ${Date.now() - narrowAt} ms after the line carries no more`);
    // While a picture stands still, as it may when the player changes over, both are read at moments of their own.
    while (Math.abs((await toldTooMuch(smooth)) - toldBefore) > 1_000) await sleep(100);
    await carries(-1);
    const wideAt = Date.now();
    await plays(smooth, 960);
    measured(`the larger picture is back ${Date.now() - wideAt} ms after the line carries it again`);

    await page.evaluate(() => window.stage.hangUp());
    const over = () => site.desk.facts.findLast((fact) => fact.type === 'ended');
    while (over()?.reason !== 'encoder_stopped') await sleep(100);
  });
});
