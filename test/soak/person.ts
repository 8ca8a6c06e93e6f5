import { randomUUID } from 'node:crypto';
import type { Hold, PublicOrder, Totals } from '#contracts/checkout';
import type { History } from './history.ts';
import type { Answer, Card, Identity, Press } from './shop-client.ts';
import type { Shelf } from './staff.ts';
import type { Stage } from './stage.ts';

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
  /** What they hold and would pay for. */
  basket: Basket | null;
  order: { id: string; intentId: string | null; state: PublicOrder['state']; voucher: boolean } | null;
  /** The last press of Pay, which may be repeated. */
  press: Press | null;
  /** Places on waitlists, as far as they know. */
  places: Set<string>;
}

export interface Basket {
  holdIds: string[];
  /** Of a single hold: it can be changed at the sheet. */
  offerId: string | null;
  dealId: string | null;
  couponCodes: string[];
  totalAmount: number;
}

export const newcomer = (): Person => ({
  who: { viewerId: '', headers: {} },
  basket: null,
  order: null,
  press: null,
  places: new Set(),
});

export function count(world: World, deed: string, answer: Answer<unknown>): void {
  const told =
    answer.kind === 'done' ? 'done' : answer.kind === 'refused' ? answer.code : `unknown (${answer.why.trim()})`;
  world.stage.tally.count(`${deed}: ${told}`);
  // A fault around it is answered as one: 503, which the page takes for "later".
  if (told === 'unknown (internal)') world.history.wrong('no answer is a defect', deed);
}

/** A hold was answered: it is what this person would pay for now. */
export function take(person: Person, { history }: World, { hold, totals }: { hold: Hold; totals: Totals }): void {
  history.holdTold(person.who.viewerId, hold);
  if (!person.basket?.holdIds.includes(hold.id)) person.order = person.press = null;
  const { id, offerId, dealId } = hold;
  person.basket = { holdIds: [id], offerId, dealId, couponCodes: [], totalAmount: totals.totalAmount };
}

/** A press of Pay for what this person holds; null when Stripe gives no token. */
export async function newPress(person: Person, world: World, card: Card, key?: string): Promise<Press | null> {
  const method = card === 'konbini' ? 'konbini' : 'card';
  const token = await world.stage.shop.paymentToken(card, person.who);
  if (!token || !person.basket) return null;
  const { holdIds, couponCodes, totalAmount } = person.basket;
  return { key: key ?? randomUUID(), holdIds, couponCodes, method, token, expectedTotalAmount: totalAmount };
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
export async function pay(person: Person, world: World, card: Card, deed: string): Promise<void> {
  const press = await newPress(person, world, card, person.press?.key);
  if (press) await send(person, world, press, deed);
}

export function learn(person: Person, { history }: World, key: string, order: PublicOrder, askedAt: number): void {
  history.orderTold(person.who.viewerId, key, order, askedAt);
  const intentId = order.payment?.clientSecret.split('_secret_')[0] ?? person.order?.intentId ?? null;
  person.order = { id: order.id, intentId, state: order.state, voucher: order.payBy !== null };
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
  person.basket = person.order = person.press = null;
}
