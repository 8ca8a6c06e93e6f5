import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apportion, requireChargeable, returnedTaxes, totalsOf, type PriceRules, type TotalsLine } from './totals.ts';

const rules: PriceRules = {
  currency: 'JPY',
  pricesIncludeTax: true,
  taxRounding: 'down',
  taxRates: { standard: 1000, reduced: 800, zero: 0 },
  shippingBasis: 'flat',
  shippingRates: [{ fromValue: 0, amount: 660 }],
  freeShippingFromAmount: 8800,
};
const line = (unitAmount: number, more: Partial<TotalsLine> = {}): TotalsLine => ({
  unitAmount,
  quantity: 1,
  taxRateBp: 1000,
  weightGrams: 0,
  ...more,
});

describe('totals of a purchase', () => {
  it('adds shipping and says the tax that the total contains', () => {
    expect(totalsOf(rules, [line(4400)])).toEqual({
      currency: 'JPY',
      itemsAmount: 4400,
      discountAmount: 0,
      shippingAmount: 660,
      taxAmount: 460,
      taxIncluded: true,
      taxes: [{ rateBp: 1000, taxableAmount: 5060, taxAmount: 460 }],
      totalAmount: 5060,
      freeShippingFromAmount: 8800,
    });
  });

  it('adds the tax where prices do not contain it', () => {
    const totals = totalsOf({ ...rules, currency: 'USD', pricesIncludeTax: false }, [line(1000)]);
    expect(totals).toMatchObject({ itemsAmount: 1000, shippingAmount: 660, taxAmount: 166, totalAmount: 1826 });
  });

  it('ships free from the threshold on, after coupons, and not one yen below', () => {
    const shipping = (unitAmount: number, discount = 0) => totalsOf(rules, [line(unitAmount)], discount).shippingAmount;
    expect([shipping(8799), shipping(8800), shipping(8900, 101)]).toEqual([660, 0, 660]);
    expect(totalsOf({ ...rules, freeShippingFromAmount: null }, [line(99_999)])).toMatchObject({ shippingAmount: 660 });
  });

  it('looks shipping up by weight or by amount', () => {
    const shippingRates = [
      { fromValue: 0, amount: 500 },
      { fromValue: 2000, amount: 900 },
    ];
    const byWeight: PriceRules = { ...rules, shippingBasis: 'weight', shippingRates };
    const weighing = (grams: number) =>
      totalsOf(byWeight, [line(100, { weightGrams: grams, quantity: 2 })]).shippingAmount;
    expect([weighing(999), weighing(1000)]).toEqual([500, 900]);
    const byAmount: PriceRules = { ...rules, shippingBasis: 'amount', shippingRates };
    expect([1999, 2000].map((amount) => totalsOf(byAmount, [line(amount)]).shippingAmount)).toEqual([500, 900]);
  });

  it("rounds the tax once per rate, by the brand's rule", () => {
    const cheap = [line(10), line(10), line(10, { taxRateBp: 800 })];
    const taxes = (taxRounding: PriceRules['taxRounding']) =>
      totalsOf({ ...rules, taxRounding, shippingRates: [{ fromValue: 0, amount: 0 }] }, cheap).taxes.map(
        (tax) => tax.taxAmount,
      );
    // 20 × 10/110 is 1.82, where each line by itself would be 0 rounded down; 10 × 8/108 is 0.74.
    expect([taxes('down'), taxes('half_up'), taxes('up')]).toEqual([
      [1, 0],
      [2, 1],
      [2, 1],
    ]);
  });

  it('refuses what a card cannot be charged', () => {
    const free = { ...rules, freeShippingFromAmount: 0 };
    expect(() => requireChargeable(totalsOf(free, [line(49)]))).toThrow('amount not chargeable');
    expect(() => requireChargeable(totalsOf(free, [line(50)]))).not.toThrow();
    expect(() => requireChargeable(totalsOf(free, [line(99_999_999, { quantity: 2 })]))).toThrow(
      'amount not chargeable',
    );
  });

  it('holds for every price, quantity, rate, discount and rounding', () => {
    const amount = fc.integer({ min: 0, max: 9_999_999 });
    const lines = fc.array(
      fc.record({
        unitAmount: fc.integer({ min: 1, max: 999_999 }),
        quantity: fc.integer({ min: 1, max: 10 }),
        taxRateBp: fc.constantFrom(0, 800, 1000, 2550),
        weightGrams: fc.integer({ min: 0, max: 5000 }),
      }),
      { minLength: 1, maxLength: 10 },
    );
    const anyRules: fc.Arbitrary<PriceRules> = fc.record({
      currency: fc.constantFrom('JPY' as const, 'USD' as const, 'EUR' as const, 'KWD' as const),
      pricesIncludeTax: fc.boolean(),
      taxRounding: fc.constantFrom('down' as const, 'half_up' as const, 'up' as const),
      taxRates: fc.constant(rules.taxRates),
      shippingBasis: fc.constantFrom('flat' as const, 'weight' as const, 'amount' as const),
      shippingRates: fc.tuple(amount, amount, amount).map(([first, from, second]) => [
        { fromValue: 0, amount: first },
        { fromValue: from + 1, amount: second },
      ]),
      freeShippingFromAmount: fc.option(amount),
    });
    fc.assert(
      fc.property(anyRules, lines, fc.double({ min: 0, max: 1, noNaN: true }), (given, bought, share) => {
        const items = bought.reduce((so, { unitAmount, quantity }) => so + unitAmount * quantity, 0);
        const discount = Math.floor(items * share);
        const totals = totalsOf(given, bought, discount);
        expect(totals.itemsAmount).toBe(items);
        expect(totals.totalAmount).toBe(
          items - discount + totals.shippingAmount + (given.pricesIncludeTax ? 0 : totals.taxAmount),
        );
        expect([0, ...given.shippingRates.map((rate) => rate.amount)]).toContain(totals.shippingAmount);
        const sum = (of: 'taxableAmount' | 'taxAmount') => totals.taxes.reduce((so, tax) => so + tax[of], 0);
        expect(sum('taxableAmount')).toBe(items - discount + totals.shippingAmount);
        expect(sum('taxAmount')).toBe(totals.taxAmount);
        expect(new Set(totals.taxes.map((tax) => tax.rateBp)).size).toBe(totals.taxes.length);
        for (const { rateBp, taxableAmount, taxAmount } of totals.taxes) {
          const divisor = BigInt(given.pricesIncludeTax ? 10_000 + rateBp : 10_000);
          const product = BigInt(taxableAmount) * BigInt(rateBp);
          const down = product / divisor;
          const up = down + (product % divisor > 0n ? 1n : 0n);
          const half = (product % divisor) * 2n >= divisor ? down + 1n : down;
          expect(BigInt(taxAmount)).toBe({ down, up, half_up: half }[given.taxRounding]);
        }
      }),
    );
  });

  it('divides a discount so that the shares add up and none passes its part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1, maxLength: 5 }),
        fc.nat(100),
        (parts, percent) => {
          const sum = parts.reduce((so, part) => so + part, 0);
          const amount = Math.floor((sum * percent) / 100);
          const shares = apportion(amount, parts);
          expect(shares.reduce((so, share) => so + share, 0)).toBe(amount);
          for (const [index, share] of shares.entries()) {
            expect(share).toBeLessThanOrEqual(parts[index]!);
            expect(Math.abs(share - (parts[index]! * amount) / (sum || 1))).toBeLessThan(1);
          }
        },
      ),
    );
  });
});

describe('what a refund gives back of each rate', () => {
  const free = { ...rules, shippingRates: [{ fromValue: 0, amount: 0 }] };
  const mixed = totalsOf(free, [line(11_000), line(5_400, { taxRateBp: 800 })]);

  it('is the invoice’s own table for the whole, and the share of each rate for a part', () => {
    expect(returnedTaxes(mixed, 'down', 16_400)).toEqual(mixed.taxes);
    expect(returnedTaxes(mixed, 'down', 10_001)).toEqual([
      { rateBp: 1000, taxableAmount: 6708, taxAmount: 609 },
      { rateBp: 800, taxableAmount: 3293, taxAmount: 243 },
    ]);
    expect(returnedTaxes(mixed, 'up', 10_001).map(({ taxAmount }) => taxAmount)).toEqual([610, 244]);
  });

  it('contains the tax also where prices did not', () => {
    const dollars = totalsOf({ ...free, currency: 'USD', pricesIncludeTax: false }, [line(1000)]);
    expect(returnedTaxes(dollars, 'down', 1100)).toEqual([{ rateBp: 1000, taxableAmount: 1100, taxAmount: 100 }]);
    expect(returnedTaxes(dollars, 'down', 550)).toEqual([{ rateBp: 1000, taxableAmount: 550, taxAmount: 50 }]);
  });

  it('adds up to the refund, to the yen, and never passes what was paid at a rate', () => {
    const sale = fc.record({
      lines: fc.array(
        fc.record({
          unitAmount: fc.integer({ min: 1, max: 999_999 }),
          quantity: fc.integer({ min: 1, max: 10 }),
          taxRateBp: fc.constantFrom(1000, 800, 0),
          weightGrams: fc.constant(0),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      pricesIncludeTax: fc.boolean(),
      taxRounding: fc.constantFrom('down' as const, 'half_up' as const, 'up' as const),
      shipping: fc.integer({ min: 0, max: 2000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(sale, ({ lines, pricesIncludeTax, taxRounding, shipping, share }) => {
        const terms = { ...rules, pricesIncludeTax, taxRounding, freeShippingFromAmount: null };
        const totals = totalsOf({ ...terms, shippingRates: [{ fromValue: 0, amount: shipping }] }, lines);
        const amount = Math.max(1, Math.round(totals.totalAmount * share));
        const parts = returnedTaxes(totals, taxRounding, amount);
        expect(parts.reduce((sum, { taxableAmount }) => sum + taxableAmount, 0)).toBe(amount);
        for (const { rateBp, taxableAmount, taxAmount } of parts) {
          const sold = totals.taxes.find((tax) => tax.rateBp === rateBp)!;
          expect(taxableAmount).toBeLessThanOrEqual(sold.taxableAmount + (pricesIncludeTax ? 0 : sold.taxAmount));
          expect(taxAmount).toBeLessThanOrEqual(sold.taxAmount);
          expect(Math.abs(taxAmount - (taxableAmount * rateBp) / (10_000 + rateBp))).toBeLessThan(1);
        }
      }),
    );
  });
});
