import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Time } from './ids.ts';

/** What an encoder such as OBS sends: measured at the media process; null what it could not see yet. */
export const Encoder = z.object({
  protocol: z.enum(['whip', 'rtmp']),
  video: z.nullable(
    z.object({
      codec: z.string(),
      width: z.nullable(z.int()),
      height: z.nullable(z.int()),
      fps: z.nullable(z.number()),
      kbps: z.int(),
      layers: z.int(), // of simulcast; 1 without
    }),
  ),
  audio: z.nullable(z.object({ codec: z.string(), kbps: z.int() })),
});
export type Encoder = z.infer<typeof Encoder>;

/** Why an encoder was turned away although its key was good. `details` names the field, and what was offered. */
export const IngestProblem = z.object({
  kind: z.enum(['wrong_codec', 'no_video', 'bad_offer']),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type IngestProblem = z.infer<typeof IngestProblem>;

/** By which an encoder is let in. Only its hash is kept: the whole key is in the answer to renewing and nowhere else. */
export const IngestKey = z.object({
  last4: z.string(),
  createdAt: Time,
  usedAt: z.nullable(Time), // when an encoder last came in with it
  refused: z.nullable(z.extend(IngestProblem, { at: Time })), // of the last encoder that was turned away, until one comes in
});
export type IngestKey = z.infer<typeof IngestKey>;

export const IngestSetup = z.object({
  whipUrl: z.string(),
  rtmpUrl: z.nullable(z.string()), // null: this installation takes no RTMP
  key: z.nullable(IngestKey), // null before the first was made
});
export type IngestSetup = z.infer<typeof IngestSetup>;

export const ingestApi = {
  get: endpoint('GET', '/api/shows/:id/ingest', z.object({ id: Id }), IngestSetup),
  /** Makes the show's key anew. The old one ends at once, and so does the broadcast of an encoder that came with it. */
  renew: endpoint(
    'POST',
    '/api/shows/:id/ingest/key',
    z.object({ id: Id }),
    z.object({ key: z.string(), setup: IngestSetup }),
  ),
};

/** An encoder at a media process: `POST /api/media/ingest`, signed as facts are. RTMP knows the key only. */
export const IngestRequest = z.object({
  showId: z.optional(Id),
  key: z.string().check(z.maxLength(128)),
  protocol: z.enum(['whip', 'rtmp']),
  nodeId: z.string(),
  bootId: Id,
  /** What it offers cannot be taken: nothing begins, and the studio is told. */
  problem: z.optional(IngestProblem),
});
export type IngestRequest = z.infer<typeof IngestRequest>;
