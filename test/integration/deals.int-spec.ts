import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogApi } from '#contracts/catalog';
import { checkoutApi, type WaitlistEntry } from '#contracts/checkout';
import { dealsApi, type CouponInput } from '#contracts/deals';
import type { MediaPath } from '#contracts/shows';
import { codeOf, eventually, type Viewer } from '../support/api.ts';
import { Shop, type Offer } from '../support/checkout.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.calm());
const refusal = codeOf;

/** Every rule of the ledger, over all that these tests have done. */
afterAll(async () => {
  const { verifyDatabase } = await import('../../apps/api/src/verify.ts');
  const findings = await shop.api.database.transaction((tx) => verifyDatabase(tx, false));
  await shop.api.stop();
  expect(findings.filter(({ result }) => result === 'broken')).toEqual([]);
});

function start(offer: Offer, more: Partial<Parameters<typeof dealInput>[1]> = {}) {
  return shop.api.call(dealsApi.start, dealInput(offer, more), offer.owner);
}

function dealInput(offer: Offer, more: Record<string, unknown> = {}) {
  return {
    showId: offer.showId,
    offerId: offer.offerId,
    variantId: null,
    kind: 'percent' as const,
    value: 25,
    quantity: 5,
    perBuyer: 2,
    seconds: 60,
    ...more,
  };
}

async function press(offer: Offer, dealId: string | null, quantity = 1, buyer?: Viewer, path?: 'smooth') {
  const viewer = buyer ?? (await shop.api.viewer());
  const { showId, offerId, variantId } = offer;
  const request = { key: randomUUID(), showId, offerId, variantId, quantity, dealId, ...(path && { path }) };
  return { viewer, ...(await shop.api.call(checkoutApi.hold, request, viewer)) };
}

/** A page of this viewer that tells how its picture comes. */
async function watches({ showId }: Offer, viewer: Viewer, path: MediaPath): Promise<void> {
  const room = await shop.api.connect(viewer);
  await room.ask('show.join', { showId });
  await room.ask('show.heartbeat', { showId, path, delayMs: 1_300 });
}

describe('a flash deal', () => {
  it('is bought at its price, charged exactly so, and kept in the order', async () => {
    const offer = await shop.offer(10, { priceAmount: 4401 });
    const deal = await start(offer);
    const { viewer, hold, totals } = await press(offer, deal.id, 2);
    // 4401 × 0.75 = 3300.75, rounded down for the buyer.
    expect(totals).toMatchObject({ itemsAmount: 6600, shippingAmount: 660, totalAmount: 7260 });
    expect(hold.dealId).toBe(deal.id);
    const order = await shop.api.purchase(viewer, hold.id, 7260);
    await shop.reaches(order.id, 'paid');
    expect(order.lines).toMatchObject([{ listAmount: 4401, unitAmount: 3300, quantity: 2 }]);
    expect((await shop.books(order.id)).intents).toMatchObject([
      { amount: 7260, currency: 'jpy', status: 'succeeded' },
    ]);
  });

  it('sells its units and no more to 30 buyers at once, in two variants', async () => {
    const offer = await shop.offer(50);
    const deal = await start(offer, { quantity: 7, perBuyer: 1 });
    const answers = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const viewer = await shop.api.viewer();
        return press(offer, deal.id, 1, viewer).then(
          () => 'held',
          (error: unknown) => (error as { body: { code: string } }).body.code,
        );
      }),
    );
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(7);
    expect(answers.filter((answer) => answer === 'deal_sold_out')).toHaveLength(23);
  });

  it('gives one buyer no more than the limit, whatever they press at once', async () => {
    const offer = await shop.offer(20);
    const deal = await start(offer, { perBuyer: 2 });
    const { viewer, hold } = await press(offer, deal.id, 1);
    expect(await refusal(press(offer, deal.id, 3, viewer))).toBe('deal_limit');
    await Promise.allSettled(Array.from({ length: 8 }, () => press(offer, deal.id, 2, viewer)));
    const order = await shop.api.purchase(viewer, hold.id, 7260);
    await shop.reaches(order.id, 'paid');
    // The hold is sold, so that this would be a new one: but of this deal the buyer has had theirs.
    expect(await refusal(press(offer, deal.id, 1, viewer))).toBe('deal_limit');
    expect((await press(offer, null, 1, viewer)).totals.itemsAmount).toBe(4400);
  });

  it('ends by the clock of the server, with the grace of the way to the picture', async () => {
    const offer = await shop.offer(20);
    const deal = await start(offer, { seconds: 10 });
    const [smooth, late] = [await shop.api.viewer(), await shop.api.viewer()];
    for (const viewer of [smooth, late]) await watches(offer, viewer, 'hls');
    await shop.ahead(10.5);
    await press(offer, deal.id); // within the second that a live picture is granted
    await shop.ahead(12);
    expect(await refusal(press(offer, deal.id))).toBe('deal_over');
    await press(offer, deal.id, 1, smooth, 'smooth');
    await shop.ahead(19);
    expect(await refusal(press(offer, deal.id, 1, late, 'smooth'))).toBe('deal_over');
  });

  it('gives the longer grace to whose heartbeats told of the smooth path before its end, and not to a claim', async () => {
    const offer = await shop.offer(20);
    const deal = await start(offer, { seconds: 10 });
    const [claims, turns, both] = await Promise.all([1, 2, 3].map(() => shop.api.viewer()));
    await watches(offer, turns!, 'webrtc');
    await watches(offer, both!, 'hls');
    await watches(offer, both!, 'webrtc');
    await shop.ahead(12);
    await watches(offer, turns!, 'hls');
    const answers = await Promise.all(
      [claims!, turns!, both!].map((viewer) => refusal(press(offer, deal.id, 1, viewer, 'smooth'))),
    );
    expect(answers).toEqual(['deal_over', 'deal_over', 'deal_over']);
  });

  it('is over a millisecond after its end and grace', async () => {
    const offer = await shop.offer(20);
    await shop.api.database.sql(`UPDATE brands SET deal_grace_instant_ms = 0 WHERE id = $1`, [offer.owner.brandId]);
    const deal = await start(offer, { seconds: 10 });
    await shop.api.database.sql(
      `UPDATE allotments SET closes_at = engawa_now() - interval '1 millisecond' WHERE id = (SELECT allotment_id FROM deals WHERE id = $1)`,
      [deal.id],
    );
    expect(await refusal(press(offer, deal.id))).toBe('deal_over');
  });

  it('keeps its price for a hold that was taken in it, which may shrink and not grow after it', async () => {
    const offer = await shop.offer(20);
    const deal = await start(offer, { perBuyer: 3 });
    const { viewer } = await press(offer, deal.id, 2);
    await shop.api.call(dealsApi.end, { id: deal.id }, offer.owner);
    await shop.ahead(5);
    expect(await refusal(press(offer, deal.id, 3, viewer))).toBe('deal_over');
    const { totals, hold } = await press(offer, deal.id, 1, viewer);
    expect(totals.itemsAmount).toBe(3300);
    const order = await shop.api.purchase(viewer, hold.id, 3960);
    await shop.reaches(order.id, 'paid');
  });

  it('gives its units back with the hold, and leaves it for the regular price', async () => {
    const offer = await shop.offer(20);
    const deal = await start(offer, { quantity: 1, perBuyer: 1 });
    const { viewer, hold } = await press(offer, deal.id);
    expect(await refusal(press(offer, deal.id))).toBe('deal_sold_out');
    expect((await press(offer, null, 1, viewer)).totals.itemsAmount).toBe(4400);
    const second = await press(offer, deal.id);
    await shop.api.call(checkoutApi.releaseHold, { id: second.hold.id }, second.viewer);
    await press(offer, deal.id);
    await shop.api.call(checkoutApi.releaseHold, { id: hold.id }, viewer);
  });

  it('is refused twice for one product, above its price, for another brand, and for whom may not host', async () => {
    const offer = await shop.offer(5);
    await start(offer);
    expect(await refusal(start(offer, { kind: 'price', value: 100 }))).toBe('deal_running');
    const other = await shop.offer(5);
    expect(await refusal(start(other, { kind: 'price', value: 4400 }))).toBe('invalid_request');
    expect(await refusal(shop.api.call(dealsApi.start, dealInput(other), offer.owner))).toBe('not_found');
    const moderator = await shop.api.staff('moderator', other.owner.brandId);
    expect(await refusal(shop.api.call(dealsApi.start, dealInput(other), moderator))).toBe('forbidden');
    for (const bad of [{ seconds: 9 }, { seconds: 1201 }, { quantity: 0 }, { value: 0 }, { perBuyer: 0.5 }]) {
      expect(await refusal(start(other, bad))).toBe('invalid_request');
    }
  });

  it('is not paid by a voucher, which lives longer than it', async () => {
    const offer = await shop.offer(5);
    const deal = await start(offer);
    const { viewer, hold } = await press(offer, deal.id);
    const paid = shop.api.purchase(viewer, hold.id, 3960, undefined, randomUUID(), { paymentMethod: 'konbini' });
    expect(await refusal(paid)).toBe('invalid_request');
  });
});

describe('a coupon', () => {
  async function coupon(offer: Offer, terms: Partial<CouponInput> = {}) {
    const input: CouponInput = {
      code: `C${randomUUID().slice(0, 8)}`.toUpperCase(),
      kind: 'percent',
      value: 10,
      minimumAmount: 0,
      firstOrderOnly: false,
      perBuyer: null,
      total: null,
      combinable: false,
      startsAt: new Date(Date.now() - 1000).toISOString(),
      endsAt: null,
      ...terms,
    };
    return shop.api.call(dealsApi.createCoupon, input, offer.owner);
  }
  const quote = (viewer: Viewer, holdIds: string[], couponCodes: string[], email?: string) =>
    shop.api.call(checkoutApi.quote, { holdIds, couponCodes, ...(email && { email }) }, viewer);
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => (error as { body: { details?: { reason?: string } } }).body.details?.reason,
    );

  it('takes off what it says; the order, the tax and the charge agree', async () => {
    const offer = await shop.offer(5);
    const { code } = await coupon(offer);
    const { viewer, hold } = await press(offer, null, 1);
    const { totals } = await quote(viewer, [hold.id], [code.toLowerCase()]);
    expect(totals).toMatchObject({
      itemsAmount: 4400,
      discountAmount: 440,
      shippingAmount: 660,
      totalAmount: 4620,
      taxAmount: 420,
    });
    const order = await shop.api.purchase(viewer, hold.id, 4620, undefined, randomUUID(), { couponCodes: [code] });
    await shop.reaches(order.id, 'paid');
    expect(order.coupons).toEqual([{ code, amount: 440 }]);
    expect((await shop.books(order.id)).intents).toMatchObject([{ amount: 4620 }]);
  });

  it('is refused with its reason', async () => {
    const offer = await shop.offer(30);
    const { viewer, hold } = await press(offer, null, 1);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const terms: [string, Partial<CouponInput>][] = [
      ['not_yet', { startsAt: tomorrow }],
      ['over', { startsAt: yesterday, endsAt: hourAgo }],
      ['minimum', { minimumAmount: 4401 }],
    ];
    for (const [reason, term] of terms) {
      const { code } = await coupon(offer, term);
      expect(await reasonOf(quote(viewer, [hold.id], [code]))).toBe(reason);
    }
    expect(await reasonOf(quote(viewer, [hold.id], ['NO-SUCH']))).toBe('unknown');
    const [one, two] = [await coupon(offer), await coupon(offer, { combinable: true })];
    expect(await reasonOf(quote(viewer, [hold.id], [one.code, two.code]))).toBe('not_combinable');
    expect(await refusal(quote(viewer, [hold.id], [two.code, two.code]))).toBe('invalid_request');
    const other = await shop.offer(1);
    const foreign = await coupon(other);
    expect(await reasonOf(quote(viewer, [hold.id], [foreign.code]))).toBe('unknown');
  });

  it('is used once by a person, in whatever browser, and again when the order came to nothing', async () => {
    const offer = await shop.offer(30);
    const { code } = await coupon(offer, { perBuyer: 1 });
    const email = `${randomUUID()}@example.jp`;
    const pay = async (card?: string) => {
      const { viewer, hold } = await press(offer, null, 1);
      return shop.api.purchase(viewer, hold.id, 4620, card, randomUUID(), { couponCodes: [code], email });
    };
    const abandoned = await pay('4000002760003184');
    expect(await reasonOf(pay())).toBe('used');
    await shop.ahead(301);
    await shop.reconcile(abandoned.id);
    await shop.reaches(abandoned.id, 'canceled');
    const paid = await pay();
    await shop.reaches(paid.id, 'paid');
    expect(await reasonOf(pay())).toBe('used');
  });

  it('is used as often as it may by twenty buyers at once', async () => {
    const offer = await shop.offer(30);
    const { code, id } = await coupon(offer, { total: 3, kind: 'amount', value: 400 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { viewer, hold } = await press(offer, null, 1);
        const email = `${randomUUID()}@example.jp`;
        return reasonOf(
          shop.api.purchase(viewer, hold.id, 4660, undefined, randomUUID(), { couponCodes: [code], email }),
        );
      }),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(3);
    expect(answers.filter((answer) => answer === 'used_up')).toHaveLength(9);
    const { coupons } = await shop.api.call(dealsApi.coupons, {}, offer.owner);
    expect(coupons.find((one) => one.id === id)).toMatchObject({ used: 3 });
  });

  it('for a first order is no good for a customer', async () => {
    const offer = await shop.offer(30);
    const { code } = await coupon(offer, { firstOrderOnly: true });
    const first = await press(offer, null, 1);
    await quote(first.viewer, [first.hold.id], [code]);
    const order = await shop.api.purchase(first.viewer, first.hold.id, 5060);
    await shop.reaches(order.id, 'paid');
    const again = await press(offer, null, 1, first.viewer);
    expect(await reasonOf(quote(first.viewer, [again.hold.id], [code]))).toBe('first_order');
    const stranger = await press(offer, null, 1);
    expect(await reasonOf(quote(stranger.viewer, [stranger.hold.id], [code], 'HARUKA@example.jp'))).toBe('first_order');
  });

  it('that would make it free is said to be too much to charge', async () => {
    const offer = await shop.offer(30, { priceAmount: 9000 });
    const { code } = await coupon(offer, { value: 100 });
    const { viewer, hold } = await press(offer, null, 1);
    // Free shipping is by what is left of the goods: 660 is still charged.
    expect((await quote(viewer, [hold.id], [code])).totals.totalAmount).toBe(660);
    await shop.api.database.sql(`UPDATE shipping_rates SET amount = 0 WHERE brand_id = $1`, [offer.owner.brandId]);
    expect(await refusal(quote(viewer, [hold.id], [code]))).toBe('amount_not_chargeable');
  });
});

describe('a cart', () => {
  /** Two products of one brand in one show. */
  async function twoOffers(stock = 10): Promise<[Offer, Offer]> {
    const owner = await shop.api.staff();
    const cup = await shop.api.product(owner, { stock });
    const plate = await shop.api.product(owner, { stock: 2, priceAmount: 3300 });
    const show = await shop.api.show(owner, [cup.id, plate.id]);
    const offerOf = (index: number, product: typeof cup) => ({
      owner,
      showId: show.id,
      offerId: show.offers[index]!.id,
      productId: product.id,
      variantId: product.variants[0]!.id,
    });
    return [offerOf(0, cup), offerOf(1, plate)];
  }
  const put = (viewer: Viewer, { showId, offerId, variantId }: Offer, quantity: number) =>
    shop.api.call(checkoutApi.setCartLine, { showId, offerId, variantId, quantity }, viewer);
  const checkOut = (viewer: Viewer, offer: Offer, key: string = randomUUID()) =>
    shop.api.call(checkoutApi.holdCart, { key, brandId: offer.owner.brandId }, viewer);

  it('is paid as one order with all its lines, and is empty after', async () => {
    const [cup, plate] = await twoOffers();
    const viewer = await shop.api.viewer();
    await put(viewer, cup, 2);
    const cart = await put(viewer, plate, 1);
    expect(cart.totals).toMatchObject({ itemsAmount: 12_100, shippingAmount: 0, totalAmount: 12_100, taxAmount: 1100 });
    const { lines, totals } = await checkOut(viewer, cup);
    const order = await shop.api.purchase(
      viewer,
      lines.map((line) => line.holdId),
      totals.totalAmount,
    );
    await shop.reaches(order.id, 'paid');
    expect(order.lines).toMatchObject([{ quantity: 2 }, { quantity: 1 }]);
    expect((await shop.books(order.id)).intents).toMatchObject([{ amount: 12_100 }]);
    expect(await shop.api.call(checkoutApi.cart, { brandId: cup.owner.brandId }, viewer)).toEqual({
      lines: [],
      totals: null,
    });
    expect([await shop.level(cup), await shop.level(plate)]).toEqual([
      { on_hand: 8, reserved: 0 },
      { on_hand: 1, reserved: 0 },
    ]);
  });

  it('is held whole or not at all, and the line that is missing is named', async () => {
    const [cup, plate] = await twoOffers();
    const viewer = await shop.api.viewer();
    await put(viewer, cup, 2);
    await put(viewer, plate, 3);
    const error = await checkOut(viewer, cup).catch((thrown: unknown) => (thrown as { body: object }).body);
    expect(error).toMatchObject({ code: 'sold_out', details: { variantId: plate.variantId, available: 2 } });
    expect(await shop.level(cup)).toEqual({ on_hand: 10, reserved: 0 });
  });

  it.each([1, 3])(
    'leaves what was held before as it was when a line is missing, also %i instead of 2',
    async (wanted) => {
      const [cup, plate] = await twoOffers();
      const { buyer: viewer, holdId } = await shop.hold(cup, 2);
      await put(viewer, cup, wanted);
      await put(viewer, plate, 3);
      expect(await refusal(checkOut(viewer, cup))).toBe('sold_out');
      const { holds } = await shop.api.call(checkoutApi.holds, { showId: cup.showId }, viewer);
      expect(holds).toMatchObject([{ hold: { id: holdId, quantity: 2 } }]);
      expect(await shop.level(cup)).toEqual({ on_hand: 10, reserved: 2 });
    },
  );

  it('holds two variants of one product side by side, and a deal that was taken before', async () => {
    const owner = await shop.api.staff();
    const variant = (name: string) => ({ name, sku: randomUUID(), priceAmount: 4400, swatch: null, stock: 5 });
    const product = await shop.api.product(owner, { variants: [variant('月白'), variant('鉄黒')] });
    const show = await shop.api.show(owner, [product.id]);
    const offerOf = (index: number) => ({
      owner,
      showId: show.id,
      offerId: show.offers[0]!.id,
      productId: product.id,
      variantId: product.variants[index]!.id,
    });
    const [white, black] = [offerOf(0), offerOf(1)];
    const viewer = await shop.api.viewer();
    const deal = await start(white, { variantId: white.variantId, kind: 'price', value: 4000 });
    await press(white, deal.id, 1, viewer);
    await put(viewer, white, 1);
    await put(viewer, black, 2);
    const { lines, totals } = await checkOut(viewer, white);
    expect(lines.map((line) => [line.variantName, line.unitAmount, line.quantity])).toEqual([
      ['月白', 4000, 1],
      ['鉄黒', 4400, 2],
    ]);
    const order = await shop.api.purchase(
      viewer,
      lines.map((line) => line.holdId),
      totals.totalAmount,
    );
    await shop.reaches(order.id, 'paid');
  });

  it('of two tabs is one order', async () => {
    const [cup, plate] = await twoOffers();
    const viewer = await shop.api.viewer();
    await put(viewer, cup, 1);
    await put(viewer, plate, 1);
    const tabs = await Promise.all([checkOut(viewer, cup), checkOut(viewer, cup)]);
    const orders = await Promise.all(
      tabs.map(({ lines, totals }) =>
        shop.api.purchase(
          viewer,
          lines.map((line) => line.holdId),
          totals.totalAmount,
        ),
      ),
    );
    expect(new Set(orders.map((order) => order.id)).size).toBe(1);
    await shop.reaches(orders[0]!.id, 'paid');
    expect((await shop.books(orders[0]!.id)).charges).toHaveLength(1);
  });

  it("is nobody else's: not its holds, nor a quote of them", async () => {
    const [cup] = await twoOffers();
    const viewer = await shop.api.viewer();
    await put(viewer, cup, 1);
    const { lines, totals } = await checkOut(viewer, cup);
    const stranger = await shop.api.viewer();
    const holdIds = lines.map((line) => line.holdId);
    expect(await refusal(shop.api.call(checkoutApi.quote, { holdIds }, stranger))).toBe('not_found');
    expect(await refusal(shop.api.purchase(stranger, holdIds, totals.totalAmount))).toBe('hold_expired');
    expect(await shop.api.call(checkoutApi.cart, { brandId: cup.owner.brandId }, stranger)).toMatchObject({
      lines: [],
    });
    expect(await refusal(checkOut(stranger, cup))).toBe('not_found');
  });

  it.each([-1, 1.5, 11, 1e9, '2', null])('refuses a quantity of %j', async (quantity) => {
    const [cup] = await twoOffers();
    expect(await refusal(put(await shop.api.viewer(), cup, quantity as number))).toBe('invalid_request');
  });

  it('takes no price from the client', async () => {
    const [cup] = await twoOffers();
    const viewer = await shop.api.viewer();
    await put(viewer, cup, 1);
    const { lines } = await checkOut(viewer, cup);
    const cheap = shop.api.purchase(
      viewer,
      lines.map((line) => line.holdId),
      50,
    );
    expect(await refusal(cheap)).toBe('price_changed');
    expect(await shop.intents()).not.toContainEqual(expect.objectContaining({ amount: 50 }));
  });
});

describe('a waitlist', () => {
  const join = (viewer: Viewer, { showId, offerId, variantId }: Offer, quantity = 1) =>
    shop.api.call(checkoutApi.joinWaitlist, { showId, offerId, variantId, quantity }, viewer);
  const entries = async (viewer: Viewer, { showId }: Offer): Promise<WaitlistEntry[]> =>
    (await shop.api.call(checkoutApi.waitlist, { showId }, viewer)).entries;
  const restock = (offer: Offer, quantity: number) =>
    shop.api.call(catalogApi.get, { id: offer.productId }, offer.owner).then((product) => {
      const [variant] = product.variants;
      const stock = variant!.onHand + quantity;
      const { id, name, sku, priceAmount, swatch, onHand } = variant!;
      const variants = [{ id, name, sku, priceAmount, swatch, stock, stockSeen: onHand }];
      return shop.api.call(
        catalogApi.update,
        { id: product.id, name: product.name, note: product.note, description: '', variants },
        offer.owner,
      );
    });

  it('is joined when nothing is left, and not before', async () => {
    const offer = await shop.offer(1);
    const viewer = await shop.api.viewer();
    expect(await refusal(join(viewer, offer))).toBe('in_stock');
    await press(offer, null);
    const first = await join(viewer, offer);
    expect(first).toMatchObject({ state: 'waiting', ahead: 0 });
    expect((await join(viewer, offer)).id).toBe(first.id);
    expect(await join(await shop.api.viewer(), offer)).toMatchObject({ ahead: 1 });
  });

  it('is served in order with a hold of their own, and nobody overtakes', async () => {
    const offer = await shop.offer(2);
    const holder = await press(offer, null, 2);
    const waiting: Viewer[] = [];
    for (let index = 0; index < 3; index += 1) {
      const viewer = await shop.api.viewer();
      await join(viewer, offer);
      waiting.push(viewer);
    }
    const sockets = await Promise.all(waiting.map((viewer) => shop.api.connect(viewer)));
    const pushes = sockets.map((client) => {
      const seen: WaitlistEntry[] = [];
      client.socket.on('waitlist.changed', (entry: WaitlistEntry) => seen.push(entry));
      return seen;
    });
    await shop.api.call(checkoutApi.releaseHold, { id: holder.hold.id }, holder.viewer);
    // Whoever comes now comes after those who wait.
    expect(await refusal(press(offer, null))).toBe('sold_out');
    await eventually(async () => (await entries(waiting[1]!, offer))[0]?.state === 'offered');
    expect(await entries(waiting[0]!, offer)).toMatchObject([
      { state: 'offered', hold: { quantity: 1, state: 'active' } },
    ]);
    expect(await entries(waiting[2]!, offer)).toMatchObject([{ state: 'waiting', ahead: 0, hold: null }]);
    await eventually(async () => pushes[0]!.length > 0 && pushes[1]!.length > 0);
    expect(pushes[2]).toEqual([]);

    const [offered] = await entries(waiting[0]!, offer);
    const order = await shop.api.purchase(waiting[0]!, offered!.hold!.id, 5060);
    await shop.reaches(order.id, 'paid');
    // The second lets theirs end: the third is offered it.
    await shop.ahead(181);
    await eventually(async () => (await entries(waiting[2]!, offer))[0]?.state === 'offered');
    expect(await entries(waiting[1]!, offer)).toEqual([]);
  });

  it('offers what the brand puts back on the shelf, and fewer where fewer came', async () => {
    const offer = await shop.offer(1);
    await press(offer, null);
    const viewer = await shop.api.viewer();
    await join(viewer, offer, 3);
    await restock(offer, 2);
    await eventually(async () => (await entries(viewer, offer))[0]?.hold?.quantity === 2);
  });

  it('writes to whom it knows the address of, once', async () => {
    const offer = await shop.offer(2);
    const known = await press(offer, null);
    const order = await shop.api.purchase(known.viewer, known.hold.id, 5060);
    await shop.reaches(order.id, 'paid');
    const holder = await press(offer, null);
    await join(known.viewer, offer);
    const stranger = await shop.api.viewer();
    await join(stranger, offer);
    await shop.api.call(checkoutApi.releaseHold, { id: holder.hold.id }, holder.viewer);
    const letters = async () =>
      (
        await shop.api.database.sql(
          `SELECT to_address, subject FROM mails WHERE brand_id = $1 AND kind = 'waitlist_offer'`,
          [offer.owner.brandId],
        )
      ).rows;
    await eventually(async () => (await letters()).length === 1);
    await shop.ahead(181);
    await eventually(async () => (await entries(stranger, offer))[0]?.state === 'offered');
    expect(await letters()).toEqual([
      { to_address: 'haruka@example.jp', subject: expect.stringContaining('月白のマグ') },
    ]);
  });

  it('lets go who leaves: the next is offered it', async () => {
    const offer = await shop.offer(1);
    const holder = await press(offer, null);
    const [first, second] = [await shop.api.viewer(), await shop.api.viewer()];
    const entry = await join(first, offer);
    await join(second, offer);
    expect(await refusal(shop.api.call(checkoutApi.leaveWaitlist, { id: entry.id }, second))).toBe('not_found');
    await shop.api.call(checkoutApi.leaveWaitlist, { id: entry.id }, first);
    expect(await entries(second, offer)).toMatchObject([{ ahead: 0 }]);
    await shop.api.call(checkoutApi.releaseHold, { id: holder.hold.id }, holder.viewer);
    await eventually(async () => (await entries(second, offer))[0]?.state === 'offered');
    const [offered] = await entries(second, offer);
    await shop.api.call(checkoutApi.leaveWaitlist, { id: offered!.id }, second);
    await eventually(async () => (await shop.level(offer))?.reserved === 0);
    await press(offer, null);
  });

  it('survives forty people who come and go at once', async () => {
    const offer = await shop.offer(3);
    const holders = await Promise.all([press(offer, null), press(offer, null), press(offer, null)]);
    const people = await Promise.all(Array.from({ length: 40 }, () => shop.api.viewer()));
    await Promise.all(people.map((viewer) => join(viewer, offer)));
    await Promise.all([
      ...holders.map(({ hold, viewer }) => shop.api.call(checkoutApi.releaseHold, { id: hold.id }, viewer)),
      ...people.slice(30).map(async (viewer) => {
        const [entry] = await entries(viewer, offer);
        if (entry) await shop.api.call(checkoutApi.leaveWaitlist, { id: entry.id }, viewer);
      }),
    ]);
    await eventually(async () => (await shop.level(offer))?.reserved === 3);
    const { rows } = await shop.api.database.sql<{ in_order: boolean }>(
      `SELECT (SELECT max(place) FROM waitlist_entries WHERE variant_id = $1 AND state = 'offered')
            < (SELECT min(place) FROM waitlist_entries WHERE variant_id = $1 AND state = 'waiting') AS in_order`,
      [offer.variantId],
    );
    expect(rows).toEqual([{ in_order: true }]);
  });
});

describe('a voucher of a convenience store', () => {
  const voucher = async (offer: Offer) => {
    const { viewer, hold } = await press(offer, null);
    const order = await shop.api.purchase(viewer, hold.id, 5060, undefined, randomUUID(), { paymentMethod: 'konbini' });
    return { viewer, order };
  };
  const atTheStore = async (orderId: string, what: 'pay' | 'expire') => {
    const [intent] = (await shop.books(orderId)).intents;
    const answer = await fetch(`${shop.api.sandboxUrl}/_sandbox/konbini/${intent!.id}/${what}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox' },
    });
    expect([answer.ok, answer.ok ? '' : await answer.text()]).toEqual([true, '']);
  };

  it('holds the goods for days, and is paid when the store says so', async () => {
    const offer = await shop.offer(1);
    const { viewer, order } = await voucher(offer);
    expect(order).toMatchObject({ state: 'pending', paymentMethod: 'konbini', payBy: expect.any(String) });
    expect(order.payment?.voucherUrl).toMatch(/^http/);
    const mails = await shop.api.database.sql(`SELECT kind, state FROM mails WHERE brand_id = $1`, [
      offer.owner.brandId,
    ]);
    expect(mails.rows).toEqual([{ kind: 'voucher_waiting', state: expect.any(String) }]);
    await shop.ahead(86_400);
    await shop.reconcile(order.id);
    expect(await shop.order(order.id, viewer)).toMatchObject({ state: 'pending' });
    expect(await refusal(press(offer, null))).toBe('sold_out');
    await atTheStore(order.id, 'pay');
    await shop.reaches(order.id, 'paid');
  });

  it('does not keep its buyer from buying the same once more while it waits', async () => {
    const offer = await shop.offer(3);
    const { viewer, order } = await voucher(offer);
    const again = await press(offer, null, 1, viewer);
    const { holds } = await shop.api.call(checkoutApi.holds, { showId: offer.showId }, viewer);
    expect(holds.map(({ hold }) => hold.id)).toEqual([again.hold.id]);
    expect((await press(offer, null, 1, viewer)).hold.id).toBe(again.hold.id);
    expect(await shop.level(offer)).toEqual({ on_hand: 3, reserved: 2 });
    const second = await shop.api.purchase(viewer, again.hold.id, 5060);
    await shop.reaches(second.id, 'paid');
    await atTheStore(order.id, 'pay');
    await shop.reaches(order.id, 'paid');
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
  });

  it('frees the goods when it ends unpaid', async () => {
    const offer = await shop.offer(1);
    const { order } = await voucher(offer);
    await atTheStore(order.id, 'expire');
    await shop.delivered();
    await shop.reconcile(order.id);
    await shop.reaches(order.id, 'canceled');
    expect(await shop.level(offer)).toEqual({ on_hand: 1, reserved: 0 });
  });
});
