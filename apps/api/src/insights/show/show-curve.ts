import type { ShowCurve, ShowInsights } from '#contracts/insights';
import { concurrency, type Stretch } from '#insight/concurrency';
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

export function curveOf(start: number, end: number, watched: readonly Stretch[], events: Event[]): ShowCurve {
  return {
    from: new Date(start).toISOString(),
    to: new Date(end).toISOString(),
    viewers: changesOf(concurrency(watched, start, end, 1000).curve),
    events,
  };
}

const POINTS_OF_A_LINE = 20;

/** How many watched, in so few points that shows of all lengths can stand side by side. */
export function lineOf(start: number, until: number, watched: readonly Stretch[]): { peak: number; line: number[] } {
  const end = Math.max(until, start + 1);
  const { peak, curve } = concurrency(watched, start, end, (end - start) / POINTS_OF_A_LINE);
  return { peak, line: curve.slice(0, POINTS_OF_A_LINE) };
}

/** Only the seconds in which the number changes. */
function changesOf(curve: readonly number[]): [number, number][] {
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
