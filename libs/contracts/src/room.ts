import * as z from 'zod/mini';
import { WaitlistEntry } from './checkout.ts';
import { Deal, DealFigure } from './deals.ts';
import { Id, Time } from './ids.ts';
import { Encoder } from './ingest.ts';
import { IncidentKind } from './media.ts';
import { Nickname } from './people.ts';
import { MediaGrant, MediaPath, Pin, PublicShow } from './shows.ts';
import { Stage } from './stage.ts';
import { Survey } from './surveys.ts';

/**
 * The room of a show, over socket.io at the api's origin, path `/socket.io`, websocket only. Handshake `auth: { guest?: token }`:
 * with a token a viewer, without one staff by their session cookie.
 *
 * Order: every lasting event of a room has the next number of the show's sequence. Frames carry `prev` (the number before their first
 * event) and `seq` (of their last). A client that holds `seq` n takes a frame with prev === n, drops events up to n, and on
 * prev > n asks again with `show.join { since: n }`. Frames that arrive before the answer of `show.join` are kept and applied after.
 */
export const AuthorRole = z.enum(['viewer', 'host', 'moderator', 'system']);
export type AuthorRole = z.infer<typeof AuthorRole>;

export const Message = z.object({
  id: Id,
  seq: z.int(),
  clientMessageId: z.string(),
  viewerId: z.nullable(Id), // null for staff
  name: z.string(),
  role: AuthorRole,
  text: z.string(), // empty when deleted
  sentAt: Time,
  deleted: z.boolean(),
});
export type Message = z.infer<typeof Message>;

/** Lasting events of a room, in sequence. Each carries the whole new state of its thing. */
export const RoomEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chat.posted'), seq: z.int(), message: Message }),
  z.object({ type: z.literal('chat.deleted'), seq: z.int(), messageId: Id }),
  z.object({ type: z.literal('pin.changed'), seq: z.int(), pins: z.array(Pin) }),
  z.object({ type: z.literal('show.changed'), seq: z.int(), show: z.omit(PublicShow, { offers: true, pins: true }) }),
  z.object({ type: z.literal('run.changed'), seq: z.int(), offers: PublicShow.shape.offers }), // products or prices edited
  z.object({ type: z.literal('deals.changed'), seq: z.int(), deals: z.array(Deal) }), // those that run, or ran just now
  z.object({ type: z.literal('stage.changed'), seq: z.int(), stage: Stage }),
]);
export type RoomEvent = z.infer<typeof RoomEvent>;

/** Stock of one variant as of now: a figure, not an event; the newest wins. */
export const StockFigure = z.object({
  variantId: Id,
  available: z.int(),
  waiting: z.int(),
  offerId: Id,
  sold: z.int(),
});
export type StockFigure = z.infer<typeof StockFigure>;

/** A paid order, told to staff only. */
export const Sale = z.object({
  orderId: Id,
  number: z.string(),
  name: z.string(), // of the buyer's name the first word: 佐久間, Anna
  lines: z.array(z.object({ name: z.string(), variant: z.string(), quantity: z.int() })),
  totalAmount: z.int(),
  at: Time,
});
export type Sale = z.infer<typeof Sale>;

export const SalesFigures = z.object({ orders: z.int(), gmvAmount: z.int(), netAmount: z.int() });
export type SalesFigures = z.infer<typeof SalesFigures>;

/** What a tick of a room brings. All parts but `prev` and `seq` are left out when empty. */
export const Frame = z.object({
  showId: Id,
  prev: z.int(),
  seq: z.int(),
  events: z.optional(z.array(RoomEvent)),
  stock: z.optional(z.array(StockFigure)),
  deals: z.optional(z.array(DealFigure)),
  people: z.optional(z.int()), // viewers now: people, not tabs
  hearts: z.optional(z.int()), // new hearts since the last frame
});
export type Frame = z.infer<typeof Frame>;

export const Snapshot = z.object({
  show: PublicShow,
  seq: z.int(),
  /** With `since`: every message posted or deleted after it, in order. Without: the last 50. */
  messages: z.array(Message),
  /** True when more than 500 messages were missed: `messages` then holds the last 500 and older ones are left out. */
  truncated: z.boolean(),
  people: z.int(),
  deals: z.array(Deal), // those that run, or ran just now
  stage: Stage,
  you: z.object({
    viewerId: z.nullable(Id), // null for staff
    role: AuthorRole,
    name: z.nullable(z.string()), // last nickname used in this show
    muted: z.boolean(),
    mutedUntil: z.nullable(Time),
  }),
  sales: z.nullable(SalesFigures), // staff only
  recentSales: z.nullable(z.array(Sale)), // staff only, newest first
});
export type Snapshot = z.infer<typeof Snapshot>;

export const MessageText = z.string().check(z.trim(), z.minLength(1), z.maxLength(500));

export const roomEvents = {
  'show.join': {
    request: z.object({ showId: Id, since: z.optional(z.int().check(z.minimum(0))) }),
    reply: Snapshot,
  },
  'show.leave': { request: z.object({ showId: Id }), reply: z.object({}) },
  /** A viewer's grant for the current broadcast; `show_not_live` when there is none. */
  'show.watch': { request: z.object({ showId: Id }), reply: MediaGrant },
  /**
   * Sent each 10 s while the picture plays, and when its path changes: extends the watched interval. Answered at once.
   * `path` and `delayMs` tell how the picture comes and how old it is on the screen: the smooth path's grace for a deal is given to who
   * was on that path before the deal ended, by what was told here.
   */
  'show.heartbeat': {
    request: z.object({
      showId: Id,
      path: z.optional(MediaPath),
      delayMs: z.optional(z.int().check(z.minimum(0), z.maximum(86_400_000))),
    }),
    reply: z.object({}),
  },
  'chat.send': {
    request: z.object({
      showId: Id,
      clientMessageId: z.string().check(z.minLength(8), z.maxLength(64)), // the same id again answers the same message
      name: Nickname, // staff are named by their account
      text: MessageText,
    }),
    reply: Message,
  },
  'chat.delete': { request: z.object({ showId: Id, messageId: Id }), reply: z.object({}) },
  /** Staff. minutes null lifts it. The viewer may watch and buy but not write. */
  'chat.mute': {
    request: z.object({ showId: Id, viewerId: Id, minutes: z.nullable(z.int().check(z.minimum(1), z.maximum(1440))) }),
    reply: z.object({}),
  },
  /** Staff. The viewer is disconnected and may not come back to any show of the brand. */
  'chat.ban': { request: z.object({ showId: Id, viewerId: Id }), reply: z.object({}) },
  'reaction.send': {
    request: z.object({ showId: Id, count: z.int().check(z.minimum(1), z.maximum(50)) }),
    reply: z.object({}),
  },
  /** Staff: offerId null takes the pin off. */
  'pin.set': { request: z.object({ showId: Id, offerId: z.nullable(Id) }), reply: z.object({ pins: z.array(Pin) }) },
  /** What only the browser can see. Accepted after commit; the same messageId again changes nothing. */
  'interaction.record': {
    request: z.object({
      showId: Id,
      messageId: z.string().check(z.minLength(8), z.maxLength(64)),
      name: z.enum(['Product Viewed', 'Product Clicked']),
      productId: Id,
      at: Time,
    }),
    reply: z.object({}),
  },
};
export type RoomEvents = typeof roomEvents;

export const BroadcastHealth = z.object({
  broadcastId: Id,
  webrtcViewers: z.int(),
  hlsViewers: z.int(),
  hlsDelayMs: z.nullable(z.int()), // from the worker to the newest part; null without a playlist
  packager: z.boolean(),
  encoder: z.optional(Encoder), // absent: the host sends from the studio
  /** Median of what viewers report: how old the picture is on their screens. Null while nobody does. */
  seenDelayMs: z.object({ webrtc: z.nullable(z.int()), hls: z.nullable(z.int()) }),
  incident: z.nullable(
    z.object({ kind: IncidentKind, details: z.record(z.string(), z.union([z.string(), z.number()])), at: Time }),
  ), // the last one
});
export type BroadcastHealth = z.infer<typeof BroadcastHealth>;

export const roomPushes = {
  'show.frame': Frame,
  /** To every connection of one viewer: their own mute, or the end of it. */
  'you.changed': z.object({ showId: Id, muted: z.boolean(), mutedUntil: z.nullable(Time) }),
  /** To every connection of one viewer: their place on a waitlist, or the hold that they are offered. */
  'waitlist.changed': WaitlistEntry,
  /** To a viewer whom the host asks, and with null when it is over. Who comes later asks `surveys.due`. */
  'survey.changed': z.object({ showId: Id, survey: z.nullable(Survey) }),
  /** To staff of the show's brand. */
  'sale.made': z.object({ showId: Id, sale: Sale, sales: SalesFigures }),
  /** To staff of the show's brand, each second of a broadcast: how it reaches the viewers, as the media process tells. */
  'broadcast.health': z.object({ showId: Id, health: BroadcastHealth }),
  /** Before the server disconnects on purpose: the client does not come back by itself. */
  'session.ended': z.object({ reason: z.enum(['banned', 'signed_out']) }),
};
export type RoomPushes = typeof roomPushes;
