import { parse, type MediaDescription } from 'sdp-transform';
import type { Endpoint } from './answer.ts';
import { wrong } from './sdp.ts';

/** What a PATCH says of the encoder's ICE. Its candidates are of no use to us: we are ice-lite, and answer where we are asked from. */
export interface Fragment {
  ufrag: string;
  pwd: string;
}

const MOST_LINES = 400;

/** @throws AppError `invalid_request` naming the line */
export function readFragment(text: string): Fragment {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length === 0) throw wrong('sdpfrag', 'is empty');
  if (lines.length > MOST_LINES) throw wrong('sdpfrag', `${lines.length} lines, at most ${MOST_LINES} are taken`);
  const strange = lines.findIndex((line) => !/^[a-z]=[^\0]*$/.test(line));
  if (strange !== -1) throw wrong(`line ${strange + 1}`, 'is not of an SDP');
  const session = parse(`${lines.join('\r\n')}\r\n`);
  const section = (session.media as MediaDescription[] | undefined)?.find(({ iceUfrag }) => iceUfrag !== undefined);
  const ufrag = String(section?.iceUfrag ?? session.iceUfrag ?? '');
  const pwd = String(section?.icePwd ?? session.icePwd ?? '');
  if (!/^[a-zA-Z0-9+/]{4,256}$/.test(ufrag)) throw wrong('a=ice-ufrag', 'is required');
  if (!/^[a-zA-Z0-9+/]{22,256}$/.test(pwd)) throw wrong('a=ice-pwd', 'is required');
  return { ufrag, pwd };
}

/** Our side of an ICE restart. */
export function writeFragment(
  { iceParameters, iceCandidates }: Pick<Endpoint, 'iceParameters' | 'iceCandidates'>,
  mid: string,
): string {
  const lines = [
    'a=ice-lite',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    `a=mid:${mid}`,
    ...iceCandidates.map(
      ({ foundation, protocol, priority, address, port, type, tcpType }) =>
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`,
    ),
    'a=end-of-candidates',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
