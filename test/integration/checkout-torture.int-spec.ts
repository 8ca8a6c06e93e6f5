import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutApi, type PublicOrder } from '#contracts/checkout';
import { Refusal, type Viewer, eventually } from '../support/api.ts';
import { cards, Shop, type Offer } from '../support/checkout.ts';
import { Random } from '../support/random.ts';

const BUYERS = 20;
const STEPS = 10;
const UNITS = 12;

/** What a crowd may be told without anything being wrong. */
const expected = ['sold_out', 'hold_expired', 'conflict', 'order_transition', 'rate_limited'];

type Purchase = Awaited<ReturnType<Shop['hold']>>;

/** One buyer who does whatever comes to mind, and remembers what they hold and what they have pressed Pay for. */
class Buyer {
  #purchase: Purchase | undefined;
  #order: PublicOrder | undefined;

  constructor(
    private readonly shop: Shop,
    private readonly offers: Offer[],
    private readonly viewer: Viewer,
    private readonly random: Random,
    private readonly met: Map<string, number>,
  ) {}

  async live(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      const deed = this.random.pick(this.#deeds());
      await this.#tried(deed.name, deed.work);
      await sleep(this.random.int(0, 30));
    }
  }

  #deeds(): { name: string; work: () => Promise<unknown> }[] {
    const { shop, random } = this;
    const take = { name: 'hold or adjust', work: () => this.#take() };
    if (!this.#purchase) return [take];
    const purchase = this.#purchase;
    const pay = (name: string, card: string) => ({
      name,
      work: async () => (this.#order = await shop.pay(purchase, card)),
    });
    const pays = [
      pay('pay', cards.pays),
      pay('decline', random.pick([cards.declined, cards.poor])),
      pay('3DS', cards.asks),
    ];
    const twice = {
      name: 'pay twice at once',
      work: () =>
        Promise.all([shop.pay(purchase), shop.pay(purchase), shop.pay({ ...purchase, key: `${purchase.key}2` })]),
    };
    const leave = { name: 'abandon', work: async () => void (this.#purchase = this.#order = undefined) };
    const order = this.#order;
    if (!order) {
      const release = {
        name: 'release',
        work: () => shop.api.call(checkoutApi.releaseHold, { id: purchase.holdId }, purchase.buyer),
      };
      return [take, take, release, leave, twice, ...pays, ...pays];
    }
    const look = { name: 'refresh', work: () => shop.api.call(checkoutApi.refresh, { id: order.id }, purchase.buyer) };
    const reconcile = { name: 'reconcile', work: () => shop.reconcile(order.id) };
    const bank = { name: 'bank', work: () => this.#bank(order, purchase.buyer) };
    return [look, reconcile, bank, bank, leave, take, ...pays];
  }

  async #take(): Promise<void> {
    this.#order = undefined;
    this.#purchase = await this.shop.hold(this.random.pick(this.offers), this.random.int(1, 3), this.viewer);
  }

  /** Answers the bank's page, if there is one. It may be gone: paid, canceled or declined meanwhile. */
  async #bank(order: PublicOrder, buyer: Viewer): Promise<void> {
    const now = await this.shop.order(order.id, buyer);
    if (now.payment?.status !== 'requires_action') return;
    await this.shop.authenticate(now, this.random.next() < 0.7).catch(() => undefined);
  }

  async #tried(name: string, work: () => Promise<unknown>): Promise<void> {
    let told = 'done';
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refusal) || !expected.includes(error.body.code)) throw error;
      told = error.body.code;
    }
    this.met.set(`${name}: ${told}`, (this.met.get(`${name}: ${told}`) ?? 0) + 1);
  }
}

describe('a crowd over few units, with a bad line to Stripe', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.api.stop());

  it('leaves every invariant whole', async () => {
    const seed = Number(process.env.TORTURE_SEED ?? randomInt(2 ** 31));
    process.stderr.write(`checkout torture: TORTURE_SEED=${seed}\n`);
    const random = new Random(seed);
    const met = new Map<string, number>();
    const offers = [await shop.offer(UNITS), await shop.offer(UNITS), await shop.offer(UNITS)];
    for (const { owner, showId } of offers) await shop.api.goLive(owner, showId);
    const buyers = await Promise.all(
      Array.from(
        { length: BUYERS },
        async () => new Buyer(shop, offers, await shop.api.viewer(), random.branch(), met),
      ),
    );
    await shop.knobs({ webhooks: { duplicate: 0.4, drop: 0.3, reorder: true, reorder_ms: 150 } });

    let over = false;
    const weather = (async () => {
      for (let ahead = 0; !over;) {
        const sky = random.pick(['calm', 'slow', 'cut', 'limit', 'break', 'expire'] as const);
        if (sky === 'slow') await shop.knobs({ processing_ms: 150 });
        if (sky === 'cut') await shop.knobs({ cut_after_commit: { times: 4, path: '/v1/payment_intents' } });
        if (sky === 'limit') await shop.knobs({ fail_next: { status: 429, times: 2, path: '/v1/payment_intents' } });
        if (sky === 'break') await shop.knobs({ fail_next: { status: 500, times: 2, path: '/v1/payment_intents' } });
        if (sky === 'expire') await shop.ahead((ahead += random.int(100, 400)));
        met.set(`sky: ${sky}`, (met.get(`sky: ${sky}`) ?? 0) + 1);
        await sleep(200);
        await shop.knobs({ processing_ms: 0 });
      }
      return undefined;
    })();
    await Promise.all(buyers.map((buyer) => buyer.live())).finally(() => (over = true));
    await weather;

    await shop.knobs({ processing_ms: 0, fail_next: null, cut_after_commit: null });
    await shop.delivered();
    await settleAll(shop);
    // The log is written within a minute of what it tells, and the clock has jumped: a start finds what is missing.
    await shop.api.restart();
    process.stderr.write(
      `${[...met]
        .sort()
        .map(([what, times]) => `${what} ×${times}`)
        .join(', ')}\n`,
    );
    expect(await broken(shop)).toEqual([]);
    const sold = await shop.api.database.sql(
      `SELECT 1 FROM stock_levels WHERE reserved <> 0 UNION ALL SELECT 1 FROM orders WHERE state = 'pending'`,
    );
    expect(sold.rows).toEqual([]);
  });
});

/** Lets all holds end, and has every order looked at until none is open. */
async function settleAll(shop: Shop): Promise<void> {
  await shop.api.database.sql(`UPDATE clock_offsets SET ahead = ahead + interval '400 seconds'`);
  // By the api's own sweep, which may be at it already.
  await eventually(async () => {
    const { rows } = await shop.api.database.sql(`SELECT 1 FROM holds WHERE state = 'active'`);
    return rows.length === 0;
  });
  for (;;) {
    const { rows } = await shop.api.database.sql<{ id: string }>(`SELECT id FROM orders WHERE state = 'pending'`);
    if (rows.length === 0) break;
    await Promise.all(rows.map(({ id }) => shop.reconcile(id)));
  }
  await shop.delivered();
}

async function broken(shop: Shop): Promise<object[]> {
  const { verifyDatabase, verifyStripe } = await import('../../apps/api/src/verify.ts');
  const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
  const { database, app } = shop.api;
  const findings = [
    ...(await verifyDatabase(database, true)),
    ...(await verifyStripe(database, app.get(StripeClients))),
  ];
  return findings.filter(({ result }) => result !== 'holds');
}
