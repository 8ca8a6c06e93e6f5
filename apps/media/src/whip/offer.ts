import { parse, parsePayloads, type MediaDescription, type SessionDescription } from 'sdp-transform';
import type { types } from 'mediasoup';
import { parseDtlsParameters, parseRtpParameters } from '../rtp-input.ts';
import { chooseCodec, type ChosenCodec } from './codecs.ts';
import { layersOf, smallestFirst } from './layers.ts';
import { wrong } from './sdp.ts';

/** One m-section of an offer, in its place: the answer has as many, in the same order. */
export type Section =
  { accepted: false; type: string; protocol: string; payloads: string; mid: string | null } | AcceptedSection;

export interface AcceptedSection {
  accepted: true;
  kind: types.MediaKind;
  protocol: string;
  mid: string;
  codec: ChosenCodec;
  extensions: { id: number; uri: string }[];
  /** What the router is told. */
  rtpParameters: types.RtpParameters;
  /** Of simulcast, as the offer lists them; empty without. */
  rids: string[];
}

export interface Offer {
  sections: Section[];
  dtls: types.DtlsParameters;
  ice: { ufrag: string; pwd: string };
  mixedExtensions: boolean;
}

/** Header extensions that the router knows. */
type Headers = Pick<types.RtpCapabilities, 'headerExtensions'>;

const MOST_SECTIONS = 8;
const iceUfrag = /^[a-zA-Z0-9+/]{4,256}$/;
const icePwd = /^[a-zA-Z0-9+/]{22,256}$/;

/**
 * What an encoder offers, as far as it can be taken: its first video and its first audio.
 * @throws AppError `invalid_request` naming the line, `unsupported_media` when it has no codec of ours.
 */
export function readOffer(sdp: string, known: Headers): Offer {
  if (!/^v=0\r?\n/.test(sdp)) throw wrong('sdp', 'does not begin with v=0');
  const session = parse(sdp);
  // Without an m= line there is no such array.
  const media = (session.media as MediaDescription[] | undefined) ?? [];
  if (media.length === 0) throw wrong('m=', 'the offer has no media');
  if (media.length > MOST_SECTIONS) throw wrong('m=', `${media.length} media, at most ${MOST_SECTIONS} are taken`);

  const taken = new Set<string>();
  const mids = new Set<string>();
  const sections = media.map((section): Section => {
    const mid = section.mid === undefined ? null : String(section.mid);
    if (mid !== null && mids.has(mid)) throw wrong('a=mid', `${mid} is given twice`);
    if (mid !== null) mids.add(mid);
    const sends =
      section.direction === undefined || section.direction === 'sendonly' || section.direction === 'sendrecv';
    const off = section.port === 0 && section.bundleOnly === undefined;
    if ((section.type !== 'video' && section.type !== 'audio') || !sends || off || taken.has(section.type)) {
      return {
        ...{ accepted: false, type: section.type, protocol: section.protocol },
        ...{ payloads: section.payloads ?? '0', mid },
      };
    }
    taken.add(section.type);
    return accept(section, section.type, mid, known);
  });
  const accepted = sections.filter((section) => section.accepted);
  if (!accepted.some(({ kind }) => kind === 'video')) throw wrong('m=video', 'the offer sends no video');
  requireBundle(session, accepted);
  const first = media[sections.indexOf(accepted[0]!)]!;
  return { sections, ...transportOf(session, first), mixedExtensions: session.extmapAllowMixed !== undefined };
}

function accept(section: MediaDescription, kind: types.MediaKind, mid: string | null, known: Headers): AcceptedSection {
  const line = `m=${kind}`;
  if (!/^UDP\/TLS\/RTP\/SAVPF?$/i.test(section.protocol))
    throw wrong(line, `${section.protocol} is not UDP/TLS/RTP/SAVPF`);
  if (mid === null || !/^[!-~]{1,8}$/.test(mid)) throw wrong(`${line} a=mid`, 'needs 1 to 8 characters');
  if (section.rtcpMux === undefined) throw wrong(`${line} a=rtcp-mux`, 'is required');
  const payloads = parsePayloads(section.payloads ?? '');
  if (payloads.length === 0 || payloads.length > 128 || payloads.some((one) => !(one >= 0 && one <= 127))) {
    throw wrong(line, 'needs payload types between 0 and 127');
  }
  const codec = chooseCodec(kind, section, payloads);
  const uris = new Set(
    (known.headerExtensions ?? []).filter((one) => one.kind === kind).map(({ uri }) => uri as string),
  );
  const extensions = (section.ext ?? [])
    .filter(({ uri, direction }) => uris.has(uri) && (direction === undefined || direction.startsWith('send')))
    .map(({ value, uri }) => ({ id: value, uri }));
  const rids = layersOf(section, line);
  const encodings = rids.length > 0 ? smallestFirst(rids).map((rid) => ({ rid })) : [singleStream(section, codec)];
  const { payloadType, name, clockRate, channels, parameters, feedback, rtx } = codec;
  const of = { clockRate, ...(channels !== null && { channels }) };
  const rtpParameters = parseRtpParameters(kind, {
    mid,
    codecs: [
      { ...of, mimeType: `${kind}/${name}`, payloadType, parameters, rtcpFeedback: feedback },
      ...(rtx === null ? [] : [{ ...of, mimeType: `${kind}/rtx`, payloadType: rtx, parameters: { apt: payloadType } }]),
    ],
    headerExtensions: extensions,
    encodings,
    rtcp: { reducedSize: true },
  });
  return { accepted: true, kind, protocol: section.protocol, mid, codec, extensions, rids, rtpParameters };
}

/** By its SSRC where the offer says it, or else by whatever comes with the section's mid. */
function singleStream(section: MediaDescription, codec: ChosenCodec): types.RtpEncodingParameters {
  const pair = section.ssrcGroups
    ?.find(({ semantics }) => semantics === 'FID')
    ?.ssrcs.split(' ')
    .map(Number);
  const ssrc = pair?.[0] ?? section.ssrcs?.[0]?.id;
  if (ssrc === undefined) return {};
  return { ssrc, ...(pair?.[1] !== undefined && codec.rtx !== null && { rtx: { ssrc: pair[1] } }) };
}

/** Everything comes over one transport. */
function requireBundle(session: SessionDescription, accepted: AcceptedSection[]): void {
  if (accepted.length < 2) return;
  const groups = (session.groups ?? []).filter(({ type }) => type === 'BUNDLE');
  const bundled = groups.some(({ mids }) => accepted.every(({ mid }) => String(mids).split(' ').includes(mid)));
  if (!bundled) throw wrong('a=group:BUNDLE', 'audio and video must be bundled');
}

function transportOf(session: SessionDescription, first: MediaDescription): Pick<Offer, 'dtls' | 'ice'> {
  const ufrag = String(first.iceUfrag ?? session.iceUfrag ?? '');
  const pwd = String(first.icePwd ?? session.icePwd ?? '');
  if (!iceUfrag.test(ufrag)) throw wrong('a=ice-ufrag', 'needs 4 to 256 characters of ICE');
  if (!icePwd.test(pwd)) throw wrong('a=ice-pwd', 'needs 22 to 256 characters of ICE');
  const setup = first.setup ?? session.setup ?? 'actpass';
  if (setup !== 'actpass' && setup !== 'active') throw wrong('a=setup', `${setup}: the answer is passive`);
  const fingerprint = first.fingerprint ?? session.fingerprint;
  if (!fingerprint) throw wrong('a=fingerprint', 'is required');
  const one = { algorithm: fingerprint.type.toLowerCase(), value: fingerprint.hash.toUpperCase() };
  try {
    return { ice: { ufrag, pwd }, dtls: parseDtlsParameters({ role: 'client', fingerprints: [one] }) };
  } catch {
    throw wrong('a=fingerprint', 'is not an algorithm and a hash that we know');
  }
}
