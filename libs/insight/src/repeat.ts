import { ratio } from './ratio.ts';

const DAY_MS = 86_400_000;

/** One paid order, at a moment in milliseconds. */
export interface Order {
  person: string;
  at: number;
}

/** A reporting window in milliseconds; `to` is excluded. */
export interface Window {
  from: number;
  to: number;
}

export interface SecondOrders {
  /** Persons whose first order ever lies in the window. */
  firstTimeBuyers: number;
  /** Of those, with a second order within the days. */
  repeated: number;
  /** Of those, without one yet, whose days are not over. */
  pending: number;
  /** repeated / firstTimeBuyers; null while some are pending, and where there was nobody. */
  rate: number | null;
}

/**
 * Repeat rate, form F2: first-time buyers of the window who ordered again within so many days (of 24 hours, edge included).
 *
 * @param orders all there ever were, in any order
 * @param now up to when orders are known
 */
export function secondOrders(orders: Iterable<Order>, window: Window, days: number, now: number): SecondOrders {
  const counts = { firstTimeBuyers: 0, repeated: 0, pending: 0 };
  for (const times of timesByPerson(orders).values()) {
    const [first, second] = times;
    if (!isWithin(first!, window)) continue;
    counts.firstTimeBuyers += 1;
    if (second !== undefined && second - first! <= days * DAY_MS) counts.repeated += 1;
    else if (now - first! <= days * DAY_MS) counts.pending += 1;
  }
  return { ...counts, rate: counts.pending > 0 ? null : ratio(counts.repeated, counts.firstTimeBuyers) };
}

export interface RepeatBuyers {
  /** Persons with an order in the window. */
  buyers: number;
  /** Of those, with one in the window that was not their first ever. */
  repeatBuyers: number;
  /** Persons whose first order ever came before the end of the window. */
  customersToDate: number;
  /** Repeat rate, cumulative form: repeat buyers of the window / new customers to date. */
  cumulativeRate: number | null;
  /** Repeater share: repeat buyers of the window / all buyers of the window. */
  share: number | null;
}

/** @param orders all there ever were, in any order */
export function repeatBuyers(orders: Iterable<Order>, window: Window): RepeatBuyers {
  let buyers = 0;
  let repeating = 0;
  let customersToDate = 0;
  for (const times of timesByPerson(orders).values()) {
    if (times[0]! < window.to) customersToDate += 1;
    if (times.some((at) => isWithin(at, window))) buyers += 1;
    if (times.slice(1).some((at) => isWithin(at, window))) repeating += 1;
  }
  return {
    buyers,
    repeatBuyers: repeating,
    customersToDate,
    cumulativeRate: ratio(repeating, customersToDate),
    share: ratio(repeating, buyers),
  };
}

function timesByPerson(orders: Iterable<Order>): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { person, at } of orders) {
    const own = times.get(person);
    if (own) own.push(at);
    else times.set(person, [at]);
  }
  for (const own of times.values()) own.sort((a, b) => a - b);
  return times;
}

const isWithin = (at: number, { from, to }: Window) => at >= from && at < to;
