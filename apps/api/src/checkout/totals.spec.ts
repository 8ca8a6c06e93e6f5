import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { totalsOf, type PriceRules } from './totals.ts';

const rules: PriceRules = { currency: 'JPY', taxRateBp: 1000, shippingAmount: 660, freeShippingFromAmount: 8800 };

describe('totals of a purchase', () => {
  it('adds shipping and says the tax that the total contains', () => {
    expect(totalsOf(rules, [{ unitAmount: 4400, quantity: 1 }])).toEqual({
      currency: 'JPY',
      itemsAmount: 4400,
      shippingAmount: 660,
      taxAmount: 460,
      totalAmount: 5060,
      freeShippingFromAmount: 8800,
    });
  });

  it('ships free from the threshold on, and not one yen below', () => {
    const shipping = (unitAmount: number) => totalsOf(rules, [{ unitAmount, quantity: 1 }]).shippingAmount;
    expect([shipping(8799), shipping(8800)]).toEqual([660, 0]);
    expect(totalsOf({ ...rules, freeShippingFromAmount: null }, [{ unitAmount: 99_999, quantity: 1 }])).toMatchObject({
      shippingAmount: 660,
    });
  });

  it('rounds the tax down once, for the whole', () => {
    const cheap = [
      { unitAmount: 10, quantity: 1 },
      { unitAmount: 10, quantity: 1 },
    ];
    // 20 × 10/110 is 1.81…; of each line by itself it would be 0.
    expect(totalsOf({ ...rules, shippingAmount: 0 }, cheap).taxAmount).toBe(1);
  });

  it('holds for every price, quantity and rate', () => {
    const amount = fc.integer({ min: 0, max: 9_999_999 });
    const lines = fc.array(
      fc.record({ unitAmount: fc.integer({ min: 1, max: 999_999 }), quantity: fc.integer({ min: 1, max: 10 }) }),
      { minLength: 1, maxLength: 10 },
    );
    const anyRules = fc.record({
      currency: fc.constantFrom('JPY' as const, 'USD' as const, 'KWD' as const),
      taxRateBp: fc.integer({ min: 0, max: 5000 }),
      shippingAmount: amount,
      freeShippingFromAmount: fc.option(amount),
    });
    fc.assert(
      fc.property(anyRules, lines, (given, bought) => {
        const totals = totalsOf(given, bought);
        const sum = bought.reduce((so, { unitAmount, quantity }) => so + BigInt(unitAmount) * BigInt(quantity), 0n);
        expect(BigInt(totals.itemsAmount)).toBe(sum);
        expect(totals.totalAmount).toBe(totals.itemsAmount + totals.shippingAmount);
        expect([0, given.shippingAmount]).toContain(totals.shippingAmount);
        expect([totals.itemsAmount, totals.taxAmount, totals.totalAmount].every(Number.isSafeInteger)).toBe(true);
        // The tax is the largest whole number whose share of the net price does not pass the rate.
        const net = BigInt(totals.totalAmount - totals.taxAmount);
        const rate = BigInt(given.taxRateBp);
        expect(BigInt(totals.taxAmount) * 10_000n <= net * rate).toBe(true);
        expect((BigInt(totals.taxAmount) + 1n) * 10_000n > (net - 1n) * rate).toBe(true);
        expect(totals.taxAmount).toBeGreaterThanOrEqual(0);
        expect(totals.taxAmount).toBeLessThanOrEqual(totals.totalAmount);
      }),
    );
  });
});
