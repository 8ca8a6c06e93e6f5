import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkoutApi } from '#contracts/checkout';
import type { ErrorBody } from '#contracts/errors';
import { peopleApi, type Guest } from '#contracts/people';
import type { BuyersCommand, Pressed } from './crowd.ts';
import { KeepAlive, postRequest } from './keep-alive.ts';
import { answer } from './part.ts';

// A process full of buyers. Each comes from an address of its own, as behind a proxy: the limits of the api count by address.

const OPENING = 100;

const buyers: { token: string; address: string }[] = [];

async function invite({ port, count, first }: Extract<BuyersCommand, { type: 'invite' }>): Promise<void> {
  const lines = await Promise.all(Array.from({ length: 16 }, () => KeepAlive.open(port)));
  let next = 0;
  await Promise.all(
    lines.map(async (line) => {
      while (next < count) {
        const number = first + next++;
        const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
        const request = postRequest(peopleApi.guest.path, { 'x-forwarded-for': address }, {});
        const { status, body } = await line.send(request);
        if (status !== 200) throw new Error(`${peopleApi.guest.path}: ${body}`);
        buyers.push({ token: (JSON.parse(body) as Guest).token, address });
      }
      line.close();
    }),
  );
}

let lines: KeepAlive[] = [];
let requests: Buffer[] = [];

/** Everything that is not measured: who asks for what, and the connections. */
async function gather({ port, offer, buyers: wanted, connections }: Extract<BuyersCommand, { type: 'gather' }>) {
  const { showId, offerId, variantId } = offer;
  requests = buyers
    .slice(wanted.from, wanted.to)
    .map(({ token, address }) =>
      postRequest(
        checkoutApi.hold.path,
        { 'x-forwarded-for': address, authorization: `Guest ${token}` },
        { key: randomUUID(), showId, offerId, variantId, quantity: 1 },
      ),
    );
  lines = [];
  while (lines.length < connections) {
    const missing = Math.min(OPENING, connections - lines.length);
    lines.push(...(await Promise.all(Array.from({ length: missing }, () => KeepAlive.open(port)))));
  }
}

/** Every connection takes the next buyer as soon as it is answered. */
async function press({ startAt }: Extract<BuyersCommand, { type: 'press' }>): Promise<Pressed> {
  const answers: Record<string, number> = {};
  let next = 0;
  await sleep(Math.max(0, startAt - Date.now()));
  await Promise.all(
    lines.map(async (line) => {
      while (next < requests.length) {
        const { status, body } = await line.send(requests[next++]!);
        const what = status === 200 ? 'held' : (JSON.parse(body) as ErrorBody).code;
        answers[what] = (answers[what] ?? 0) + 1;
      }
    }),
  );
  const endedAt = Date.now();
  for (const line of lines) line.close();
  return { answers, endedAt };
}

answer(async (command: BuyersCommand): Promise<Pressed | void> => {
  if (command.type === 'invite') return invite(command);
  if (command.type === 'gather') return gather(command);
  return press(command);
});
