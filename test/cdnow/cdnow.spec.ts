import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backTest } from '#insight/back-test';
import { expectedPurchases, fitBgNbd, type PurchaseHistory } from '#insight/bg-nbd';
import { summarise, type Purchase } from '#insight/customer-summary';
import { fitGammaGamma } from '#insight/gamma-gamma';

/**
 * The sample of CDNOW's customers by which the models were published. It is not ours to ship: jest.config.mjs has this spec only where
 * TEST_CDNOW names a folder with the data.
 */
const read = (file: string) => readFileSync(join(process.env.TEST_CDNOW!, file), 'utf8').trim().split('\n');

/** Lines of: customer, number within the sample, day, CDs, dollars. */
const purchases: Purchase[] = read('CDNOW_sample.txt').map((line) => {
  const [customer, , day, , dollars] = line.trim().split(/\s+/);
  return { customer: customer!, day: dayOf(day!), amount: Number(dollars) };
});

/** The same customers, in weeks of two decimals. */
const rounded: PurchaseHistory[] = read('cdnow_customers_summary.csv')
  .slice(1)
  .map((line) => line.split(',').map(Number))
  .map(([, x, tx, T]) => ({ x: x!, tx: tx!, T: T! }));

function dayOf(date: string): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) / 86_400_000;
}

const split = dayOf('19970930');
const customers = summarise(purchases, split);

/** Within a thousandth. */
function expectNear(found: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) expect(Math.abs(found[name]! / value - 1)).toBeLessThan(1e-3);
}

describe('the CDNOW sample', () => {
  it('has as many customers as were published, with the same histories', () => {
    expect(customers).toHaveLength(2357);
    const sums = (all: PurchaseHistory[]) => [
      all.reduce((sum, { x }) => sum + x, 0),
      all.reduce((sum, { T }) => sum + T, 0),
    ];
    const [x, T] = sums(customers);
    expect(x).toBe(sums(rounded)[0]);
    expect(T! / sums(rounded)[1]!).toBeCloseTo(1, 4);
  });

  it('is fitted by BG/NBD as recomputed, from exact days and from the rounded summary', () => {
    const exact = fitBgNbd(customers);
    expect(exact.converged).toBe(true);
    expectNear(exact.parameters, { r: 0.24259453, alpha: 4.41360257, a: 0.79292202, b: 2.42590722 });
    expect(exact.logLikelihood).toBeCloseTo(-9582.429207, 5);
    const summary = fitBgNbd(rounded);
    expectNear(summary.parameters, { r: 0.24259291, alpha: 4.41353152, a: 0.79288608, b: 2.42575371 });
    expect(summary.logLikelihood).toBeCloseTo(-9582.425561, 5);
    expect(expectedPurchases(summary.parameters, { x: 2, tx: 30.43, T: 38.86 }, 39)).toBeCloseTo(1.2259105, 6);
  });

  it('is fitted by Gamma-Gamma as recomputed', () => {
    const fit = fitGammaGamma(customers);
    expect(fit.converged).toBe(true);
    expect(fit.customers).toBe(946);
    expectNear(fit.parameters, { p: 6.249572, q: 3.744225, v: 15.443523 });
    expect(fit.logLikelihood).toBeCloseTo(-4055.917695, 5);
  });

  it('is forecast over the 39 weeks that followed as the formulas say', () => {
    const test = backTest(purchases, split, dayOf('19980630'));
    if (!test.enough) throw new Error(test.reason);
    expect(test.total).toMatchObject({ customers: 2357, actualPurchases: 1882 });
    expect(test.total.predictedPurchases).toBeCloseTo(1653.4, 0);
    expect(test.total.actualSpend).toBeCloseTo(70_976.39, 6);
    expect(Math.abs(test.total.predictedSpend / 59_931.6 - 1)).toBeLessThan(1e-3);
    expect(test.groups.map(({ actualPurchases }) => actualPurchases)).toEqual([334, 306, 298, 156, 157, 112, 112, 407]);
  });
});
