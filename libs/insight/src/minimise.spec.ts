import { describe, expect, it } from '@jest/globals';
import { hessian, invertPositive, minimise, type Objective } from './minimise.ts';

/** Rosenbrock's curved valley: lowest, at 0, where all are 1. */
const valley: Objective = ([x, y]) => ({
  value: (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
  gradient: [-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)],
});

describe('minimise', () => {
  it('follows a curved valley to its end', () => {
    const { point, converged } = minimise(valley, [[-1.2, 1]]);
    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(1, 8);
    expect(point[1]).toBeCloseTo(1, 8);
  });

  it('takes the lowest of what several starts lead to', () => {
    const twoHollows: Objective = ([x]) => ({
      value: (x! ** 2 - 1) ** 2 + 0.3 * x!,
      gradient: [4 * x! * (x! ** 2 - 1) + 0.3],
    });
    const value = minimise(twoHollows, [[0.9], [-1.1]]).value;
    expect(minimise(twoHollows, [[0.9]]).value).toBeGreaterThan(value);
    expect(minimise(twoHollows, [[-1.1], [0.9]]).value).toBeCloseTo(value, 10);
  });

  it('says so when there is no minimum', () => {
    expect(minimise(([x]) => ({ value: -x!, gradient: [-1] }), [[0]]).converged).toBe(false);
  });

  it('steps back from where the function is not defined', () => {
    const halfLine: Objective = ([x]) => ({ value: x! > 0 ? x! - Math.log(x!) : Infinity, gradient: [1 - 1 / x!] });
    expect(minimise(halfLine, [[0.01]]).point[0]).toBeCloseTo(1, 8);
  });
});

describe('hessian and invertPositive', () => {
  it('know the curvature of the valley', () => {
    const curvature = hessian(valley, [1, 1]);
    expect(curvature[0]![0]).toBeCloseTo(802, 3);
    expect(curvature[0]![1]).toBeCloseTo(-400, 3);
    const inverse = invertPositive([
      [802, -400],
      [-400, 200],
    ])!;
    expect(inverse[0]![0]).toBeCloseTo(0.5, 10);
    expect(inverse[1]![0]).toBeCloseTo(1, 10);
    expect(inverse[1]![1]).toBeCloseTo(2.005, 10);
  });

  it('refuse a matrix with a level or falling direction', () => {
    expect(
      invertPositive([
        [1, 2],
        [2, 1],
      ]),
    ).toBeNull();
    expect(invertPositive([[0]])).toBeNull();
  });
});
