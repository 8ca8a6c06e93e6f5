import { randomUUID } from 'node:crypto';
import type { Hold } from '#contracts/checkout';
import type { Random } from '../support/random.ts';
import { count, leave, take, type Person, type World } from './person.ts';

/** Presses Buy; or, holding something, changes variant and quantity. With a deal on, perhaps at its price. */
export async function hold(person: Person, world: World, random: Random): Promise<void> {
  const { stage, shelf, history } = world;
  const { basket } = person;
  const offer = shelf.offers.find(({ id }) => id === basket?.offerId) ?? random.pick(shelf.offers);
  const { variantId } = random.pick(offer.variants);
  const deal = shelf.deals.findLast(({ offerId }) => offerId === offer.id);
  const dealId = deal && random.next() < 0.5 ? deal.id : null;
  const choice = { showId: shelf.showId, offerId: offer.id, variantId, quantity: random.int(1, 3), dealId };
  const answer = await stage.shop.hold(person.who, choice);
  count(world, `${basket ? 'adjust' : 'hold'}${dealId ? ' in a deal' : ''}`, answer);
  if (answer.kind === 'unknown') history.uncertainOf(person.who.viewerId);
  if (answer.kind !== 'done') return;
  checkHold(world, answer.value.hold, choice);
  take(person, world, answer.value);
}

function checkHold({ history }: World, hold: Hold, asked: { variantId: string; quantity: number }): void {
  if (hold.variantId === asked.variantId && hold.quantity === asked.quantity) return;
  history.wrong('a hold is what was asked for', `hold ${hold.id}: ${hold.quantity} instead of ${asked.quantity}`);
}

/** Two tabs of one viewer hold at the same moment: one variant in a deal and outside it, or two variants of one offer. */
export async function twoHolds(person: Person, world: World, random: Random): Promise<void> {
  const { stage, shelf, history } = world;
  const deal = shelf.deals.at(-1);
  const offer = shelf.offers.find(({ id }) => id === deal?.offerId) ?? random.pick(shelf.offers);
  const [first, second] = offer.variants.map(({ variantId }) => variantId);
  const choice = { showId: shelf.showId, offerId: offer.id, variantId: first!, quantity: 1, dealId: null };
  const other = deal ? { ...choice, dealId: deal.id } : { ...choice, variantId: second! };
  const answers = await Promise.all([choice, other].map((wish) => stage.shop.hold(person.who, wish)));
  for (const answer of answers) {
    count(world, 'two holds at once', answer);
    if (answer.kind === 'unknown') history.uncertainOf(person.who.viewerId);
    if (answer.kind !== 'done') continue;
    take(person, world, answer.value);
    history.uncertain(answer.value.hold.id);
  }
  await lookAtHolds(person, world);
}

export async function lookAtHolds(person: Person, world: World): Promise<void> {
  const { stage, shelf, history } = world;
  const answer = await stage.shop.openHolds(person.who, shelf.showId);
  count(world, 'look at holds', answer);
  if (answer.kind !== 'done') return;
  history.openHoldsTold(
    person.who.viewerId,
    answer.value.holds.map(({ hold }) => hold),
  );
}

export async function release(person: Person, world: World): Promise<void> {
  for (const id of person.basket!.holdIds) {
    const answer = await world.stage.shop.release(person.who, id);
    count(world, 'release', answer);
    if (answer.kind === 'done') world.history.released(id);
  }
  leave(person);
}

/** Fills a cart with two or three products and takes a hold of all of it. */
export async function cart(person: Person, world: World, random: Random): Promise<void> {
  const { stage, shelf, history } = world;
  const first = random.int(0, shelf.offers.length - 1);
  for (let line = 0; line < random.int(2, 3); line += 1) {
    const offer = shelf.offers[(first + line) % shelf.offers.length]!;
    const { variantId } = random.pick(offer.variants);
    const choice = { showId: shelf.showId, offerId: offer.id, variantId, quantity: random.int(1, 2) };
    count(world, 'into the cart', await stage.shop.setCartLine(person.who, choice));
  }
  const answer = await stage.shop.holdCart(person.who, shelf.brandId, randomUUID());
  count(world, 'hold the cart', answer);
  if (answer.kind === 'unknown') history.uncertainOf(person.who.viewerId);
  if (answer.kind !== 'done') return;
  const { lines, totals } = answer.value;
  for (const { holdId, offerId, variantId, quantity } of lines) {
    history.holdTold(person.who.viewerId, { id: holdId, offerId, variantId, quantity });
  }
  person.order = person.press = null;
  const holdIds = lines.map(({ holdId }) => holdId);
  person.basket = { holdIds, offerId: null, dealId: null, couponCodes: [], totalAmount: totals.totalAmount };
}

/** Types in a coupon and asks what it makes of the sum. */
export async function coupon(person: Person, world: World, random: Random): Promise<void> {
  const { stage, shelf } = world;
  const basket = person.basket!;
  const codes = [random.pick(shelf.coupons).code];
  const answer = await stage.shop.quote(person.who, basket.holdIds, codes);
  count(world, 'coupon', answer);
  if (answer.kind !== 'done') return;
  person.basket = { ...basket, couponCodes: codes, totalAmount: answer.value.totals.totalAmount };
}

/** Wants what is sold out. */
export async function joinWaitlist(person: Person, world: World, random: Random): Promise<void> {
  const { stage, shelf } = world;
  const offer = shelf.offers.at(-1)!;
  const { variantId } = random.pick(offer.variants);
  const choice = { showId: shelf.showId, offerId: offer.id, variantId, quantity: random.int(1, 2) };
  const answer = await stage.shop.joinWaitlist(person.who, choice);
  count(world, 'join the waitlist', answer);
  if (answer.kind === 'done') person.places.add(answer.value.id);
}

/** Looks whether something is offered, and takes it for what to buy next. */
export async function lookAtWaitlist(person: Person, world: World): Promise<void> {
  const { stage, shelf, history } = world;
  const answer = await stage.shop.waitlist(person.who, shelf.showId);
  count(world, 'look at the waitlist', answer);
  if (answer.kind !== 'done') return;
  for (const { hold: offered } of answer.value.entries) {
    if (offered?.state !== 'active' || person.basket?.holdIds.includes(offered.id)) continue;
    history.holdTold(person.who.viewerId, offered);
    stage.tally.count('offered from the waitlist');
    const quote = await stage.shop.quote(person.who, [offered.id], []);
    count(world, 'quote of an offer', quote);
    if (quote.kind !== 'done') continue;
    const { totalAmount } = quote.value.totals;
    person.order = person.press = null;
    person.basket = { holdIds: [offered.id], offerId: offered.offerId, dealId: null, couponCodes: [], totalAmount };
  }
}

/** Who goes home waits no longer. */
export async function leaveWaitlists(person: Person, world: World): Promise<void> {
  for (const id of person.places)
    count(world, 'leave the waitlist', await world.stage.shop.leaveWaitlist(person.who, id));
  person.places.clear();
}
