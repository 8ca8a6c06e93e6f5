import { setTimeout as sleep } from 'node:timers/promises';
import { newPress, pay, refresh, send, type Person, type World } from './person.ts';

/** Holds end every few seconds, and a process or a database may just be coming back. */
const MOST_WAIT_MS = 15_000;

/** Stripe makes the payment, and the line is cut before it can say so. */
export async function ambiguousCreate(person: Person, world: World): Promise<void> {
  const press = await newPress(person, world, 'pays');
  if (!press) return;
  world.stage.line.cut(press.token);
  await send(person, world, press, 'pay with a cut line');
}

/** The buyer is at their bank while the hold ends: the cancel and the success arrive at Stripe together. */
export async function raceCancel(person: Person, world: World): Promise<void> {
  const { stage, history } = world;
  await pay(person, world, 'asks', '3DS asked');
  const { order } = person;
  const page = order?.intentId ? await stage.shop.bankPage(order.intentId) : null;
  if (!order?.intentId || !page) return;
  let met = false;
  const lookAway = stage.line.atCancel(order.intentId, async () => {
    met = true;
    await sleep(Math.random() * 3);
    if (await stage.shop.answerBank(page, true)) history.passedBank.add(order.id);
  });
  for (let waited = 0; waited < MOST_WAIT_MS && !met && !world.closing(); waited += 100) await sleep(100);
  lookAway();
  await refresh(person, world);
}

/** The buyer comes back from their bank when the shop has given their order up. */
export async function lateAtBank(person: Person, world: World): Promise<void> {
  const { stage, history } = world;
  await pay(person, world, 'asks', '3DS asked');
  const { order } = person;
  const page = order?.intentId ? await stage.shop.bankPage(order.intentId) : null;
  if (!order || !page) return;
  await untilCanceled(world, `id = $1`, [order.id]);
  const taken = await stage.shop.answerBank(page, true);
  stage.tally.count(`late at the bank: ${taken ? 'answered' : 'no page'}`);
  if (taken) history.passedBank.add(order.id);
  await refresh(person, world);
}

/** The payment call is so long on its way that its order is given up before it arrives. */
export async function latePayment(person: Person, world: World): Promise<void> {
  const { stage } = world;
  const press = await newPress(person, world, 'pays');
  if (!press) return;
  const arrive = stage.line.holdBack(press.token);
  const answered = send(person, world, press, 'pay on a slow line', 1_000);
  await untilCanceled(world, `viewer_id = $1 AND key = $2`, [person.who.viewerId, press.key]);
  arrive();
  await answered;
  await send(person, world, press, 'pay again');
}

/** Looks where a buyer cannot: the answer that they wait for has not come. */
async function untilCanceled({ stage, closing }: World, which: string, parameters: unknown[]): Promise<void> {
  for (let waited = 0; waited < MOST_WAIT_MS && !closing(); waited += 100) {
    const rows = await stage.sql(`SELECT 1 FROM orders WHERE ${which} AND state = 'canceled'`, parameters);
    if (rows.length > 0) return;
    await sleep(100);
  }
}
