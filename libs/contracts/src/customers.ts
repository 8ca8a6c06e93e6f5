import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Locale, Time } from './ids.ts';
import { ConsentPurpose } from './viewer-account.ts';

/** Lifecycle stages, by the published rules (docs/METRICS.md). */
export const lifecycleStages = ['new', 'fan', 'repeater', 'loyal', 'at_risk', 'lost'] as const;
export const LifecycleStage = z.enum(lifecycleStages);
export type LifecycleStage = z.infer<typeof LifecycleStage>;

/** Figures of a person that a list can be filtered and sorted by. Money is in minor units, shares are 0 to 1. */
export const customerMetrics = [
  'orders',
  'netAmount',
  'gmvAmount',
  'averageAmount', // net sales / orders
  'shows', // watched or joined live
  'watchSeconds',
  'visits',
  'messages',
  'clicks',
  'engagementScore',
  'r',
  'f',
  'm',
  'pAlive',
  'predictedAmount', // of the next twelve months
] as const;
export const CustomerMetric = z.enum(customerMetrics);
export type CustomerMetric = z.infer<typeof CustomerMetric>;

export const customerTimes = ['firstSeenAt', 'lastSeenAt', 'firstOrderAt', 'lastOrderAt'] as const;
export const CustomerTime = z.enum(customerTimes);
export type CustomerTime = z.infer<typeof CustomerTime>;

const Range = z.object({ min: z.optional(z.number()), max: z.optional(z.number()) });
/** Days of the brand's zone, first and last included. */
const Days = z.object({ from: z.optional(z.iso.date()), to: z.optional(z.iso.date()) });

export const CustomerFilter = z.strictObject({
  q: z.optional(z.string().check(z.trim(), z.maxLength(100))), // name, e-mail address, order number
  /** Guests are persons of whom nobody knows who they are and who never bought: only with this. */
  guests: z.optional(z.boolean()),
  stages: z.optional(z.array(LifecycleStage).check(z.maxLength(lifecycleStages.length))),
  source: z.optional(z.string().check(z.maxLength(120))), // of the first visit
  consent: z.optional(z.boolean()), // to be written to
  metrics: z.optional(z.partialRecord(CustomerMetric, Range)),
  times: z.optional(z.partialRecord(CustomerTime, Days)),
});
export type CustomerFilter = z.infer<typeof CustomerFilter>;

/** A filter as one field of an address: its JSON. */
export const FilterText = z.pipe(
  z.pipe(
    z._default(z.string().check(z.maxLength(4_000)), '{}'),
    z.transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.issues.push({ code: 'custom', message: 'not JSON', input: text });
        return z.NEVER;
      }
    }),
  ),
  CustomerFilter,
);

/**
 * A person as the list has them. Without the right to personal data (`people.read`) there is no e-mail address, and the name is the one that the
 * person chose to be seen by.
 */
export const CustomerSummary = z.object({
  id: Id,
  name: z.string(), // empty: nobody knows
  email: z.nullable(z.string()),
  isGuest: z.boolean(),
  stage: LifecycleStage,
  firstSeenAt: z.nullable(Time),
  lastSeenAt: z.nullable(Time),
  firstOrderAt: z.nullable(Time),
  lastOrderAt: z.nullable(Time),
  orders: z.int(),
  gmvAmount: z.int(),
  netAmount: z.int(),
  averageAmount: z.nullable(z.number()), // not rounded
  shows: z.int(),
  watchSeconds: z.int(),
  visits: z.int(),
  messages: z.int(),
  clicks: z.int(),
  engagementScore: z.number(),
  r: z.nullable(z.int()), // 1 to 5; null for who never bought
  f: z.nullable(z.int()),
  m: z.nullable(z.int()),
  pAlive: z.nullable(z.number()),
  predictedAmount: z.nullable(z.int()),
  source: z.nullable(z.string()),
  consent: z.boolean(),
});
export type CustomerSummary = z.infer<typeof CustomerSummary>;

export const CustomerSort = z.enum(['name', ...customerMetrics, ...customerTimes]);
export type CustomerSort = z.infer<typeof CustomerSort>;
const sorting = { sort: z._default(CustomerSort, 'lastSeenAt'), order: z._default(z.enum(['asc', 'desc']), 'desc') };

export const SegmentName = z.string().check(z.trim(), z.minLength(1), z.maxLength(60));
/** A filter that a brand keeps under a name. */
export const Segment = z.object({
  id: Id,
  name: z.string(),
  filter: CustomerFilter,
  people: z.int(),
  countedAt: Time,
});
export type Segment = z.infer<typeof Segment>;

/** One cell of the grid of recency (r) and frequency (f). */
export const RfmCell = z.object({
  r: z.int(),
  f: z.int(),
  people: z.int(),
  netAmount: z.int(),
  averageAmount: z.nullable(z.number()),
});
export type RfmCell = z.infer<typeof RfmCell>;

/** Those who first bought in one month (or, `recurring`, all who bought in it), and who of them bought in the months after. */
export const Cohort = z.object({
  month: z.string(), // 2026-10, of the brand's zone
  people: z.int(),
  /** For month 0, 1, 2, …: how many bought; null where that month is not over. */
  active: z.array(z.nullable(z.int())),
});
export type Cohort = z.infer<typeof Cohort>;

/** Same filter and order as the list, as a file (UTF-8 with a byte order mark). For who may read personal data. */
export const customersCsvPath = '/api/insights/customers.csv';
export const CustomersCsvRequest = z.object({ filter: FilterText, ...sorting, locale: z._default(Locale, 'ja') });

/** One thing that happened to a person, wherever it was. */
export const TimelineEntry = z.object({
  id: z.string(),
  at: Time,
  /**
   * show: came to a show, with what was watched · chat: said · product: looked at or clicked · checkout: held stock · order: paid · refund · mail: was
   * written to · survey: answered · page: was on a page of the brand's · identity: was recognised · other: whatever else a brand's own pages tell
   */
  kind: z.enum([
    'show',
    'chat',
    'product',
    'checkout',
    'order',
    'refund',
    'mail',
    'survey',
    'page',
    'identity',
    'other',
  ]),
  name: z.string(), // of the interaction: 'Product Clicked'
  source: z.enum(['room', 'ledger', 'browser', 'server', 'mail']),
  showId: z.nullable(Id),
  text: z.nullable(z.string()), // what was said, the product, the page, the subject of a mail
  quantity: z.int(),
  amount: z.nullable(z.int()),
  imageUrl: z.nullable(z.string()),
  orderId: z.nullable(Id),
  properties: z.nullable(z.record(z.string(), z.unknown())),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** A show that a person came to. */
export const WatchedShow = z.object({
  id: Id,
  title: z.string(),
  slug: z.string(),
  startsAt: Time,
  liveSince: z.nullable(Time),
  endedAt: z.nullable(Time),
  watched: z.array(z.tuple([Time, Time])), // joined over devices
  watchSeconds: z.number(),
  messages: z.int(),
  hearts: z.int(),
});
export type WatchedShow = z.infer<typeof WatchedShow>;

export const timelineViews = ['all', 'orders', 'shows', 'chat', 'mails'] as const;
export const TimelineView = z.enum(timelineViews);
export type TimelineView = z.infer<typeof TimelineView>;

export const PersonAttribute = z.object({ name: z.string(), value: z.unknown(), source: z.string(), setAt: Time });
export type PersonAttribute = z.infer<typeof PersonAttribute>;

/** What a person said last of one purpose, on any device, to which text. */
export const PersonConsent = z.object({
  purpose: ConsentPurpose,
  granted: z.boolean(),
  textVersion: z.string(),
  source: z.string(),
  at: Time,
});
export type PersonConsent = z.infer<typeof PersonConsent>;

export const Profile = z.object({
  person: CustomerSummary, // as of now, its scores as of the last counting
  devices: z.int(), // identifiers that are this person
  attributes: z.array(PersonAttribute), // newest first; empty without the right to personal data
  orders: z.array(z.object({ id: Id, number: z.string(), paidAt: Time, gmvAmount: z.int(), netAmount: z.int() })),
  shows: z.array(WatchedShow), // oldest first
  consents: z.array(PersonConsent),
  brandShows: z.int(), // that were on air since the person was first seen
  value: z.nullable(
    z.object({
      pAlive: z.number(),
      expectedOrders: z.number(), // of the next twelve months
      predictedAmount: z.int(),
      observedUntil: z.iso.date(),
    }),
  ), // null: never bought, or not enough data
  asOf: Time,
});
export type Profile = z.infer<typeof Profile>;

export const customersApi = {
  /** A page at a time: `after` is what the page before answered as `next`. `total` counts the whole filter. */
  list: endpoint(
    'GET',
    '/api/insights/customers',
    z.object({
      filter: FilterText,
      ...sorting,
      after: z.optional(z.string().check(z.maxLength(400))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
    }),
    z.object({ customers: z.array(CustomerSummary), next: z.nullable(z.string()), total: z.int() }),
  ),
  /** Sources of first visits, the most frequent first, for the filter. */
  sources: endpoint('GET', '/api/insights/customers/sources', Empty, z.object({ sources: z.array(z.string()) })),
  segments: endpoint('GET', '/api/insights/segments', Empty, z.object({ segments: z.array(Segment) })),
  addSegment: endpoint(
    'POST',
    '/api/insights/segments',
    z.object({ name: SegmentName, filter: CustomerFilter }),
    Segment,
  ),
  removeSegment: endpoint('DELETE', '/api/insights/segments/:id', z.object({ id: Id }), Empty),
  /** The grid of the filter's customers; cells without anybody are left out. */
  rfm: endpoint('GET', '/api/insights/rfm', z.object({ filter: FilterText }), z.object({ cells: z.array(RfmCell) })),
  /** Of so many months up to the present one. exact: bought in that very month; rolling: in that month or later. */
  cohorts: endpoint(
    'GET',
    '/api/insights/cohorts',
    z.object({
      measure: z._default(z.enum(['exact', 'rolling']), 'exact'),
      who: z._default(z.enum(['first', 'recurring']), 'first'),
      months: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(36)), 12),
    }),
    z.object({ cohorts: z.array(Cohort) }),
  ),
  /** By a person's id or any identifier of theirs; `person.id` is the one to go on with. */
  profile: endpoint('GET', '/api/insights/customers/:id', z.object({ id: Id }), Profile),
  timeline: endpoint(
    'GET',
    '/api/insights/customers/:id/timeline',
    z.object({
      id: Id,
      view: z._default(TimelineView, 'all'),
      after: z.optional(z.string().check(z.maxLength(120))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 60),
    }),
    z.object({ entries: z.array(TimelineEntry), next: z.nullable(z.string()) }),
  ),
};
