import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post, RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import sharp from 'sharp';
import { accountsApi, Role } from '#contracts/accounts';
import { catalogApi, type Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { collectorApi } from '#contracts/collector';
import { ingestApi } from '#contracts/ingest';
import { insightsApi } from '#contracts/insights';
import { settingsApi } from '#contracts/settings';
import { ordersApi, ordersCsvPath } from '#contracts/orders';
import { showsApi, type PublicShow } from '#contracts/shows';
import { stageApi } from '#contracts/stage';
import { codeOf, eventually, startApi, type Api, type RoomClient, type Staff } from '../support/api.ts';
import { send } from '../support/http.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let owner: Staff;
let picture: Blob;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
  owner = await api.staff();
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#a86' } })
    .png()
    .toBuffer();
  picture = new Blob([new Uint8Array(png)]);
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

/** A product, a show with it, and a viewer's message there, all of the brand under test. */
interface Its {
  product: Product;
  show: PublicShow;
  viewerId: string;
  messageId: string;
}

async function its(): Promise<Its> {
  const product = await api.product(owner);
  const show = await api.show(owner, [product.id]);
  const viewer = await api.viewer();
  const client = await api.connect(viewer);
  await client.ask('show.join', { showId: show.id });
  const said = { showId: show.id, clientMessageId: randomUUID(), name: '晴香', text: 'こんにちは' };
  const { id: messageId } = await client.ask('chat.send', said);
  client.socket.disconnect();
  return { product, show, viewerId: viewer.viewerId, messageId };
}

const inputOf = ({ name, note, description, variants }: Product) => ({
  name,
  note,
  description,
  variants: variants.map(({ id, sku, priceAmount, swatch, onHand }) => ({
    ...{ id, sku, priceAmount, swatch, name: '', stock: onHand, stockSeen: onHand },
  })),
});
const newShow = () => ({
  title: '秋の窯出し',
  subtitle: '',
  slug: `show-${randomUUID()}`,
  hostName: '早川',
  startsAt: new Date().toISOString(),
  endsAt: null,
  productIds: [],
});
const ask = async (staff: Staff, act: (client: RoomClient) => Promise<unknown>) => {
  const client = await api.connect(staff);
  await act(client).finally(() => client.socket.disconnect());
};

/** One row per thing that staff can do: who may, and how it is done. The rows are written out here, and not taken from the policy. */
const everybody: Role[] = ['owner', 'host', 'moderator', 'marketer'];
const hosts: Role[] = ['owner', 'host'];
const moderators: Role[] = ['owner', 'host', 'moderator'];
const marketers: Role[] = ['owner', 'host', 'marketer'];
type Act = (staff: Staff, its: Its) => Promise<unknown>;
const overHttp: [string, Role[], Act][] = [
  ['see who they are', everybody, (staff) => api.call(accountsApi.session, {}, staff)],
  ['list products', everybody, (staff) => api.call(catalogApi.list, {}, staff)],
  ['see a product', everybody, (staff, { product }) => api.call(catalogApi.get, { id: product.id }, staff)],
  ['create a product', hosts, (staff) => api.product(staff)],
  [
    'edit a product',
    hosts,
    (staff, { product }) => api.call(catalogApi.update, { ...inputOf(product), id: product.id }, staff),
  ],
  ['archive a product', hosts, (staff, { product }) => api.call(catalogApi.archive, { id: product.id }, staff)],
  ['upload a picture', hosts, (staff) => upload(staff)],
  ['list shows', everybody, (staff) => api.call(showsApi.list, {}, staff)],
  ['see a show', everybody, (staff, { show }) => api.call(showsApi.get, { id: show.id }, staff)],
  ['schedule a show', hosts, (staff) => api.call(showsApi.create, newShow(), staff)],
  [
    'edit a show',
    hosts,
    (staff, { show }) => api.call(showsApi.update, { ...newShow(), id: show.id, productIds: [] }, staff),
  ],
  ['see how an encoder is set up', hosts, (staff, { show }) => api.call(ingestApi.get, { id: show.id }, staff)],
  ['renew the key for encoders', hosts, (staff, { show }) => api.call(ingestApi.renew, { id: show.id }, staff)],
  ['go live', hosts, (staff, { show }) => api.call(showsApi.goLive, { id: show.id }, staff)],
  [
    'end a show',
    hosts,
    async (staff, { show }) => {
      await media.onAir(owner, show.id);
      await api.call(showsApi.end, { id: show.id }, staff);
    },
  ],
  ["see the show's stage", hosts, (staff, { show }) => api.call(stageApi.desk, { id: show.id }, staff)],
  ['invite to the stage', hosts, (staff, { show }) => invite(staff, show.id)],
  [
    'take somebody on air',
    hosts,
    async (staff, { show }) => {
      const participantId = await invite(owner, show.id);
      return api.call(stageApi.place, { id: show.id, participantId, onAir: true }, staff);
    },
  ],
  [
    'remove somebody from the stage',
    hosts,
    async (staff, { show }) => {
      const participantId = await invite(owner, show.id);
      return api.call(stageApi.remove, { id: show.id, participantId }, staff);
    },
  ],
  ['arrange the stage', hosts, (staff, { show }) => api.call(stageApi.arrange, { id: show.id, layout: 'solo' }, staff)],
  [
    'see who waits',
    hosts,
    async (staff, { show }) => {
      await media.onAir(owner, show.id);
      return api.call(stageApi.preview, { id: show.id }, staff);
    },
  ],
  ['see the selling terms', everybody, (staff) => api.call(settingsApi.selling, {}, staff)],
  ['change the selling terms', ['owner'], (staff) => api.call(settingsApi.saveSelling, {}, staff)],
  ['see by which Stripe account the brand is paid', ['owner'], (staff) => api.call(settingsApi.payments, {}, staff)],
  [
    'bring Stripe keys of the brand',
    ['owner'],
    (staff) =>
      api.call(
        settingsApi.savePayments,
        { secretKey: 'sk_test_sandbox', publishableKey: 'pk_test_sandbox', webhookSecret: 'whsec_test' },
        staff,
      ),
  ],
  ['give up the Stripe keys of the brand', ['owner'], (staff) => api.call(settingsApi.clearPayments, {}, staff)],
  ['see the write keys of the brand', ['owner'], (staff) => api.call(collectorApi.keys, {}, staff)],
  [
    'make and revoke a write key',
    ['owner'],
    async (staff) => {
      const { key } = await api.call(collectorApi.createKey, { kind: 'server', name: 'Shop' }, staff);
      await api.call(collectorApi.revokeKey, { id: key.id }, staff);
    },
  ],
  ['make the secret for user hashes', ['owner'], (staff) => api.call(collectorApi.newUserSecret, {}, staff)],
  ['see which events were refused', marketers, (staff) => api.call(collectorApi.rejections, {}, staff)],
  ['list orders', marketers, (staff) => api.call(ordersApi.list, {}, staff)],
  ['take orders away as a file', marketers, (staff) => ordersFile(staff)],
  ['see an order', marketers, async (staff, its) => api.call(ordersApi.get, { id: await sold(its) }, staff)],
  [
    'give money back',
    hosts,
    async (staff, its) => {
      const id = await sold(its);
      return api.call(ordersApi.refund, { id, key: randomUUID(), amount: 100, reason: '傷あり' }, staff);
    },
  ],
  ['try a refund again', hosts, async (staff, its) => api.call(ordersApi.retryRefund, await refused(its), staff)],
  [
    'settle a refund outside of Stripe',
    hosts,
    async (staff, its) => api.call(ordersApi.settleRefund, { ...(await refused(its)), note: '銀行振込' }, staff),
  ],
  [
    'put goods back onto the shelf',
    hosts,
    async (staff, its) => {
      const id = await sold(its);
      return api.call(ordersApi.restock, { id, key: randomUUID(), lines: [{ position: 1, quantity: 1 }] }, staff);
    },
  ],
  [
    'cancel an order',
    hosts,
    async (staff, its) => api.call(ordersApi.cancel, { id: await sold(its, '4000002760003184') }, staff),
  ],
  [
    'ship an order',
    hosts,
    async (staff, its) =>
      api.call(ordersApi.ship, { id: await sold(its), carrier: 'ヤマト運輸', trackingNumber: '' }, staff),
  ],
  ['read insights', marketers, (staff, { show }) => api.call(insightsApi.show, { id: show.id }, staff)],
];
const overSockets: [string, Role[], Act][] = [
  [
    'join the room',
    everybody,
    (staff, { show }) => ask(staff, (client) => client.ask('show.join', { showId: show.id })),
  ],
  [
    'pin an offer',
    hosts,
    (staff, { show }) =>
      ask(staff, (client) => client.ask('pin.set', { showId: show.id, offerId: show.offers[0]!.id })),
  ],
  [
    'delete a message',
    moderators,
    (staff, { show, messageId }) => ask(staff, (client) => client.ask('chat.delete', { showId: show.id, messageId })),
  ],
  [
    'mute a viewer',
    moderators,
    (staff, { show, viewerId }) =>
      ask(staff, (client) => client.ask('chat.mute', { showId: show.id, viewerId, minutes: 1 })),
  ],
  [
    'ban a viewer',
    moderators,
    (staff, { show, viewerId }) => ask(staff, (client) => client.ask('chat.ban', { showId: show.id, viewerId })),
  ],
];

async function invite(staff: Staff, id: string): Promise<string> {
  const { invited } = await api.call(stageApi.invite, { id, role: 'guest', name: '結衣' }, staff);
  return invited[0]!.id;
}

/** Somebody has bought the product in the show. */
async function sold({ product, show }: Its, card?: string): Promise<string> {
  const buyer = await api.viewer();
  const wish = { showId: show.id, offerId: show.offers[0]!.id, variantId: product.variants[0]!.id, quantity: 1 };
  const { hold, totals } = await api.call(checkoutApi.hold, { key: randomUUID(), ...wish }, buyer);
  return (await api.purchase(buyer, hold.id, totals.totalAmount, card)).id;
}

/** Stripe has refused a refund of an order. */
async function refused(its: Its): Promise<{ id: string; refundId: string }> {
  const id = await sold(its);
  await api.knobs({ refuse_refunds: { code: 'balance_insufficient' } });
  await api.call(ordersApi.refund, { id, key: randomUUID(), amount: 100, reason: '傷あり' }, owner);
  return eventually(async () => {
    const { refunds } = await api.call(ordersApi.get, { id }, owner);
    return refunds[0]?.state === 'failed' ? { id, refundId: refunds[0].id } : null;
  });
}

async function ordersFile(staff: Staff): Promise<void> {
  const answer = await fetch(`${api.url}${ordersCsvPath}`, { headers: staff.headers });
  const { Refusal } = await import('../support/api.ts');
  if (!answer.ok) throw new Refusal(answer.status, (await answer.json()) as never);
  await answer.text();
}

async function upload(staff: Staff): Promise<void> {
  const form = new FormData();
  form.set('file', picture);
  const { body, status } = await send(api, 'POST', '/api/images', { body: form }, staff);
  // As api.call does it, so that the table need not tell them apart.
  const { Refusal } = await import('../support/api.ts');
  if (status !== 200) throw new Refusal(status, body as never);
}

describe('the policy', () => {
  it.each([...overHttp, ...overSockets])('who may %s', async (_, allowed, act) => {
    for (const role of Role.options) {
      const staff = role === 'owner' ? owner : await api.staff(role, owner.brandId);
      const code = await codeOf(act(staff, await its()));
      expect([role, code]).toEqual([role, allowed.includes(role) ? 'no refusal' : 'forbidden']);
    }
  });

  const aboutSomething = [...overHttp, ...overSockets].filter(([, , act]) => act.length === 2);
  it.each(aboutSomething)("for another brand's owner there is nothing to %s", async (_name, _allowed, act) => {
    expect(await codeOf(act(await api.staff(), await its()))).toBe('not_found');
  });

  it.each(overHttp)('whoever is not signed in may not %s', async (_name, _allowed, act) => {
    const guest = { ...owner, headers: (await api.viewer()).headers };
    expect(await codeOf(act(guest, await its()))).toBe('unauthenticated');
  });
});

describe("another brand's things", () => {
  it('are not taken into a show or a product of one’s own', async () => {
    const { product } = await its();
    const stranger = await api.staff();
    const foreign = { ...newShow(), productIds: [product.id] };
    expect(await codeOf(api.call(showsApi.create, foreign, stranger))).toBe('invalid_request');
    const own = await api.product(stranger);
    const stolen = { ...inputOf(product), id: own.id };
    expect(await codeOf(api.call(catalogApi.update, stolen, stranger))).toBe('invalid_request');
    expect(await api.call(catalogApi.get, { id: product.id }, owner)).toEqual(product);
  });

  it('are not in any list', async () => {
    await its();
    const stranger = await api.staff();
    expect((await api.call(showsApi.list, {}, stranger)).shows).toEqual([]);
    expect((await api.call(catalogApi.list, {}, stranger)).products).toEqual([]);
  });
});

describe('a viewer', () => {
  it('is asked for by what is theirs: staff are no viewers, and a bad token is none', async () => {
    const { show } = await its();
    const { signToken } = await import('#platform/grants');
    const expired = await signToken('guest', { sub: randomUUID() }, -1);
    const holds = (headers: Record<string, string>) =>
      codeOf(api.call(checkoutApi.holds, { showId: show.id }, { headers }));
    expect(await holds({})).toBe('unauthenticated');
    expect(await holds(owner.headers)).toBe('unauthenticated');
    expect(await holds({ authorization: 'Guest forged' })).toBe('grant_invalid');
    expect(await holds({ authorization: `Guest ${expired}` })).toBe('grant_expired');
    expect(await holds((await api.viewer()).headers)).toBe('no refusal');
  });
});

describe('default deny', () => {
  it('answers nobody on a route that says nothing of access', async () => {
    @Controller('/api/forgotten')
    class ForgottenController {
      @Get()
      read() {
        return 'secret';
      }
      @Post()
      write() {
        return 'done';
      }
    }
    const { AppModule } = await import('../../apps/api/src/app.module.ts');
    @Module({
      imports: [AppModule.over(api.database.dataSource, process.env.ENGAWA_DATA_DIR!)],
      controllers: [ForgottenController],
    })
    class AppWithForgotten {}
    const app = await NestFactory.create<NestFastifyApplication>(AppWithForgotten, new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
    const ask = async (method: 'GET' | 'POST', headers = {}) =>
      (await app.inject({ method, url: '/api/forgotten', headers })).json<{ code: string }>().code;
    expect(await ask('GET')).toBe('forbidden');
    expect(await ask('GET', owner.headers)).toBe('forbidden');
    expect(await ask('POST', owner.headers)).toBe('forbidden');
    await app.close();
  });

  it('is open to anybody only where this list says so', async () => {
    const { ACCESS } = await import('../../apps/api/src/accounts/index.ts');
    const reflector = api.app.get(Reflector);
    const open: string[] = [];
    for (const { instance, metatype } of api.app.get(DiscoveryService, { strict: false }).getControllers()) {
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
        const handler = prototype[name]!;
        const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
        if (method === undefined) continue;
        const rule: unknown = reflector.getAllAndOverride(ACCESS, [handler, metatype as () => unknown]);
        expect([name, rule]).toEqual([name, expect.any(String)]);
        const paths = [metatype as object, handler].map((one) => Reflect.getMetadata('path', one) as string);
        const path = `/${paths.join('/')}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
        if (rule === 'public') open.push(`${RequestMethod[method]} ${path}`);
      }
    }
    expect(open.toSorted()).toEqual([
      'DELETE /api/session',
      'GET /*',
      'GET /api/checkout/config',
      'GET /api/checkout/orders/:id',
      'GET /api/health',
      'GET /api/images/:id',
      'GET /api/privacy/keys',
      'GET /api/public/brands/:slug/seller',
      'GET /api/public/shows/:slug',
      'GET /api/public/shows/:slug/replay',
      'GET /api/public/shows/:slug/replay/chapters.vtt',
      'GET /api/public/shows/:slug/replay/chat',
      'GET /api/ready',
      'GET /api/setup',
      'GET /api/survey-links/:token',
      'GET /l/:code',
      'GET /s/:slug',
      'POST /api/checkout/orders/:id/refresh',
      'POST /api/guest',
      'POST /api/privacy/receipts/verify',
      'POST /api/session',
      'POST /api/setup',
      'POST /api/stage/:token/enter',
      'POST /api/stage/:token/seat',
      'POST /api/stripe/webhook',
      'POST /api/stripe/webhook/:brandId',
      'POST /api/survey-links/:token',
    ]);
  });
});
