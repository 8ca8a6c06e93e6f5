import { write, type MediaDescription, type SessionDescription } from 'sdp-transform';
import type { types } from 'mediasoup';
import type { AcceptedSection, Offer } from './offer.ts';

/** The parts of a transport that an encoder has to know. */
export type Endpoint = Pick<types.WebRtcTransport, 'iceParameters' | 'iceCandidates' | 'dtlsParameters'>;

/** One BUNDLE, ice-lite and passive: the encoder comes to us. What was not taken has port 0. */
export function writeAnswer(offer: Offer, endpoint: Endpoint): string {
  const fingerprint = endpoint.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')!;
  const bundled = offer.sections.flatMap((section) => (section.accepted ? [section.mid] : []));
  const session: SessionDescription = {
    version: 0,
    origin: { username: '-', sessionId: Date.now(), sessionVersion: 1, netType: 'IN', ipVer: 4, address: '127.0.0.1' },
    name: 'Engawa',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value },
    msidSemantic: { semantic: 'WMS', token: '*' },
    groups: [{ type: 'BUNDLE', mids: bundled.join(' ') }],
    ...(offer.mixedExtensions && { extmapAllowMixed: 'extmap-allow-mixed' as const }),
    media: offer.sections.map((section) =>
      section.accepted
        ? accepted(section, endpoint)
        : {
            ...{
              type: section.type,
              port: 0,
              protocol: section.protocol,
              payloads: section.payloads,
              rtp: [],
              fmtp: [],
            },
            ...(section.mid !== null && { mid: section.mid }),
            direction: 'inactive',
          },
    ),
  };
  return write(session);
}

function accepted(
  { kind, protocol, mid, codec, extensions, rids }: AcceptedSection,
  endpoint: Endpoint,
): MediaDescription {
  const { payloadType, name, clockRate, channels, fmtp, feedback, rtx } = codec;
  const rtp = { payload: payloadType, codec: name, rate: clockRate, ...(channels !== null && { encoding: channels }) };
  return {
    type: kind,
    port: 7, // as every answer of a bundle has it: the candidates say where to go
    protocol,
    payloads: [payloadType, ...(rtx === null ? [] : [rtx])].join(' '),
    connection: { version: 4, ip: '127.0.0.1' },
    rtp: [rtp, ...(rtx === null ? [] : [{ payload: rtx, codec: 'rtx', rate: clockRate }])],
    fmtp: [
      ...(fmtp === null ? [] : [{ payload: payloadType, config: kind === 'audio' ? stereo(fmtp) : fmtp }]),
      ...(rtx === null ? [] : [{ payload: rtx, config: `apt=${payloadType}` }]),
    ],
    rtcpFb: feedback.map(({ type, parameter }) => ({
      ...{ payload: payloadType, type },
      ...(parameter !== undefined && { subtype: parameter }),
    })),
    ext: extensions.map(({ id, uri }) => ({ value: id, uri })),
    mid,
    direction: 'recvonly',
    setup: 'passive',
    rtcpMux: 'rtcp-mux',
    rtcpRsize: 'rtcp-rsize',
    ...(rids.length > 0 && {
      rids: rids.map((id) => ({ id, direction: 'recv' })),
      simulcast: { dir1: 'recv' as const, list1: rids.join(';') },
    }),
    ...iceOf(endpoint),
  };
}

/** Encoders send one channel unless they are asked for two. */
const stereo = (fmtp: string) => (/(^|;)\s*stereo=/.test(fmtp) ? fmtp : `${fmtp};stereo=1`);

function iceOf({ iceParameters, iceCandidates }: Endpoint) {
  return {
    iceUfrag: iceParameters.usernameFragment,
    icePwd: iceParameters.password,
    candidates: iceCandidates.map(({ foundation, protocol, priority, address, port, type, tcpType }) => ({
      ...{ foundation, component: 1, transport: protocol, priority, ip: address, port, type },
      ...(tcpType !== undefined && { tcptype: tcpType }),
    })),
    endOfCandidates: 'end-of-candidates' as const,
  };
}
