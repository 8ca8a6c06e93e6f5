import type { types } from 'mediasoup';
import * as z from 'zod/mini';
import { AppError } from '#platform/app-error';
import { validate } from '#platform/validate';

/*
 * What a client says about RTP and DTLS, before mediasoup hears it. mediasoup writes a request into one buffer per worker
 * while it checks it: a value that throws half-way (`maxBitrate: 1.5` does) leaves that buffer open, and every later
 * request of that worker, of any broadcast, then fails. So nothing that could throw there may get that far.
 */
const word = (length: number) => z.string().check(z.maxLength(length));
const uint32 = z.int().check(z.minimum(1), z.maximum(0xffff_ffff));
const payloadType = z.int().check(z.minimum(0), z.maximum(127));
const extensionId = z.int().check(z.minimum(1), z.maximum(255));
const mimeType = z.string().check(z.regex(/^(audio|video)\/[a-z0-9-]{1,32}$/i));
const clockRate = z.int().check(z.minimum(1), z.maximum(1_000_000));
const channels = z.int().check(z.minimum(1), z.maximum(8));
const int32 = z.int().check(z.minimum(-0x8000_0000), z.maximum(0x7fff_ffff));
const codecSettings = z
  .record(word(64), z.union([int32, word(255)]))
  .check(z.refine((settings) => Object.keys(settings).length <= 32, 'too many'));
const feedback = z.array(z.object({ type: word(32), parameter: z.optional(word(32)) })).check(z.maxLength(16));

/** Header extensions that mediasoup knows; a sender's others are dropped, as a receiver that does not know them would. */
const knownExtensions = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
]);

const RtpParameters = z.object({
  mid: z.optional(word(8)),
  codecs: z
    .array(
      z.object({
        mimeType,
        payloadType,
        clockRate,
        channels: z.optional(channels),
        parameters: z.optional(codecSettings),
        rtcpFeedback: z.optional(feedback),
      }),
    )
    .check(z.minLength(1), z.maxLength(16)),
  headerExtensions: z.optional(
    z.array(z.object({ uri: word(255), id: extensionId, encrypt: z.optional(z.boolean()) })).check(z.maxLength(32)),
  ),
  encodings: z
    .array(
      z.object({
        ssrc: z.optional(uint32),
        rid: z.optional(word(16)),
        codecPayloadType: z.optional(payloadType),
        rtx: z.optional(z.object({ ssrc: uint32 })),
        dtx: z.optional(z.boolean()),
        scalabilityMode: z.optional(z.string().check(z.regex(/^[LS][1-9]T[1-9](h|_KEY|_KEY_SHIFT)?$/))),
        maxBitrate: z.optional(z.int().check(z.minimum(0), z.maximum(20_000_000))),
      }),
    )
    .check(z.minLength(1), z.maxLength(3)),
  rtcp: z.optional(z.object({ cname: z.optional(word(255)), reducedSize: z.optional(z.boolean()) })),
  msid: z.optional(word(255)),
});

const RtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        mimeType,
        preferredPayloadType: payloadType,
        clockRate,
        channels: z.optional(channels),
        parameters: z.optional(codecSettings),
        rtcpFeedback: z.optional(feedback),
      }),
    )
    .check(z.maxLength(128)),
  headerExtensions: z.optional(
    z
      .array(
        z.object({
          kind: z.enum(['audio', 'video']),
          uri: word(255),
          preferredId: extensionId,
          preferredEncrypt: z.optional(z.boolean()),
          direction: z.optional(z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])),
        }),
      )
      .check(z.maxLength(64)),
  ),
});

const DtlsParameters = z.object({
  role: z.optional(z.enum(['auto', 'client', 'server'])),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().check(z.regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){19,63}$/i)),
      }),
    )
    .check(z.minLength(1), z.maxLength(8)),
});

/** @throws AppError `invalid_request` naming the field, `unsupported_media` when a codec is not of `kind`. */
export function parseRtpParameters(kind: types.MediaKind, value: unknown): types.RtpParameters {
  const parsed = validate(RtpParameters, value);
  for (const codec of parsed.codecs) {
    if (!codec.mimeType.toLowerCase().startsWith(`${kind}/`)) {
      throw new AppError('unsupported_media', { field: 'codecs', reason: `${codec.mimeType} is not ${kind}` });
    }
  }
  const headerExtensions = (parsed.headerExtensions ?? []).filter(({ uri }) => knownExtensions.has(uri));
  return { ...parsed, headerExtensions } as types.RtpParameters;
}

/** @throws AppError `invalid_request` naming the field. */
export function parseRtpCapabilities(value: unknown): types.RtpCapabilities {
  return validate(RtpCapabilities, value) as types.RtpCapabilities;
}

/** @throws AppError `invalid_request` naming the field. */
export function parseDtlsParameters(value: unknown): types.DtlsParameters {
  return validate(DtlsParameters, value) as types.DtlsParameters;
}
