import type { ShowInsights } from '#contracts/insights';
import { attribute, ATTRIBUTION_WINDOWS, type AttributableOrder, type Exposure } from '#insight/attribution';
import type { PaidLine, StepRow } from './show.queries.ts';

const DAY_MS = 86_400_000;
type Credit = ShowInsights['credit'];

/** Clicks on products and sights of them, as what orders of the show may be credited to. */
export function exposuresOf(rows: readonly StepRow[]): (Exposure & { productId: string | null })[] {
  return rows.flatMap(({ person, name, productId, at }, sequence) => {
    if (name !== 'Product Clicked' && name !== 'Product Viewed') return [];
    const kind = name === 'Product Clicked' ? ('click' as const) : ('view' as const);
    return [{ person, source: 'show', kind, at, sequence, productId }];
  });
}

/** What the orders of these lines are credited to: a click beats a view, and nothing is counted twice. */
export function creditOf(
  lines: readonly PaidLine[],
  exposures: readonly Exposure[],
  amountOf: (lines: readonly PaidLine[]) => number,
): Credit {
  const byOrder = Map.groupBy(lines, (line) => line.order_id);
  const orders = [...byOrder].map(([order, own]): AttributableOrder => {
    const first = own[0]!;
    return { order, person: first.person_id, at: first.paid_at.getTime(), amount: amountOf(own) };
  });
  const found = attribute(orders, exposures);
  const of = (kind: 'direct' | 'influenced') => orders.filter(({ order }) => found.get(order)?.kind === kind);
  const sum = (some: AttributableOrder[]) => some.reduce((total, { amount }) => total + amount, 0);
  const [direct, influenced] = [of('direct'), of('influenced')];
  return {
    clickDays: ATTRIBUTION_WINDOWS.click / DAY_MS,
    viewDays: ATTRIBUTION_WINDOWS.view / DAY_MS,
    directOrders: direct.length,
    directAmount: sum(direct),
    influencedOrders: influenced.length,
    influencedAmount: sum(influenced),
  };
}
