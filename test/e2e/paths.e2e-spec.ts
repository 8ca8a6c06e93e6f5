import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../support/ports.ts';
import { RtcRelay } from '../support/rtc-relay.ts';
import { cards, type Buyer } from './drivers/buyer.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { phone } from './drivers/person.ts';
import { measured } from '../support/measured.ts';

const MUG = '月白のマグ';
const BOWL = '藍の小鉢';
/** A delay is taken for another when it moved by a quarter second, and a picture takes some time from the lens to the server. */
const EARLY_MS = 700;

let evening: Evening;
let host: Host;
let mio: Buyer;
let relay: RtcRelay;
let dark: () => Promise<number>;
beforeAll(async () => {
  evening = await Evening.begin();
  const [port] = await freePorts(1);
  relay = await RtcRelay.open(evening.product.rtcPort, port!);
  host = await evening.hostOnAir();
  mio = await evening.buyer(phone, relay.script);
  await mio.opens(show.slug);
  await mio.seesPictureAfter(0);
  await host.presses('3');
  await mio.seesPinned(MUG);
}, 240_000);
afterAll(async () => {
  relay?.cut();
  await evening?.end();
});

describe('a viewer whose network lets no WebRTC through any more', () => {
  it('watched by WebRTC, and has begun to buy', async () => {
    // A busy machine may show the other path first.
    await eventually(async () => expect(await mio.picturePath()).toBe('webrtc'));
    await mio.pressesBuy(MUG);
    await mio.holds(1);
  });

  it('sees the show go on by LL-HLS, and at no moment an empty screen', async () => {
    dark = await mio.countsDarkScreens();
    relay.cut();
    const at = Date.now();
    await mio.seesPictureAfter(at + 1_000);
    measured(`the picture goes on by LL-HLS ${Date.now() - at} ms after UDP and TCP were cut`);
    expect(await mio.picturePath()).toBe('hls');
    expect(await dark()).toBe(0);
  });

  it('finishes the purchase', async () => {
    await mio.fillsAddress();
    await mio.fillsCard(cards.good);
    await mio.pays();
    await mio.opensPaidOrder(await mio.hasPaid());
    await mio.goesBackToShow();
    await mio.seesPictureAfter(Date.now());
    expect(await mio.picturePath()).toBe('hls');
  });

  it('sees a pin with its frame, and no earlier', async () => {
    const seen = mio.seesPinnedOnPicture(BOWL);
    const at = Date.now();
    await host.presses('2');
    await host.seesPinned(BOWL);
    const picture = await seen;
    measured(
      `the pin was on the screen ${Date.now() - at} ms after the key, over a picture of ${picture - at} ms after it`,
    );
    expect(picture).toBeGreaterThan(at - EARLY_MS);
  });

  it('may say so and read the others meanwhile', async () => {
    await mio.hasSaid('映像が少し遅れています');
    await host.reads('映像が少し遅れています');
  });

  it('has WebRTC back when the network has, without a dark screen', async () => {
    await relay.mend();
    await eventually(async () => expect(await mio.picturePath()).toBe('webrtc'));
    await mio.seesPictureAfter(Date.now());
    expect(await dark()).toBe(0);
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
