import { describe, expect, it } from '@jest/globals';
import { backTest } from './back-test.ts';
import { expectedPurchases } from './bg-nbd.ts';
import { summarise, type CustomerSummary, type Purchase } from './customer-summary.ts';
import { expectedSpend } from './gamma-gamma.ts';
import { ENOUGH_DATA, fitModels, lifetimeValue, type LifetimeModels } from './lifetime-value.ts';
import { drawPurchaseTimes, drawSpender, seededRandom } from './simulate.ts';

const process = { r: 0.6, alpha: 5, a: 0.8, b: 2.5 };
const spending = { p: 6, q: 4, v: 1500 };
const year = 364;

/** A shop of two years in which the customers came over the first half year. */
function drawShop(customers: number, seed: number): Purchase[] {
  const random = seededRandom(seed);
  return Array.from({ length: customers }, (_, i) => {
    const first = 182 * random();
    const times = [0, ...drawPurchaseTimes(process, (2 * year - first) / 7, random)];
    const spend = drawSpender(spending, random);
    return times.map((weeks) => ({
      customer: `c${i}`,
      day: Math.floor(first + weeks * 7),
      amount: Math.round(spend()),
    }));
  }).flat();
}

const shop = drawShop(4000, 11);
const models = fitModels(summarise(shop, year)) as LifetimeModels;

describe('fitModels', () => {
  it('has its models where the data suffice', () => {
    expect(models.enough).toBe(true);
    expect(models.spend.customers).toBeLessThan(models.purchases.customers);
  });

  const someone = (i: number, changes: Partial<CustomerSummary>) => ({
    customer: `c${i}`,
    x: 0,
    tx: 0,
    T: 20,
    zbar: null,
    ...changes,
  });

  it('names what is missing', () => {
    const few = Array.from({ length: 99 }, (_, i) => someone(i, { x: 1, tx: 1, zbar: 100 }));
    expect(fitModels(few)).toEqual({ enough: false, reason: 'customers', needed: ENOUGH_DATA.customers, found: 99 });
    const once = Array.from({ length: 200 }, (_, i) => someone(i, i < 49 ? { x: 1, tx: 1, zbar: 100 } : {}));
    expect(fitModels(once)).toEqual({ enough: false, reason: 'repeatCustomers', needed: 50, found: 49 });
    const young = Array.from({ length: 200 }, (_, i) => someone(i, { x: 1, tx: 1, T: 7.5, zbar: 100 }));
    expect(fitModels(young)).toEqual({ enough: false, reason: 'weeks', needed: 8, found: 7.5 });
    expect(fitModels([])).toMatchObject({ enough: false, reason: 'customers', found: 0 });
  });

  it('does not count purchases that cost nothing', () => {
    const given = Array.from({ length: 200 }, (_, i) => someone(i, { x: 2, tx: 9, zbar: 0 }));
    expect(fitModels(given)).toMatchObject({ reason: 'repeatCustomers', found: 0 });
  });

  it('does not make a model of customers who are all alike', () => {
    const alike = Array.from({ length: 200 }, (_, i) => someone(i, { x: 4, tx: 19.9, zbar: 100 }));
    expect(fitModels(alike)).toEqual({ enough: false, reason: 'purchases_fit' });
  });
});

describe('lifetimeValue', () => {
  const customer = { customer: 'kei', x: 3, tx: 20, T: 30, zbar: 2800 };
  const spend = expectedSpend(models.spend.parameters, customer)!;
  const purchases = (weeks: number) => expectedPurchases(models.purchases.parameters, customer, weeks);

  it('is the spend of all purchases to come, however they are cut into periods', () => {
    const value = lifetimeValue(models, customer, { periods: 52, weeksPerPeriod: 1 });
    expect(value).toBeCloseTo(spend * purchases(52), 8);
    expect(lifetimeValue(models, customer, { periods: 13, weeksPerPeriod: 4 })).toBeCloseTo(value, 8);
  });

  it('discounts each period by its own distance', () => {
    const value = lifetimeValue(models, customer, { periods: 2, weeksPerPeriod: 4, discount: 0.1 });
    expect(value).toBeCloseTo(spend * (purchases(4) / 1.1 + (purchases(8) - purchases(4)) / 1.21), 8);
  });

  it('is nothing over no time', () => {
    expect(lifetimeValue(models, customer, { periods: 0, weeksPerPeriod: 4 })).toBe(0);
  });
});

describe('backTest', () => {
  const test = backTest(shop, year, 2 * year - 1);
  if (!test.enough) throw new Error(test.reason);

  it('forecasts what a shop of this kind then sells', () => {
    expect(test.calibrationWeeks).toBeCloseTo(52, 0);
    expect(test.holdoutWeeks).toBeCloseTo(51.86, 2);
    expect(test.total.customers).toBe(4000);
    expect(Math.abs(test.total.purchasesError!)).toBeLessThan(0.05);
    expect(Math.abs(test.total.spendError!)).toBeLessThan(0.05);
  });

  it('counts what was bought, each day once', () => {
    const held = shop.filter(({ day }) => day > year && day < 2 * year);
    expect(test.total.actualPurchases).toBe(new Set(held.map(({ customer, day }) => `${customer} ${day}`)).size);
    expect(test.total.actualSpend).toBe(held.reduce((sum, { amount }) => sum + amount, 0));
  });

  it('is whole in its groups', () => {
    expect(test.groups.map(({ x }) => x)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const key of [
      'customers',
      'predictedPurchases',
      'actualPurchases',
      'predictedSpend',
      'actualSpend',
    ] as const) {
      expect(test.groups.reduce((sum, group) => sum + group[key], 0)).toBeCloseTo(test.total[key], 6);
    }
  });

  it('learns nothing from the hold-out', () => {
    const other = shop.filter(({ day }) => day <= year);
    const blind = backTest(other, year, 2 * year - 1);
    if (!blind.enough) throw new Error(blind.reason);
    expect(blind.models).toEqual(test.models);
    expect(blind.total).toMatchObject({ actualPurchases: 0, purchasesError: null, spendError: null });
  });

  it('says so when the calibration is too short', () => {
    expect(backTest(shop, 10, year)).toMatchObject({ enough: false });
  });
});
