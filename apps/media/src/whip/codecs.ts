import type { types } from 'mediasoup';
import type { MediaDescription } from 'sdp-transform';
import { AppError } from '#platform/app-error';
import { settingsOf } from './sdp.ts';

/** The codec of an offer that is taken, with the offer's own numbers. */
export interface ChosenCodec {
  payloadType: number;
  name: string;
  clockRate: number;
  channels: number | null;
  /** As it stands in the offer. */
  fmtp: string | null;
  feedback: { type: string; parameter?: string }[];
  /** Payload type of its retransmissions. */
  rtx: number | null;
  /** What the router is told: viewers are offered the same whichever encoder sends. */
  parameters: Record<string, string | number>;
}

const feedbackWeGive = new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']);

/**
 * Browsers decode all of these by the decoder that they offer for `42e01f`. Those of fewer tools first: an encoder that may choose
 * should send what every phone plays.
 */
const profiles = ['42e0', '4200', '4d', '64'];

/**
 * H264 before VP8, as only it reaches the HLS path without a transcode; Opus.
 * @throws AppError `unsupported_media` with what was offered
 */
export function chooseCodec(kind: types.MediaKind, section: MediaDescription, payloads: number[]): ChosenCodec {
  const offered = payloads.flatMap((payload) => section.rtp.filter((one) => one.payload === payload));
  const rated = offered
    .map((codec) => ({ codec, rank: kind === 'video' ? rankOfVideo(section, codec) : rankOfAudio(codec) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank! - b.rank!);
  const best = rated[0]?.codec;
  if (!best) {
    const names = offered.map(({ codec, payload }) => nameOf(section, codec, payload));
    throw new AppError(
      'unsupported_media',
      {
        field: `m=${kind}`,
        offered: [...new Set(names)].slice(0, 12).join(', '),
        wanted: kind === 'video' ? 'H264, VP8' : 'opus',
      },
      `m=${kind}: no codec that we have`,
    );
  }
  const { payload } = best;
  const rtx = offered.find(
    (one) => one.codec.toLowerCase() === 'rtx' && settingsOf(section, one.payload).apt === payload,
  );
  const feedback = (section.rtcpFb ?? [])
    .filter((one) => one.payload === payload || one.payload === '*')
    .map(({ type, subtype }) => ({ type, ...(subtype !== undefined && { parameter: subtype }) }))
    .filter(({ type, parameter }) => feedbackWeGive.has(parameter === undefined ? type : `${type} ${parameter}`));
  const name = best.codec.toLowerCase();
  return {
    payloadType: payload,
    name: best.codec,
    clockRate: best.rate ?? 0,
    channels: kind === 'audio' ? 2 : null,
    fmtp: section.fmtp.find((one) => one.payload === payload)?.config ?? null,
    feedback,
    rtx: rtx?.payload ?? null,
    parameters:
      name === 'h264'
        ? { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 }
        : name === 'opus'
          ? { useinbandfec: 1, 'sprop-stereo': 1 }
          : {},
  };
}

type OfferedCodec = MediaDescription['rtp'][number];

function rankOfVideo(section: MediaDescription, { codec, payload, rate }: OfferedCodec): number | null {
  if (rate !== 90_000) return null;
  if (codec.toLowerCase() === 'vp8') return profiles.length;
  if (codec.toLowerCase() !== 'h264') return null;
  const settings = settingsOf(section, payload);
  if (settings['packetization-mode'] !== 1) return null;
  const profile = String(settings['profile-level-id'] ?? '420010').toLowerCase();
  const rank = profiles.findIndex((one) => profile.startsWith(one));
  return rank === -1 ? null : rank;
}

const rankOfAudio = ({ codec, rate, encoding }: OfferedCodec): number | null =>
  codec.toLowerCase() === 'opus' && rate === 48_000 && Number(encoding) === 2 ? 0 : null;

function nameOf(section: MediaDescription, codec: string, payload: number): string {
  if (codec.toLowerCase() !== 'h264') return codec.slice(0, 24);
  const settings = settingsOf(section, payload);
  return `H264 (${String(settings['profile-level-id'] ?? 'no profile').slice(0, 12)}, packetization-mode ${String(settings['packetization-mode'] ?? 0).slice(0, 4)})`;
}
