import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Time } from './ids.ts';
import { Currency } from './money.ts';
import { Pin, ShowState } from './shows.ts';
import { SurveyKind } from './surveys.ts';
import { TimeMap } from './time-map.ts';

/** The steps from coming to buying again, in their order. */
export const FunnelStepName = z.enum(['came', 'joined', 'watched', 'clicked', 'held', 'ordered', 'again']);
export type FunnelStepName = z.infer<typeof FunnelStepName>;

/** Of orders, by what led to them: a click within `clickDays` (direct), or else only a view within `viewDays` (influenced). */
const Credit = z.object({
  clickDays: z.int(),
  viewDays: z.int(),
  directOrders: z.int(),
  directAmount: z.int(),
  influencedOrders: z.int(),
  influencedAmount: z.int(),
});
/** What happened per minute in some part of the time on air. */
const PerMinute = z.object({ viewers: z.number(), clicks: z.number(), orders: z.number() });

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
  devices: z.int(), // browsers that did
  returningViewers: z.int(), // viewers who had been viewers of an earlier show
  views: z.int(), // stretches of watching without a break, of all viewers
  watchSeconds: z.number(),
  averageWatchSeconds: z.nullable(z.number()), // per viewer
  watchSecondsPerView: z.nullable(z.number()),
  messages: z.int(),
  chatters: z.int(),
  hearts: z.int(),
  productClicks: z.int(),
  clickers: z.int(), // people
  impressions: z.int(), // a product half visible for a second
  clickRate: z.nullable(z.number()), // CTR: clicks / impressions
  clickRatePersons: z.nullable(z.number()), // people who clicked / people to whom a product was visible
  holds: z.int(),
  holders: z.int(), // people
  orders: z.int(),
  buyers: z.int(),
  newBuyers: z.int(), // whose first order of the brand is in this show
  gmvAmount: z.int(),
  netAmount: z.int(),
  refundedOrders: z.int(),
  averageOrderAmount: z.nullable(z.number()), // AOV: net sales / orders
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
      impressions: z.int(),
      clicks: z.int(),
      clickers: z.int(),
      clickRate: z.nullable(z.number()),
      holds: z.int(),
      orders: z.int(),
      units: z.int(),
      gmvAmount: z.int(),
      netAmount: z.int(),
      conversion: z.nullable(z.number()), // people who bought it / people who were watching while it was on screen
      credit: Credit,
      pinned: z.nullable(PerMinute), // null where it was never on screen
      unpinned: z.nullable(PerMinute), // the rest of the time on air; null where there is none
      lift: z.nullable(z.number()), // orders per minute on screen / per minute not on screen
    }),
  ),
  funnel: z.object({ steps: z.array(z.object({ step: FunnelStepName, people: z.int() })), windowDays: z.int() }),
  credit: Credit,
  /** Running deals, and answers of people who were asked in the room. */
  deals: z.array(z.object({ productName: z.string(), from: Time, to: Time, units: z.int(), quantity: z.int() })),
  surveys: z.array(z.object({ kind: SurveyKind, openedAt: Time, answers: z.int(), value: z.nullable(z.number()) })),
});
export type ShowInsights = z.infer<typeof ShowInsights>;

/** A show by the second: `seconds` are those in which something changed or happened, counted from `from`. */
export const ShowCurve = z.object({
  from: Time,
  to: Time,
  /** [second, people watching from then on]: the most at one instant within it. */
  viewers: z.array(z.tuple([z.int(), z.int()])),
  /** [second, net sales, orders, messages, hearts, clicks] */
  events: z.array(z.tuple([z.int(), z.int(), z.int(), z.int(), z.int(), z.int()])),
});
export type ShowCurve = z.infer<typeof ShowCurve>;

/** Who watched the replay of a show. It outlives the replay itself. */
export const ReplayInsights = z.object({
  /** Of the replay; 0 where there never was one. */
  seconds: z.number(),
  map: TimeMap,
  viewers: z.int(), // people
  watchSeconds: z.number(), // with what they watched again
  averageWatchSeconds: z.nullable(z.number()), // per viewer
  /** [second of the playhead, people who have seen what stands there, from then on] */
  curve: z.array(z.tuple([z.int(), z.int()])),
});
export type ReplayInsights = z.infer<typeof ReplayInsights>;

/** One show beside others. */
export const ComparedShow = z.object({
  id: Id,
  slug: z.string(),
  title: z.string(),
  subtitle: z.string(),
  state: ShowState,
  liveSince: Time,
  seconds: z.number(), // on air
  viewers: z.int(),
  peak: z.int(),
  watchSecondsPerViewer: z.nullable(z.number()),
  engagementRate: z.nullable(z.number()),
  clickRate: z.nullable(z.number()),
  conversion: z.nullable(z.number()),
  orders: z.int(),
  gmvAmount: z.int(),
  netAmount: z.int(),
  averageOrderAmount: z.nullable(z.number()),
  newBuyers: z.int(),
  returningBuyers: z.int(),
  /** People watching, at twenty instants of the show: for a small line. */
  line: z.array(z.int()),
});
export type ComparedShow = z.infer<typeof ComparedShow>;

export const comparedFigures = [
  ...(['viewers', 'peak', 'watchSecondsPerViewer', 'engagementRate', 'clickRate', 'conversion'] as const),
  ...(['orders', 'gmvAmount', 'netAmount', 'averageOrderAmount', 'newBuyers', 'returningBuyers'] as const),
] as const;
export type ComparedFigure = (typeof comparedFigures)[number];

export const ShowComparison = z.object({
  currency: Currency,
  timeZone: z.string(),
  /** The newest first, 100 at most. */
  shows: z.array(ComparedShow),
  /** Of the listed shows that have ended; null where none has the figure. */
  median: z.record(z.enum(comparedFigures), z.nullable(z.number())),
});
export type ShowComparison = z.infer<typeof ShowComparison>;

export const insightsApi = {
  show: endpoint('GET', '/api/insights/shows/:id', z.object({ id: Id }), ShowInsights),
  curve: endpoint('GET', '/api/insights/shows/:id/curve', z.object({ id: Id }), ShowCurve),
  replay: endpoint('GET', '/api/insights/shows/:id/replay', z.object({ id: Id }), ReplayInsights),
  shows: endpoint('GET', '/api/insights/shows', z.object({}), ShowComparison),
};
