import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogApi, type Product } from '#contracts/catalog';
import { checkoutApi } from '#contracts/checkout';
import { showsApi, type PublicShow, type ShowInput } from '#contracts/shows';
import { codeOf, eventually, Refusal, startApi, type Api, type Staff } from '../support/api.ts';

let api: Api;
let owner: Staff;
beforeAll(async () => {
  api = await startApi();
  owner = await api.staff();
});
afterAll(() => api.stop());

async function scheduled(count: number) {
  const products: Product[] = [];
  for (let index = 0; index < count; index += 1) products.push(await api.product(owner));
  const ids = products.map(({ id }) => id);
  return { products, ids, show: await api.show(owner, ids) };
}

/** The show as it stands, with these changes. */
function edit(show: PublicShow, changes: Partial<ShowInput>) {
  const { id, title, subtitle, slug, hostName, startsAt, endsAt } = show;
  const productIds = show.offers.map(({ productId }) => productId);
  const input = { id, title, subtitle, slug, hostName, startsAt, endsAt, productIds, ...changes };
  return api.call(showsApi.update, input, owner);
}

const pin = async (show: PublicShow, offerId: string | null) => {
  const client = await api.connect(owner);
  await client.ask('pin.set', { showId: show.id, offerId });
  client.socket.disconnect();
};
const hold = async (show: PublicShow, product: Product) => {
  const offerId = show.offers.find((offer) => offer.productId === product.id)!.id;
  const request = { showId: show.id, offerId, variantId: product.variants[0]!.id, quantity: 1 };
  return api.call(checkoutApi.hold, { key: randomUUID(), ...request }, await api.viewer());
};
const placesOf = (show: PublicShow) => show.offers.map(({ productId, id, position }) => ({ productId, id, position }));

describe('a show', () => {
  it('has its address to itself, over all brands', async () => {
    const { show } = await scheduled(0);
    const { show: other } = await scheduled(0);
    expect(await codeOf(edit(other, { slug: show.slug }))).toBe('slug_taken');
    const taken = { ...edited(show), slug: show.slug };
    expect(await codeOf(api.call(showsApi.create, taken, await api.staff()))).toBe('slug_taken');
    expect(await edit(show, { title: 'Renamed' })).toMatchObject({ slug: show.slug, title: 'Renamed' });
  });

  it('is found by its address by anybody, and not by another', async () => {
    const { show } = await scheduled(1);
    const found = await api.call(showsApi.public, { slug: show.slug });
    expect(found).toEqual({ ...show, serverTime: found.serverTime });
    expect(await codeOf(api.call(showsApi.public, { slug: 'nowhere' }))).toBe('not_found');
  });

  it('is listed with the number of its products, the next one first', async () => {
    const brand = await api.staff();
    const product = await api.product(brand);
    const at = (startsAt: string) =>
      api.call(showsApi.create, { ...edited(), startsAt, productIds: [product.id] }, brand);
    const [early, late] = [await at('2026-11-21T10:00:00Z'), await at('2026-11-22T10:00:00Z')];
    const { shows } = await api.call(showsApi.list, {}, brand);
    expect(shows.map(({ id, productCount }) => [id, productCount])).toEqual([
      [late.id, 1],
      [early.id, 1],
    ]);
  });
});

describe('the run of show', () => {
  it('keeps each offer while its product stays, at whatever place', async () => {
    const { show, ids } = await scheduled(3);
    const added = await api.product(owner);
    const [first, second, third] = ids as [string, string, string];
    const changed = await edit(show, { productIds: [third, added.id, first] });
    const idOf = (productId: string) => show.offers.find((offer) => offer.productId === productId)?.id;
    expect(placesOf(changed)).toEqual([
      { productId: third, id: idOf(third), position: 1 },
      { productId: added.id, id: expect.any(String), position: 2 },
      { productId: first, id: idOf(first), position: 3 },
    ]);
    expect(changed.offers.some((offer) => offer.productId === second)).toBe(false);
  });

  it('holds a product once', async () => {
    const { show, ids } = await scheduled(1);
    expect(await codeOf(edit(show, { productIds: [ids[0]!, ids[0]!] }))).toBe('invalid_request');
  });

  it('does not lose what was pinned or held', async () => {
    const { show, ids, products } = await scheduled(3);
    await pin(show, show.offers[0]!.id);
    await pin(show, null);
    await hold(show, products[1]!);
    expect(await codeOf(edit(show, { productIds: ids.slice(1) }))).toBe('conflict');
    expect(await codeOf(edit(show, { productIds: [ids[0]!, ids[2]!] }))).toBe('conflict');
    expect(placesOf(await edit(show, { productIds: ids.slice(0, 2) }))).toEqual(placesOf(show).slice(0, 2));
  });

  it('keeps a withdrawn product in its place, with nothing left, and the show can still be edited', async () => {
    const { show, products, ids } = await scheduled(2);
    await pin(show, show.offers[0]!.id);
    const client = await api.connect(await api.viewer());
    await client.ask('show.join', { showId: show.id });
    await api.call(catalogApi.archive, { id: products[0]!.id }, owner);
    const run = await eventually(() => client.events.find((event) => event.type === 'run.changed'));
    const left = (offers: PublicShow['offers']) => offers.map(({ variants }) => variants.map((one) => one.available));
    expect(left((run as { offers: PublicShow['offers'] }).offers)).toEqual([[0], [10]]);
    const renamed = await edit(show, { title: 'Renamed' });
    expect([renamed.title, placesOf(renamed), left(renamed.offers)]).toEqual(['Renamed', placesOf(show), [[0], [10]]]);
    expect(await codeOf(hold(show, products[0]!))).toBe('not_found');
    const other = { ...edited(), productIds: ids };
    expect(await codeOf(api.call(showsApi.create, other, owner))).toBe('invalid_request');
  });

  it('tells the room what was edited: words, run, price and stock', async () => {
    const { show, products } = await scheduled(1);
    const client = await api.connect(await api.viewer());
    await client.ask('show.join', { showId: show.id });
    await edit(show, { title: 'Renamed' });
    await eventually(() =>
      client.events.some((event) => event.type === 'show.changed' && event.show.title === 'Renamed'),
    );
    const [product] = products as [Product];
    const variants = product.variants.map(({ id, sku, swatch }) => ({
      id,
      sku,
      swatch,
      name: '',
      priceAmount: 5000,
      stock: 7,
      stockSeen: 10,
    }));
    const { name, note, description } = product;
    await api.call(catalogApi.update, { id: product.id, name, note, description, variants }, owner);
    await eventually(() =>
      client.events.some((event) => event.type === 'run.changed' && event.offers[0]?.variants[0]?.priceAmount === 5000),
    );
    await eventually(() => client.frames.some((frame) => frame.stock?.[0]?.available === 7));
  });
});

describe('a product', () => {
  it('is not withdrawn, nor its stock taken, from under a buyer', async () => {
    const { show, products } = await scheduled(1);
    const [product] = products as [Product];
    await hold(show, product);
    expect(await codeOf(api.call(catalogApi.archive, { id: product.id }, owner))).toBe('variant_in_use');
    const { id, name, note, description } = product;
    const variants = product.variants.map(({ sku, priceAmount, ...variant }) => ({
      ...{ id: variant.id, sku, priceAmount, name: '', swatch: null, stock: 0, stockSeen: 10 },
    }));
    const refused = api.call(catalogApi.update, { id, name, note, description, variants }, owner);
    expect(await codeOf(refused)).toBe('variant_in_use');
    expect(await api.call(catalogApi.get, { id }, owner)).toMatchObject({ variants: [{ onHand: 10, reserved: 1 }] });
  });

  it('moves stock once for a save whose answer was lost, and by the last word of one editing', async () => {
    const { products } = await scheduled(1);
    const { id, name, note, description, variants } = (products as [Product])[0];
    const save = (stock: number) =>
      api.call(
        catalogApi.update,
        {
          ...{ id, name, note, description, saveKey: 'one-editing' },
          variants: variants.map(({ sku, priceAmount, onHand, ...variant }) => ({
            ...{ id: variant.id, sku, priceAmount, name: '', swatch: null, stock, stockSeen: onHand },
          })),
        },
        owner,
      );
    await Promise.all([save(14), save(14), save(14)]);
    expect(await save(14)).toMatchObject({ variants: [{ onHand: 14 }] });
    expect(await save(12)).toMatchObject({ variants: [{ onHand: 12 }] });
  });

  it('keeps sold what was sold while its form was open', async () => {
    const { show, products } = await scheduled(1);
    const { id, name, note, description, variants } = (products as [Product])[0];
    const opened = variants.map(({ sku, priceAmount, onHand, ...variant }) => ({
      ...{ id: variant.id, sku, priceAmount, name: '', swatch: null, stockSeen: onHand },
    }));
    const save = (stock: number) =>
      api.call(
        catalogApi.update,
        { id, name, note, description, variants: opened.map((variant) => ({ ...variant, stock })) },
        owner,
      );
    const buyer = await api.viewer();
    const request = { key: randomUUID(), showId: show.id, offerId: show.offers[0]!.id, variantId: variants[0]!.id };
    const { hold: taken, totals } = await api.call(checkoutApi.hold, { ...request, quantity: 3 }, buyer);
    await api.purchase(buyer, taken.id, totals.totalAmount);
    expect((await save(10)).variants).toMatchObject([{ onHand: 7, sold: 3 }]);
    expect((await save(15)).variants).toMatchObject([{ onHand: 12 }]);
    const blind = opened.map(({ stockSeen: _, ...variant }) => ({ ...variant, stock: 10 }));
    const refusal = await api
      .call(catalogApi.update, { id, name, note, description, variants: blind }, owner)
      .catch((error: unknown) => error as Refusal);
    expect(refusal).toMatchObject({
      body: { code: 'invalid_request', details: { issues: [{ path: 'variants.0.stockSeen' }] } },
    });
  });

  it('is listed by pages, the newest first', async () => {
    const brand = await api.staff();
    const made = [await api.product(brand), await api.product(brand), await api.product(brand)];
    const page = await api.call(catalogApi.list, { limit: 2 }, brand);
    const rest = await api.call(catalogApi.list, { limit: 2, after: page.next! }, brand);
    const ids = [...page.products, ...rest.products].map(({ id }) => id);
    expect([ids, rest.next]).toEqual([made.map(({ id }) => id).toReversed(), null]);
  });
});

describe('deleting a show', () => {
  it('is for one in which nothing has happened', async () => {
    const { show } = await scheduled(1);
    await api.call(showsApi.remove, { id: show.id }, owner);
    expect(await codeOf(api.call(showsApi.get, { id: show.id }, owner))).toBe('not_found');
    expect(await codeOf(api.call(showsApi.remove, { id: show.id }, owner))).toBe('not_found');
  });

  it.each<[string, (show: PublicShow, product: Product) => Promise<unknown>]>([
    ['pinned', (show) => pin(show, show.offers[0]!.id)],
    ['held', hold],
    [
      'said',
      async (show) => {
        const client = await api.connect(await api.viewer());
        await client.ask('show.join', { showId: show.id });
        const said = { showId: show.id, clientMessageId: randomUUID(), name: '晴香', text: 'hello' };
        await client.ask('chat.send', said);
      },
    ],
    ['transmitted', (show) => api.goLive(owner, show.id)],
  ])('is refused once something was %s in it', async (_, happens) => {
    const { show, products } = await scheduled(1);
    await happens(show, products[0]!);
    expect(await codeOf(api.call(showsApi.remove, { id: show.id }, owner))).toBe('show_transition');
  });
});

function edited(show?: PublicShow): ShowInput {
  return {
    title: show?.title ?? '秋の窯出し',
    subtitle: '',
    slug: `show-${randomUUID()}`,
    hostName: '早川',
    startsAt: new Date().toISOString(),
    endsAt: null,
    productIds: [],
  };
}
