import { randomUUID } from 'node:crypto';
import type { Hold, PublicOrder, Totals } from '#contracts/checkout';
import type { Random } from '../support/random.ts';
import type { History } from './history.ts';
import { cards, type Answer, type Identity, type Press } from './shop-client.ts';
import type { Shelf, Stage } from './stage.ts';

/** What all people of a run share. */
export interface World {
  stage: Stage;
  shelf: Shelf;
  history: History;
  /** True when the shop is about to close: who waits for something goes home. */
  closing(): boolean;
}

/** What one buyer believes. The server may know better. */
export interface Person {
  who: Identity;
  hold: { id: string; offerId: string; totalAmount: number } | null;
  order: { id: string; intentId: string | null; state: PublicOrder['state'] } | null;
  /** The last press of Pay, which may be repeated. */
  press: Press | null;
}

export const newcomer = (): Person => ({ who: { viewerId: '', headers: {} }, hold: null, order: null, press: null });

export function count(world: World, deed: string, { kind, ...rest }: Answer<unknown>): void {
  const told = 'code' in rest ? rest.code : 'why' in rest ? `unknown (${rest.why})` : kind;
  world.stage.tally.count(`${deed}: ${told}`);
}

/** Presses Buy; or, holding something, changes variant and quantity. */
export async function hold(person: Person, world: World, random: Random, deed: string): Promise<void> {
  const { stage, shelf, history } = world;
  const offer = shelf.offers.find(({ id }) => id === person.hold?.offerId) ?? random.pick(shelf.offers);
  const variant = random.pick(offer.variants);
  const choice = {
    showId: shelf.showId,
    offerId: offer.id,
    variantId: variant.variantId,
    quantity: random.int(1, 3),
  };
  const answer = await stage.shop.hold(person.who, choice);
  count(world, deed, answer);
  if (answer.kind === 'unknown' && person.hold) history.uncertain(person.hold.id);
  if (answer.kind !== 'done') return;
  checkHold(world, answer.value.hold, choice);
  remember(person, world, answer.value);
}

export function checkHold({ history }: World, hold: Hold, asked: { variantId: string; quantity: number }): void {
  if (hold.variantId === asked.variantId && hold.quantity === asked.quantity) return;
  history.wrong('a hold is what was asked for', `hold ${hold.id}: ${hold.quantity} instead of ${asked.quantity}`);
}

export function remember(person: Person, { history }: World, { hold, totals }: { hold: Hold; totals: Totals }): void {
  history.holdTold(person.who.viewerId, hold);
  if (person.hold?.id !== hold.id) person.order = person.press = null;
  person.hold = { id: hold.id, offerId: hold.offerId, totalAmount: totals.totalAmount };
}

/** A press of Pay for what this person holds; null when Stripe gives no token. */
export async function newPress(person: Person, world: World, card: string, key?: string): Promise<Press | null> {
  const token = await world.stage.shop.cardToken(card);
  if (!token || !person.hold) return null;
  const { id, totalAmount } = person.hold;
  return { key: key ?? randomUUID(), holdIds: [id], token, expectedTotalAmount: totalAmount };
}

/** Sends a press and remembers what it came to. */
export async function send(
  person: Person,
  world: World,
  press: Press,
  deed: string,
  patienceMs?: number,
): Promise<Answer<PublicOrder>> {
  const { stage, history } = world;
  history.pressed(press.holdIds);
  person.press = press;
  const askedAt = performance.now();
  const answer = await stage.shop.pay(person.who, press, patienceMs);
  count(world, deed, answer);
  if (answer.kind === 'done') learn(person, world, press.key, answer.value, askedAt);
  return answer;
}

/** Presses Pay: again for the same purchase, where there is one. */
export async function pay(person: Person, world: World, card: string, deed: string): Promise<void> {
  const press = await newPress(person, world, card, person.press?.key);
  if (press) await send(person, world, press, deed);
}

export function learn(person: Person, { history }: World, key: string, order: PublicOrder, askedAt: number): void {
  history.orderTold(person.who.viewerId, key, order, askedAt);
  const intentId = order.payment?.clientSecret.split('_secret_')[0] ?? person.order?.intentId ?? null;
  person.order = { id: order.id, intentId, state: order.state };
}

/** Goes through the bank, if it asks, and comes back to the shop. */
export async function bank(person: Person, world: World, passes: boolean, deed: string): Promise<void> {
  const { shop, tally } = world.stage;
  const { order } = person;
  if (!order?.intentId) return;
  const page = await shop.bankPage(order.intentId);
  const taken = page !== null && (await shop.answerBank(page, passes));
  tally.count(`${deed}: ${taken ? 'answered' : 'no page'}`);
  if (taken && passes) world.history.passedBank.add(order.id);
  await refresh(person, world);
}

export async function refresh(person: Person, world: World): Promise<void> {
  const { order, press } = person;
  if (!order || !press) return;
  const askedAt = performance.now();
  const answer = await world.stage.shop.refresh(person.who, order.id);
  count(world, 'refresh', answer);
  if (answer.kind === 'done') learn(person, world, press.key, answer.value, askedAt);
}

/** This person's purchase is over, as far as they are concerned. */
export function leave(person: Person): void {
  person.hold = person.order = person.press = null;
}

export { cards };
