import type { BgNbdParameters } from '#insight/bg-nbd';
import type { GammaGammaParameters } from '#insight/gamma-gamma';
import { drawPurchaseTimes, drawSpender, type Random } from '#insight/simulate';

/** How often the crowd buys and how soon it leaves, for good: alpha in weeks. */
export const TRUE_PURCHASES: BgNbdParameters = { r: 0.8, alpha: 4.5, a: 0.7, b: 2.2 };
/** What an order is meant to cost, shipping included: v in yen. 9,000 in the mean. */
export const TRUE_SPEND: GammaGammaParameters = { p: 6, q: 4, v: 4500 };

export interface PlannedPurchase {
  /** Of the history, from 0. */
  day: number;
  /** What it is meant to cost; the basket that comes nearest is bought. */
  amount: number;
}

/**
 * Draws when everybody buys and for how much. The first purchase falls on a day of `newcomers`; the ones after it are a BG/NBD process in
 * continuous time, brought to whole days by rounding to the nearest, because there is one show a day. Nobody buys twice on one day: a
 * second wish waits for the next. So the days say nearly what the process said, and a model of whole days can find its parameters.
 *
 * @param newcomers weight of each day for first purchases
 * @returns the purchases of each customer, in order
 */
export function drawPurchases(customers: number, newcomers: number[], random: Random): PlannedPurchase[][] {
  const firsts = dealOut(customers, newcomers);
  return firsts.flatMap((count, day) =>
    Array.from({ length: count }, () => {
      const spend = drawSpender(TRUE_SPEND, random);
      const after = daysAfter(newcomers.length - 1 - day, random);
      return [day, ...after.map((later) => day + later)].map((at) => ({ day: at, amount: spend() }));
    }),
  );
}

/** Days of a customer's repeat purchases, counted from the first, up to `until`. */
function daysAfter(until: number, random: Random): number[] {
  const days: number[] = [];
  for (const weeks of drawPurchaseTimes(TRUE_PURCHASES, until / 7, random)) {
    const day = Math.max(Math.round(weeks * 7), (days.at(-1) ?? 0) + 1);
    if (day <= until) days.push(day);
  }
  return days;
}

/** Whole numbers in proportion to the weights that add up to `total`. */
function dealOut(total: number, weights: number[]): number[] {
  const sum = weights.reduce((all, one) => all + one, 0);
  let reached = 0;
  let dealt = 0;
  return weights.map((weight) => {
    reached += weight;
    const share = Math.round((total * reached) / sum) - dealt;
    dealt += share;
    return share;
  });
}
