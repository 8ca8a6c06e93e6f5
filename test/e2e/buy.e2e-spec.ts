import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, type Buyer } from './drivers/buyer.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import type { Marketer } from './drivers/marketer.ts';
import { desktop, phone } from './drivers/person.ts';
import { StripeBooks } from './drivers/stripe-books.ts';

const MUG = '月白のマグ';
const BOWL = '藍の小鉢';
const TEAPOT = '黒釉の急須';
const CUP = '灰釉の湯のみ';

let evening: Evening;
let host: Host;
let mio: Buyer;
let ken: Buyer;
let marketer: Marketer;
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [mio, ken, marketer] = await Promise.all([evening.buyer(phone), evening.buyer(desktop), evening.marketer()]);
  ken.name = 'Ken';
  for (const buyer of [mio, ken]) await buyer.opens(show.slug);
  await Promise.all([mio.seesPictureAfter(0), ken.seesPictureAfter(0)]);
  await marketer.signsIn();
  await marketer.opensInsights(host.showId);
  await host.presses('3');
  for (const buyer of [mio, ken]) await buyer.seesPinned(MUG);
}, 240_000);
afterAll(() => evening?.end());

/** Waits until the host's rundown and the wide screen say that so many are left. */
const bothSee = (left: number) =>
  eventually(async () => expect([await host.stockOf(MUG), await ken.stockOf(MUG)]).toEqual([left, left]));

/** Orders, GMV, net sales, viewers, conversion and the people who joined, as the marketer reads them. Who watched for less than a minute is in no later step. */
const figures = async () => [
  await marketer.figure('orders'),
  await marketer.figure('gmv'),
  await marketer.figure('netSales'),
  await marketer.figure('viewers'),
  await marketer.figure('conversion'),
  await marketer.people('joined'),
];

describe('buy with 3-D Secure', () => {
  let stock: number;

  it('holds what a buyer chooses, over the running picture', async () => {
    stock = await host.stockOf(MUG);
    await mio.pressesBuyTwice(MUG);
    const seconds = await mio.holds(1);
    await bothSee(stock - 1);
    await mio.seesPictureAfter(Date.now());
    await eventually(async () => expect(await mio.holds(1)).toBeLessThan(seconds));
    await mio.chooses('鉄黒');
    await mio.takesOneMore();
    // A change does not start the clock anew.
    expect(await mio.holds(2)).toBeLessThan(seconds);
    await bothSee(stock - 2);
  });

  it('asks for what is missing before it sends anything', async () => {
    await mio.fillsCard(cards.asksWhoYouAre);
    await mio.presses();
    await mio.isAskedFor('name');
  });

  it('lets the bank ask, and then says that it is paid, once', async () => {
    await mio.fillsAddress();
    await mio.paysTwice();
    await mio.authenticates();
    const number = await mio.hasPaid();
    const orderPage = await mio.opensPaidOrder(number);
    expect(await orderPage.getByRole('listitem').filter({ hasText: MUG }).innerText()).toContain('鉄黒');
    await mio.goesBackToShow();
    await mio.seesPictureAfter(Date.now());
  });

  it('tells the host, and moves stock on both screens', async () => {
    await eventually(async () => expect(await host.sales()).toHaveLength(1));
    const [sale] = await host.sales();
    expect(sale).toContain(`${MUG} 鉄黒 2`);
    expect(sale).toMatch(/[¥￥]8,800/);
    expect(await host.orders()).toBe(1);
    await bothSee(stock - 2);
  });

  it('shows the marketer what it earned', async () => {
    await eventually(async () => expect(await figures()).toEqual(['1', '¥8,800', '¥8,800', '2', '50%', 2]));
  });
});

describe('a declined card', () => {
  it('leaves the hold, and another card pays', async () => {
    const stock = await host.stockOf(MUG);
    await ken.pressesBuyTwice(MUG);
    const seconds = await ken.holds(1);
    await ken.fillsAddress();
    await ken.fillsCard(cards.declined);
    await ken.pays();
    await ken.isDeclined();
    expect(await ken.secondsLeft()).toBeLessThanOrEqual(seconds);
    await bothSee(stock - 1);
    await ken.fillsCard(cards.good);
    await ken.paysTwice();
    await ken.opensPaidOrder(await ken.hasPaid());
    await bothSee(stock - 1);
    await eventually(async () => expect(await host.orders()).toBe(2));
    expect(await host.sales()).toHaveLength(2);
    await eventually(async () => expect(await figures()).toEqual(['2', '¥13,860', '¥13,860', '2', '100%', 2]));
    await ken.goesBackToShow();
  });
});

describe('a cart', () => {
  let books: StripeBooks;
  beforeAll(async () => {
    books = new StripeBooks(evening.product.sandboxUrl);
    await host.givesCoupon('KAMADASHI10', 10);
  });

  it('of two products and a coupon is charged what the last look said', async () => {
    await mio.putsIntoCart([BOWL, TEAPOT]);
    await mio.reloads();
    await mio.opensCart(2);
    await mio.takesOneMoreOf(BOWL);
    await mio.checksOut(3);
    await mio.triesCoupon('NAGISA');
    await mio.isTold(mio.paying.coupon_unknown);
    await mio.triesCoupon('kamadashi10');
    await mio.isTold(mio.paying.couponTook('¥1,892'));
    await mio.fillsCard(cards.asksWhoYouAre);
    expect(await mio.looksOnceMore()).toBe('¥17,028');
    await mio.pays();
    await mio.authenticates();
    const number = await mio.hasPaid();
    const [intent] = await books.intents();
    expect(intent).toMatchObject({ amount: 17_028, amount_received: 17_028, currency: 'jpy', status: 'succeeded' });
    const orderPage = await mio.opensPaidOrder(number);
    for (const name of [BOWL, TEAPOT]) await orderPage.getByRole('listitem').filter({ hasText: name }).waitFor();
    await mio.goesBackToShow();
  });

  it('can be paid at a convenience store, on another day', async () => {
    await ken.putsFromShelf(CUP);
    await ken.opensCart(1);
    await ken.checksOut(1);
    await ken.choosesKonbini();
    expect(await ken.looksOnceMore()).toBe('¥3,960');
    await ken.pays();
    const orderPage = await ken.getsVoucher();
    const [intent] = await books.intents();
    expect(intent).toMatchObject({ amount: 3_960, amount_received: 0, status: 'requires_action' });
    await ken.goesBackToShow();
    await books.payAtStore(intent!.id);
    await ken.seesPaidOrder(orderPage);
    expect((await books.intents())[0]).toMatchObject({ amount_received: 3_960, status: 'succeeded' });
  });
});

describe('the end of the show', () => {
  it('leaves viewers with what was shown, and the marketer with the figures', async () => {
    await host.endsShow();
    for (const buyer of [mio, ken]) await buyer.seesEnd();
    expect(await mio.summaryOf(MUG)).toMatch(/\d\d:\d\dにご紹介\s*3点お買い上げ/);
    expect(await ken.summaryOf(MUG)).toMatch(/Shown at \d\d:\d\d\s*3 sold/);
    expect(await ken.page.getByRole('listitem').count()).toBe(4);
    await marketer.reloads();
    await eventually(async () => expect(await figures()).toEqual(['4', '¥34,848', '¥34,848', '2', '100%', 2]));
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
