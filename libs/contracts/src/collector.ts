import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';

/** What `POST /v1/…` takes. Sizes are of the body as JSON, after it was unpacked. */
export const collectorLimits = {
  bodyBytes: 500 * 1024,
  eventBytes: 32 * 1024,
  eventsPerBatch: 2_500,
  properties: 255,
  nameLength: 100,
  idLength: 255,
  textLength: 8_192,
  depth: 10,
  /** How old an event of a browser may be. Those of a server are taken as long as the log is kept. */
  browserHours: 72,
  /** How far ahead of our clock a time may be. */
  aheadMinutes: 60,
} as const;

/** A browser's key is public: whoever reads the page has it. A server's is secret, and what it says of a person is believed. */
export const WriteKeyKind = z.enum(['browser', 'server']);
export type WriteKeyKind = z.infer<typeof WriteKeyKind>;

export const WriteKey = z.object({
  id: Id,
  kind: WriteKeyKind,
  name: z.string(),
  last4: z.string(),
  createdAt: Time,
  revokedAt: z.nullable(Time),
  /** Of the last event that it brought, to the hour. */
  usedAt: z.nullable(Time),
});
export type WriteKey = z.infer<typeof WriteKey>;

/** Why an event was refused; `field` of the rejection says where. */
export const rejectionReasons = [
  'required',
  'empty', // an id, a name or an order id without a character
  'wrong_type',
  'too_long',
  'too_large', // details in the field: the body, or one event
  'too_many', // properties, or events in a batch
  'too_deep',
  'not_a_time',
  'too_old',
  'in_the_future',
  'unknown_type',
  'not_an_id', // 'null', 'undefined' and the like would make one person of many
  'not_keepable', // a NUL character, or half of a surrogate pair
  'reserved', // a name that only Engawa writes, or one of JavaScript's own properties
  'server_only', // about money, from a browser
  'other_key', // the write key in it is not the one of the request
  'revoked_key',
  'wrong_hash', // kept as a claim, without proof
  'not_json',
  'no_consent', // not kept, because who it is about has not agreed, or the brand asks first
  'more', // further kinds of rejections of that day, counted together
] as const;
export const RejectionReason = z.enum(rejectionReasons);
export type RejectionReason = z.infer<typeof RejectionReason>;

/** One event of a request that was refused. `index` is its place in the batch. */
export interface RejectedEvent {
  index: number;
  messageId?: string;
  field: string;
  reason: RejectionReason;
}

/** Rejections of one kind, of one day in UTC and one key: how many, and the last one as it came, cut off where it is long. */
export const Rejection = z.object({
  day: z.string(),
  writeKey: z.object({ id: Id, name: z.string(), kind: WriteKeyKind }),
  field: z.string(),
  reason: RejectionReason,
  count: z.int(),
  firstAt: Time,
  lastAt: Time,
  sample: z.string(),
});
export type Rejection = z.infer<typeof Rejection>;

export const collectorApi = {
  /** Newest first, revoked ones included. */
  keys: endpoint(
    'GET',
    '/api/collector/keys',
    Empty,
    z.object({ keys: z.array(WriteKey), hasUserSecret: z.boolean() }),
  ),
  /** `writeKey` is answered this once: only its hash is kept. */
  createKey: endpoint(
    'POST',
    '/api/collector/keys',
    z.object({ kind: WriteKeyKind, name: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)) }),
    z.object({ key: WriteKey, writeKey: z.string() }),
  ),
  /** In force with the next request. Revoking again changes nothing. */
  revokeKey: endpoint('POST', '/api/collector/keys/:id/revoke', z.object({ id: Id }), WriteKey),
  /** Makes the secret for `userHash`, in place of the one before, and answers it this once. */
  newUserSecret: endpoint('POST', '/api/collector/user-secret', Empty, z.object({ secret: z.string() })),
  /** Of the last 30 days, the latest first; at most 200. */
  rejections: endpoint('GET', '/api/collector/rejections', Empty, z.object({ rejections: z.array(Rejection) })),
};
