import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { whip, WhipPublisher } from '../support/whip-publisher.ts';
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
const encoders: WhipPublisher[] = [];
beforeAll(async () => {
  evening = await Evening.begin();
  [host, onPhone, onDesktop] = await Promise.all([evening.host(), evening.viewer(phone), evening.viewer(desktop)]);
}, 240_000);
afterAll(async () => {
  for (const encoder of encoders) encoder.close();
  await evening?.end();
});

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

describe('an encoder in place of the camera', () => {
  let url: string;
  let key: string;

  async function sends(): Promise<WhipPublisher> {
    const encoder = new WhipPublisher();
    encoders.push(encoder);
    expect((await encoder.open(url, key)).status).toBe(201);
    encoder.send();
    await host.encoder.receives('H264 640x360');
    return encoder;
  }

  it('comes in by a key that the studio shows once', async () => {
    await host.encoder.opens();
    url = await host.encoder.address();
    key = await host.encoder.makesKey();
    await host.encoder.closes();
    await host.encoder.opens();
    const known = await host.encoder.knownKey();
    expect([known.includes(key.slice(-4)), known.includes(key)]).toEqual([true, false]);
    await host.encoder.closes();
    await sends();
    for (const viewer of [onPhone, onDesktop]) await viewer.seesOtherPicture();
  });

  it('leaves chat and products to the host', async () => {
    await host.says('いまはOBSからお送りしています');
    await host.presses('3');
    for (const viewer of [onPhone, onDesktop]) {
      await viewer.readsFromHost('いまはOBSからお送りしています');
      await viewer.seesPinned('月白のマグ');
    }
    await onPhone.says('きれいに映っています');
    await host.reads('きれいに映っています');
  });

  it('is shut out by a new key, for which the studio asks twice', async () => {
    await host.encoder.opens();
    await host.encoder.keepsKey();
    expect(await host.encoder.knownKey()).toContain(key.slice(-4));
    const old = key;
    key = await host.encoder.renewsKey();
    await host.encoder.closes();
    const body = await encoders[0]!.offer();
    expect((await whip(url, { key: old, body })).status).toBe(401);
    await sends();
    for (const viewer of [onPhone, onDesktop]) await viewer.seesOtherPicture();
  });

  it('is over with the show', async () => {
    await host.endsShow();
    for (const viewer of [onPhone, onDesktop]) await viewer.seesEnd();
    const refused = await whip(url, { key, body: await encoders[0]!.offer() });
    expect([refused.status, (JSON.parse(refused.body) as { code: string }).code]).toEqual([409, 'show_ended']);
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
