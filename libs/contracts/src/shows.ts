import * as z from 'zod/mini';
import { Brand } from './accounts.ts';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Slug, Time } from './ids.ts';
import { Amount, Currency } from './money.ts';

/** scheduled -> starting -> live -> ended. `starting` falls back to `scheduled` when no media flows. */
export const ShowState = z.enum(['scheduled', 'starting', 'live', 'ended']);
export type ShowState = z.infer<typeof ShowState>;

/** Why a broadcast ended. The show itself may go on with another. */
export const EndReason = z.enum([
  'host_ended', // End show
  'host_lost', // the host's line broke and did not come back in time
  'superseded', // the host came back (reload, other device) with a new broadcast
  'media_lost', // the media process died or was unreachable
  'worker_died', // mediasoup's worker died
  'no_media', // a broadcast that never had media
  'api_stopped', // stopped by the operator
  'encoder_stopped', // OBS or another encoder said goodbye; the show waits for it, or for the host's camera
  'key_renewed', // the key that the encoder came with is no longer good
]);
export type EndReason = z.infer<typeof EndReason>;

export const Broadcast = z.object({
  id: Id,
  state: z.enum(['starting', 'live', 'ended']),
  source: z.enum(['browser', 'encoder']), // the studio's camera, or WHIP and RTMP
  startedAt: Time,
  readyAt: z.nullable(Time),
  endedAt: z.nullable(Time),
  endReason: z.nullable(EndReason),
});
export type Broadcast = z.infer<typeof Broadcast>;

/** What viewers see of one variant. `available` is true stock that can be held now: none while others wait for it. */
export const OfferVariant = z.object({
  variantId: Id,
  name: z.string(),
  swatch: z.nullable(z.string()),
  imageUrl: z.nullable(z.string()),
  priceAmount: Amount,
  available: z.int(),
  waiting: z.int(), // people on the waitlist
});
export type OfferVariant = z.infer<typeof OfferVariant>;

/** One line of the run of show. `position` starts at 1: the key that pins it. */
export const Offer = z.object({
  id: Id,
  position: z.int(),
  productId: Id,
  name: z.string(),
  note: z.string(),
  description: z.string(),
  imageUrl: z.nullable(z.string()),
  currency: Currency,
  sold: z.int(), // units sold in this show
  variants: z.array(OfferVariant),
});
export type Offer = z.infer<typeof Offer>;

export const Pin = z.object({ id: Id, offerId: Id, pinnedAt: Time, unpinnedAt: z.nullable(Time) });
export type Pin = z.infer<typeof Pin>;

/** A show for its public page; also what the page shell carries in its HTML as JSON. */
export const PublicShow = z.object({
  id: Id,
  slug: z.string(),
  title: z.string(),
  subtitle: z.string(),
  hostName: z.string(),
  posterUrl: z.nullable(z.string()),
  brand: Brand,
  state: ShowState,
  startsAt: Time, // planned
  endsAt: z.nullable(Time), // planned
  liveSince: z.nullable(Time), // first media of the first broadcast
  endedAt: z.nullable(Time),
  broadcast: z.nullable(Broadcast), // the current one, null while the host is away
  offers: z.array(Offer),
  pins: z.array(Pin), // in order; the one without unpinnedAt is on screen
  serverTime: Time,
});
export type PublicShow = z.infer<typeof PublicShow>;

export const ShowSummary = z.object({
  id: Id,
  slug: z.string(),
  title: z.string(),
  subtitle: z.string(),
  state: ShowState,
  startsAt: Time,
  endsAt: z.nullable(Time),
  liveSince: z.nullable(Time),
  endedAt: z.nullable(Time),
  posterUrl: z.nullable(z.string()),
  productCount: z.int(),
});
export type ShowSummary = z.infer<typeof ShowSummary>;

export const ShowInput = z.object({
  title: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
  subtitle: z.string().check(z.trim(), z.maxLength(60)),
  slug: Slug,
  hostName: z.string().check(z.trim(), z.minLength(1), z.maxLength(24)),
  startsAt: Time,
  endsAt: z.nullable(Time),
  posterImageId: z.optional(z.nullable(Id)), // absent: unchanged
  productIds: z.array(Id).check(z.maxLength(30)), // in order
});
export type ShowInput = z.infer<typeof ShowInput>;

/** Ways of the picture to a viewer. */
export const MediaPath = z.enum(['webrtc', 'hls']);
export type MediaPath = z.infer<typeof MediaPath>;

/** How to reach the media process of a broadcast: connect socket.io to `url` with `auth: { grant }`. */
export const MediaGrant = z.object({
  broadcastId: Id,
  url: z.string(),
  grant: z.string(), // signed; names broadcast, role, expiry
  expiresAt: Time,
  /** The show's LL-HLS playlist, which goes on over broadcasts; 404 before its first part. Null where the media process has no packager. */
  hlsUrl: z.nullable(z.string()),
  /** `hls`: the SFU is full (MEDIA_MAX_WEBRTC_VIEWERS). The viewer begins there. */
  path: MediaPath,
});
export type MediaGrant = z.infer<typeof MediaGrant>;

export const showsApi = {
  public: endpoint('GET', '/api/public/shows/:slug', z.object({ slug: Slug }), PublicShow),
  list: endpoint('GET', '/api/shows', Empty, z.object({ shows: z.array(ShowSummary) })),
  get: endpoint('GET', '/api/shows/:id', z.object({ id: Id }), PublicShow),
  create: endpoint('POST', '/api/shows', ShowInput, PublicShow),
  update: endpoint('PUT', '/api/shows/:id', z.extend(ShowInput, { id: Id }), PublicShow),
  remove: endpoint('DELETE', '/api/shows/:id', z.object({ id: Id }), Empty), // only a scheduled one
  /** Starts a broadcast, ending a running one as `superseded`. The show is live when the media says so. */
  goLive: endpoint(
    'POST',
    '/api/shows/:id/go-live',
    z.object({ id: Id, plainIngest: z.optional(z.boolean()) }), // plainIngest: RTP from the media process's own machine
    MediaGrant,
  ),
  end: endpoint('POST', '/api/shows/:id/end', z.object({ id: Id }), PublicShow),
};
