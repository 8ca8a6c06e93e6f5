import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkoutApi } from '#contracts/checkout';
import type { Message } from '#contracts/room';
import { eventually, startApi, type Api } from '../support/api.ts';
import { hostSays } from '../support/chat.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

async function evening() {
  const owner = await api.staff();
  const product = await api.product(owner);
  const show = await api.show(owner, [product.id]);
  return { owner, product, show, showId: show.id };
}

const say = (showId: string, text: string, clientMessageId: string = randomUUID()) =>
  ({ showId, clientMessageId, name: '晴香', text }) as const;

it('brings a viewer back where they were: no message lost, none twice, the show still on air, the hold still theirs', async () => {
  const { owner, product, show, showId } = await evening();
  await media.onAir(owner, showId);
  const viewer = await api.viewer();
  const client = await api.connect(viewer);
  const { seq } = await client.ask('show.join', { showId });
  const mine = say(showId, 'before');
  const sent = await client.ask('chat.send', mine);
  const request = { showId, offerId: show.offers[0]!.id, variantId: product.variants[0]!.id, quantity: 2 };
  const { hold } = await api.call(checkoutApi.hold, { key: randomUUID(), ...request }, viewer);
  await eventually(() => client.events.some((event) => event.seq === sent.seq));

  await api.restart();
  await eventually(() => client.socket.disconnected);
  await hostSays(api, owner, showId, 3, 'meanwhile');

  const back = await api.connect(viewer);
  const snapshot = await back.ask('show.join', { showId, since: sent.seq });
  expect(snapshot.messages.map(({ text }) => text)).toEqual(['meanwhile 1', 'meanwhile 2', 'meanwhile 3']);
  expect(snapshot).toMatchObject({ seq: seq + 4, truncated: false, people: 1 });
  expect(snapshot.show).toMatchObject({ state: 'live', broadcast: { state: 'live' } });
  expect(snapshot.show.offers[0]).toMatchObject({ variants: [{ available: 8 }] });
  const { holds } = await api.call(checkoutApi.holds, { showId }, viewer);
  expect(holds).toMatchObject([{ hold: { id: hold.id, quantity: 2, state: 'active' } }]);
  // The page did not know whether its last message had arrived.
  expect(await back.ask('chat.send', mine)).toEqual(sent);

  const next = await back.ask('chat.send', say(showId, 'after'));
  await eventually(() => back.events.some((event) => event.seq === next.seq));
  expect(back.frames.find(({ events }) => events)!.prev).toBeLessThanOrEqual(snapshot.seq);
  expect(back.events.map((event) => event.seq).filter((one) => one > snapshot.seq)).toEqual([next.seq]);
});

it('loses no message that was acknowledged while the process went down', async () => {
  const { owner, showId } = await evening();
  const hosts = await Promise.all(Array.from({ length: 4 }, () => api.connect(owner)));
  const acknowledged: Message[] = [];
  const posts: Promise<unknown>[] = [];
  for (const host of hosts) {
    await host.ask('show.join', { showId });
    for (let n = 0; n < 40; n += 1) {
      posts.push(host.ask('chat.send', say(showId, `message ${n}`)).then((message) => acknowledged.push(message)));
    }
  }
  await eventually(() => acknowledged.length > 0);
  const settled = Promise.allSettled(posts);
  await api.restart();
  await settled;

  const client = await api.connect(await api.viewer());
  const { messages, seq } = await client.ask('show.join', { showId, since: 0 });
  expect(messages).toEqual(expect.arrayContaining(acknowledged));
  expect(messages.map((message) => message.seq)).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
});

it('counts who comes back under the number at which the room stands, or they would take the count for an old one', async () => {
  const { owner, showId } = await evening();
  await hostSays(api, owner, showId, 3);
  await api.restart();
  const host = await api.connect(owner);
  const { seq, people } = await host.ask('show.join', { showId });
  expect([seq, people]).toEqual([3, 0]);
  await (await api.connect(await api.viewer())).ask('show.join', { showId });
  const frame = await eventually(() => host.frames.find((one) => one.people === 1));
  expect(frame).toMatchObject({ prev: seq, seq });
});
