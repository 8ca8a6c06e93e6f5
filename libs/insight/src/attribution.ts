import { ratio } from './ratio.ts';

/** A person saw or clicked something that a source showed: a show, a mail, a link. `sequence` orders what happened at one moment. */
export interface Exposure {
  person: string;
  source: string;
  kind: 'view' | 'click';
  /** In milliseconds. */
  at: number;
  sequence: number;
}

export interface AttributableOrder {
  order: string;
  person: string;
  at: number;
  /** Net, in minor units. */
  amount: number;
}

/** V: for how long, in milliseconds, an exposure may be the reason of an order; edge included. Both are stated beside every figure. */
export interface AttributionWindows {
  click: number;
  view: number;
}

const DAY_MS = 86_400_000;
export const ATTRIBUTION_WINDOWS: AttributionWindows = { click: 7 * DAY_MS, view: DAY_MS };

export interface Attribution {
  /** `direct` after a click, `influenced` after a view only. */
  kind: 'direct' | 'influenced';
  exposure: Exposure;
}

/**
 * The one exposure that each order is credited to, by the order's id: the last click within its window, or else the last view within its
 * own. An exposure of the very moment of the order counts as before it. Orders without one are left out.
 */
export function attribute(
  orders: Iterable<AttributableOrder>,
  exposures: Iterable<Exposure>,
  windows = ATTRIBUTION_WINDOWS,
): Map<string, Attribution> {
  const byPerson = Map.groupBy(exposures, ({ person }) => person);
  for (const own of byPerson.values()) own.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
  const credited = new Map<string, Attribution>();
  for (const { order, person, at } of orders) {
    const own = byPerson.get(person) ?? [];
    const last = (kind: Exposure['kind']) =>
      own.findLast((exposure) => exposure.kind === kind && exposure.at <= at && at - exposure.at <= windows[kind]);
    const click = last('click');
    const view = click ? undefined : last('view');
    if (click) credited.set(order, { kind: 'direct', exposure: click });
    else if (view) credited.set(order, { kind: 'influenced', exposure: view });
  }
  return credited;
}

export interface SourceCredit {
  source: string;
  directOrders: number;
  directAmount: number;
  influencedOrders: number;
  influencedAmount: number;
  /** Of all orders given, credited or not. */
  directShare: number | null;
  influencedShare: number | null;
}

/** Credits summed by source, in the order in which sources first earned one. No order is in two rows. */
export function creditBySource(
  orders: readonly AttributableOrder[],
  attributions: ReadonlyMap<string, Attribution>,
): SourceCredit[] {
  const credits = new Map<string, SourceCredit>();
  for (const { order, amount } of orders) {
    const attribution = attributions.get(order);
    if (!attribution) continue;
    const { source } = attribution.exposure;
    const credit = credits.get(source) ?? none(source);
    credits.set(source, credit);
    credit[`${attribution.kind}Orders`] += 1;
    credit[`${attribution.kind}Amount`] += amount;
  }
  return [...credits.values()].map((credit) => ({
    ...credit,
    directShare: ratio(credit.directOrders, orders.length),
    influencedShare: ratio(credit.influencedOrders, orders.length),
  }));
}

const none = (source: string): SourceCredit => ({
  source,
  directOrders: 0,
  directAmount: 0,
  influencedOrders: 0,
  influencedAmount: 0,
  directShare: null,
  influencedShare: null,
});
