import { describe, expect, it } from '@jest/globals';
import { beta, drawPurchaseTimes, drawSpender, exponential, gamma, seededRandom } from './simulate.ts';
import { expectedPurchasesOfNewcomer } from './bg-nbd.ts';

const n = 40_000;

/** Asserts that the mean of n draws lies within four of its standard errors. */
function expectMean(draw: () => number, mean: number, variance: number): void {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += draw();
  expect(Math.abs(sum / n - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
}

describe('seededRandom', () => {
  it('repeats itself by seed', () => {
    const five = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(five(7)).toEqual(five(7));
    expect(five(7)).not.toEqual(five(8));
  });

  it('is uniform in mean and square', () => {
    const random = seededRandom(1);
    expectMean(random, 1 / 2, 1 / 12);
    expectMean(() => random() ** 2, 1 / 3, 4 / 45);
  });
});

describe('draws', () => {
  const random = seededRandom(2);

  it.each([0.25, 1, 6.5])('of gamma have mean and variance, shape %d', (shape) => {
    expectMean(() => gamma(shape, 3, random), shape / 3, shape / 9);
    const variance = shape / 9;
    const fourth = 3 * variance ** 2 * (1 + 2 / shape);
    expectMean(() => (gamma(shape, 3, random) - shape / 3) ** 2, variance, fourth - variance ** 2);
  });

  it('of beta and exponential have their mean', () => {
    expectMean(() => beta(0.8, 2.5, random), 0.8 / 3.3, (0.8 * 2.5) / (3.3 ** 2 * 4.3));
    expectMean(() => exponential(4, random), 1 / 4, 1 / 16);
  });

  it('of buyers buy as often as the model expects', () => {
    const parameters = { r: 0.8, alpha: 4, a: 0.8, b: 2.5 };
    const mean = expectedPurchasesOfNewcomer(parameters, 26);
    expectMean(() => drawPurchaseTimes(parameters, 26, random).length, mean, 15);
  });

  it('of spenders cost what the model expects', () => {
    const parameters = { p: 6, q: 4, v: 1500 };
    const mean = (6 * 1500) / 3;
    expectMean(() => drawSpender(parameters, random)(), mean, mean ** 2);
  });
});
