import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Time } from './ids.ts';

/** Sessions whose first interaction with a source said this. */
export const SourceRow = z.object({
  source: z.string(), // utm_source, else the referrer's host, else 'direct'
  medium: z.string(),
  campaign: z.string(),
  sessions: z.int(),
  persons: z.int(),
  buyers: z.int(), // with an order in such a session
  orders: z.int(),
  gmvAmount: z.int(),
  netAmount: z.int(),
});
export type SourceRow = z.infer<typeof SourceRow>;

/** Who brought whom. People, not browsers. */
export const ReferralFigures = z.object({
  sharers: z.int(), // whose link was followed within the time
  visitors: z.int(), // who came by somebody's link
  newVisitors: z.int(), // of them, those who had never been here before
  viewers: z.int(), // everybody who was here
  firstOrders: z.int(),
  referredFirstOrders: z.int(), // of people who had come by a link before it
  customers: z.int(), // with an order up to the end of the time
  referrers: z.int(), // customers of whom somebody has come
  /** New visitors by links / viewers: i × c, invitations per viewer times those who came new (David Skok, "Lessons learned: viral marketing"). */
  kFactor: z.nullable(z.number()),
  customerReferralRate: z.nullable(z.number()), // referrers / customers
  orderReferralRate: z.nullable(z.number()), // referred first orders / first orders
});
export type ReferralFigures = z.infer<typeof ReferralFigures>;

export const sourcesApi = {
  /** Staff: within [from, to). */
  read: endpoint(
    'GET',
    '/api/insights/sources',
    z.object({ from: Time, to: Time }),
    z.object({ sources: z.array(SourceRow), referral: ReferralFigures }),
  ),
};
