import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { io, type Socket } from 'socket.io-client';
import type { Role } from '#contracts/accounts';
import type { Product, ProductInput } from '#contracts/catalog';
import { checkoutApi, type PaymentMethod } from '#contracts/checkout';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import type { Ack, ErrorBody } from '#contracts/errors';
import type { MediaFact } from '#contracts/media';
import { peopleApi } from '#contracts/people';
import type { Frame, RoomEvents } from '#contracts/room';
import type { EventReply, EventRequest } from '#contracts/socket';
import { showsApi, type PublicShow } from '#contracts/shows';
import { catalogApi } from '#contracts/catalog';
import { freePorts } from './ports.ts';

export interface Caller {
  headers: Record<string, string>;
}

export interface Staff extends Caller {
  memberId: string;
  brandId: string;
  cookie: string;
}

export interface Viewer extends Caller {
  viewerId: string;
  token: string;
}

/** An answer with an error body, as a test sees it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(`${status} ${body.code}`);
  }
}

export type Api = Awaited<ReturnType<typeof startApi>>;

/**
 * The real api in this process: Nest, Fastify, socket.io and jobs over a database of its own, with the Stripe sandbox beside it.
 * Media processes are played by `fact`.
 *
 * @param line what the api and Stripe shall take each other for, when something stands between them
 */
export async function startApi(line?: { url: string; webhookUrl: string }) {
  const [port, sandboxPort] = (await freePorts(2)) as [number, number];
  const url = `http://localhost:${port}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  Object.assign(process.env, {
    PORT: String(port),
    PUBLIC_URL: url,
    STRIPE_SECRET_KEY: 'sk_test_sandbox',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
    STRIPE_WEBHOOK_SECRET: 'whsec_test',
    STRIPE_API_URL: line?.url ?? sandboxUrl,
  });
  const { serve } = await import('../../apps/stripe-sandbox/src/server.ts');
  const { readConfig } = await import('../../apps/stripe-sandbox/src/config.ts');
  const sandbox = await serve(
    readConfig({
      ...process.env,
      NODE_ENV: 'test',
      STRIPE_SANDBOX_PORT: String(sandboxPort),
      STRIPE_WEBHOOK_URL: line?.webhookUrl ?? `${url}/api/stripe/webhook`,
      ENGAWA_DATA_DIR: undefined,
    }),
    () => undefined,
  );
  const { createServer } = await import('../../apps/api/src/server.ts');
  const { Connections, Database } = await import('../../apps/api/src/database/index.ts');
  const { entities } = await import('../../apps/api/src/entities.ts');
  const { signService } = await import('#platform/grants');
  const { AccountsService, hashPassword } = await import('../../apps/api/src/accounts/index.ts');
  const sockets: Socket[] = [];

  async function boot() {
    const dataSource = await new Connections(process.env.DATABASE_URL!, 20, entities).initialize();
    const app: NestFastifyApplication = await createServer(dataSource, process.env.ENGAWA_DATA_DIR!);
    await app.listen(port, '127.0.0.1');
    return { dataSource, app, database: app.get(Database) };
  }
  let running = await boot();

  async function end(): Promise<void> {
    const server = running.app.getHttpServer() as Server;
    const closed = once(server, 'close');
    // A client that gave up may have left a connection without a request: Node would wait a minute for one.
    const impatience = setTimeout(() => server.closeAllConnections(), 2_000);
    await running.app.close();
    clearTimeout(impatience);
    // The farewells of sockets are still under way, and jest would take the world from under them.
    server.closeAllConnections();
    await closed;
    await running.dataSource.destroy();
  }

  async function call<E extends Endpoint>(endpoint: E, request: RequestOf<E>, caller?: Caller): Promise<ReplyOf<E>> {
    const fields = { ...(request as Record<string, unknown>) };
    let path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
      const value = String(fields[name]);
      delete fields[name];
      return encodeURIComponent(value);
    });
    const inQuery = endpoint.method === 'GET' || endpoint.method === 'DELETE';
    if (inQuery) {
      const query = new URLSearchParams(
        Object.entries(fields)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, String(value)]),
      ).toString();
      if (query) path += `?${query}`;
    }
    const response = await fetch(`${url}${path}`, {
      method: endpoint.method,
      headers: { ...(!inQuery && { 'content-type': 'application/json' }), ...caller?.headers },
      body: inQuery ? undefined : JSON.stringify(fields),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Refusal(response.status, body as ErrorBody);
    return body as ReplyOf<E>;
  }

  /** Staff of a new brand, or of the one given. */
  async function staff(role: Role = 'owner', brandId?: string): Promise<Staff> {
    const { app, database } = running;
    const accounts = app.get(AccountsService);
    const email = `${randomUUID()}@example.jp`;
    const passwordHash = await hashPassword('a password for tests');
    const brand =
      brandId ??
      (await database.transaction((tx) =>
        accounts.addBrand(tx, {
          slug: randomUUID(),
          name: 'Test brand',
          currency: 'JPY',
          timeZone: 'Asia/Tokyo',
          taxRateBp: 1000,
          shippingAmount: 660,
          freeShippingFromAmount: 8800,
        }),
      ));
    const memberId = await database.transaction((tx) =>
      accounts.addMember(tx, { brandId: brand, email, name: `The ${role}`, role, passwordHash }),
    );
    const { token } = await accounts.signIn(email, 'a password for tests');
    const cookie = `engawa=${token}`;
    return { memberId, brandId: brand, cookie, headers: { cookie } };
  }

  async function viewer(): Promise<Viewer> {
    const { viewerId, token } = await call(peopleApi.guest, {});
    // People come from addresses of their own, and limits count them apart.
    const headers = { authorization: `Guest ${token}`, 'x-forwarded-for': randomAddress() };
    return { viewerId, token, headers };
  }

  async function product(
    owner: Staff,
    overrides: Partial<ProductInput> & { stock?: number; priceAmount?: number } = {},
  ): Promise<Product> {
    const { stock = 10, priceAmount = 4400, ...rest } = overrides;
    return call(
      catalogApi.create,
      {
        name: '月白のマグ',
        note: '330ml',
        description: '',
        variants: [{ name: '', sku: randomUUID(), priceAmount, swatch: null, stock }],
        ...rest,
      },
      owner,
    );
  }

  async function show(owner: Staff, productIds: string[]): Promise<PublicShow> {
    return call(
      showsApi.create,
      {
        title: '秋の窯出し',
        subtitle: '',
        slug: `show-${randomUUID()}`,
        hostName: '早川',
        startsAt: new Date().toISOString(),
        endsAt: null,
        productIds,
      },
      owner,
    );
  }

  /** A media process's report. */
  async function fact(report: MediaFact): Promise<void> {
    const response = await fetch(`${url}/api/media/facts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` },
      body: JSON.stringify(report),
    });
    if (!response.ok) throw new Refusal(response.status, (await response.json()) as ErrorBody);
  }

  async function heartbeat(
    bootId: string,
    broadcasts: { id: string; viewers: number }[] = [],
    nodeId = 'media-test',
  ): Promise<void> {
    await fact({
      type: 'heartbeat',
      nodeId,
      bootId,
      publicUrl: 'http://localhost:9',
      controlUrl: 'http://127.0.0.1:9',
      maxViewers: 350,
      edges: [],
      packager: true,
      broadcasts: broadcasts.map((broadcast) => ({ ...broadcast, hlsViewers: 0, hlsDelayMs: null })),
      at: new Date().toISOString(),
    });
  }

  /** On air, as far as the api can know: granted, and reported as flowing. */
  async function goLive(owner: Staff, showId: string, bootId = randomUUID()) {
    await heartbeat(bootId);
    const grant = await call(showsApi.goLive, { id: showId }, owner);
    await fact({
      type: 'ready',
      nodeId: 'media-test',
      bootId,
      broadcastId: grant.broadcastId,
      at: new Date().toISOString(),
    });
    return { grant, bootId };
  }

  return {
    get app() {
      return running.app;
    },
    get database() {
      return running.database;
    },
    url,
    sandboxUrl,
    call,
    staff,
    viewer,
    product,
    show,
    fact,
    heartbeat,
    goLive,

    /** A socket in the handshake of this caller; rejects with the error body when the api refuses it. */
    async connect(caller: Viewer | Staff | null, headers: Record<string, string> = {}): Promise<RoomClient> {
      const socket = io(url, {
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        auth: caller && 'token' in caller ? { guest: caller.token } : {},
        extraHeaders: { ...(caller && 'cookie' in caller && { cookie: caller.cookie }), ...headers },
      });
      sockets.push(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', (error) => reject((error as { data?: unknown }).data ?? error));
      });
      return new RoomClient(socket);
    },

    /** A card at the sandbox's browser side, as Elements would make it. */
    async confirmationToken(card = '4242424242424242', method: PaymentMethod = 'card'): Promise<string> {
      const form = new URLSearchParams(
        method === 'card'
          ? {
              'payment_method_data[type]': 'card',
              'payment_method_data[card][number]': card,
              'payment_method_data[card][exp_month]': '3',
              'payment_method_data[card][exp_year]': '2035',
              'payment_method_data[card][cvc]': '123',
            }
          : {
              'payment_method_data[type]': method,
              'payment_method_data[billing_details][name]': '佐久間 晴香',
              'payment_method_data[billing_details][email]': 'haruka@example.jp',
            },
      );
      const response = await fetch(`${sandboxUrl}/v1/confirmation_tokens`, {
        method: 'POST',
        headers: { authorization: 'Bearer pk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      });
      const body = (await response.json()) as { id: string };
      if (!response.ok) throw new Error(JSON.stringify(body));
      return body.id;
    },

    /** Presses Pay for a hold. */
    async purchase(
      buyer: Viewer,
      holdId: string | string[],
      totalAmount: number,
      card?: string,
      key: string = randomUUID(),
      more: { couponCodes?: string[]; email?: string; paymentMethod?: PaymentMethod } = {},
    ) {
      const { email = 'haruka@example.jp', ...terms } = more;
      return call(
        checkoutApi.placeOrder,
        {
          key,
          holdIds: [holdId].flat(),
          ...terms,
          confirmationTokenId: await this.confirmationToken(card, terms.paymentMethod),
          contact: { email, name: '佐久間 晴香', phone: '090-0000-0000' },
          address: {
            country: 'JP',
            postalCode: '154-0017',
            region: '東京都',
            city: '世田谷区',
            line1: '世田谷1-2-3',
            line2: '',
          },
          expectedTotalAmount: totalAmount,
        },
        buyer,
      );
    },

    /** Two browsers turn out to be one person. */
    async link(brandId: string, ...viewers: Viewer[]): Promise<void> {
      const person = randomUUID();
      await running.database.sql(`INSERT INTO persons (id, brand_id) VALUES ($1, $2)`, [person, brandId]);
      for (const { viewerId } of viewers) {
        await running.database.sql(
          `INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source) VALUES ($1, $2, $3, $4, 'proven', 'code')`,
          [randomUUID(), brandId, viewerId, person],
        );
      }
    },

    /** The sandbox's knobs. */
    async knobs(values: object): Promise<void> {
      const response = await fetch(`${sandboxUrl}/_sandbox/knobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk_test_sandbox' },
        body: JSON.stringify(values),
      });
      if (!response.ok) throw new Error(await response.text());
    },

    /** The process ends and another starts at the same address over the same database; `app` and `database` are then its. */
    async restart(meanwhile?: () => Promise<unknown>): Promise<void> {
      await end();
      await meanwhile?.();
      running = await boot();
    },

    async stop(): Promise<void> {
      for (const socket of sockets) socket.disconnect();
      await end();
      await sandbox.close();
    },
  };
}

export const randomAddress = () => `10.${[0, 0, 0].map(() => Math.floor(Math.random() * 256)).join('.')}`;

/** A socket of a room with its acknowledgements as promises, and the frames that it got. */
export class RoomClient {
  readonly frames: Frame[] = [];

  constructor(readonly socket: Socket) {
    socket.on('show.frame', (frame: Frame) => this.frames.push(frame));
  }

  async ask<N extends keyof RoomEvents & string>(
    name: N,
    request: EventRequest<RoomEvents, N>,
  ): Promise<EventReply<RoomEvents, N>> {
    const answer = (await this.socket.timeout(5_000).emitWithAck(name, request)) as Ack<EventReply<RoomEvents, N>>;
    if (!answer.ok) throw new Refusal(0, answer.error);
    return answer.data;
  }

  /** All lasting events so far, in the order in which they came. */
  get events() {
    return this.frames.flatMap((frame) => frame.events ?? []);
  }
}

/** Waits until `check` answers something truthy. What is not so after 20 seconds never will be. */
export async function eventually<T>(check: () => Promise<T> | T): Promise<NonNullable<T>> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const value = await check();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never so: ${check.toString()}`);
}

/** The refusal's code, for an expectation; a call that is not refused fails it by its name. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no refusal';
  } catch (error) {
    if (error instanceof Refusal) return error.body.code;
    throw error;
  }
}
