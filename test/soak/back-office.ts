import { randomUUID } from 'node:crypto';
import type { Random } from '../support/random.ts';
import { count, type Person, type World } from './person.ts';

// What staff do about a buyer's order. Whoever does it here, it happens in the middle of everything, and their button is pressed twice.

/** The host starts a flash deal. */
export async function startDeal(_: Person, { stage, shelf }: World, random: Random): Promise<void> {
  const offer = random.pick(shelf.offers);
  const started = await stage.staff.startDeal(shelf, offer.id, random.pick([10, 15, 33]));
  stage.tally.count(`start a deal: ${started}`);
}

export async function partRefund(person: Person, world: World, random: Random): Promise<void> {
  const { stage, history } = world;
  const { id } = person.order!;
  const amount = random.int(1, 900);
  const key = randomUUID();
  const presses = await Promise.all([0, 1].map(() => stage.staff.refund(id, key, amount)));
  for (const answer of presses) count(world, 'part refund', answer);
  history.gaveBack(id, 'money', amount, presses);
}

export async function restock(person: Person, world: World): Promise<void> {
  const { stage, history } = world;
  const { id } = person.order!;
  const key = randomUUID();
  const presses = await Promise.all([0, 1].map(() => stage.staff.restock(id, key, 1)));
  for (const answer of presses) count(world, 'restock', answer);
  history.gaveBack(id, 'goods', 1, presses);
}

export async function cancel(person: Person, world: World): Promise<void> {
  const { stage, history } = world;
  const { id } = person.order!;
  const answer = await stage.staff.cancel(id);
  count(world, 'cancel by staff', answer);
  if (answer.kind !== 'done') return;
  stage.tally.count(`cancel by staff: ${answer.value.outcome}`);
  if (answer.value.outcome === 'canceled') history.canceledByStaff.add(id);
}
