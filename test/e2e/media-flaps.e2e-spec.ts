import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chromium, type Browser, type BrowserServer, type Page } from 'playwright-core';
import { browserOptions, openBrowser } from '../support/browser.ts';
import { MediaSite } from '../support/media-site.ts';
import { signalTree } from '../support/process-tree.ts';
import { measured } from '../support/measured.ts';

jest.setTimeout(600_000);

let hostBrowser: Browser;
let server: BrowserServer;
let viewerBrowser: Browser;
let site: MediaSite;
let host: Page;
let viewer: Page;

beforeAll(async () => {
  site = await MediaSite.open();
  hostBrowser = await openBrowser();
  // One of its own, to be stopped and let go on as a whole: a sleep, or a network that is away, as the servers see it.
  server = await chromium.launchServer(browserOptions());
  viewerBrowser = await chromium.connect(server.wsEndpoint());
  host = await site.openPage(hostBrowser);
  await host.evaluate(() => void window.stage.publish());
  viewer = await site.openPage(viewerBrowser);
  await viewer.evaluate(() => void window.stage.watch());
  await shows(0);
});
afterAll(async () => {
  await viewerBrowser?.close();
  await server?.close();
  await hostBrowser?.close();
  await site?.close();
});

/** Waits until the viewer sees what was drawn after that time. */
const shows = (after: number) =>
  viewer.waitForFunction((time) => (window.stage.seen.at(-1)?.clock ?? 0) > time, after, { timeout: 60_000 });
const ended = () => site.desk.facts.filter(({ type }) => type === 'ended');

/** After 30 s nothing of a viewer is left at a server; who doubts that longer is the same says how long. */
const absences = (process.env.AWAY_SECONDS ?? '5,30').split(',').map(Number);

describe('a viewer', () => {
  it.each(absences)('who was away for %d s is at the live edge again, by themselves', async (seconds) => {
    signalTree(server.process().pid!, 'SIGSTOP');
    await sleep(seconds * 1_000);
    const back = Date.now();
    signalTree(server.process().pid!, 'SIGCONT');
    await shows(back);
    measured(`at the live edge ${Date.now() - back} ms after ${seconds} s away`);
    expect(ended()).toEqual([]);
  });

  it('sees another camera of the host without a new broadcast', async () => {
    const at = Date.now();
    await host.evaluate(() => window.stage.changeCamera());
    await shows(Date.now());
    measured(`another camera is seen ${Date.now() - at} ms after the change was asked for`);
    expect(ended()).toEqual([]);
    expect(await viewer.evaluate(() => window.stage.seen.filter(({ clock }) => clock === null).length)).toBe(
      await viewer.evaluate(() => window.stage.seen.findIndex(({ clock }) => clock !== null)),
    );
  });

  it('sees the picture move on while noise is sent to every port of media', async () => {
    const udp = createSocket('udp4');
    const tcp = connect(site.rtcPort, '127.0.0.1');
    tcp.on('error', () => undefined); // it is thrown out, and may be
    await once(tcp, 'connect');
    const firsts = [0x00, 0x16, 0x80, 0xff]; // as STUN, DTLS, RTP, and nothing
    for (let count = 0; count < 2_000; count += 1) {
      const noise = randomBytes(1 + (count % 1_400));
      noise[0] = firsts[count % firsts.length]!;
      udp.send(noise, site.rtcPort, '127.0.0.1');
      if (!tcp.destroyed) tcp.write(noise);
      if (count % 100 === 0) await sleep(10);
    }
    await shows(Date.now());
    udp.close();
    tcp.destroy();
    expect(ended()).toEqual([]);
    expect(site.log).not.toContain('media worker died');
    expect(site.log).not.toContain('uncaught exception');
  });
});
