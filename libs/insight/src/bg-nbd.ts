import { fitPositive, type Fit } from './maximum-likelihood.ts';
import { digamma, lnGamma, logAddExp, scaledHyp2f1 } from './special-functions.ts';

/**
 * The BG/NBD model of Fader, Hardie and Lee, "Counting Your Customers" the Easy Way (Marketing Science 24, 2005; FHL below). While alive a
 * customer buys at random with a rate of their own, and after each purchase may leave for good. Rates follow a gamma
 * distribution (r, alpha), the chance of leaving a beta distribution (a, b). alpha is in the unit of time of tx and T.
 */
export type BgNbdParameters = Record<'r' | 'alpha' | 'a' | 'b', number>;
export type BgNbdFit = Fit<keyof BgNbdParameters>;

/** Purchases after the first (x), the last of them (tx) and the end of observation (T), both counted from the first purchase. */
export interface PurchaseHistory {
  x: number;
  tx: number;
  T: number;
}

/** The logarithm of the likelihood of one customer's history (FHL equation 6). */
export function bgNbdLogLikelihood({ r, alpha, a, b }: BgNbdParameters, { x, tx, T }: PurchaseHistory): number {
  const counted = lnGamma(r + x) - lnGamma(r) + lnGamma(a + b) + lnGamma(b + x) - lnGamma(b) - lnGamma(a + b + x);
  const alive = -(r + x) * Math.log(alpha + T);
  const left = x === 0 ? -Infinity : Math.log(a) - Math.log(b + x - 1) - (r + x) * Math.log(alpha + tx);
  return counted + r * Math.log(alpha) + logAddExp(alive, left);
}

/** The probability that a customer has not left for good. It is 1 without a repeat purchase: the model lets nobody leave before one. */
export function probabilityAlive({ r, alpha, a, b }: BgNbdParameters, { x, tx, T }: PurchaseHistory): number {
  if (x === 0) return 1;
  return 1 / (1 + (a / (b + x - 1)) * ((alpha + T) / (alpha + tx)) ** (r + x));
}

/** This near to a = 1 the formula comes to 0 / 0, and is read from a line between two points beside it. */
const AROUND_ONE = 1e-5;

/**
 * E[X(t) | x, tx, T]: purchases expected of a customer in the time t after T (FHL equation 10).
 *
 * With z = t / (alpha + T + t), FHL's factor ((alpha + T) / (alpha + T + t))^(r + x) is (1 − z)^(r + x).
 */
export function expectedPurchases(parameters: BgNbdParameters, history: PurchaseHistory, t: number): number {
  const { r, alpha, a, b } = parameters;
  const { x, T } = history;
  const z = t / (alpha + T + t);
  const ifAlive = (a: number) => {
    const c = a + b + x - 1;
    return (c - scaledHyp2f1(r + x, b + x, c, z)) / (a - 1);
  };
  return aroundOne(ifAlive, a) * probabilityAlive(parameters, history);
}

function aroundOne(formula: (a: number) => number, a: number): number {
  if (Math.abs(a - 1) >= AROUND_ONE) return formula(a);
  const [low, high] = [formula(1 - AROUND_ONE), formula(1 + AROUND_ONE)];
  return low + ((high - low) * (a - 1 + AROUND_ONE)) / (2 * AROUND_ONE);
}

/** E[X(t)]: repeat purchases expected of a customer in the time t after their first purchase (FHL equation 9). */
export function expectedPurchasesOfNewcomer(parameters: BgNbdParameters, t: number): number {
  return expectedPurchases(parameters, { x: 0, tx: 0, T: 0 }, t);
}

/** In units of the longest T. They differ in how often customers buy and how soon they leave. */
const STARTS = [
  [0.3, 0.1, 0.8, 2.5],
  [1, 1, 1, 1],
  [3, 0.3, 0.3, 6],
];

/**
 * The parameters of highest likelihood. Needs a customer with T > 0 and one with x > 0; whether the data suffice for a forecast is another
 * question (`fitModels`). Customers with the same history are summed once.
 */
export function fitBgNbd(histories: readonly PurchaseHistory[]): BgNbdFit {
  const longest = histories.reduce((most, { T }) => Math.max(most, T), 0);
  const purchases = histories.reduce((sum, { x }) => sum + x, 0);
  const scaled = histories.map(({ x, tx, T }) => ({ x, tx: tx / longest, T: T / longest }));
  const fit = fitPositive(['r', 'alpha', 'a', 'b'], sumOver(scaled), histories.length, STARTS, [1, longest, 1, 1]);
  // Each purchase has a density per unit of time, so that a change of unit shifts the logarithm by a constant.
  return { ...fit, logLikelihood: fit.logLikelihood - purchases * Math.log(longest) };
}

/** The log-likelihood of all histories with its gradient; what depends on x alone is computed once for each x. */
function sumOver(histories: PurchaseHistory[]) {
  const byHistory = [...Map.groupBy(histories, ({ x, tx, T }) => `${x} ${tx} ${T}`).values()];
  const groups = byHistory.map((same) => ({ ...same[0]!, count: same.length }));
  const byPurchases = [...Map.groupBy(groups, ({ x }) => x)].map(([x, same]) => ({
    x,
    groups: same,
    count: same.reduce((sum, { count }) => sum + count, 0),
  }));

  return ([r, alpha, a, b]: number[]) => {
    let value = histories.length * (r! * Math.log(alpha!) - lnGamma(r!) + lnGamma(a! + b!) - lnGamma(b!));
    let byR = histories.length * (Math.log(alpha!) - digamma(r!));
    let byAlpha = (histories.length * r!) / alpha!;
    let byA = histories.length * digamma(a! + b!);
    let byB = histories.length * (digamma(a! + b!) - digamma(b!));
    for (const { x, groups, count } of byPurchases) {
      const leaving = digamma(a! + b! + x);
      value += count * (lnGamma(r! + x) + lnGamma(b! + x) - lnGamma(a! + b! + x));
      byR += count * digamma(r! + x);
      byA -= count * leaving;
      byB += count * (digamma(b! + x) - leaving);
      const lnLeft = x === 0 ? -Infinity : Math.log(a!) - Math.log(b! + x - 1);
      for (const { tx, T, count } of groups) {
        const lnT = Math.log(alpha! + T);
        const lnTx = Math.log(alpha! + tx);
        const odds = Math.exp(lnLeft + (r! + x) * (lnT - lnTx)); // of having left
        const left = odds === Infinity ? 1 : odds / (1 + odds);
        const lnSum = odds === Infinity ? lnLeft - (r! + x) * lnTx : Math.log1p(odds) - (r! + x) * lnT;
        value += count * lnSum;
        byR -= count * ((1 - left) * lnT + left * lnTx);
        byAlpha -= count * (r! + x) * ((1 - left) / (alpha! + T) + left / (alpha! + tx));
        if (x === 0) continue;
        byA += (count * left) / a!;
        byB -= (count * left) / (b! + x - 1);
      }
    }
    return { value, gradient: [byR, byAlpha, byA, byB] };
  };
}
