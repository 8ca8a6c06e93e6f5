import type { ShowCurve, ShowInsights } from '#contracts/insights';
import { distinctOrders } from './money.ts';
import type { PaidLine, SecondRow } from './show.queries.ts';

const MINUTE_SECONDS = 60;
type Event = ShowCurve['events'][number];

/** Sales and what was said and done, by second from `start`. */
export function eventsOf(start: number, lines: readonly PaidLine[], seconds: readonly SecondRow[]): Event[] {
  const events = new Map<number, Event>(
    seconds.map(({ second, messages, hearts, clicks }) => [second, [second, 0, 0, messages, hearts, clicks]]),
  );
  for (const order of distinctOrders(lines)) {
    const second = Math.floor((order.paid_at.getTime() - start) / 1000);
    if (second < 0) continue;
    const event: Event = events.get(second) ?? [second, 0, 0, 0, 0, 0];
    event[1] += order.total - order.refunded;
    event[2] += 1;
    events.set(second, event);
  }
  return [...events.values()].sort(([a], [b]) => a - b);
}

/** Only the seconds in which the number changes. */
export function changesOf(curve: readonly number[]): [number, number][] {
  return curve.flatMap((people, second): [number, number][] =>
    people === curve[second - 1] ? [] : [[second, people]],
  );
}

/** The same by minute; `viewers` are the peak within each. */
export function minutesOf(
  start: number,
  viewers: readonly number[],
  events: readonly Event[],
): ShowInsights['minutes'] {
  const minutes = viewers.map((peak, minute) => ({
    at: new Date(start + minute * MINUTE_SECONDS * 1000).toISOString(),
    ...{ viewers: peak, netAmount: 0, orders: 0, messages: 0, hearts: 0, clicks: 0 },
  }));
  for (const [second, netAmount, orders, messages, hearts, clicks] of events) {
    const minute = minutes[Math.floor(second / MINUTE_SECONDS)];
    if (!minute) continue;
    minute.netAmount += netAmount;
    minute.orders += orders;
    minute.messages += messages;
    minute.hearts += hearts;
    minute.clicks += clicks;
  }
  return minutes;
}
