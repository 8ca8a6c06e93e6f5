import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogApi } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { codeOf, randomAddress, Refusal, type Viewer } from '../support/api.ts';
import { cards, Shop } from '../support/checkout.ts';

describe('paying', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.calm());
  afterAll(() => shop.api.stop());

  it('is paid by card, and Stripe took exactly what the button said, in yen', async () => {
    const offer = await shop.offer(3);
    const { purchase, order } = await shop.buy(offer);
    expect(order).toMatchObject({ state: 'paid', payment: null, failure: null });
    expect(order.totals).toMatchObject({ itemsAmount: 4400, shippingAmount: 660, totalAmount: 5060, taxAmount: 460 });
    const { intents, charges } = await shop.books(order.id);
    expect(intents).toMatchObject([{ status: 'succeeded', amount: 5060, amount_received: 5060, currency: 'jpy' }]);
    expect(charges).toMatchObject([{ amount: 5060, currency: 'jpy' }]);
    expect(await shop.level(offer)).toEqual({ on_hand: 2, reserved: 0 });
    expect(await shop.events(order.id)).toEqual(['pending', 'pending > paid']);
    expect(await shop.pay(purchase)).toMatchObject({ id: order.id, state: 'paid' });
  });

  it.each([
    ['USD', 1250, 'usd'],
    ['KWD', 12_500, 'kwd'],
  ])('hands Stripe the minor units of %s unchanged', async (currency, priceAmount, atStripe) => {
    const offer = await shop.offer(1, { priceAmount });
    await shop.api.database.sql(`UPDATE brands SET currency = $2 WHERE id = $1`, [offer.owner.brandId, currency]);
    const { order } = await shop.buy(offer);
    const { intents } = await shop.books(order.id);
    const total = currency === 'USD' ? priceAmount + 660 : priceAmount;
    expect(order).toMatchObject({ state: 'paid', totals: { currency, totalAmount: total } });
    expect(intents).toMatchObject([{ amount: total, currency: atStripe }]);
  });

  it.each(['the same key', 'another key'])('makes one order of a double press with %s', async (which) => {
    const offer = await shop.offer(3);
    const first = await shop.hold(offer);
    const second = { ...first, key: which === 'the same key' ? first.key : randomUUID() };
    await shop.knobs({ latency_ms: 50 });
    const orders = await Promise.all([shop.pay(first), shop.pay(second), shop.pay(first)]);
    await shop.knobs({ latency_ms: 0 });
    const id = orders[0].id;
    expect(orders.map((order) => order.id)).toEqual([id, id, id]);
    await shop.reaches(id, 'paid');
    const { intents, charges } = await shop.books(id);
    expect([intents.length, charges.length]).toEqual([1, 1]);
    expect(await shop.level(offer)).toEqual({ on_hand: 2, reserved: 0 });
  });

  it('keeps the order and its hold after a decline, and another card pays on the same PaymentIntent', async () => {
    const offer = await shop.offer(1);
    const { purchase, order } = await shop.buy(offer, cards.poor);
    expect(order).toMatchObject({ state: 'pending', failure: { declineCode: 'insufficient_funds' } });
    expect(order.payment?.status).toBe('requires_payment_method');
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    expect(await codeOf(shop.hold(offer))).toBe('sold_out');
    const { holds } = await shop.api.call(checkoutApi.holds, { showId: offer.showId }, purchase.buyer);
    expect(holds).toMatchObject([{ hold: { id: purchase.holdId, state: 'attached' } }]);

    expect(await shop.pay(purchase)).toMatchObject({ id: order.id, state: 'paid', failure: null });
    const { intents, charges } = await shop.books(order.id);
    expect([intents.length, charges.length]).toEqual([1, 1]);
    expect(await shop.level(offer)).toEqual({ on_hand: 0, reserved: 0 });
  });

  it('is settled by the webhook alone after 3D Secure', async () => {
    const offer = await shop.offer(1);
    const { order } = await shop.buy(offer, cards.asks);
    expect(order).toMatchObject({ state: 'pending', payment: { status: 'requires_action' } });
    await shop.authenticate(order, true);
    await shop.reaches(order.id, 'paid');
    expect((await shop.books(order.id)).charges).toHaveLength(1);
  });

  it('is settled by the refresh alone when no webhook comes', async () => {
    const offer = await shop.offer(1);
    await shop.knobs({ webhooks: { drop: 1 } });
    const { purchase, order } = await shop.buy(offer, cards.asks);
    await shop.authenticate(order, true);
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'pending' });
    expect(await shop.api.call(checkoutApi.refresh, { id: order.id }, purchase.buyer)).toMatchObject({ state: 'paid' });
  });

  it('lets another card pay after a failed 3D Secure', async () => {
    const offer = await shop.offer(1);
    const { purchase, order } = await shop.buy(offer, cards.asks);
    await shop.authenticate(order, false);
    const refreshed = await shop.api.call(checkoutApi.refresh, { id: order.id }, purchase.buyer);
    expect(refreshed).toMatchObject({
      state: 'pending',
      failure: { declineCode: 'payment_intent_authentication_failure' },
      payment: { status: 'requires_payment_method' },
    });
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    expect(await shop.pay(purchase)).toMatchObject({ id: order.id, state: 'paid' });
    const { intents, charges } = await shop.books(order.id);
    expect([intents.length, charges.length]).toEqual([1, 1]);
  });

  it('refuses a total that the button did not say, and takes nothing', async () => {
    const offer = await shop.offer(1);
    const purchase = await shop.hold(offer);
    const { name, note, description, variants } = await shop.api.call(
      catalogApi.get,
      { id: offer.productId },
      offer.owner,
    );
    const dearer = variants.map(({ id, name, sku, swatch, onHand }) => ({
      ...{ id, name, sku, swatch, stock: onHand, stockSeen: onHand },
      priceAmount: 5000,
    }));
    await shop.api.call(
      catalogApi.update,
      { id: offer.productId, name, note, description, variants: dearer },
      offer.owner,
    );
    const refusal = await shop.pay(purchase).catch((error: unknown) => error as Refusal);
    expect(refusal).toMatchObject({ body: { code: 'price_changed', details: { totals: { totalAmount: 5660 } } } });
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 1 });
    const again = { ...purchase, totalAmount: 5660 };
    expect(await shop.pay(again)).toMatchObject({ state: 'paid', totals: { totalAmount: 5660 } });
  });

  it('refuses a hold that is over, and the order is not made', async () => {
    const offer = await shop.offer(1);
    const purchase = await shop.hold(offer);
    await shop.ahead(301);
    expect(await codeOf(shop.pay(purchase))).toBe('hold_expired');
    const { rows } = await shop.api.database.sql(`SELECT 1 FROM order_lines WHERE hold_id = $1`, [purchase.holdId]);
    expect(rows).toEqual([]);
  });

  it("shows an order to its buyer and to who has its link, and to nobody else's eyes", async () => {
    const { purchase, order } = await shop.buy(await shop.offer(1));
    const look = (key?: string, viewer = purchase.buyer) =>
      shop.api.call(checkoutApi.order, { id: order.id, ...(key && { key }) }, viewer);
    const stranger = await shop.api.viewer();
    const key = new URL(order.statusUrl).searchParams.get('key')!;
    expect(await look()).toMatchObject({ id: order.id });
    expect(await codeOf(look(undefined, stranger))).toBe('not_found');
    expect(await codeOf(look(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, stranger))).toBe('not_found');
    const other = await shop.buy(await shop.offer(1));
    const foreignKey = new URL(other.order.statusUrl).searchParams.get('key')!;
    expect(await codeOf(look(foreignKey, stranger))).toBe('not_found');
    expect(await look(key, stranger)).toMatchObject({ id: order.id });
    expect(await shop.api.call(checkoutApi.order, { id: order.id, key })).toMatchObject({ id: order.id });
    const refresh = shop.api.call(checkoutApi.refresh, { id: order.id }, stranger);
    expect(await codeOf(refresh)).toBe('not_found');
  });

  it('asks Stripe once when the browser asks how it went, and does not insist', async () => {
    const { purchase, order } = await shop.buy(await shop.offer(1), cards.asks);
    await shop.delivered();
    const refresh = () => shop.api.call(checkoutApi.refresh, { id: order.id }, purchase.buyer);
    expect(await refresh()).toMatchObject({ payment: { status: 'requires_action' } });
    const path = `/v1/payment_intents/${order.payment!.clientSecret.split('_secret_')[0]}`;
    await shop.knobs({ fail_next: { status: 503, times: 1, path } });
    expect(await refresh()).toMatchObject({ state: 'pending', payment: null });
    expect(await refresh()).toMatchObject({ payment: { status: 'requires_action' } });
    await shop.knobs({ fail_next: { status: 503, times: 1, path } });
    expect(await shop.order(order.id, purchase.buyer)).toMatchObject({ state: 'pending', payment: null });
  });
});

describe('the limits', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.api.stop());

  const from = (viewer: Viewer, address: string): Viewer => ({
    ...viewer,
    headers: { ...viewer.headers, 'x-forwarded-for': address },
  });
  const viewers = (count: number) => Promise.all(Array.from({ length: count }, () => shop.api.viewer()));
  const press = (viewer: Viewer) => codeOf(shop.api.purchase(viewer, randomUUID(), 5060));

  it('let nobody try many cards, wherever they come from', async () => {
    const [viewer] = (await viewers(1)) as [Viewer];
    const codes = await Promise.all(Array.from({ length: 13 }, () => press(from(viewer, randomAddress()))));
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(1);
  });

  it('let no address try many cards, whoever it says it is', async () => {
    const address = randomAddress();
    const many = await viewers(61);
    const codes = await Promise.all(many.map((viewer) => press(from(viewer, address))));
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(1);
    expect(await press(many[0]!)).toBe('hold_expired');
  });

  it('let no address empty the shelves', async () => {
    const address = randomAddress();
    const nothing = { showId: randomUUID(), offerId: randomUUID(), variantId: randomUUID(), quantity: 1 };
    const hold = (viewer: Viewer) =>
      codeOf(shop.api.call(checkoutApi.hold, { key: randomUUID(), ...nothing }, from(viewer, address)));
    const [one, other] = (await viewers(2)) as [Viewer, Viewer];
    const codes = await Promise.all(Array.from({ length: 300 }, () => hold(one)));
    expect(new Set(codes)).toEqual(new Set(['not_found']));
    expect(await hold(other)).toBe('rate_limited');
  });
});
