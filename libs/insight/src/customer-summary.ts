const DAYS_A_WEEK = 7;

/** One paid order. */
export interface Purchase {
  customer: string;
  /** Whole days since any fixed day, in the brand's time zone. */
  day: number;
  /** What was paid less what was refunded, in minor units. */
  amount: number;
}

/** What the models need to know of one customer, in the field's names. Times in weeks. */
export interface CustomerSummary {
  customer: string;
  /** Days of purchase after the first. */
  x: number;
  /** From the first day of purchase to the last. */
  tx: number;
  /** From the first day of purchase to the end of observation. */
  T: number;
  /** Mean amount of a day of purchase after the first, in minor units; null without one. */
  zbar: number | null;
}

/**
 * Summaries as of the end of `until`. All that one customer buys on one day is one purchase, as in the CDNOW data, by which the models
 * were published. Purchases after `until` are left out, and so are customers who came later.
 */
export function summarise(purchases: Iterable<Purchase>, until: number): CustomerSummary[] {
  const amounts = new Map<string, Map<number, number>>();
  for (const { customer, day, amount } of purchases) {
    if (day > until) continue;
    const days = amounts.get(customer) ?? new Map<number, number>();
    amounts.set(customer, days.set(day, (days.get(day) ?? 0) + amount));
  }
  return [...amounts].map(([customer, days]) => {
    let first = Infinity;
    let last = -Infinity;
    let spent = 0;
    for (const [day, amount] of days) {
      first = Math.min(first, day);
      last = Math.max(last, day);
      spent += amount;
    }
    const x = days.size - 1;
    return {
      customer,
      x,
      tx: (last - first) / DAYS_A_WEEK,
      T: (until - first) / DAYS_A_WEEK,
      zbar: x === 0 ? null : (spent - days.get(first)!) / x,
    };
  });
}
