import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards } from './drivers/buyer.ts';
import type { Customer } from './drivers/customer.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { desktop, phone } from './drivers/person.ts';

const MUG = '月白のマグ';
const EMAIL = 'mio@example.jp';

let evening: Evening;
let host: Host;
let laptop: Customer;
let mobile: Customer;
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [laptop, mobile] = await Promise.all([evening.customer(desktop), evening.customer(phone)]);
  for (const device of [laptop, mobile]) await device.opens(show.slug);
  await Promise.all([laptop.seesPictureAfter(0), mobile.seesPictureAfter(0)]);
  await host.presses('3');
  for (const device of [laptop, mobile]) await device.seesPinned(MUG);
}, 240_000);
afterAll(() => evening?.end());

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const viewersAre = (count: number) => eventually(async () => expect(await host.viewersOf(host.showId)).toBe(count));

/** Numbers of their orders. */
let order: string;
let second: string;

describe('one person on a laptop and a phone', () => {
  it('is two viewers as long as nobody has said otherwise', async () => {
    await viewersAre(2);
  });

  it('signs in on the laptop in the middle of a purchase, which goes on', async () => {
    await laptop.pressesBuy(MUG);
    await laptop.holds(1);
    await laptop.signsInFromCheckout();
    await laptop.asksForCode(EMAIL);
    const code = await host.codeSentTo(EMAIL);
    await laptop.entersCode(wrong(code));
    await laptop.isToldWrongCode(4);
    await laptop.entersCode(code);
    await laptop.buysAs(EMAIL);
    await laptop.fillsAddress();
    await laptop.keepsAddress();
    await laptop.fillsCard(cards.good);
    await laptop.pays();
    order = await laptop.hasPaid();
    await laptop.goesBackToShow();
    await laptop.opensAccount();
    await laptop.isSignedInAs(EMAIL);
    await laptop.seesOrder(order);
    await laptop.seesAddress('小町1-2-3');
    await laptop.closesAccount();
    await viewersAre(2);
  });

  it('finds the order on the phone, is one viewer, and buys with the card alone', async () => {
    await mobile.opensAccount();
    await mobile.seesNoOrders();
    await mobile.asksForCode(EMAIL.toUpperCase());
    await mobile.entersCode(await host.codeSentTo(EMAIL));
    await mobile.isSignedInAs(EMAIL);
    await mobile.seesOrder(order);
    await mobile.closesAccount();
    await viewersAre(1);

    await mobile.pressesBuy(MUG);
    await mobile.holds(1);
    await mobile.buysAs(EMAIL);
    await mobile.isKnownAs('青木 澪');
    await mobile.fillsCard(cards.good);
    await mobile.pays();
    second = await mobile.hasPaid();
    await mobile.goesBackToShow();
    await viewersAre(1);
  });

  it('leaves nothing on the phone after signing out', async () => {
    await mobile.opensAccount();
    await mobile.signsOut();
    await mobile.seesPictureAfter(0);
    await mobile.opensAccount();
    await mobile.seesNoOrders();
    await mobile.closesAccount();
    await mobile.pressesBuy(MUG);
    await mobile.isAskedForAddress();
    await laptop.opensAccount();
    await laptop.isSignedInAs(EMAIL);
  });
});

describe('what the brand keeps of them', () => {
  it('is taken along whole, from whichever device', async () => {
    await laptop.opensOwnData(show.slug);
    const file = await laptop.exportsOwnData();
    for (const part of [order, second, EMAIL, '小町1-2-3']) expect(file).toContain(part);
  });

  it('is not erased while an order is on its way, then it is, and the receipt proves it', async () => {
    await laptop.asksForErasure();
    await laptop.isToldThatOrdersAreUnderWay(order, second);
    await host.shipsAllOrders();
    await laptop.asksForErasure();
    const receipt = await laptop.isErased();
    await laptop.checksReceipt(receipt);
    await laptop.seesReceiptIs('valid');
    const [head, claims, signature] = receipt.trim().split('.');
    const other = (claims!.startsWith('e') ? 'f' : 'e') + claims!.slice(1);
    await laptop.checksReceipt([head, other, signature].join('.'));
    await laptop.seesReceiptIs('invalid');
    await laptop.opens(show.slug);
    await laptop.opensAccount();
    await laptop.seesNoOrders();
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
