import type { ShowInsights } from '#contracts/insights';
import { MINUTE_MS } from './answer.ts';

type Minute = ShowInsights['minutes'][number];

/** Minutes taken together for a chart that is too narrow for each: people by their peak, all else by its sum. */
export interface Bucket {
  from: number;
  to: number;
  viewers: number;
  netAmount: number;
  orders: number;
  messages: number;
  hearts: number;
  clicks: number;
}

/** `size` minutes per bucket, counted from the first minute; the last one may be shorter. */
export function inBuckets(minutes: readonly Minute[], size: number): Bucket[] {
  const buckets: Bucket[] = [];
  for (let at = 0; at < minutes.length; at += size) {
    const part = minutes.slice(at, at + size);
    const first = part[0];
    const last = part.at(-1);
    if (!first || !last) break;
    const sum = (of: (minute: Minute) => number) => part.reduce((total, minute) => total + of(minute), 0);
    buckets.push({
      from: Date.parse(first.at),
      to: Date.parse(last.at) + MINUTE_MS,
      viewers: Math.max(...part.map((minute) => minute.viewers)),
      netAmount: sum((minute) => minute.netAmount),
      orders: sum((minute) => minute.orders),
      messages: sum((minute) => minute.messages),
      hearts: sum((minute) => minute.hearts),
      clicks: sum((minute) => minute.clicks),
    });
  }
  return buckets;
}
