import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digamma, lnGamma, logAddExp, scaledHyp2f1 } from './special-functions.ts';

const relative = (value: number, expected: number) => Math.abs(value - expected) / Math.max(1, Math.abs(expected));

describe('lnGamma', () => {
  it('is the factorial at whole numbers', () => {
    let lnFactorial = 0;
    for (let n = 1; n <= 200; n += 1) {
      expect(relative(lnGamma(n), lnFactorial)).toBeLessThan(1e-13);
      lnFactorial += Math.log(n);
    }
  });

  it('is known at a half and near nought', () => {
    expect(lnGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 14);
    expect(lnGamma(1e-5)).toBeCloseTo(11.512919692895826, 12);
    expect(relative(lnGamma(12345.678), 103959.91990554606)).toBeLessThan(1e-13);
  });

  it('follows the reflection formula', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (x) => {
        expect(relative(lnGamma(x) + lnGamma(1 - x), Math.log(Math.PI / Math.sin(Math.PI * x)))).toBeLessThan(1e-12);
      }),
    );
  });
});

describe('digamma', () => {
  it('is known at one and at a half', () => {
    const euler = 0.5772156649015329;
    expect(digamma(1)).toBeCloseTo(-euler, 14);
    expect(digamma(0.5)).toBeCloseTo(-euler - 2 * Math.LN2, 13);
    expect(digamma(0.2426)).toBeCloseTo(-4.3583618532225144, 12);
  });

  it('is the slope of lnGamma', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 500, noNaN: true }), (x) => {
        const h = x * 1e-5;
        expect(relative(digamma(x), (lnGamma(x + h) - lnGamma(x - h)) / (2 * h))).toBeLessThan(1e-6);
      }),
    );
  });
});

describe('logAddExp', () => {
  it('adds what could not be written out', () => {
    expect(logAddExp(-2000, -2000)).toBeCloseTo(-2000 + Math.LN2, 12);
    expect(logAddExp(1000, -Infinity)).toBe(1000);
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
  });
});

describe('scaledHyp2f1', () => {
  it('is elementary where 2F1 is', () => {
    for (const z of [0, 0.1, 0.5, 0.9, 0.999]) {
      const logarithm = z === 0 ? 1 : -Math.log1p(-z) / z; // 2F1(1, 1; 2; z)
      expect(relative(scaledHyp2f1(1, 1, 2, z), (1 - z) * 2 * logarithm)).toBeLessThan(1e-12);
      expect(relative(scaledHyp2f1(2.5, 3.5, 3.5, z), 3.5)).toBeLessThan(1e-12); // 2F1(A, B; B; z) = (1 − z)^−A
    }
  });

  it('passes c = 0 smoothly', () => {
    const near = scaledHyp2f1(0.3, 0.4, 1e-9, 0.6);
    expect(scaledHyp2f1(0.3, 0.4, 0, 0.6)).toBeCloseTo(near, 8);
    expect(scaledHyp2f1(0.3, 0.4, -1e-9, 0.6)).toBeCloseTo(near, 8);
  });

  it('stays in range with two thousand purchases', () => {
    // Euler: 2F1(A, B; c; z) = (1 − z)^(c − A − B) · 2F1(c − A, c − B; c; z), the right side short here.
    const [A, B, c, z] = [2000, 2002, 2003, 0.9];
    expect(
      relative(scaledHyp2f1(A, B, c, z), ((1 - z) ** (c - B) * scaledHyp2f1(c - A, c - B, c, z)) / (1 - z) ** (c - A)),
    ).toBeLessThan(1e-10);
  });
});
