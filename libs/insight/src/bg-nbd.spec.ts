import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bgNbdLogLikelihood,
  expectedPurchases,
  expectedPurchasesOfNewcomer,
  fitBgNbd,
  probabilityAlive,
  type BgNbdParameters,
} from './bg-nbd.ts';
import { drawPurchaseTimes, seededRandom } from './simulate.ts';

/** Fitted to the summary of the CDNOW sample, and to its exact days. */
const cdnowSummary = { r: 0.24259291, alpha: 4.41353152, a: 0.79288608, b: 2.42575371 };
const cdnowDays = { r: 0.24259453, alpha: 4.41360257, a: 0.79292202, b: 2.42590722 };

const positive = (max: number) => fc.double({ min: 0.05, max, noNaN: true });
const someParameters = fc.record({ r: positive(5), alpha: positive(20), a: positive(4), b: positive(8) });
const someHistory = fc
  .record({ x: fc.integer({ min: 0, max: 40 }), last: positive(1), T: positive(100) })
  .map(({ x, last, T }) => ({ x, tx: x === 0 ? 0 : last * T, T }));

describe('bgNbdLogLikelihood', () => {
  const parameters = { r: 0.25, alpha: 4, a: 0.8, b: 2.5 };

  it('has the published values', () => {
    expect(bgNbdLogLikelihood(parameters, { x: 0, tx: 0, T: 40 })).toBeCloseTo(-0.59947382, 7);
    expect(bgNbdLogLikelihood(parameters, { x: 200, tx: 38, T: 40 })).toBeCloseTo(100.79569309, 7);
  });

  it('shifts by a constant with the unit of time', () => {
    fc.assert(
      fc.property(someParameters, someHistory, (parameters, { x, tx, T }) => {
        const inDays = bgNbdLogLikelihood({ ...parameters, alpha: parameters.alpha * 7 }, { x, tx: tx * 7, T: T * 7 });
        expect(inDays).toBeCloseTo(bgNbdLogLikelihood(parameters, { x, tx, T }) - x * Math.log(7), 6);
      }),
    );
  });
});

describe('probabilityAlive', () => {
  it('is 1 before a repeat purchase and falls with silence', () => {
    expect(probabilityAlive(cdnowSummary, { x: 0, tx: 0, T: 38 })).toBe(1);
    const silent = (T: number) => probabilityAlive(cdnowSummary, { x: 2, tx: 30.43, T });
    expect(silent(38.86)).toBeCloseTo(0.7266092, 6);
    expect(silent(60)).toBeLessThan(silent(38.86));
  });

  it('is the living part of the likelihood', () => {
    fc.assert(
      fc.property(someParameters, someHistory, (parameters, { x, tx, T }) => {
        const { r, alpha } = parameters;
        const whole = bgNbdLogLikelihood(parameters, { x, tx, T });
        // With the last purchase an age ago the part of those who left is all that remains.
        const left = bgNbdLogLikelihood({ ...parameters, alpha }, { x, tx, T: 1e300 });
        const chance = x === 0 ? 1 : 1 - Math.exp(left - whole);
        expect(probabilityAlive({ ...parameters, r }, { x, tx, T })).toBeCloseTo(chance, 6);
      }),
    );
  });
});

describe('expectedPurchases', () => {
  it('has the published value', () => {
    const history = { x: 2, tx: 30.43, T: 38.86 };
    expect(Math.abs(expectedPurchases(cdnowSummary, history, 39) - 1.225911)).toBeLessThan(1e-6);
    expect(Math.abs(expectedPurchases(cdnowDays, history, 39) - 1.225907)).toBeLessThan(1e-6);
  });

  it.each([
    [{ r: 0.25, alpha: 4, a: 0.8, b: 2.5 }, { x: 0, tx: 0, T: 0 }, 520, 5.3447245790138815],
    [{ r: 0.25, alpha: 4, a: 0.8, b: 2.5 }, { x: 25, tx: 38, T: 39 }, 52, 20.956359393294445],
    [{ r: 0.3, alpha: 2, a: 0.3, b: 0.4 }, { x: 0, tx: 0, T: 10 }, 12, 0.24571431933191876],
    [{ r: 80, alpha: 40, a: 1.5, b: 40 }, { x: 60, tx: 29, T: 30 }, 26, 33.9880329562903],
    [{ r: 0.5, alpha: 0.01, a: 5, b: 3 }, { x: 1, tx: 1, T: 1 }, 1000, 0.7499071365887998],
    [{ r: 0.25, alpha: 4, a: 1, b: 2.5 }, { x: 3, tx: 20, T: 30 }, 12, 0.6115001094654687],
  ])('agrees with 2F1 by other means: %j', (parameters, history, t, expected) => {
    expect(Math.abs(expectedPurchases(parameters, history, t) / expected - 1)).toBeLessThan(1e-9);
  });

  it('begins at 0, rises, and rises more slowly', () => {
    fc.assert(
      fc.property(someParameters, someHistory, positive(50), (parameters, history, t) => {
        const at = (time: number) => expectedPurchases(parameters, history, time);
        expect(Math.abs(at(0))).toBeLessThan(1e-9);
        expect(at(t)).toBeGreaterThan(0);
        expect(at(2 * t)).toBeGreaterThan(at(t));
        expect(at(2 * t) - at(t)).toBeLessThan(at(t) * (1 + 1e-9) + 1e-9);
      }),
    );
  });
});

describe('expectedPurchasesOfNewcomer', () => {
  it('begins at the mean rate, before anyone has left', () => {
    expect(expectedPurchasesOfNewcomer(cdnowSummary, 1e-6) / 1e-6).toBeCloseTo(cdnowSummary.r / cdnowSummary.alpha, 6);
  });
});

describe('fitBgNbd', () => {
  const draw = (parameters: BgNbdParameters, customers: number, seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: customers }, () => {
      const T = 13 + 39 * random();
      const times = drawPurchaseTimes(parameters, T, random);
      return { x: times.length, tx: times.at(-1) ?? 0, T };
    });
  };

  it.each([
    [{ r: 0.25, alpha: 4, a: 0.8, b: 2.5 }, 1],
    [{ r: 0.9, alpha: 6, a: 0.5, b: 3 }, 2],
    [{ r: 2, alpha: 10, a: 1.2, b: 4 }, 3],
  ])('finds %j again within three standard errors', (truth, seed) => {
    const fit = fitBgNbd(draw(truth, 3000, seed));
    expect(fit.converged).toBe(true);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(Math.abs(fit.parameters[name] - truth[name])).toBeLessThan(3 * fit.standardErrors![name]);
    }
  });

  const histories = draw(cdnowSummary, 1500, 4);
  const fit = fitBgNbd(histories);
  const total = (parameters: BgNbdParameters) =>
    histories.reduce((sum, history) => sum + bgNbdLogLikelihood(parameters, history), 0);

  it('reaches the peak of the likelihood as it is written', () => {
    expect(fit.customers).toBe(1500);
    expect(fit.logLikelihood).toBeCloseTo(total(fit.parameters), 5);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      for (const factor of [0.99, 1.01]) {
        expect(total({ ...fit.parameters, [name]: fit.parameters[name] * factor })).toBeLessThan(fit.logLikelihood);
      }
    }
  });

  it('does not depend on the unit of time, nor on the order of customers', () => {
    const inDays = fitBgNbd(histories.map(({ x, tx, T }) => ({ x, tx: tx * 7, T: T * 7 })).toReversed());
    expect(inDays.parameters.alpha / 7 / fit.parameters.alpha).toBeCloseTo(1, 5);
    expect(inDays.parameters.a / fit.parameters.a).toBeCloseTo(1, 5);
  });

  it('says so when the data tell nothing of leaving', () => {
    const loyal = Array.from({ length: 200 }, (_, i) => ({ x: 20 + (i % 3), tx: 39.9, T: 40 }));
    expect(fitBgNbd(loyal).converged).toBe(false);
  });
});
