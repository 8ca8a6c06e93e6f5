import type { output } from 'zod/mini';
import type { ConsumerInfo, TransportInfo } from '#contracts/media';

type Transport = output<typeof TransportInfo>;
type Candidate = {
  foundation: string;
  priority: number;
  address: string;
  protocol: string;
  port: number;
  type: string;
};
type Fingerprint = { algorithm: string; value: string };
type Codec = { mimeType: string; payloadType: number; clockRate: number; channels?: number; parameters: object };
type Parameters = { codecs: Codec[]; encodings: { ssrc: number }[] };

export const candidatesOf = ({ iceCandidates }: Transport): Candidate[] => iceCandidates as Candidate[];

/** What a media process sends, in the words of SDP. */
export function offerOf(transport: Transport, { kind, rtpParameters }: output<typeof ConsumerInfo>): string {
  const { codecs, encodings } = rtpParameters as unknown as Parameters;
  const [codec] = codecs as [Codec];
  return descriptionOf(transport, 'actpass', [
    ...mediaOf(kind, '0', 'sendonly', codec),
    `a=ssrc:${encodings[0]!.ssrc} cname:host`,
  ]);
}

/** That it takes what is sent with these parameters, in this order. */
export function answerOf(transport: Transport, sent: { kind: string; parameters: Record<string, unknown> }[]): string {
  return descriptionOf(
    transport,
    'passive',
    sent.flatMap(({ kind, parameters }) => {
      const { mid, codecs } = parameters as unknown as Parameters & { mid: string };
      return mediaOf(kind, mid, 'recvonly', codecs[0]!);
    }),
  );
}

function mediaOf(kind: string, mid: string, direction: string, codec: Codec): string[] {
  const { payloadType, clockRate, channels } = codec;
  const settings = Object.entries(codec.parameters).map(([name, value]) => `${name}=${value}`);
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${mid}`,
    `a=${direction}`,
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${codec.mimeType.split('/')[1]}/${clockRate}${channels ? `/${channels}` : ''}`,
    ...(settings.length > 0 ? [`a=fmtp:${payloadType} ${settings.join(';')}`] : []),
  ];
}

function descriptionOf(transport: Transport, setup: 'actpass' | 'passive', media: string[]): string {
  const { usernameFragment, password } = transport.iceParameters as { usernameFragment: string; password: string };
  const { fingerprints } = transport.dtlsParameters as { fingerprints: Fingerprint[] };
  const { value } = fingerprints.find(({ algorithm }) => algorithm === 'sha-256')!;
  const mids = media.filter((line) => line.startsWith('a=mid:')).map((line) => line.slice('a=mid:'.length));
  const candidates = candidatesOf(transport).filter(({ protocol }) => protocol === 'udp');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=ice-lite',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${value}`,
    `a=setup:${setup}`,
    ...media,
    ...candidates.map(
      ({ foundation, priority, address, port, type }) =>
        `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}`,
    ),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
