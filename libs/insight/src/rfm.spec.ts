import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rfm } from './rfm.ts';

const buyer = (customer: string, daysSinceLastOrder: number, orders: number, meanAmount: number) => ({
  customer,
  daysSinceLastOrder,
  orders,
  meanAmount,
});

describe('rfm', () => {
  it('gives each fifth its score, recency reversed', () => {
    const customers = Array.from({ length: 10 }, (_, i) => buyer(`c${i}`, i, i + 1, 100 * (i + 1)));
    const scores = rfm(customers);
    expect(scores.map(({ r }) => r)).toEqual([5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    expect(scores.map(({ f }) => f)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(scores.map(({ m }) => m)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it('makes fewer bins of ties', () => {
    const orders = [1, 1, 1, 1, 1, 1, 2, 2, 3, 9];
    expect(rfm(orders.map((count, i) => buyer(`c${i}`, 5, count, 100)))).toEqual(
      [1, 1, 1, 1, 1, 1, 4, 4, 5, 5].map((f, i) => ({ customer: `c${i}`, r: 1, f, m: 1 })),
    );
  });

  it('scores one customer and none', () => {
    expect(rfm([buyer('kei', 3, 2, 100)])).toEqual([{ customer: 'kei', r: 1, f: 1, m: 1 }]);
    expect(rfm([])).toEqual([]);
  });

  it('never sets the better below the worse, nor equals apart', () => {
    const numbers = fc.integer({ min: 0, max: 12 });
    const customers = fc.array(
      fc.record({ customer: fc.string(), daysSinceLastOrder: numbers, orders: numbers, meanAmount: numbers }),
    );
    fc.assert(
      fc.property(customers, (all) => {
        const scores = rfm(all);
        for (const [i, one] of all.entries()) {
          for (const [j, other] of all.entries()) {
            if (one.orders <= other.orders) expect(scores[i]!.f).toBeLessThanOrEqual(scores[j]!.f);
            if (one.daysSinceLastOrder === other.daysSinceLastOrder) expect(scores[i]!.r).toBe(scores[j]!.r);
          }
          const worse = all.filter(({ meanAmount }) => meanAmount < one.meanAmount).length;
          expect(worse).toBeGreaterThanOrEqual(((scores[i]!.m - 1) * all.length) / 5);
        }
      }),
    );
  });
});
