import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Time } from './ids.ts';
import { Currency } from './money.ts';

/** part / whole; null where nothing is to be divided by. */
export const Ratio = z.object({ value: z.nullable(z.number()), part: z.number(), whole: z.number() });
export type Ratio = z.infer<typeof Ratio>;

/** Whole days of the brand's zone, both included. */
export const Days = z.object({ from: z.iso.date(), to: z.iso.date() });
export type Days = z.infer<typeof Days>;

/** Figures of one period; definitions: docs/METRICS.md. Persons are those whom the identifiers are linked to now. Amounts in minor units. */
export const OverviewFigures = z.object({
  customers: z.int(), // with a paid order up to the end of the period
  value: Ratio, // LTV, historic: net sales to date / customers
  margin: z.nullable(Ratio), // the same times the margin; null where none is set
  forecast: z.nullable(Ratio), // LTV, predictive: what the last fit by the end expects of a year / customers it knows; null without one
  netAmount: z.int(),
  gmvAmount: z.int(),
  orders: z.int(),
  aov: Ratio, // net sales / orders
  buyers: z.int(),
  newBuyers: z.int(), // their first order lies in the period
  returningBuyers: z.int(), // it lies before
  f2: z.array(z.object({ days: z.int(), ratio: Ratio })), // of first-time buyers whose days ended in the period
  repeatCumulative: Ratio, // repeat buyers / customers to date
  repeaterShare: Ratio, // repeat buyers / buyers
  retention: z.object({ ratio: Ratio, atStart: z.int(), atEnd: z.int(), gained: z.int() }), // (E − N) / B
  churn: Ratio, // buyers of the period of the same length before who did not buy in this one
  churnByModel: z.nullable(z.number()), // 1 − mean P(alive)
  sessions: Ratio, // sessions / persons with one
  shows: z.int(), // that went live in the period: what follows is theirs
  viewers: z.int(),
  showsJoined: Ratio, // shows joined / viewers
  watchSeconds: z.number(),
  watchPerView: Ratio,
  watchPerViewer: Ratio,
  engagement: Ratio,
  ctr: Ratio, // product clicks / impressions
  uniqueCtr: Ratio, // by persons
  conversion: Ratio, // buyers of the shows / viewers
  ordersPerClick: Ratio,
  csat: Ratio,
  nps: z.object({ ratio: Ratio, promoters: z.int(), passives: z.int(), detractors: z.int() }), // −1 to 1
  referrers: Ratio, // customers of whom somebody came / customers
  referredOrders: Ratio, // first orders of people who had come by a link / first orders
});
export type OverviewFigures = z.infer<typeof OverviewFigures>;

/** One day of the brand's zone. */
export const OverviewDay = z.object({
  day: z.iso.date(),
  netAmount: z.int(),
  gmvAmount: z.int(),
  orders: z.int(),
  newCustomers: z.int(),
  value: z.nullable(z.number()), // per customer at the end of the day
});
export type OverviewDay = z.infer<typeof OverviewDay>;

export const Overview = z.object({
  currency: Currency,
  timeZone: z.string(),
  asOf: Time,
  today: z.iso.date(), // in the brand's zone
  firstDay: z.nullable(z.iso.date()), // of the first order
  marginBp: z.nullable(z.int()),
  period: Days,
  comparison: Days,
  now: OverviewFigures,
  before: OverviewFigures,
  days: z.array(OverviewDay), // of the period, up to today
  daysBefore: z.array(OverviewDay), // of the comparison
  /** Of all customers: the share that bought in the k-th interval after the first order, of those for whom it is over. */
  retentionCurve: z.object({
    intervalDays: z.int(),
    intervals: z.array(z.object({ interval: z.int(), ratio: Ratio })),
  }),
});
export type Overview = z.infer<typeof Overview>;

const DAY_MS = 86_400_000;
export const MAX_OVERVIEW_DAYS = 732;
const daysOf = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;

/** Without days: the last 28, today included. The comparison is as long as the period and ends the day before it, or a year earlier. */
export const OverviewRequest = z
  .object({
    from: z.optional(z.iso.date()),
    to: z.optional(z.iso.date()),
    compare: z._default(z.enum(['previous', 'year']), 'previous'),
  })
  .check(
    z.refine(({ from, to }) => (from === undefined) === (to === undefined), { path: ['to'], error: 'both or none' }),
    z.refine(({ from, to }) => !from || !to || daysOf(from, to) >= 1, { path: ['to'], error: 'is before its begin' }),
    z.refine(({ from, to }) => !from || !to || daysOf(from, to) <= MAX_OVERVIEW_DAYS, {
      path: ['to'],
      error: `more than ${MAX_OVERVIEW_DAYS} days`,
    }),
  );
export type OverviewRequest = z.output<typeof OverviewRequest>;

export const overviewApi = {
  read: endpoint('GET', '/api/insights/overview', OverviewRequest, Overview),
};
