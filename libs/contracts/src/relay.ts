import * as z from 'zod/mini';
import { Id } from './ids.ts';
import { ConsumerInfo } from './media.ts';
import { Stage } from './stage.ts';

/**
 * Between two media processes: the one that has a broadcast, and an edge that serves viewers of it. socket.io at the other's
 * control URL, path `/media`, namespace `/relay`, `auth: { token, broadcastId }` with a service token. What `mediaPushes` says of
 * producers and of the end, the edge is told too.
 */
export const RelayAuth = z.object({ token: z.string(), broadcastId: Id });

const Srtp = z.object({ cryptoSuite: z.enum(['AEAD_AES_256_GCM', 'AEAD_AES_128_GCM']), keyBase64: z.string() });

/** One end of a pipe, as the other end has to know it. */
export const PipeEnd = z.object({
  address: z.string().check(z.minLength(1), z.maxLength(255)),
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
  srtp: Srtp,
});
export type PipeEnd = z.infer<typeof PipeEnd>;

export const RelayedProducer = z.object({
  id: z.string(),
  kind: z.enum(['audio', 'video']),
  source: ConsumerInfo.shape.source,
  participantId: z.optional(Id), // of a co-host or guest
  paused: z.boolean(),
  rtpParameters: z.record(z.string(), z.unknown()),
});

export const relayEvents = {
  /** First call: connects the pipe. Repeated, it answers the end that the first one made. */
  'relay.open': { request: PipeEnd, reply: PipeEnd },
  /** All that viewers may have, flowing into the pipe from now on. Asked again after `producers.changed`. */
  'relay.producers': {
    request: z.object({}),
    reply: z.object({ stage: Stage, producers: z.array(RelayedProducer) }),
  },
};
export type RelayEvents = typeof relayEvents;
