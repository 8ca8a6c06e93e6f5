import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, type Buyer } from './drivers/buyer.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { desktop } from './drivers/person.ts';

const POT = '黒釉の急須';

let evening: Evening;
let host: Host;
let mio: Buyer;
let ken: Buyer;
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [mio, ken] = await Promise.all([evening.buyer({ ...desktop, language: 'ja' }), evening.buyer(desktop)]);
  await host.setsStock(POT, 1);
  await host.presses('4');
  await Promise.all([mio.opens(show.slug), ken.opens(show.slug)]);
  for (const buyer of [mio, ken]) await buyer.seesPinned(POT);
}, 240_000);
afterAll(() => evening?.end());

const hostReads = (words: string) => eventually(async () => expect(await host.readsPinned()).toContain(words));

describe('a flash deal of one', () => {
  it('is counted down on every screen, at its price', async () => {
    await host.startsDeal({ quantity: 1, perBuyer: 1 });
    for (const buyer of [mio, ken]) {
      const seconds = await buyer.seesDeal();
      expect(seconds).toBeGreaterThan(200);
      expect(seconds).toBeLessThanOrEqual(300);
      expect(await buyer.pinned.innerText()).toMatch(/¥10,560[^]*¥13,200/);
    }
    await hostReads(host.wordsForDeal(1, 1));
  });

  it('is gone for the other once one holds it, who may wait', async () => {
    await mio.pressesBuy(POT);
    await mio.holds(1);
    await ken.seesDealSoldOut();
    await hostReads(host.wordsForDeal(0, 1));
    await ken.waitsFor(POT);
    await ken.isNextInLine();
    await hostReads(host.wordsForWaiting(1));
  });

  it('ends by the hand of the host, and the hold keeps its price to the yen', async () => {
    await host.endsDeal();
    await ken.seesDealEnd();
    await mio.fillsAddress();
    await mio.fillsCard(cards.good);
    await mio.pays();
    const orderPage = await mio.opensPaidOrder(await mio.hasPaid());
    expect(await orderPage.getByRole('listitem').filter({ hasText: POT }).innerText()).toContain('10,560');
    await eventually(async () => expect(await host.sales()).toEqual([expect.stringMatching(/[¥￥]10,560/)]));
  });
});

describe('the waitlist', () => {
  it('knows its place again after a reload', async () => {
    await ken.reloads();
    await ken.isNextInLine();
  });

  it('gives the first in line a hold when stock returns, and they buy it', async () => {
    await host.setsStock(POT, 1);
    await ken.hasTurn();
    await ken.pressesBuy(POT);
    await ken.holds(1);
    await ken.fillsAddress();
    await ken.fillsCard(cards.good);
    await ken.pays();
    await ken.hasPaid();
    await eventually(async () => expect(await host.sales()).toHaveLength(2));
    expect((await host.sales())[0]).toMatch(/[¥￥]13,200/);
    expect(await host.stockOf(POT)).toBe(0);
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
