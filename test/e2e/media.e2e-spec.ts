import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { MediaSite } from '../support/media-site.ts';
import { freePorts } from '../support/ports.ts';
import { RtcRelay } from '../support/rtc-relay.ts';
import { measured } from '../support/measured.ts';

jest.setTimeout(120_000);

let browser: Browser;
let site: MediaSite;
let pages: Page[] = [];
let relay: RtcRelay | null = null;

beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), MediaSite.open()]);
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  relay?.cut();
  relay = null;
  expect(site?.log).not.toContain('unhandled rejection');
  expect(site?.log).not.toContain('uncaught exception');
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const open = async (options?: Parameters<MediaSite['openPage']>[1]): Promise<Page> => {
  const page = await site.openPage(browser, options);
  pages.push(page);
  return page;
};
const host = async (): Promise<Page> => {
  const page = await open();
  await page.evaluate(() => void window.stage.publish());
  return page;
};
const viewer = async (): Promise<Page> => {
  const page = await open();
  await page.evaluate(() => void window.stage.watch());
  return page;
};
/** Waits until a page shows what was drawn after that time. */
const shows = (page: Page, after: number) =>
  page.waitForFunction((time) => (window.stage.seen.at(-1)?.clock ?? 0) > time, after, { timeout: 30_000 });
/** How often a page's screen was without a picture since that time. */
const dark = (page: Page, since: number) =>
  page.evaluate((from) => window.stage.seen.filter(({ at, clock }) => at >= from && clock === null).length, since);

const harms: [string, () => Promise<void>][] = [
  ['the worker is killed', async () => void process.kill(site.workerPid, 'SIGKILL')],
  ['the worker hangs', async () => void process.kill(site.workerPid, 'SIGSTOP')],
  [
    'the media process is killed',
    async () => {
      await site.endMedia('SIGKILL');
      await site.startMedia();
    },
  ],
  [
    'the media process is told to restart',
    async () => {
      expect(await site.endMedia('SIGTERM')).toBe(0);
      await site.startMedia();
    },
  ],
];

describe('a host and two viewers', () => {
  it('see each other in H264 under GCM, with sound after a tap', async () => {
    const camera = await host();
    const [one, two] = [await viewer(), await viewer()];
    await Promise.all([shows(one, 0), shows(two, 0)]);
    await shows(one, Date.now());

    const reports = await one.evaluate(() => window.stage.reports());
    const codec = {
      mime: reports.find(({ type, mimeType }) => type === 'codec' && String(mimeType).startsWith('video'))?.mimeType,
      cipher: reports.find(({ type }) => type === 'transport')?.srtpCipher,
    };
    expect(codec).toEqual({ mime: 'video/H264', cipher: expect.stringMatching(/AEAD_AES_(128|256)_GCM$/) });
    await camera.waitForFunction(() => (window.stage.publisher?.stats.get()?.sendBps ?? 0) > 100_000);
  });

  it('plays without its sound where the browser insists, until somebody taps', async () => {
    await host();
    const said: string[] = [];
    const page = await open({ hash: '#untouched', onConsole: (text) => said.push(text) });
    const says = async (text: string) => {
      while (!said.includes(text)) await sleep(50);
      said.splice(0);
    };
    await says('blocked, muted: true');
    await page.locator('video').click();
    await says('playing, muted: false');
  });

  it('play over TCP where UDP does not get through', async () => {
    await host();
    const page = await open({ hash: '#no-udp' });
    const from = Date.now();
    await page.evaluate(() => void window.stage.watch());
    await shows(page, from);
    measured(`a picture is seen over TCP ${Date.now() - from} ms after the viewer came`);
    // Chromium counts a pair as nominated a moment after its first media.
    await page.waitForFunction(async () =>
      (await window.stage.reports()).some(({ type, nominated }) => type === 'candidate-pair' && nominated),
    );
    const reports = await page.evaluate(() => window.stage.reports());
    const remote = reports.filter(({ type }) => type === 'remote-candidate');
    expect(remote.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  it('have a smaller picture where the line is narrow, if the machine of the host can encode two', async () => {
    const camera = await open();
    await camera.evaluate(() => void window.stage.publishLarge());
    const [port] = await freePorts(1);
    relay = await RtcRelay.open(site.rtcPort, port!);
    const watching = await open({ script: relay.script });
    await watching.evaluate(() => void window.stage.watch());
    const isWide = (width: number) =>
      watching.waitForFunction((wide) => document.querySelector('video')!.videoWidth === wide, width, {
        timeout: 60_000,
      });
    await isWide(960);
    relay.narrow(600_000);
    await isWide(480);
    await shows(watching, Date.now());
    const list = async () => (await fetch(site.hlsUrl)).text();
    while ((await list()).match(/RESOLUTION=(960x540|480x270)/g)?.length !== 2) await sleep(100);
  });

  it.each(harms)('come back by themselves after %s, and the last picture stays meanwhile', async (how, harm) => {
    await host();
    const [one, two] = [await viewer(), await viewer()];
    await Promise.all([shows(one, 0), shows(two, 0)]);
    const harmedAt = Date.now();
    await harm();
    const backAt = Date.now();
    await Promise.all([shows(one, backAt), shows(two, backAt)]);
    const now = Date.now();
    measured(
      `both viewers see a new picture ${now - harmedAt} ms after ${how}, ${now - backAt} ms after that was done`,
    );
    for (const page of [one, two]) {
      expect(await dark(page, harmedAt)).toBe(0);
    }
  });

  it('go on when the host reloads, and when another page of the host takes over', async () => {
    const first = await host();
    const watching = await viewer();
    await shows(watching, 0);
    let from = Date.now();
    await first.reload();
    await first.evaluate(() => void window.stage.publish());
    await shows(watching, Date.now());
    measured(`a viewer sees a new picture ${Date.now() - from} ms after the host reloads`);

    from = Date.now();
    const second = await host();
    await first.waitForFunction(() => window.stage.publisher?.state.get() === 'superseded');
    await shows(watching, Date.now());
    measured(`a viewer sees a new picture ${Date.now() - from} ms after another page of the host opens`);
    expect(await second.evaluate(() => window.stage.publisher?.state.get())).toBe('sending');
    expect(await first.evaluate(() => window.stage.publisher?.state.get())).toBe('superseded');
  });
});
