import type { Random } from '../support/random.ts';
import * as backOffice from './back-office.ts';
import * as paying from './paying.ts';
import { leave, pay, refresh, type Person, type World } from './person.ts';
import * as shopping from './shopping.ts';
import * as trouble from './trouble.ts';

/** Something that a buyer does. To have the harness do more, add a line to the table. */
export interface Deed {
  /** How often it is chosen, compared with the others. */
  weight: number;
  /** Whether it makes sense to this person now. */
  possible: (person: Person) => boolean;
  run: (person: Person, world: World, random: Random) => Promise<void>;
}

const always = () => true;
const browsing = (person: Person) => !person.basket;
const holding = (person: Person) => person.basket !== null && !person.order && !person.press;
const atSheet = (person: Person) => holding(person) && person.basket?.offerId !== null;
const pressed = (person: Person) => person.basket !== null && person.press !== null;
const unpaid = (person: Person) => person.basket !== null && !person.order?.voucher && person.order?.state !== 'paid';
const paid = (person: Person) => person.order?.state === 'paid';
const open = (person: Person) => person.order?.state === 'pending';
const ordered = (person: Person) => person.order !== null;
const withVoucher = (person: Person) => person.order?.state === 'pending' && person.order.voucher;
const asked = (person: Person) =>
  person.order?.state === 'pending' && person.order.intentId !== null && !person.order.voucher;
const waiting = (person: Person) => person.places.size > 0;

export const deeds = {
  hold: { weight: 80, possible: browsing, run: shopping.hold },
  adjust: { weight: 20, possible: atSheet, run: shopping.hold },
  'two holds at once': { weight: 10, possible: browsing, run: shopping.twoHolds },
  'look at holds': { weight: 10, possible: always, run: shopping.lookAtHolds },
  release: { weight: 10, possible: holding, run: shopping.release },
  cart: { weight: 30, possible: browsing, run: shopping.cart },
  coupon: { weight: 20, possible: holding, run: shopping.coupon },
  'join the waitlist': { weight: 10, possible: browsing, run: shopping.joinWaitlist },
  'look at the waitlist': { weight: 20, possible: waiting, run: shopping.lookAtWaitlist },
  'leave the waitlist': { weight: 5, possible: waiting, run: shopping.leaveWaitlists },

  'pay ok': { weight: 60, possible: unpaid, run: (person, world) => pay(person, world, 'pays', 'pay ok') },
  decline: {
    weight: 20,
    possible: unpaid,
    run: (person, world, random) => pay(person, world, random.pick(['declined', 'poor']), 'decline'),
  },
  '3DS asked': { weight: 30, possible: unpaid, run: (person, world) => pay(person, world, 'asks', '3DS asked') },
  '3DS passed': { weight: 40, possible: asked, run: (person, world) => paying.bank(person, world, true) },
  '3DS failed': { weight: 10, possible: asked, run: (person, world) => paying.bank(person, world, false) },
  konbini: { weight: 20, possible: holding, run: paying.konbini },
  'voucher paid': { weight: 20, possible: withVoucher, run: (person, world) => paying.voucher(person, world, true) },
  'voucher expired': {
    weight: 10,
    possible: withVoucher,
    run: (person, world) => paying.voucher(person, world, false),
  },
  'pay again': { weight: 20, possible: pressed, run: paying.payAgain },
  'double press': { weight: 10, possible: holding, run: paying.doublePress },
  'two tabs': { weight: 10, possible: holding, run: paying.twoTabs },
  'price of my own': { weight: 10, possible: holding, run: paying.ownPrice },
  "somebody else's hold": { weight: 5, possible: holding, run: paying.stolenHold },
  refresh: { weight: 20, possible: ordered, run: refresh },
  abandon: {
    weight: 10,
    possible: (person) => person.basket !== null,
    run: (person) => Promise.resolve(leave(person)),
  },

  'start a deal': { weight: 1, possible: always, run: backOffice.startDeal },
  'part refund': { weight: 20, possible: paid, run: backOffice.partRefund },
  restock: { weight: 20, possible: paid, run: backOffice.restock },
  'cancel by staff': { weight: 5, possible: open, run: backOffice.cancel },

  'ambiguous create': { weight: 20, possible: holding, run: trouble.ambiguousCreate },
  'cancel racing success': { weight: 30, possible: holding, run: trouble.raceCancel },
  'late at the bank': { weight: 5, possible: holding, run: trouble.lateAtBank },
  'late payment': { weight: 20, possible: holding, run: trouble.latePayment },
} satisfies Record<string, Deed>;

export type DeedName = keyof typeof deeds;
