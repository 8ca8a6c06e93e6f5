import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, type Buyer } from './drivers/buyer.ts';
import { Evening, show, type Sleeper } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { desktop, phone } from './drivers/person.ts';
import type { Viewer } from './drivers/viewer.ts';
import { measured } from '../support/measured.ts';

const MUG = '月白のマグ';

let evening: Evening;
let host: Host;
let mio: Buyer;
let ken: Buyer;
let orderOfMio: Awaited<ReturnType<Buyer['opensPaidOrder']>>;
let secondsOfKen: number;
let sleeper: Sleeper;
let heardBySleeper: number;
const said: string[] = [];
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [mio, ken] = await Promise.all([evening.buyer(phone), evening.buyer(desktop)]);
  ken.name = 'Ken';
  for (const buyer of [mio, ken]) await buyer.opens(show.slug);
  await host.presses('3');
  for (const buyer of [mio, ken]) await buyer.seesPinned(MUG);
}, 240_000);
afterAll(() => evening?.end());

async function says(who: Viewer, text: string): Promise<void> {
  await who.hasSaid(text);
  said.push(`${who.name}: ${text}`);
}

/** Nobody has touched anything, and everybody reads what is said now behind what was said before, each message once. */
async function allRead(): Promise<void> {
  await eventually(async () => expect(await mio.messages()).toEqual(said));
  await eventually(async () => expect(await ken.messages()).toEqual(said));
  await host.reads(said.at(-1)!.split(': ')[1]!);
}

describe('a live show', () => {
  it('has messages, an order and a hold', async () => {
    await says(ken, 'Hello from London');
    await says(mio, '黒もありますか');
    await mio.pressesBuy(MUG);
    await mio.holds(1);
    await mio.fillsAddress();
    await mio.fillsCard(cards.good);
    await mio.pays();
    orderOfMio = await mio.opensPaidOrder(await mio.hasPaid());
    await mio.goesBackToShow();
    await ken.pressesBuy(MUG);
    secondsOfKen = await ken.holds(1);
  });

  it('has somebody who falls asleep', async () => {
    sleeper = await evening.sleeper();
    await sleeper.viewer.opens(show.slug);
    await sleeper.viewer.seesPictureAfter(Date.now());
    await sleeper.viewer.reads(said.at(-1)!.split(': ')[1]!);
    heardBySleeper = said.length;
    sleeper.sleeps();
  });

  it('goes on after kill -9 of the api', async () => {
    await says(mio, '最後のひとこと');
    const { at, restarted } = evening.kill('api');
    measured(`the api is started again ${await restarted} ms after kill -9`);
    await eventually(async () => expect((await fetch(`${evening.product.url}/api/ready`)).status).toBe(200));
    measured(`the api is ready ${Date.now() - at} ms after kill -9`);
    const newcomer = await evening.viewer(phone);
    newcomer.name = 'はる';
    await newcomer.opens(show.slug);
    await newcomer.reads('最後のひとこと');
    measured(`a newcomer reads what was said before ${Date.now() - at} ms after kill -9`);
    await says(newcomer, 'いま来ました');
    await allRead();
    await host.seesViewers(3);
    await host.isOnAir();
    measured(`everybody talks and is counted again ${Date.now() - at} ms after kill -9`);
    for (const viewer of [mio, ken, newcomer]) await viewer.seesPictureAfter(at);
    await newcomer.leaves();
    await host.seesViewers(2);
  });

  it('has kept the order and the hold, which can be paid', async () => {
    await orderOfMio.reload();
    await mio.seesPaidOrder(orderOfMio);
    expect(await ken.holds(1)).toBeLessThan(secondsOfKen);
    await ken.fillsAddress();
    await ken.fillsCard(cards.good);
    await ken.pays();
    await ken.opensPaidOrder(await ken.hasPaid());
    await ken.goesBackToShow();
    await eventually(async () => expect(await host.orders()).toBe(2));
  });

  it('goes on after kill -9 of the media process', async () => {
    const before = await Promise.all([mio, ken].map((buyer) => buyer.seesPictureAfter(0)));
    const { at, restarted } = evening.kill('media');
    // The worker of the killed process may have passed on a last picture, so only what is drawn from here on counts.
    const restartedAt = at + (await restarted);
    measured(`the media process is started again ${restartedAt - at} ms after kill -9`);
    const after = await Promise.all(
      [mio, ken].map(async (buyer) => {
        const clock = await buyer.seesPictureAfter(restartedAt);
        measured(`a viewer sees a new picture ${Date.now() - at} ms after kill -9`);
        return clock;
      }),
    );
    expect(Math.max(...before)).toBeLessThanOrEqual(at);
    expect(Math.min(...after)).toBeGreaterThan(restartedAt);
    await host.isOnAir();
    await says(ken, 'The picture is back');
    await allRead();
  });

  it('goes on when the host reloads the studio', async () => {
    const at = Date.now();
    await host.reloads();
    const reloaded = Date.now();
    for (const buyer of [mio, ken]) await buyer.seesPictureAfter(reloaded);
    measured(`both viewers see a new picture ${Date.now() - at} ms after the host pressed reload`);
    await host.isOnAir();
    await host.seesViewers(2);
    await host.says('戻りました');
    said.push('早川: 戻りました');
    await allRead();
  });

  it('tells who slept through all of it what was missed', async () => {
    const { viewer } = sleeper;
    const at = await sleeper.wakes(3_600_000);
    await viewer.seesPictureAfter(at);
    measured(`who slept sees a new picture ${Date.now() - at} ms after waking`);
    await eventually(async () => expect(await viewer.messages()).toEqual(said));
    // The first of it was said before the api was killed: it may have lain in the sleeping browser's own socket.
    const missed = said.length - heardBySleeper;
    await eventually(async () => expect(await viewer.seesCaughtUp([missed, missed - 1])).toBe(true));
    measured(`and reads what was missed ${Date.now() - at} ms after waking`);
    await host.seesViewers(3);
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
