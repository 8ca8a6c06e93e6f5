/** What we read of an RTP packet, and all that we write again: no extensions, no contributing sources, no padding. */
export interface RtpPacket {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Buffer;
}

const HEADER = 12;

/** @returns null for what is no RTP, and for a packet without a payload (a probe of the sender's bandwidth) */
export function parseRtp(packet: Buffer): RtpPacket | null {
  if (packet.length < HEADER || packet[0]! >> 6 !== 2) return null;
  let start = HEADER + (packet[0]! & 0x0f) * 4;
  if (packet[0]! & 0x10) {
    if (packet.length < start + 4) return null;
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  const end = packet.length - (packet[0]! & 0x20 ? packet.at(-1)! : 0);
  if (start >= end) return null;
  return {
    payloadType: packet[1]! & 0x7f,
    marker: (packet[1]! & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(start, end),
  };
}

export function writeRtp({ payloadType, marker, sequence, timestamp, ssrc, payload }: RtpPacket): Buffer {
  const packet = Buffer.allocUnsafe(HEADER + payload.length);
  packet[0] = 0x80;
  packet[1] = (marker ? 0x80 : 0) | payloadType;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  // Modulo first: a bitwise operation would not stand a number of more than 32 bits.
  packet.writeUInt32BE(((timestamp % 0x1_0000_0000) + 0x1_0000_0000) % 0x1_0000_0000, 4);
  packet.writeUInt32BE(ssrc, 8);
  payload.copy(packet, HEADER);
  return packet;
}

/** How far `to` lies ahead of `from` in sequence numbers; negative when it is the older one. */
export const sequenceDistance = (from: number, to: number): number => ((to - from) << 16) >> 16;

/** The same for timestamps. */
export const timestampDistance = (from: number, to: number): number => (to - from) | 0;

export type VideoCodec = 'h264' | 'vp8';

const [H264_IDR, H264_SPS, H264_STAP_A, H264_FU_A] = [5, 7, 24, 28];

/** Whether a picture begins here from which a decoder can begin: with H264 its parameter sets count. */
export function startsKeyframe(codec: VideoCodec, payload: Buffer): boolean {
  return codec === 'h264' ? hasNal(payload, [H264_IDR, H264_SPS], true) : startsVp8Keyframe(payload);
}

/** Whether this is part of such a picture itself, not only of its parameter sets; of VP8 only the first packet tells. */
export function holdsKeyframe(codec: VideoCodec, payload: Buffer): boolean {
  return codec === 'h264' ? hasNal(payload, [H264_IDR], false) : startsVp8Keyframe(payload);
}

function hasNal(payload: Buffer, types: number[], begins: boolean): boolean {
  if ((payload[0]! & 0x1f) === H264_FU_A) {
    return payload.length > 1 && (!begins || (payload[1]! & 0x80) !== 0) && types.includes(payload[1]! & 0x1f);
  }
  return nalUnits(payload).some((nal) => types.includes(nal[0]! & 0x1f));
}

function startsVp8Keyframe(payload: Buffer): boolean {
  const first = payload[0]!;
  // The first partition begins here (S and PID 0), and what follows the descriptor is the header of a key frame.
  if ((first & 0x17) !== 0x10) return false;
  let at = 1;
  if (first & 0x80) {
    const extension = payload[at++] ?? 0;
    if (extension & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1;
    if (extension & 0x40) at += 1;
    if (extension & 0x30) at += 1;
  }
  return at < payload.length && (payload[at]! & 1) === 0;
}

/** The units of a STAP-A, or the one unit that a packet is. Fragments of a unit (FU-A) are none. */
export function nalUnits(payload: Buffer): Buffer[] {
  const type = payload[0]! & 0x1f;
  if (type > 0 && type < H264_STAP_A) return [payload];
  if (type !== H264_STAP_A) return [];
  const units: Buffer[] = [];
  for (let at = 1; at + 2 <= payload.length;) {
    const length = payload.readUInt16BE(at);
    if (length === 0 || at + 2 + length > payload.length) break;
    units.push(payload.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return units;
}
