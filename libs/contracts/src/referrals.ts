import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';

/** What stands in an address: 10 letters and figures. */
export const LinkCode = z.string().check(z.regex(/^[a-z0-9]{10}$/));

/** The query parameter by which a share link says who shared. */
export const REFERRAL_PARAMETER = 'via';

export const Channel = z.enum(['mail', 'social', 'embed', 'ad', 'other']);
export type Channel = z.infer<typeof Channel>;

export const TrackedLinkInput = z.object({
  showId: Id,
  channel: Channel,
  campaign: z.string().check(z.trim(), z.minLength(1), z.maxLength(80)),
});
export const TrackedLink = z.extend(TrackedLinkInput, {
  code: LinkCode,
  url: z.string(), // leads to the show by /l/<code>
  pixelUrl: z.string(), // counts an impression where the link stands
  showTitle: z.string(),
  createdAt: Time,
  impressions: z.int(),
  clicks: z.int(),
  ctr: z.nullable(z.number()),
});
export type TrackedLink = z.infer<typeof TrackedLink>;

const Utm = z.optional(z.string().check(z.maxLength(120)));
/** Where a visit came from, as the page found it. */
export const VisitSource = z.object({
  utmSource: Utm,
  utmMedium: Utm,
  utmCampaign: Utm,
  referrer: z.optional(z.string().check(z.maxLength(300))), // origin only
});
export type VisitSource = z.infer<typeof VisitSource>;

export const referralsApi = {
  /** A viewer's own link to a show; the same one each time. */
  share: endpoint(
    'POST',
    '/api/shows/:showId/share',
    z.object({ showId: Id }),
    z.object({ code: LinkCode, url: z.string() }),
  ),
  /** Sent by the page once it is open: where this visit came from, and who sent it. Unknown codes are let be. */
  visit: endpoint(
    'POST',
    '/api/shows/:showId/visits',
    z.extend(VisitSource, {
      showId: Id,
      messageId: z.string().check(z.minLength(8), z.maxLength(64)),
      via: z.optional(LinkCode),
    }),
    Empty,
  ),
  links: endpoint('GET', '/api/tracked-links', Empty, z.object({ links: z.array(TrackedLink) })),
  createLink: endpoint('POST', '/api/tracked-links', TrackedLinkInput, TrackedLink),
  archiveLink: endpoint('DELETE', '/api/tracked-links/:code', z.object({ code: LinkCode }), Empty),
};
