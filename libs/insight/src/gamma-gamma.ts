import { fitPositive, type Fit } from './maximum-likelihood.ts';
import { digamma, lnGamma } from './special-functions.ts';

/**
 * The gamma-gamma model of spend (Fader and Hardie, note 025, 2005). A customer's purchases follow a gamma distribution of shape p whose
 * scale differs between customers by a gamma distribution (q, v). v is in the unit of the amounts. It supposes that how much
 * one spends has nothing to do with how often one buys: `correlation` of the fit shows whether that holds.
 */
export type GammaGammaParameters = Record<'p' | 'q' | 'v', number>;

export interface GammaGammaFit extends Fit<keyof GammaGammaParameters> {
  /** Pearson's, of x and zbar over the customers that were fitted; null where either does not vary. */
  correlation: number | null;
}

/** Purchases after the first (x) and their mean amount (zbar), null where there are none. */
export interface Spending {
  x: number;
  zbar: number | null;
}

/** The logarithm of the likelihood of a mean amount zbar > 0 over x > 0 purchases (note 025, equation 1a). */
export function gammaGammaLogLikelihood({ p, q, v }: GammaGammaParameters, x: number, zbar: number): number {
  const px = p * x;
  return (
    lnGamma(px + q) -
    lnGamma(px) -
    lnGamma(q) +
    q * Math.log(v) +
    (px - 1) * Math.log(zbar) +
    px * Math.log(x) -
    (px + q) * Math.log(v + x * zbar)
  );
}

/**
 * E[M | p, q, v, zbar, x]: a customer's own mean amount, between that of all customers and what they have spent so far (note 025,
 * equation 5, written so that it holds for x = 0 too).
 *
 * @returns null where q ≤ 1 leaves the mean of all without an end and the customer has no purchases to tell
 */
export function expectedSpend({ p, q, v }: GammaGammaParameters, { x, zbar }: Spending): number | null {
  const weight = p * x + q - 1;
  return weight <= 0 ? null : (p * (v + x * (zbar ?? 0))) / weight;
}

const STARTS = [
  [6, 4, 2.5],
  [1, 2, 1],
  [20, 2, 0.1],
];

/** The parameters of highest likelihood, over customers with x > 0 and zbar > 0 only. Needs one of those. */
export function fitGammaGamma(customers: readonly Spending[]): GammaGammaFit {
  const repeat = customers.flatMap(({ x, zbar }) => (x > 0 && zbar !== null && zbar > 0 ? [{ x, zbar }] : []));
  const unit = repeat.reduce((sum, { zbar }) => sum + zbar, 0) / repeat.length;
  const scaled = repeat.map(({ x, zbar }) => ({ x, zbar: zbar / unit }));
  const fit = fitPositive(['p', 'q', 'v'], sumOver(scaled), repeat.length, STARTS, [1, 1, unit]);
  // Each mean has a density per unit of money.
  return {
    ...fit,
    logLikelihood: fit.logLikelihood - repeat.length * Math.log(unit),
    correlation: correlationOf(repeat),
  };
}

/** The log-likelihood of all customers with its gradient; gamma functions are computed once for each x. */
function sumOver(customers: { x: number; zbar: number }[]) {
  const byPurchases = [...Map.groupBy(customers, ({ x }) => x)].map(([x, same]) => ({
    x,
    zbars: same.map(({ zbar }) => zbar),
  }));
  return ([p, q, v]: number[]) => {
    let value = customers.length * (q! * Math.log(v!) - lnGamma(q!));
    let byP = 0;
    let byQ = customers.length * (Math.log(v!) - digamma(q!));
    let byV = (customers.length * q!) / v!;
    for (const { x, zbars } of byPurchases) {
      const px = p! * x;
      const lnX = Math.log(x);
      const together = digamma(px + q!);
      value += zbars.length * (lnGamma(px + q!) - lnGamma(px) + px * lnX);
      byP += zbars.length * x * (together - digamma(px) + lnX);
      byQ += zbars.length * together;
      for (const zbar of zbars) {
        const lnZbar = Math.log(zbar);
        const total = v! + x * zbar;
        const lnTotal = Math.log(total);
        value += (px - 1) * lnZbar - (px + q!) * lnTotal;
        byP += x * (lnZbar - lnTotal);
        byQ -= lnTotal;
        byV -= (px + q!) / total;
      }
    }
    return { value, gradient: [byP, byQ, byV] };
  };
}

function correlationOf(customers: { x: number; zbar: number }[]): number | null {
  const n = customers.length;
  const meanX = customers.reduce((sum, { x }) => sum + x, 0) / n;
  const meanZ = customers.reduce((sum, { zbar }) => sum + zbar, 0) / n;
  let together = 0;
  let ofX = 0;
  let ofZ = 0;
  for (const { x, zbar } of customers) {
    together += (x - meanX) * (zbar - meanZ);
    ofX += (x - meanX) ** 2;
    ofZ += (zbar - meanZ) ** 2;
  }
  return ofX === 0 || ofZ === 0 ? null : together / Math.sqrt(ofX * ofZ);
}
