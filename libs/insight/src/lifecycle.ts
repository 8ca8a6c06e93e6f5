export type LifecycleStage = 'new' | 'fan' | 'repeater' | 'loyal' | 'at_risk' | 'lost';

/** What the stage of one person is judged by. */
export interface LifecycleFacts {
  /** Paid orders ever. */
  orders: number;
  /** Null without an order. */
  daysSinceLastOrder: number | null;
  /** Since anything at all: a visit, watching, an order. */
  daysSinceLastSeen: number;
  /** Shows joined in the last `fanDays` days. */
  recentShows: number;
}

/** The published rules. Whoever changes a number raises the version, which is stored beside every stage. */
export const LIFECYCLE_RULES = {
  version: 1,
  lostDays: 180,
  atRiskDays: 90,
  loyalOrders: 4,
  repeaterOrders: 2,
  fanShows: 3,
  fanDays: 90,
} as const;

/**
 * The first that holds:
 *
 * 1. lost: not seen for more than 180 days;
 * 2. at risk: not seen for more than 90 days, or has ordered before and not for more than 90 days;
 * 3. loyal: four orders or more;
 * 4. repeater: two or three;
 * 5. fan: three shows or more in the last 90 days, with one order or none;
 * 6. new: everyone else.
 */
export function lifecycleStage({
  orders,
  daysSinceLastOrder,
  daysSinceLastSeen,
  recentShows,
}: LifecycleFacts): LifecycleStage {
  const rules = LIFECYCLE_RULES;
  if (daysSinceLastSeen > rules.lostDays) return 'lost';
  if (Math.max(daysSinceLastSeen, daysSinceLastOrder ?? 0) > rules.atRiskDays) return 'at_risk';
  if (orders >= rules.loyalOrders) return 'loyal';
  if (orders >= rules.repeaterOrders) return 'repeater';
  return recentShows >= rules.fanShows ? 'fan' : 'new';
}
