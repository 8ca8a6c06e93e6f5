import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import * as p from './person.ts';
import { cards, type Person, type World } from './person.ts';

/** Something that a buyer does. To have the harness do more, add a line to the table. */
export interface Deed {
  /** How often it is chosen, compared with the others. */
  weight: number;
  /** Whether it makes sense to this person now. */
  possible: (person: Person) => boolean;
  run: (person: Person, world: World, random: Random) => Promise<void>;
}

const browsing = (person: Person) => !person.hold;
const holding = (person: Person) => person.hold !== null && !person.order && !person.press;
const pressed = (person: Person) => person.hold !== null && person.press !== null;
const paying = (person: Person) => person.hold !== null && person.order?.state !== 'paid';
const ordered = (person: Person) => person.order !== null;
const asked = (person: Person) => person.order?.state === 'pending' && person.order.intentId !== null;

export const deeds = {
  hold: { weight: 8, possible: browsing, run: (person, world, random) => p.hold(person, world, random, 'hold') },
  adjust: { weight: 2, possible: holding, run: (person, world, random) => p.hold(person, world, random, 'adjust') },
  'two variants at once': { weight: 1, possible: browsing, run: twoVariants },
  'look at holds': { weight: 1, possible: () => true, run: lookAtHolds },
  release: { weight: 1, possible: holding, run: release },
  'pay ok': { weight: 6, possible: paying, run: (person, world) => p.pay(person, world, cards.pays, 'pay ok') },
  decline: {
    weight: 2,
    possible: paying,
    run: (person, world, random) => p.pay(person, world, random.pick([cards.declined, cards.poor]), 'decline'),
  },
  '3DS asked': { weight: 3, possible: paying, run: (person, world) => p.pay(person, world, cards.asks, '3DS asked') },
  '3DS passed': {
    weight: 4,
    possible: asked,
    run: (person, world) => p.bank(person, world, true, '3DS passed'),
  },
  '3DS failed': {
    weight: 1,
    possible: asked,
    run: (person, world) => p.bank(person, world, false, '3DS failed'),
  },
  'pay again': { weight: 2, possible: pressed, run: payAgain },
  'double press': { weight: 1, possible: holding, run: doublePress },
  'two tabs': { weight: 1, possible: holding, run: twoTabs },
  'price of my own': { weight: 1, possible: holding, run: ownPrice },
  'ambiguous create': { weight: 1, possible: holding, run: ambiguousCreate },
  'cancel racing success': { weight: 1, possible: holding, run: raceCancel },
  'late payment': { weight: 1, possible: holding, run: latePayment },
  refresh: { weight: 2, possible: ordered, run: (person, world) => p.refresh(person, world) },
  abandon: {
    weight: 1,
    possible: (person) => person.hold !== null,
    run: (person) => Promise.resolve(p.leave(person)),
  },
} satisfies Record<string, Deed>;

export type DeedName = keyof typeof deeds;

/** Two tabs of one viewer hold different variants of one offer at the same moment. */
async function twoVariants(person: Person, world: World, random: Random): Promise<void> {
  const { stage, shelf, history } = world;
  const offer = random.pick(shelf.offers.filter(({ variants }) => variants.length > 1));
  const choices = offer.variants.slice(0, 2).map(({ variantId }) => ({
    showId: shelf.showId,
    offerId: offer.id,
    variantId,
    quantity: 1,
  }));
  const answers = await Promise.all(choices.map((choice) => stage.shop.hold(person.who, choice)));
  for (const answer of answers) {
    p.count(world, 'two variants at once', answer);
    if (answer.kind !== 'done') continue;
    p.remember(person, world, answer.value);
    history.uncertain(answer.value.hold.id);
  }
  await lookAtHolds(person, world);
}

async function lookAtHolds(person: Person, world: World): Promise<void> {
  const { stage, shelf, history } = world;
  const answer = await stage.shop.openHolds(person.who, shelf.showId);
  p.count(world, 'look at holds', answer);
  if (answer.kind !== 'done') return;
  history.openHoldsTold(
    person.who.viewerId,
    answer.value.holds.map(({ hold }) => hold),
  );
}

async function release(person: Person, world: World): Promise<void> {
  const { id } = person.hold!;
  const answer = await world.stage.shop.release(person.who, id);
  p.count(world, 'release', answer);
  if (answer.kind === 'done') world.history.released(id);
  p.leave(person);
}

/** The same press once more: after no answer, or out of impatience. */
async function payAgain(person: Person, world: World): Promise<void> {
  await p.send(person, world, person.press!, 'pay again');
}

/** The button is pressed twenty times before anything happens. */
async function doublePress(person: Person, world: World): Promise<void> {
  const press = await p.newPress(person, world, cards.pays);
  if (!press) return;
  await Promise.all(Array.from({ length: 20 }, () => p.send(person, world, press, 'double press')));
}

/** Two tabs pay for one hold, each with a card and a key of its own. */
async function twoTabs(person: Person, world: World): Promise<void> {
  const tabs = await Promise.all([cards.pays, cards.pays].map((card) => p.newPress(person, world, card)));
  await Promise.all(tabs.map((press) => press && p.send(person, world, press, 'two tabs')));
}

/** A browser that says another sum than the shop has asked for. */
async function ownPrice(person: Person, world: World): Promise<void> {
  const press = await p.newPress(person, world, cards.pays);
  if (!press) return;
  const answer = await p.send(person, world, { ...press, expectedTotalAmount: 100 }, 'price of my own');
  if (answer.kind !== 'done') person.press = null;
}

/** Stripe makes the payment, and the line is cut before it can say so. */
async function ambiguousCreate(person: Person, world: World): Promise<void> {
  const press = await p.newPress(person, world, cards.pays);
  if (!press) return;
  world.stage.line.cut(press.token);
  await p.send(person, world, press, 'pay with a cut line');
}

/** The buyer is at their bank while the hold ends: the cancel and the success arrive at Stripe together. */
async function raceCancel(person: Person, world: World): Promise<void> {
  const { stage, history } = world;
  await p.pay(person, world, cards.asks, '3DS asked');
  const { order } = person;
  const page = order?.intentId ? await stage.shop.bankPage(order.intentId) : null;
  if (!order?.intentId || !page) return;
  let met = false;
  const lookAway = stage.line.atCancel(order.intentId, async () => {
    met = true;
    await sleep(Math.random() * 3);
    if (await stage.shop.answerBank(page, true)) history.passedBank.add(order.id);
  });
  for (let waited = 0; waited < 15_000 && !met && !world.closing(); waited += 100) await sleep(100);
  lookAway();
  await p.refresh(person, world);
}

/** The payment call is so long on its way that its order is given up before it arrives. */
async function latePayment(person: Person, world: World): Promise<void> {
  const { stage } = world;
  const press = await p.newPress(person, world, cards.pays);
  if (!press) return;
  const arrive = stage.line.holdBack(press.token);
  const answered = p.send(person, world, press, 'pay on a slow line', 1_000);
  const isOver = async () => {
    const rows = await stage.sql(`SELECT 1 FROM orders WHERE viewer_id = $1 AND key = $2 AND state = 'canceled'`, [
      person.who.viewerId,
      press.key,
    ]);
    return rows.length > 0;
  };
  for (let waited = 0; waited < 15_000 && !world.closing() && !(await isOver()); waited += 250) await sleep(250);
  arrive();
  await answered;
  await p.send(person, world, press, 'pay again');
}
