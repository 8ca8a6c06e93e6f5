import { expectedPurchases, fitBgNbd, type BgNbdFit } from './bg-nbd.ts';
import type { CustomerSummary } from './customer-summary.ts';
import { expectedSpend, fitGammaGamma, type GammaGammaFit } from './gamma-gamma.ts';

/**
 * What a forecast asks for at the least: twelve customers with a repeat purchase for each of the four parameters, some weeks in which
 * they could have come back, and enough customers for a mean. Below, the figure would be a guess with decimals.
 */
export const ENOUGH_DATA = { customers: 100, repeatCustomers: 50, weeks: 8 } as const;

export type NotEnoughData =
  | { enough: false; reason: keyof typeof ENOUGH_DATA; needed: number; found: number }
  /** The likelihood has no proper peak: these customers do not tell the parameters apart. */
  | { enough: false; reason: 'purchases_fit' | 'spend_fit' };

export interface LifetimeModels {
  enough: true;
  purchases: BgNbdFit;
  spend: GammaGammaFit;
}

/**
 * Both models, or why there are none. Repeat customers are those who can be fitted by both: they bought again (x > 0) and paid for it
 * (zbar > 0). A mean spend without an end (q ≤ 1) is no fit.
 */
export function fitModels(customers: readonly CustomerSummary[]): LifetimeModels | NotEnoughData {
  const found = {
    customers: customers.length,
    repeatCustomers: customers.filter(({ x, zbar }) => x > 0 && zbar !== null && zbar > 0).length,
    weeks: customers.reduce((most, { T }) => Math.max(most, T), 0),
  };
  for (const reason of ['customers', 'repeatCustomers', 'weeks'] as const) {
    const needed = ENOUGH_DATA[reason];
    if (found[reason] < needed) return { enough: false, reason, needed, found: found[reason] };
  }
  const purchases = fitBgNbd(customers);
  if (!purchases.converged) return { enough: false, reason: 'purchases_fit' };
  const spend = fitGammaGamma(customers);
  if (!spend.converged || spend.parameters.q <= 1) return { enough: false, reason: 'spend_fit' };
  return { enough: true, purchases, spend };
}

export interface Horizon {
  periods: number;
  weeksPerPeriod: number;
  /** d, as a share for each period: 0.01 is one per cent. Nothing by default. */
  discount?: number;
}

/**
 * What a customer is expected to spend from now to the horizon: E[spend] × Σ over t of (E[X(t)] − E[X(t − 1)]) / (1 + d)^t.
 *
 * @returns minor units, not rounded; a margin is the caller's to apply
 */
export function lifetimeValue(
  { purchases, spend }: LifetimeModels,
  customer: CustomerSummary,
  horizon: Horizon,
): number {
  const { periods, weeksPerPeriod, discount = 0 } = horizon;
  let discounted = 0;
  let before = 0;
  for (let t = 1; t <= periods; t += 1) {
    const until = expectedPurchases(purchases.parameters, customer, t * weeksPerPeriod);
    discounted += (until - before) / (1 + discount) ** t;
    before = until;
  }
  return discounted * expectedSpend(spend.parameters, customer)!;
}
