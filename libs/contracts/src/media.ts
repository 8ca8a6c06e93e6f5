import * as z from 'zod/mini';
import { Id, Time } from './ids.ts';
import { Encoder } from './ingest.ts';
import { EndReason } from './shows.ts';
import { ParticipantRole, Stage } from './stage.ts';
import { TimeMap } from './time-map.ts';

/**
 * Signalling between a browser and a media process: socket.io at `MediaGrant.url`, path `/media`, websocket only, `auth: { grant }`.
 * A grant names one broadcast, a role and an end; the process holds no other truth. All calls are idempotent: an ack that
 * timed out may be repeated and answers what the first call made.
 */
export const GrantRole = z.enum([
  'host',
  'viewer',
  'guest', // invited by link: sends, and is seen by viewers while the host has them on air
  'studio', // staff before the show's desk: sees all who wait, sends nothing, is no viewer
]);
export const GrantClaims = z.object({
  broadcastId: Id,
  showId: Id,
  role: GrantRole,
  subject: z.string(), // member or viewer id; of a guest the participant's
  guest: z.optional(z.object({ participantId: Id, name: z.string(), role: ParticipantRole })), // of a guest
  originNode: z.optional(z.string()), // a viewer's: the media process that has the broadcast, while another serves them
  plainIngest: z.optional(z.boolean()), // the demo bot and encoders on this machine may send plain RTP
});
export type GrantClaims = z.infer<typeof GrantClaims>;

/** mediasoup's own structures travel as it defines them; the process checks the parts that can throw before it passes them on. */
const Opaque = z.record(z.string(), z.unknown());

export const TransportInfo = z.object({
  id: z.string(),
  iceParameters: Opaque,
  iceCandidates: z.array(Opaque),
  dtlsParameters: Opaque,
  sctpParameters: z.optional(Opaque),
});

export const ConsumerInfo = z.object({
  id: z.string(),
  producerId: z.string(),
  kind: z.enum(['audio', 'video']),
  source: z.enum(['camera', 'screen', 'microphone']),
  participantId: z.optional(Id), // of a co-host or guest; the host's own have none
  rtpParameters: Opaque,
});

export const mediaEvents = {
  /** First call. Answers the router's capabilities and what is being sent now. */
  'media.hello': {
    request: z.object({}),
    reply: z.object({
      broadcastId: Id,
      role: GrantRole,
      rtpCapabilities: Opaque,
      producers: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(['audio', 'video']),
          source: z.enum(['camera', 'screen', 'microphone']),
          participantId: z.optional(Id),
          paused: z.boolean(),
        }),
      ),
    }),
  },
  /** One transport per direction and connection; `send` only for host and guests. */
  'transport.create': {
    request: z.object({ direction: z.enum(['send', 'receive']), forceTcp: z.optional(z.boolean()) }),
    reply: TransportInfo,
  },
  'transport.connect': { request: z.object({ transportId: z.string(), dtlsParameters: Opaque }), reply: z.object({}) },
  'transport.restartIce': {
    request: z.object({ transportId: z.string() }),
    reply: z.object({ iceParameters: Opaque }),
  },
  /** maxBitrate in bits per second, an integer. */
  'transport.limit': {
    request: z.object({ transportId: z.string(), maxBitrate: z.int().check(z.minimum(50_000), z.maximum(20_000_000)) }),
    reply: z.object({}),
  },
  /** One producer per source; producing a source again replaces it. Guests have no screen to share, co-hosts do. */
  'producer.create': {
    request: z.object({
      transportId: z.string(),
      kind: z.enum(['audio', 'video']),
      source: z.enum(['camera', 'screen', 'microphone']),
      rtpParameters: Opaque,
    }),
    reply: z.object({ producerId: z.string() }),
  },
  'producer.pause': { request: z.object({ producerId: z.string(), paused: z.boolean() }), reply: z.object({}) },
  'producer.close': { request: z.object({ producerId: z.string() }), reply: z.object({}) },
  /** Consumers of every producer of the host, made paused; with `guests` also of whoever of them this role may see. */
  'consumer.createAll': {
    request: z.object({ transportId: z.string(), rtpCapabilities: Opaque, guests: z.optional(z.boolean()) }),
    reply: z.object({ consumers: z.array(ConsumerInfo) }),
  },
  'consumer.resume': { request: z.object({ consumerId: z.string() }), reply: z.object({}) },
  /** Plain RTP from this machine (ffmpeg): answers loopback ports. Needs `plainIngest` in a host's grant. Video is H264, payload type 102, audio Opus 48 kHz stereo, payload type 100. */
  'ingest.plain': {
    request: z.object({ videoSsrc: z.int(), audioSsrc: z.int() }),
    reply: z.object({
      address: z.string(),
      videoPort: z.int(),
      videoRtcpPort: z.int(),
      audioPort: z.int(),
      audioRtcpPort: z.int(),
    }),
  },
};
export type MediaEvents = typeof mediaEvents;

export const mediaPushes = {
  /** To viewers: a new producer was made (ask `consumer.createAll` again; known consumers are answered unchanged), or one went away. */
  'producers.changed': z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  'producer.paused': z.object({ producerId: z.string(), paused: z.boolean() }),
  /** To a guest who sends from another page or device now. */
  'participant.replaced': z.object({}),
  /** The broadcast is over; the room of the show says what comes next. */
  'broadcast.ended': z.object({ reason: EndReason }),
};
export type MediaPushes = typeof mediaPushes;

/** What went wrong with a transmission without ending it. */
export const IncidentKind = z.enum([
  'b_frames', // the encoder sends B-frames, which viewers by WebRTC see as 2 frames a second
  'keyframe_interval', // too long between keyframes for those who join
  'wrong_codec', // the encoder offers nothing that we can pass on
  'transcoding', // no H264 from this host: the LL-HLS path costs a transcode
  'packager_restarted', // the LL-HLS path had a discontinuity
  'packager_gone', // it does not come back: the show is WebRTC only
  'disk_full', // the recording stopped, the show goes on
  'host_back', // the host's media was away and is back
]);
export type IncidentKind = z.infer<typeof IncidentKind>;

/** Purpose of the token in the address of an MP4, `/replay/<showId>/show.mp4?token=…`: `sub` is the show, `name` what the file is called. */
export const REPLAY_DOWNLOAD = 'replay-download';

/** What became of a show's recording. `ready` may come several times: first to be watched, then with its MP4, thumbnails and place in a bucket. */
export const Recording = z.discriminatedUnion('state', [
  z.object({ state: z.literal('progress') }), // the process is at it
  z.object({
    state: z.literal('ready'),
    baseUrl: z.nullable(z.string()), // where its files are; null: at this process, under /replay/<showId>
    storage: z.enum(['disk', 's3']),
    seconds: z.number().check(z.minimum(0)),
    bytes: z.int().check(z.minimum(0)),
    map: TimeMap,
    broadcastIds: z.array(Id), // of which something is in it
    hasMp4: z.boolean(),
    hasThumbnails: z.boolean(),
  }),
  z.object({ state: z.literal('failed'), reason: z.enum(['nothing_recorded', 'unreadable']) }),
  z.object({ state: z.literal('removed') }),
]);
export type Recording = z.infer<typeof Recording>;

/** Facts that a media process posts to `POST /api/media/facts` of the api, signed with the shared secret (`Authorization: Bearer <jwt>`). */
export const MediaFact = z.discriminatedUnion('type', [
  /** Each second, and at start. `bootId` is new at each start: broadcasts of another boot of this node are lost. */
  z.object({
    type: z.literal('heartbeat'),
    nodeId: z.string(),
    bootId: Id,
    publicUrl: z.string(), // what browsers connect to
    controlUrl: z.string(), // where the api sends `stop`
    maxViewers: z.int(), // by WebRTC, as many as it takes
    /** Broadcasts of other processes that it serves to viewers by WebRTC. */
    edges: z.array(z.object({ broadcastId: Id, viewers: z.int() })),
    packager: z.boolean(), // it can package for LL-HLS: ffmpeg is there
    broadcasts: z.array(
      z.object({
        id: Id,
        viewers: z.int(), // by WebRTC
        hlsViewers: z.int(), // who asked for a part or playlist lately
        hlsDelayMs: z.nullable(z.int()), // from the worker to the newest part that can be fetched; null without a playlist
        encoder: z.optional(Encoder), // absent: the host sends from the studio
        stageVersion: z.optional(z.int()), // of the stage that it enforces
      }),
    ),
    at: Time,
  }),
  /** First media of the host arrived. */
  z.object({ type: z.literal('ready'), nodeId: z.string(), bootId: Id, broadcastId: Id, at: Time }),
  z.object({ type: z.literal('ended'), nodeId: z.string(), bootId: Id, broadcastId: Id, reason: EndReason, at: Time }),
  /** Something that the host should know of, in a word; the studio has the words for what they can do about it. */
  z.object({
    type: z.literal('incident'),
    nodeId: z.string(),
    bootId: Id,
    broadcastId: Id,
    incident: IncidentKind,
    details: z.record(z.string(), z.union([z.string(), z.number()])), // figures, e.g. { intervalMs: 4000 }
    at: Time,
  }),
  z.object({
    type: z.literal('recording'),
    nodeId: z.string(),
    bootId: Id,
    showId: Id,
    recording: Recording,
    at: Time,
  }),
]);
export type MediaFact = z.infer<typeof MediaFact>;

/** `at` answers a heartbeat: the clock by which pins and deals are dated, so that a playlist can be dated by it too. */
export const MediaFactAnswer = z.object({ at: z.optional(Time) });
export type MediaFactAnswer = z.infer<typeof MediaFactAnswer>;

/** From api to media, `POST <controlUrl>/control` with the same signature. */
export const MediaCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop'), broadcastId: Id, reason: EndReason }),
  /** A viewer was banned: drop their connections. */
  z.object({ type: z.literal('remove'), broadcastId: Id, subject: z.string() }),
  /** The show is over: make its replay and tell by `recording` facts. Asked again, it goes on from what is there. */
  z.object({ type: z.literal('finishRecording'), showId: Id }),
  z.object({ type: z.literal('removeRecording'), showId: Id }),
  /** Who is on air, muted, removed. Sent with each change, and again when a heartbeat names another version. */
  z.object({ type: z.literal('stage'), broadcastId: Id, stage: Stage, removed: z.array(Id) }),
  /** The show is over, also where its last broadcast was over before: playlists end, and recordings can be finished. */
  z.object({ type: z.literal('finish'), showId: Id }),
]);
export type MediaCommand = z.infer<typeof MediaCommand>;

/** Quality that the studio shows, polled by the host from its own transport statistics; kept here for its limits. */
export const healthLimits = { goodRttMs: 150, goodBitrate: 900_000, cutAfterMs: 3_000 } as const;
