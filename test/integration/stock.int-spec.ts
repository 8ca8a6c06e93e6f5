import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogApi } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { codeOf, eventually, Refusal, startApi, type Api } from '../support/api.ts';

describe('stock under a rush', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  async function offer(stock: number) {
    const owner = await api.staff();
    const product = await api.product(owner, { stock });
    const show = await api.show(owner, [product.id]);
    return { owner, show, offerId: show.offers[0]!.id, productId: product.id, variantId: product.variants[0]!.id };
  }

  async function level(variantId: string) {
    const { rows } = await api.database.sql<{ on_hand: number; reserved: number }>(
      `SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1`,
      [variantId],
    );
    return rows[0];
  }

  it('sells exactly 10 units to 50 buyers who come at once', async () => {
    const { show, offerId, variantId } = await offer(10);
    const buyers = await Promise.all(Array.from({ length: 50 }, () => api.viewer()));
    const answers = await Promise.allSettled(
      buyers.map(async (buyer) => {
        const { hold, totals } = await api.call(
          checkoutApi.hold,
          { key: randomUUID(), showId: show.id, offerId, variantId, quantity: 1 },
          buyer,
        );
        return api.purchase(buyer, hold.id, totals.totalAmount);
      }),
    );
    const paid = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value.state);
    const refused = answers
      .filter((answer) => answer.status === 'rejected')
      .map((answer) => (answer.reason as Refusal).body.code);
    expect(paid).toEqual(new Array(10).fill('paid'));
    expect(refused).toEqual(new Array(40).fill('sold_out'));
    expect(await level(variantId)).toEqual({ on_hand: 0, reserved: 0 });
  });

  it('gives what is left to a smaller wish after a larger one was refused', async () => {
    const { show, offerId, variantId } = await offer(10);
    const [large, tooLarge, small] = await Promise.all([api.viewer(), api.viewer(), api.viewer()]);
    const hold = (caller: typeof large, quantity: number) =>
      api.call(checkoutApi.hold, { key: randomUUID(), showId: show.id, offerId, variantId, quantity }, caller);
    await hold(large, 8);
    const [second, third] = await Promise.allSettled([hold(tooLarge, 5), hold(small, 2)]);
    expect([second.status, third.status]).toEqual(['rejected', 'fulfilled']);
    expect(await level(variantId)).toEqual({ on_hand: 10, reserved: 10 });
  });

  it('gives what came free while it waited for the row', async () => {
    const { show, offerId, variantId } = await offer(3);
    const [first, second] = await Promise.all([api.viewer(), api.viewer()]);
    const request = { showId: show.id, offerId, variantId, quantity: 3 };
    const { hold } = await api.call(checkoutApi.hold, { ...request, key: randomUUID() }, first);
    const { HoldsService } = await import('../../apps/api/src/catalog/index.ts');
    // The release is held open for as long as the other waits for its row.
    const { dataSource } = api.database;
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`SELECT 1 FROM stock_levels WHERE variant_id = $1 FOR UPDATE`, [variantId]);
    const releasing = api.app.get(HoldsService).releaseOwn(hold.id, first.viewerId);
    await eventually(() => waitingForRow(1));
    const taken = api.call(checkoutApi.hold, { ...request, key: randomUUID() }, second);
    await eventually(() => waitingForRow(2));
    await runner.commitTransaction();
    await runner.release();
    await releasing;
    expect((await taken).hold).toMatchObject({ quantity: 3, state: 'active' });
    expect(await level(variantId)).toEqual({ on_hand: 3, reserved: 3 });
  });

  async function waitingForRow(count: number): Promise<boolean> {
    const { rows } = await api.database.sql(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length === count;
  }

  it('holds nothing of a variant that is withdrawn while it waits for the row', async () => {
    const { owner, show, offerId, variantId, productId } = await offer(3);
    const request = { showId: show.id, offerId, variantId, quantity: 1 };
    const [early, late] = await Promise.all([api.viewer(), api.viewer()]);
    // The withdrawal is held open for as long as the other waits for its row.
    const runner = api.database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`SELECT 1 FROM stock_levels WHERE variant_id = $1 FOR UPDATE`, [variantId]);
    const withdrawing = api.call(catalogApi.archive, { id: productId }, owner);
    await eventually(() => waitingForRow(1));
    const taken = codeOf(api.call(checkoutApi.hold, { ...request, key: randomUUID() }, late));
    await eventually(() => waitingForRow(2));
    await runner.commitTransaction();
    await runner.release();
    await withdrawing;
    expect(await taken).toBe('not_found');
    expect(await level(variantId)).toEqual({ on_hand: 3, reserved: 0 });
    expect(await codeOf(api.call(checkoutApi.hold, { ...request, key: randomUUID() }, early))).toBe('not_found');
  });

  it('lists the holds that can be bought, whatever became of the others', async () => {
    const owner = await api.staff();
    const products = [await api.product(owner), await api.product(owner)];
    const show = await api.show(
      owner,
      products.map(({ id }) => id),
    );
    const buyer = await api.viewer();
    for (const { id: offerId, productId } of show.offers) {
      const variantId = products.find(({ id }) => id === productId)!.variants[0]!.id;
      const request = { key: randomUUID(), showId: show.id, offerId, variantId, quantity: 1 };
      await api.call(checkoutApi.hold, request, buyer);
    }
    const [kept, gone] = products.map(({ variants }) => variants[0]!.id);
    await api.database.sql(`UPDATE variants SET archived_at = now() WHERE id = $1`, [gone]);
    const { holds } = await api.call(checkoutApi.holds, { showId: show.id }, buyer);
    expect(holds.map(({ hold }) => hold.variantId)).toEqual([kept]);
  });

  it('takes one hold for a press that comes twice, and for two tabs', async () => {
    const { show, offerId, variantId } = await offer(10);
    const buyer = await api.viewer();
    const key = randomUUID();
    const press = (by: string) =>
      api.call(checkoutApi.hold, { key: by, showId: show.id, offerId, variantId, quantity: 2 }, buyer);
    const holds = await Promise.all([press(key), press(key), press(randomUUID()), press(randomUUID())]);
    expect(new Set(holds.map(({ hold }) => hold.id)).size).toBe(1);
    expect(await level(variantId)).toEqual({ on_hand: 10, reserved: 2 });
  });

  it('adjusts quantity and variant within the same hold and end', async () => {
    const owner = await api.staff();
    const product = await api.product(owner, {
      variants: [
        { name: '月白', sku: randomUUID(), priceAmount: 4400, swatch: null, stock: 3 },
        { name: '鉄黒', sku: randomUUID(), priceAmount: 4800, swatch: null, stock: 1 },
      ],
    });
    const show = await api.show(owner, [product.id]);
    const [white, black] = product.variants.map(({ id }) => id) as [string, string];
    const buyer = await api.viewer();
    const hold = (variantId: string, quantity: number) =>
      api.call(
        checkoutApi.hold,
        { key: randomUUID(), showId: show.id, offerId: show.offers[0]!.id, variantId, quantity },
        buyer,
      );
    const taken = await hold(white, 2);
    const more = await hold(white, 3);
    expect(more.hold).toMatchObject({ id: taken.hold.id, quantity: 3, expiresAt: taken.hold.expiresAt });
    expect(more.totals).toMatchObject({ itemsAmount: 13_200, shippingAmount: 0, totalAmount: 13_200, taxAmount: 1200 });
    expect(await codeOf(hold(black, 2))).toBe('sold_out');
    const swapped = await hold(black, 1);
    expect(swapped.hold).toMatchObject({ id: taken.hold.id, variantId: black, quantity: 1 });
    expect(await level(white)).toEqual({ on_hand: 3, reserved: 0 });
    expect(await level(black)).toEqual({ on_hand: 1, reserved: 1 });
    await api.call(checkoutApi.releaseHold, { id: taken.hold.id }, buyer);
    expect(await level(black)).toEqual({ on_hand: 1, reserved: 0 });
  });

  it('frees a hold that nobody paid for in time', async () => {
    const { show, offerId, variantId } = await offer(1);
    const buyer = await api.viewer();
    const request = { key: randomUUID(), showId: show.id, offerId, variantId, quantity: 1 };
    const { hold, totals } = await api.call(checkoutApi.hold, request, buyer);
    await api.database.sql(`UPDATE clock_offsets SET ahead = interval '301 seconds'`);
    try {
      expect(await codeOf(api.purchase(buyer, hold.id, totals.totalAmount))).toBe('hold_expired');
      // By the api's own sweep, which may be at it already.
      await eventually(async () => (await level(variantId))?.reserved === 0);
      expect(await level(variantId)).toEqual({ on_hand: 1, reserved: 0 });
    } finally {
      await api.database.sql(`UPDATE clock_offsets SET ahead = interval '0'`);
    }
  });

  it("does not take a hold on another show's offer, or with a foreign hold", async () => {
    const { show, offerId } = await offer(1);
    const other = await offer(1);
    const buyer = await api.viewer();
    const request = { key: randomUUID(), showId: show.id, offerId, variantId: other.variantId, quantity: 1 };
    expect(await codeOf(api.call(checkoutApi.hold, request, buyer))).toBe('not_found');
    const { hold, totals } = await api.call(
      checkoutApi.hold,
      { ...request, showId: other.show.id, offerId: other.offerId },
      buyer,
    );
    const thief = await api.viewer();
    expect(await codeOf(api.purchase(thief, hold.id, totals.totalAmount))).toBe('hold_expired');
    expect(await codeOf(api.call(checkoutApi.releaseHold, { id: hold.id }, thief))).toBe('not_found');
  });
});
