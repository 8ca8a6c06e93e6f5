/** One customer with at least one order. */
export interface Buyer {
  customer: string;
  daysSinceLastOrder: number;
  orders: number;
  meanAmount: number;
}

export interface RfmScore {
  customer: string;
  /** Recency, 1..5: 5 for the latest. */
  r: number;
  /** Frequency, 1..5: 5 for the most orders. */
  f: number;
  /** Monetary value, 1..5: 5 for the highest mean amount. */
  m: number;
}

/**
 * Scores by quintile among all customers given. A score of s says that at least (s − 1) × 20 % of them are strictly worse. Equal
 * customers always score the same, so that many ties leave scores unused: of customers who all bought once, none has more than 1.
 */
export function rfm(customers: readonly Buyer[]): RfmScore[] {
  const r = quintilesOf(customers.map(({ daysSinceLastOrder }) => -daysSinceLastOrder));
  const f = quintilesOf(customers.map(({ orders }) => orders));
  const m = quintilesOf(customers.map(({ meanAmount }) => meanAmount));
  return customers.map(({ customer, daysSinceLastOrder, orders, meanAmount }) => ({
    customer,
    r: r.get(-daysSinceLastOrder)!,
    f: f.get(orders)!,
    m: m.get(meanAmount)!,
  }));
}

function quintilesOf(values: number[]): Map<number, number> {
  const quintiles = new Map<number, number>();
  const sorted = values.toSorted((a, b) => a - b);
  for (const [below, value] of sorted.entries()) {
    if (!quintiles.has(value)) quintiles.set(value, 1 + Math.floor((5 * below) / sorted.length));
  }
  return quintiles;
}
