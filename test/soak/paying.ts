import { randomUUID } from 'node:crypto';
import { count, learn, newPress, pay, refresh, send, type Person, type World } from './person.ts';

/** The same press once more: after no answer, or out of impatience. */
export async function payAgain(person: Person, world: World): Promise<void> {
  await send(person, world, person.press!, 'pay again');
}

/** The button is pressed twenty times before anything happens. */
export async function doublePress(person: Person, world: World): Promise<void> {
  const press = await newPress(person, world, 'pays');
  if (!press) return;
  await Promise.all(Array.from({ length: 20 }, () => send(person, world, press, 'double press')));
}

/** Two tabs pay for the same goods, each with a card and a key of its own. */
export async function twoTabs(person: Person, world: World): Promise<void> {
  const tabs = await Promise.all([newPress(person, world, 'pays'), newPress(person, world, 'pays')]);
  await Promise.all(tabs.map((press) => press && send(person, world, press, 'two tabs')));
}

/** A browser that says another sum than the shop has asked for. */
export async function ownPrice(person: Person, world: World): Promise<void> {
  const press = await newPress(person, world, 'pays');
  if (!press) return;
  const answer = await send(person, world, { ...press, expectedTotalAmount: 100 }, 'price of my own');
  if (answer.kind !== 'done') person.press = null;
}

/** Somebody presses Pay for what another person holds. */
export async function stolenHold(person: Person, world: World): Promise<void> {
  const { stage, history } = world;
  const others = [...history.holds].filter(([, { viewerId }]) => viewerId !== person.who.viewerId);
  const [theirs] = others.at(-1) ?? [];
  const press = await newPress(person, world, 'pays');
  if (!press || !theirs) return;
  const answer = await stage.shop.pay(person.who, { ...press, key: randomUUID(), holdIds: [theirs] });
  count(world, "somebody else's hold", answer);
  if (answer.kind === 'done') history.wrong('a hold has one owner', `${theirs} was sold to ${person.who.viewerId}`);
}

/** Goes through the bank, if it asks, and comes back to the shop. */
export async function bank(person: Person, world: World, passes: boolean): Promise<void> {
  const { stage, history } = world;
  const { order } = person;
  if (!order?.intentId) return;
  const page = await stage.shop.bankPage(order.intentId);
  const taken = page !== null && (await stage.shop.answerBank(page, passes));
  stage.tally.count(`3DS ${passes ? 'passed' : 'failed'}: ${taken ? 'answered' : 'no page'}`);
  if (taken && passes) history.passedBank.add(order.id);
  await refresh(person, world);
}

/** Takes a voucher, to be paid at a shop in the next days. */
export async function konbini(person: Person, world: World): Promise<void> {
  await pay(person, world, 'konbini', 'konbini');
}

/** Comes to the shop with the voucher, or never does. */
export async function voucher(person: Person, world: World, paid: boolean): Promise<void> {
  const { stage, history } = world;
  const { order, press } = person;
  if (!order?.intentId || !press) return;
  const taken = await stage.shop.endVoucher(order.intentId, paid ? 'pay' : 'expire');
  stage.tally.count(`voucher ${paid ? 'paid' : 'expired'}: ${taken ? 'taken' : 'refused'}`);
  if (taken && paid) history.passedBank.add(order.id);
  const askedAt = performance.now();
  const answer = await stage.shop.order(person.who, order.id);
  count(world, 'look at the order', answer);
  if (answer.kind === 'done') learn(person, world, press.key, answer.value, askedAt);
}
