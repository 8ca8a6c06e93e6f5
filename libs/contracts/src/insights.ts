import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Time } from './ids.ts';
import { Currency } from './money.ts';
import { Pin, ShowState } from './shows.ts';

/** Figures of one show, exact as of `asOf`. Definitions: docs/METRICS.md. Null where a division by zero would stand. */
export const ShowInsights = z.object({
  show: z.object({
    id: Id,
    slug: z.string(),
    title: z.string(),
    subtitle: z.string(),
    state: ShowState,
    startsAt: Time,
    liveSince: z.nullable(Time),
    endedAt: z.nullable(Time),
    timeZone: z.string(),
    currency: Currency,
  }),
  asOf: Time,
  viewersNow: z.int(),
  viewersPeak: z.int(),
  peakAt: z.nullable(Time),
  viewers: z.int(), // distinct people who joined while the show was live
  watchSeconds: z.number(),
  averageWatchSeconds: z.nullable(z.number()), // per viewer
  messages: z.int(),
  chatters: z.int(),
  hearts: z.int(),
  productClicks: z.int(),
  clickers: z.int(), // people
  holds: z.int(),
  holders: z.int(), // people
  orders: z.int(),
  buyers: z.int(),
  gmvAmount: z.int(),
  netAmount: z.int(),
  conversion: z.nullable(z.number()), // buyers / viewers
  ordersPerClick: z.nullable(z.number()),
  engagementRate: z.nullable(z.number()), // viewers with at least one chat, heart or click / viewers
  minutes: z.array(
    z.object({
      at: Time,
      viewers: z.int(),
      netAmount: z.int(),
      orders: z.int(),
      messages: z.int(),
      hearts: z.int(),
      clicks: z.int(),
    }),
  ), // one per minute from the first media to the end or now; viewers = peak within the minute
  pins: z.array(
    z.extend(Pin, {
      productId: Id,
      productName: z.string(),
      imageUrl: z.nullable(z.string()),
      netAmount: z.int(),
      orders: z.int(),
    }),
  ), // money of the pinned product while pinned
  products: z.array(
    z.object({
      productId: Id,
      name: z.string(),
      imageUrl: z.nullable(z.string()),
      pinnedSeconds: z.number(),
      viewers: z.int(), // watching while it was pinned
      clicks: z.int(),
      clickers: z.int(),
      holds: z.int(),
      orders: z.int(),
      units: z.int(),
      gmvAmount: z.int(),
      netAmount: z.int(),
    }),
  ),
});
export type ShowInsights = z.infer<typeof ShowInsights>;

export const insightsApi = {
  show: endpoint('GET', '/api/insights/shows/:id', z.object({ id: Id }), ShowInsights),
};
