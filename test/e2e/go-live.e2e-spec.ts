import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { desktop, phone } from './drivers/person.ts';
import type { Viewer } from './drivers/viewer.ts';
import { measured } from '../support/measured.ts';

let evening: Evening;
let host: Host;
let onPhone: Viewer;
let onDesktop: Viewer;
beforeAll(async () => {
  evening = await Evening.begin();
  [host, onPhone, onDesktop] = await Promise.all([evening.host(), evening.viewer(phone), evening.viewer(desktop)]);
}, 240_000);
afterAll(() => evening?.end());

describe('go live', () => {
  it('lets viewers wait by a countdown that runs', async () => {
    for (const viewer of [onPhone, onDesktop]) {
      await viewer.opens(show.slug);
      const seconds = await viewer.seesCountdown();
      expect(seconds).toBeGreaterThan(0);
      await eventually(async () => expect(await viewer.seesCountdown()).toBeLessThan(seconds));
    }
  });

  it('brings what the host shows to both screens, by itself and in H264', async () => {
    await host.signsIn(evening.printedAddress('Host one yourself'));
    await host.isReady();
    const before = Date.now();
    await host.goesLive();
    for (const viewer of [onPhone, onDesktop]) {
      const first = await viewer.seesPictureAfter(before);
      const next = await viewer.seesPictureAfter(Date.now());
      expect(next).toBeGreaterThan(first);
      expect(next).toBeLessThanOrEqual(Date.now());
      expect(await viewer.codec()).toBe('video/H264');
    }
    await host.seesViewers(2);
  });

  it('keeps them close behind the camera', async () => {
    for (const viewer of [onPhone, onDesktop]) {
      const ages = await viewer.agesOfPicture();
      const at = (share: number) => ages[Math.floor(share * (ages.length - 1))];
      measured(`the picture is ${at(0.5)} ms old at the viewer, ${at(0.95)} ms at the 95th percentile`);
      const clocks: number[] = [];
      for (let read = 0; read < 5; read += 1) clocks.push(await viewer.seesPictureAfter(clocks.at(-1) ?? 0));
      expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
    }
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
