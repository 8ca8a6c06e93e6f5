import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Slug, Time } from './ids.ts';
import { Message } from './room.ts';
import { TimeMap } from './time-map.ts';

/** What of an ended show can be watched again. */
export const ReplayState = z.enum([
  'none', // nothing was recorded
  'preparing', // the show ended just now
  'ready',
  'gone', // past the brand's retention, or deleted
]);
export type ReplayState = z.infer<typeof ReplayState>;

/** Files are beside the playlist, wherever that is: at a media process or in a bucket. */
export const Replay = z.object({
  state: ReplayState,
  playlistUrl: z.nullable(z.string()),
  thumbnailsUrl: z.nullable(z.string()), // WebVTT with sprite sheets; may come a while after the playlist
  chaptersUrl: z.nullable(z.string()), // WebVTT, from pins
  seconds: z.number(),
  map: TimeMap,
  sells: z.boolean(), // its goods can be bought at the price of today
  keptUntil: z.nullable(Time),
});
export type Replay = z.infer<typeof Replay>;

/** Of a show for its brand. */
export const ReplayRecord = z.object({
  state: z.enum(['none', 'preparing', 'ready', 'failed', 'removing', 'removed']),
  seconds: z.number(),
  bytes: z.int(),
  storage: z.nullable(z.enum(['disk', 's3'])),
  hasMp4: z.boolean(),
  missing: z.int(), // broadcasts of the show that are not in it: they were recorded elsewhere, or not at all
  readyAt: z.nullable(Time),
  keptUntil: z.nullable(Time),
  removedAt: z.nullable(Time),
  removedBecause: z.nullable(z.enum(['retention', 'deleted'])),
  failure: z.nullable(z.string()),
});
export type ReplayRecord = z.infer<typeof ReplayRecord>;

export const REPLAY_CHAT_PAGE = 200;

/** A day and a night. */
const REPLAY_MAX_SECONDS = 172_800;
const REPLAY_WATCHED_AT_ONCE = 60;

export const replaysApi = {
  public: endpoint('GET', '/api/public/shows/:slug/replay', z.object({ slug: Slug }), Replay),
  /** What was said from a moment on, oldest first; `next` is the moment to go on from, null at the end. */
  chat: endpoint(
    'GET',
    '/api/public/shows/:slug/replay/chat',
    z.object({ slug: Slug, from: Time, afterSeq: z.optional(z.coerce.number().check(z.int(), z.minimum(0))) }),
    z.object({ messages: z.array(Message), more: z.boolean() }),
  ),
  /** A stretch of the replay that a viewer watched, in seconds of the playhead. The same messageId again changes nothing. */
  watched: endpoint(
    'POST',
    '/api/shows/:id/replay/watched',
    z
      .object({
        id: Id,
        messageId: z.string().check(z.minLength(8), z.maxLength(64)),
        from: z.number().check(z.minimum(0), z.maximum(REPLAY_MAX_SECONDS)),
        to: z.number().check(z.minimum(0), z.maximum(REPLAY_MAX_SECONDS)),
      })
      .check(
        z.refine(({ from, to }) => to > from && to - from <= REPLAY_WATCHED_AT_ONCE, {
          path: ['to'],
          error: `after from, by at most ${REPLAY_WATCHED_AT_ONCE} seconds`,
        }),
      ),
    Empty,
  ),
  record: endpoint('GET', '/api/shows/:id/replay', z.object({ id: Id }), ReplayRecord),
  /** An address that hands the MP4 to whoever has it, for an hour. */
  download: endpoint('POST', '/api/shows/:id/replay/download', z.object({ id: Id }), z.object({ url: z.string() })),
  remove: endpoint('DELETE', '/api/shows/:id/replay', z.object({ id: Id }), Empty),
};
