import { describe, expect, it } from '@jest/globals';
import { expectedSpend, fitGammaGamma, gammaGammaLogLikelihood, type GammaGammaParameters } from './gamma-gamma.ts';
import { drawSpender, seededRandom } from './simulate.ts';

const cdnow = { p: 6.249572, q: 3.744225, v: 15.443523 };

function draw(truth: GammaGammaParameters, customers: number, seed: number) {
  const random = seededRandom(seed);
  return Array.from({ length: customers }, () => {
    const x = 1 + Math.floor(6 * random() ** 2);
    const spend = drawSpender(truth, random);
    return { x, zbar: Array.from({ length: x }, spend).reduce((sum, amount) => sum + amount, 0) / x };
  });
}

describe('expectedSpend', () => {
  it('weighs what one spent against the mean of all', () => {
    const { p, q, v } = cdnow;
    const all = (p * v) / (q - 1);
    expect(expectedSpend(cdnow, { x: 0, zbar: null })).toBeCloseTo(all, 10);
    const own = ((q - 1) / (p + q - 1)) * all + (p / (p + q - 1)) * 100;
    expect(expectedSpend(cdnow, { x: 1, zbar: 100 })).toBeCloseTo(own, 10);
    expect(expectedSpend(cdnow, { x: 5000, zbar: 100 })).toBeCloseTo(100, 1);
  });

  it('knows no mean of all where it has no end', () => {
    expect(expectedSpend({ p: 6, q: 0.9, v: 15 }, { x: 0, zbar: null })).toBeNull();
  });
});

describe('gammaGammaLogLikelihood', () => {
  it('is a density of zbar', () => {
    const step = 0.001;
    let area = 0;
    for (let lnZbar = -6; lnZbar < 12; lnZbar += step) {
      area += Math.exp(gammaGammaLogLikelihood(cdnow, 2, Math.exp(lnZbar)) + lnZbar) * step;
    }
    expect(area).toBeCloseTo(1, 5);
  });
});

describe('fitGammaGamma', () => {
  it.each([
    [cdnow, 1],
    [{ p: 2, q: 3, v: 4000 }, 2],
    [{ p: 12, q: 6, v: 900 }, 3],
  ])('finds %j again within three standard errors', (truth, seed) => {
    const fit = fitGammaGamma(draw(truth, 6000, seed));
    expect(fit.converged).toBe(true);
    for (const name of ['p', 'q', 'v'] as const) {
      expect(Math.abs(fit.parameters[name] - truth[name])).toBeLessThan(3 * fit.standardErrors![name]);
    }
    expect(Math.abs(fit.correlation!)).toBeLessThan(0.05);
  });

  it('reaches the peak of the likelihood as it is written', () => {
    const customers = draw(cdnow, 2000, 4);
    const { parameters, logLikelihood } = fitGammaGamma(customers);
    const total = (at: GammaGammaParameters) =>
      customers.reduce((sum, { x, zbar }) => sum + gammaGammaLogLikelihood(at, x, zbar), 0);
    expect(logLikelihood).toBeCloseTo(total(parameters), 5);
    for (const name of ['p', 'q', 'v'] as const) {
      for (const factor of [0.99, 1.01]) {
        expect(total({ ...parameters, [name]: parameters[name] * factor })).toBeLessThan(logLikelihood);
      }
    }
  });

  it('leaves out who bought once and who paid nothing', () => {
    const customers = draw(cdnow, 500, 5);
    const fit = fitGammaGamma([...customers, { x: 0, zbar: null }, { x: 3, zbar: 0 }, { x: 1, zbar: -5 }]);
    expect(fit.customers).toBe(500);
    expect(fit.parameters).toEqual(fitGammaGamma(customers).parameters);
  });

  it('does not depend on the unit of money', () => {
    const customers = draw(cdnow, 1000, 6);
    const one = fitGammaGamma(customers).parameters;
    const hundred = fitGammaGamma(customers.map(({ x, zbar }) => ({ x, zbar: zbar * 100 }))).parameters;
    expect(hundred.v / one.v).toBeCloseTo(100, 4);
    expect(hundred.p).toBeCloseTo(one.p, 5);
  });

  it('shows when those who buy often spend more', () => {
    const customers = draw(cdnow, 1000, 7).map(({ x, zbar }) => ({ x, zbar: zbar * x }));
    expect(fitGammaGamma(customers).correlation).toBeGreaterThan(0.5);
  });
});
