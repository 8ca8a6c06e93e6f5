import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { checkoutApi } from '#contracts/checkout';
import { settingsApi } from '#contracts/settings';
import { codeOf, eventually, Refusal, type Api, type Staff, type Viewer } from '../support/api.ts';
import { cards } from '../support/checkout.ts';
import { cardToken, StripeHost, type Account } from '../support/stripe-accounts.ts';

const contact = { email: 'haruka@example.jp', name: '佐久間 晴香', phone: '090-0000-0000' };
const address = {
  country: 'JP',
  postalCode: '154-0017',
  region: '東京都',
  city: '世田谷区',
  line1: '世田谷1-2-3',
  line2: '',
};

describe('a brand with an account of its own at Stripe', () => {
  let host: StripeHost;
  let api: Api;
  let owner: Staff;
  let account: Account;
  let other: Account;
  beforeAll(async () => {
    host = await StripeHost.open();
    api = await host.startApi();
    owner = await api.staff();
    account = await host.openAccount('nagisa', `/api/stripe/webhook/${owner.brandId}`);
    other = await host.openAccount('other', `/api/stripe/webhook/${owner.brandId}`);
  });
  afterAll(async () => {
    await account.close();
    await other.close();
    await api.stop();
    await host.close();
  });

  const keysOf = ({ secretKey, publishableKey, webhookSecret }: Account) => ({
    secretKey,
    publishableKey,
    webhookSecret,
  });
  const use = (one: Account) => api.call(settingsApi.savePayments, keysOf(one), owner);
  const useInstallation = () => api.call(settingsApi.clearPayments, {}, owner);
  const publishableKey = async (brandId: string) => (await api.call(checkoutApi.config, { brandId })).publishableKey;

  async function refusalOf(call: Promise<unknown>) {
    const refusal = await call.then(
      () => null,
      (error: unknown) => error as Refusal,
    );
    const details = refusal?.body.details as { issues?: { path: string }[]; reason?: string } | undefined;
    return { code: refusal?.body.code, paths: details?.issues?.map(({ path }) => path), reason: details?.reason };
  }

  async function hold(brand: Staff) {
    const product = await api.product(brand);
    const show = await api.show(brand, [product.id]);
    const buyer = await api.viewer();
    const wish = { showId: show.id, offerId: show.offers[0]!.id, variantId: product.variants[0]!.id, quantity: 1 };
    const { hold: held, totals } = await api.call(checkoutApi.hold, { key: randomUUID(), ...wish }, buyer);
    return { buyer, holdId: held.id, totalAmount: totals.totalAmount };
  }
  async function buy(brand: Staff, token: () => Promise<string>) {
    const { buyer, holdId, totalAmount } = await hold(brand);
    const order = await api.call(
      checkoutApi.placeOrder,
      {
        ...{ key: randomUUID(), holdIds: [holdId], contact, address, expectedTotalAmount: totalAmount },
        confirmationTokenId: await token(),
      },
      buyer,
    );
    return { order, buyer };
  }
  const atBrand = (card: string = cards.pays) => buy(owner, () => cardToken(account, card));
  const stateOf = async (id: string, buyer: Viewer) => (await api.call(checkoutApi.order, { id }, buyer)).state;
  const becomes = (id: string, buyer: Viewer, state: string) =>
    eventually(async () => (await stateOf(id, buyer)) === state);
  const intentsOf = async (books: Stripe, orderId: string) =>
    (await books.paymentIntents.list({ limit: 100 })).data.filter(({ metadata }) => metadata.order_id === orderId);
  /** At the bank's page, as the buyer's browser finds it. */
  async function authenticate(intent: Stripe.PaymentIntent) {
    const page = (intent.next_action!.use_stripe_sdk as { stripe_js: string }).stripe_js;
    expect((await fetch(`${page}/complete?frame=1`, { method: 'POST' })).ok).toBe(true);
  }
  async function accountOf(orderId: string) {
    const { rows } = await api.database.sql<{ account: string | null }>(
      `SELECT a.account FROM orders o LEFT JOIN stripe_accounts a ON a.id = o.stripe_account_id WHERE o.id = $1`,
      [orderId],
    );
    return rows[0]?.account;
  }
  async function violations() {
    const { verifyDatabase, verifyStripe } = await import('../../apps/api/src/verify.ts');
    const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
    const findings = [
      ...(await verifyDatabase(api.database, false)),
      ...(await verifyStripe(api.database, api.app.get(StripeClients))),
    ];
    return findings.filter(({ result }) => result === 'broken' || result === 'unknown');
  }

  describe('its keys', () => {
    it.each([
      ['a secret key of another form', { secretKey: 'nonsense' }, ['secretKey']],
      ['a publishable key in the place of the secret', { secretKey: 'pk_test_sandbox_nagisa' }, ['secretKey']],
      ['a live key beside a test key', { publishableKey: 'pk_live_sandbox_nagisa' }, ['publishableKey']],
      ['a webhook secret of another form', { webhookSecret: 'sk_test_x' }, ['webhookSecret']],
      [
        'nothing',
        { secretKey: '', publishableKey: '', webhookSecret: '' },
        ['secretKey', 'publishableKey', 'webhookSecret'],
      ],
    ])('are refused by name: %s', async (_, change, paths) => {
      const call = api.call(settingsApi.savePayments, { ...keysOf(account), ...change }, owner);
      expect(await refusalOf(call)).toMatchObject({ code: 'invalid_request', paths });
    });

    it('are tried at Stripe, and not kept when it does not know them or does not answer', async () => {
      const strange = { ...keysOf(account), secretKey: 'sk_test_sandbox_nobody' };
      expect(await refusalOf(api.call(settingsApi.savePayments, strange, owner))).toEqual({
        code: 'invalid_request',
        paths: ['secretKey'],
        reason: 'unknown_key',
      });
      host.away = true;
      expect(await codeOf(use(account))).toBe('payment_unavailable');
      host.away = false;
      expect(await api.call(settingsApi.payments, {}, owner)).toMatchObject({ own: null, installation: 'sandbox' });
    });

    it('are kept sealed, and only their ends are shown again', async () => {
      const saved = await use(account);
      expect(saved.own).toMatchObject({
        mode: 'test',
        publishableKey: 'pk_test_sandbox_nagisa',
        secretLast4: 'gisa',
        webhookLast4: 'gisa',
        readable: true,
      });
      expect(saved.webhookUrl).toBe(`${api.url}/api/stripe/webhook/${owner.brandId}`);
      const read = await api.call(settingsApi.payments, {}, owner);
      expect(read).toEqual(saved);
      expect(JSON.stringify(read)).not.toMatch(/sk_test|whsec/);
      const { rows } = await api.database.sql<{ all: string }>(
        `SELECT encode(credentials, 'escape') || a::text AS all FROM stripe_accounts a`,
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]!.all).not.toMatch(/sk_test|whsec/);
    });

    it('are the browser’s for this brand, and for no other', async () => {
      await use(account);
      expect(await publishableKey(owner.brandId)).toBe(account.publishableKey);
      expect(await publishableKey((await api.staff()).brandId)).toBe('pk_test_sandbox');
      await useInstallation();
      expect(await publishableKey(owner.brandId)).toBe('pk_test_sandbox');
    });
  });

  it('is paid there, and told there', async () => {
    await use(account);
    const { order, buyer } = await atBrand();
    await becomes(order.id, buyer, 'paid');
    expect(await intentsOf(account.books, order.id)).toMatchObject([
      { status: 'succeeded', amount_received: order.totals.totalAmount },
    ]);
    const installation = new Stripe('sk_test_sandbox', {
      ...{ host: '127.0.0.1', port: Number(new URL(api.sandboxUrl).port), protocol: 'http' },
    });
    expect(await intentsOf(installation, order.id)).toEqual([]);
    const { rows } = await eventually(async () => {
      const found = await api.database.sql<{ type: string }>(
        `SELECT e.type FROM stripe_events e JOIN stripe_accounts a ON a.id::text = e.source
         WHERE a.account = $1 AND e.processed_at IS NOT NULL AND e.type = 'payment_intent.succeeded'`,
        [await accountOf(order.id)],
      );
      return found.rows.length > 0 ? found : null;
    });
    expect(rows).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });

  it('goes on with the orders of an account that it no longer uses', async () => {
    await use(account);
    const pending = await atBrand(cards.asks);
    expect(pending.order.state).toBe('pending');
    const before = await accountOf(pending.order.id);
    await use(other);
    const next = await buy(owner, () => cardToken(other, cards.pays));
    await becomes(next.order.id, next.buyer, 'paid');
    expect(await accountOf(next.order.id)).not.toBe(before);

    await useInstallation();
    const [intent] = await intentsOf(account.books, pending.order.id);
    await authenticate(intent!);
    // By the webhook of the old account, or by the page that asks: either way at the old account.
    await becomes(pending.order.id, pending.buyer, 'paid');
    expect(await accountOf(pending.order.id)).toBe(before);

    const { order, buyer } = await buy(owner, () => api.confirmationToken());
    await becomes(order.id, buyer, 'paid');
    expect(await accountOf(order.id)).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('keeps no keys that no order needs', async () => {
    const stranger = await api.staff();
    await api.call(settingsApi.savePayments, keysOf(account), stranger);
    await api.call(settingsApi.clearPayments, {}, stranger);
    const { rows } = await api.database.sql(`SELECT 1 FROM stripe_accounts WHERE brand_id = $1`, [stranger.brandId]);
    expect(rows).toEqual([]);
  });

  it('has no say about the orders of others', async () => {
    await use(account);
    const neighbour = await api.staff();
    const victim = await buy(neighbour, () => api.confirmationToken(cards.asks));
    const own = await api.database.sql<{ n: number }>(`SELECT count(*)::int AS n FROM stripe_events`);
    // Paid in the brand's own books, for the same amount, and said to be for the neighbour's order.
    const forged = await account.books.paymentIntents.create({
      ...{ amount: victim.order.totals.totalAmount, currency: 'jpy', confirm: true, payment_method: 'pm_card_visa' },
      ...{ allowed_payment_method_types: ['card'], metadata: { order_id: victim.order.id } },
    });
    expect(forged.status).toBe('succeeded');
    await eventually(async () => {
      const { rows } = await api.database.sql<{ done: boolean }>(
        `SELECT bool_and(processed_at IS NOT NULL) AND count(*) >= 3 AS done FROM stripe_events WHERE payment_intent_id = $1`,
        [forged.id],
      );
      return rows[0]?.done;
    });
    expect(own.rows).toHaveLength(1);
    const { SweepPaymentsJob } = await import('../../apps/api/src/checkout/index.ts');
    await api.app.get(SweepPaymentsJob).sweep();
    expect(await stateOf(victim.order.id, victim.buyer)).toBe('pending');
    expect((await account.books.refunds.list({ payment_intent: forged.id })).data).toEqual([]);
    expect(await violations()).toEqual([]);

    // Its own buyer pays it in the end: once, as far as its books go.
    const installation = new Stripe('sk_test_sandbox', {
      ...{ host: '127.0.0.1', port: Number(new URL(api.sandboxUrl).port), protocol: 'http' },
    });
    await authenticate((await intentsOf(installation, victim.order.id))[0]!);
    await becomes(victim.order.id, victim.buyer, 'paid');
    await api.app.get(SweepPaymentsJob).sweep();
    expect((await account.books.refunds.list({ payment_intent: forged.id })).data).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  describe('its endpoint', () => {
    const send = async (path: string, secret: string, id = `evt_${randomUUID()}`) => {
      const payload = JSON.stringify({ id, object: 'event', type: 'payment_intent.succeeded', data: { object: {} } });
      const response = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
        },
        body: payload,
      });
      const kept = await api.database.sql<{ source: string }>(`SELECT source FROM stripe_events WHERE id = $1`, [id]);
      return { status: response.status, kept: kept.rows.length };
    };

    it('takes what its account signed, and nothing that another did', async () => {
      await use(account);
      const mine = `/api/stripe/webhook/${owner.brandId}`;
      expect(await send(mine, account.webhookSecret)).toEqual({ status: 200, kept: 1 });
      expect(await send(mine, 'whsec_test')).toEqual({ status: 400, kept: 0 });
      expect(await send('/api/stripe/webhook', account.webhookSecret)).toEqual({ status: 400, kept: 0 });
      const foreign = `/api/stripe/webhook/${(await api.staff()).brandId}`;
      expect(await send(foreign, account.webhookSecret)).toEqual({ status: 400, kept: 0 });
      expect(await send('/api/stripe/webhook/nobody', account.webhookSecret)).toEqual({ status: 400, kept: 0 });
    });

    it('does not stand in the way of the same event at another', async () => {
      await use(account);
      const id = `evt_${randomUUID()}`;
      expect(await send('/api/stripe/webhook', 'whsec_test', id)).toEqual({ status: 200, kept: 1 });
      expect(await send(`/api/stripe/webhook/${owner.brandId}`, account.webhookSecret, id)).toEqual({
        status: 200,
        kept: 2,
      });
    });
  });

  it('says when its keys cannot be read any more, charges nobody, and takes new ones', async () => {
    await use(account);
    const purchase = await hold(owner);
    await api.database.sql(
      `UPDATE stripe_accounts SET credentials = set_byte(credentials, 20, get_byte(credentials, 20) # 1), version = version + 1
       WHERE brand_id = $1 AND retired_at IS NULL`,
      [owner.brandId],
    );
    expect((await api.call(settingsApi.payments, {}, owner)).own).toMatchObject({ readable: false });
    expect(await codeOf(api.call(checkoutApi.config, { brandId: owner.brandId }))).toBe('payment_unavailable');
    const order = {
      ...{ key: randomUUID(), holdIds: [purchase.holdId], contact, address },
      ...{ expectedTotalAmount: purchase.totalAmount, confirmationTokenId: await cardToken(account, cards.pays) },
    };
    expect(await codeOf(api.call(checkoutApi.placeOrder, order, purchase.buyer))).toBe('payment_unavailable');
    // Its books cannot be read, which is said, and is no violation; those of others are judged as ever.
    const judged = await violations();
    expect(new Set(judged.map(({ result }) => result))).toEqual(new Set(['unknown']));
    expect(judged[0]!.rows).toMatchObject([{ reason: 'its keys cannot be read' }]);
    expect((await use(account)).own).toMatchObject({ readable: true });
    // The same press again finds its order, and the new keys.
    const again = await api.call(checkoutApi.placeOrder, order, purchase.buyer);
    await becomes(again.id, purchase.buyer, 'paid');
    expect(await violations()).toEqual([]);
  });
});
