import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountsApi } from '#contracts/accounts';
import { checkoutApi, type Totals } from '#contracts/checkout';
import { settingsApi, type SellingInput, type SellingSettings } from '#contracts/settings';
import { codeOf, type Refusal, type Staff } from '../support/api.ts';
import { Shop } from '../support/checkout.ts';

const seller = {
  name: '株式会社 器の渚',
  representative: '渚 しおり',
  address: '〒000-0000 架空県なぎさ市1-2-3',
  phone: '000-0000-0000',
  email: 'shop@example.jp',
  priceNote: '商品ごとに税込で表示します。',
  paymentNote: 'クレジットカード。ご注文のときにお支払いいただきます。',
  deliveryNote: '3営業日以内に発送します。',
  returnNote: '到着から8日以内にご連絡ください。',
};

describe('the terms on which a brand sells', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.api.stop());

  const read = (staff: Staff) => shop.api.call(settingsApi.selling, {}, staff);
  const save = (staff: Staff, input: object) => shop.api.call(settingsApi.saveSelling, input as SellingInput, staff);
  const tax = {
    pricesIncludeTax: false,
    rounding: 'half_up',
    rates: { standard: 1000, reduced: 800, zero: 0 },
  } as const;
  const shipping = {
    basis: 'weight',
    rates: [
      { fromValue: 0, amount: 500 },
      { fromValue: 1000, amount: 900 },
    ],
    freeFromAmount: 20_000,
  } as const;
  const live = { dealGraceMs: { instant: 500, smooth: 6000 }, waitlistOfferSeconds: 240 };
  const display = { seller, registrationNumber: 'T7000012050002' };

  it('are what a new brand starts with, until its owner saves others, section by section', async () => {
    const owner = await shop.api.staff();
    const first = await read(owner);
    expect(first).toMatchObject({
      currency: 'JPY',
      tax: { pricesIncludeTax: true, rounding: 'down', rates: { standard: 1000, reduced: 800, zero: 0 } },
      shipping: { basis: 'flat', rates: [{ fromValue: 0, amount: 660 }], freeFromAmount: 8800 },
      display: { registrationNumber: null },
    });
    let expected: SellingSettings = first;
    const privacy = { consentMode: 'opt_in' } as const;
    expect(first.privacy).toEqual({ consentMode: 'none' });
    for (const section of [{ tax }, { shipping }, { live }, { display }, { privacy }]) {
      expected = { ...expected, ...section } as SellingSettings;
      expect(await save(owner, section)).toEqual(expected);
      expect(await read(owner)).toEqual(expected);
    }
    expect(await save(owner, {})).toEqual(expected);
    expect(await read(await shop.api.staff('marketer', owner.brandId))).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    ['a rate above one half', { tax: { ...tax, rates: { ...tax.rates, reduced: 5001 } } }, ['tax.rates.reduced']],
    ['a rate below nothing', { tax: { ...tax, rates: { ...tax.rates, standard: -1 } } }, ['tax.rates.standard']],
    ['a part of a basis point', { tax: { ...tax, rates: { ...tax.rates, standard: 0.5 } } }, ['tax.rates.standard']],
    ['a zero rate that is not', { tax: { ...tax, rates: { ...tax.rates, zero: 1 } } }, ['tax.rates.zero']],
    ['a rate that is missing', { tax: { ...tax, rates: { standard: 1000, zero: 0 } } }, ['tax.rates.reduced']],
    ['an unknown rounding', { tax: { ...tax, rounding: 'up_a_lot' } }, ['tax.rounding']],
    ['no shipping rate', { shipping: { ...shipping, rates: [] } }, ['shipping.rates']],
    [
      'a table that does not begin at 0',
      { shipping: { ...shipping, rates: [{ fromValue: 1, amount: 5 }] } },
      ['shipping.rates.0.fromValue'],
    ],
    [
      'a table that does not rise',
      { shipping: { ...shipping, rates: [shipping.rates[0], { fromValue: 0, amount: 5 }] } },
      ['shipping.rates.1.fromValue'],
    ],
    ['two rows of a flat rate', { shipping: { ...shipping, basis: 'flat' } }, ['shipping.rates']],
    [
      'a shipping rate below nothing',
      { shipping: { ...shipping, rates: [{ fromValue: 0, amount: -1 }] } },
      ['shipping.rates.0.amount'],
    ],
    [
      'a grace without end',
      { live: { ...live, dealGraceMs: { instant: 0, smooth: 30_001 } } },
      ['live.dealGraceMs.smooth'],
    ],
    ['an offer of a moment', { live: { ...live, waitlistOfferSeconds: 29 } }, ['live.waitlistOfferSeconds']],
    ['a number that is too short', { display: { seller, registrationNumber: 'T123' } }, ['display.registrationNumber']],
    [
      'a wrong check digit',
      { display: { seller, registrationNumber: 'T7000012050003' } },
      ['display.registrationNumber'],
    ],
    [
      'a long line',
      { display: { seller: { ...seller, name: 'あ'.repeat(201) }, registrationNumber: null } },
      ['display.seller.name'],
    ],
  ])('refuse %s by the name of its field, and keep nothing of the request', async (_, section, paths) => {
    const owner = await shop.api.staff();
    const before = await read(owner);
    const refusal = await save(owner, { live: { ...live, waitlistOfferSeconds: 99 }, ...section }).then(
      () => null,
      (error: unknown) => error as Refusal,
    );
    const issues = refusal?.body.details?.issues as { path: string }[] | undefined;
    expect([...new Set(issues?.map(({ path }) => path))]).toEqual(paths);
    expect(await read(owner)).toEqual(before);
  });

  it("take a sole proprietor's number, which has no check digit that is known", async () => {
    const owner = await shop.api.staff();
    const number = 'T7000012050003';
    const saved = await save(owner, { display: { seller, registrationNumber: number, soleProprietor: true } });
    expect(saved.display.registrationNumber).toBe(number);
  });

  it('are one table after two saves at once', async () => {
    const owner = await shop.api.staff();
    const tables = [1, 2, 3, 4, 5, 6].map((n) => ({
      ...{ basis: 'amount' as const, freeFromAmount: null },
      rates: Array.from({ length: n }, (_, index) => ({ fromValue: index * 1000, amount: n })),
    }));
    await Promise.all(tables.map((table) => save(owner, { shipping: table })));
    const { shipping: last } = await read(owner);
    expect(tables).toContainEqual(last);
  });

  it('bind purchases that come after, and no order that was placed before', async () => {
    const offer = await shop.offer(10, { priceAmount: 4400 });
    await save(offer.owner, { display: { seller, registrationNumber: null } });
    const before = await shop.buy(offer);
    const sums = ({ taxIncluded, shippingAmount, taxes, totalAmount }: Totals) => ({
      ...{ taxIncluded, shippingAmount, totalAmount },
      rates: taxes.map(({ rateBp }) => rateBp),
    });
    expect(sums(before.order.totals)).toEqual({
      ...{ taxIncluded: true, shippingAmount: 660, totalAmount: 5060, rates: [1000] },
    });
    const late = await shop.hold(offer);

    await save(offer.owner, {
      tax: { ...tax, rates: { ...tax.rates, standard: 2000 } },
      shipping,
      display: { seller: { ...seller, name: '別の名前' }, registrationNumber: 'T7000012050002' },
    });
    const { order } = before;
    expect(sums((await shop.order(order.id, before.purchase.buyer)).totals)).toEqual(sums(order.totals));
    const { rows } = await shop.api.database.sql(
      `SELECT seller->>'name' AS name, registration_number AS number, tax_amount::int AS tax,
         (SELECT json_agg(tax_rate_bp) FROM order_lines WHERE order_id = o.id) AS rates FROM orders o WHERE id = $1`,
      [order.id],
    );
    expect(rows).toEqual([{ name: seller.name, number: null, tax: 460, rates: [1000] }]);

    // Who had the old price on the button is told before anything is charged.
    expect(await codeOf(shop.pay(late))).toBe('price_changed');
    const next = await shop.buy(offer);
    expect(sums(next.order.totals)).toEqual({
      ...{ taxIncluded: false, shippingAmount: 500, totalAmount: 5880, rates: [2000] },
    });
  });

  it('count weight by the table', async () => {
    const owner = await shop.api.staff();
    await save(owner, { shipping: { ...shipping, freeFromAmount: null } });
    const product = await shop.api.product(owner, {
      variants: [{ name: '', sku: randomUUID(), priceAmount: 1000, swatch: null, stock: 9, weightGrams: 400 }],
    });
    const show = await shop.api.show(owner, [product.id]);
    const wish = { showId: show.id, offerId: show.offers[0]!.id, variantId: product.variants[0]!.id };
    const shippingOf = async (quantity: number) => {
      const buyer = await shop.api.viewer();
      const held = await shop.api.call(checkoutApi.hold, { key: randomUUID(), ...wish, quantity }, buyer);
      return held.totals.shippingAmount;
    };
    expect([await shippingOf(1), await shippingOf(2), await shippingOf(3)]).toEqual([500, 500, 900]);
  });
});

describe("the seller's page", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.api.stop());

  it('is read by anybody, and says what is missing', async () => {
    const owner = await shop.api.staff();
    const { brand } = await shop.api.call(accountsApi.session, {}, owner);
    const page = () => shop.api.call(settingsApi.sellerPage, { slug: brand.slug });
    expect(await page()).toMatchObject({ brand, registrationNumber: null, seller: { name: '' } });
    expect((await page()).missing).toHaveLength(9);
    const display = { seller: { ...seller, phone: ' ', returnNote: '' }, registrationNumber: 'T7000012050002' };
    await shop.api.call(settingsApi.saveSelling, { display }, owner);
    expect(await page()).toMatchObject({
      seller: { name: seller.name, phone: '' },
      missing: ['phone', 'returnNote'],
      registrationNumber: 'T7000012050002',
    });
  });

  it('is not found for a brand that is none', async () => {
    for (const slug of ['nobody-here', 'x', 'Ü', `${'a'.repeat(80)}`]) {
      expect(['not_found', 'invalid_request']).toContain(await codeOf(shop.api.call(settingsApi.sellerPage, { slug })));
    }
    expect(await codeOf(shop.api.call(settingsApi.sellerPage, { slug: 'nobody-here' }))).toBe('not_found');
  });
});
