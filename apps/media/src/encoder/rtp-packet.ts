/** What is asked of an RTP packet of an encoder. */
export interface RtpPacket {
  sequence: number;
  timestamp: number;
  payload: Buffer;
}

/** @returns null for what is no RTP (RFC 3550) */
export function readRtp(packet: Buffer): RtpPacket | null {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) return null;
  let start = 12 + 4 * (packet[0]! & 0x0f);
  if (packet[0]! & 0x10) {
    if (packet.length < start + 4) return null;
    start += 4 + 4 * packet.readUInt16BE(start + 2);
  }
  const padding = packet[0]! & 0x20 ? packet.at(-1)! : 0;
  if (start + padding > packet.length) return null;
  return {
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    payload: packet.subarray(start, packet.length - padding),
  };
}

/** What the beginning of a picture tells. */
export interface PictureStart {
  keyframe: boolean;
  width: number | null;
  height: number | null;
  /** H264's `profile_idc`. */
  profile: number | null;
}

const nothing: PictureStart = { keyframe: false, width: null, height: null, profile: null };

/** H264 as RFC 6184 packs it: keyframes by their slices, size and profile by the sequence parameter set. */
export function readH264(payload: Buffer): PictureStart {
  if (payload.length < 2) return nothing;
  const type = payload[0]! & 0x1f;
  if (type === 28) {
    const starts = (payload[1]! & 0x80) !== 0;
    return { ...nothing, keyframe: starts && (payload[1]! & 0x1f) === 5 };
  }
  if (type !== 24) return readNal(payload);
  let found = nothing;
  for (let at = 1; at + 2 < payload.length;) {
    const size = payload.readUInt16BE(at);
    const nal = readNal(payload.subarray(at + 2, at + 2 + size));
    found = {
      keyframe: found.keyframe || nal.keyframe,
      width: nal.width ?? found.width,
      height: nal.height ?? found.height,
      profile: nal.profile ?? found.profile,
    };
    at += 2 + size;
  }
  return found;
}

function readNal(nal: Buffer): PictureStart {
  const type = (nal[0] ?? 0) & 0x1f;
  if (type === 5) return { ...nothing, keyframe: true };
  if (type !== 7) return nothing;
  try {
    return { keyframe: false, ...readParameterSet(nal) };
  } catch {
    return nothing; // shorter than it says
  }
}

/** VP8 as RFC 7741 packs it. */
export function readVp8(payload: Buffer): PictureStart {
  let at = 1;
  const descriptor = payload[0] ?? 0;
  if (descriptor & 0x80) {
    const extension = payload[at++] ?? 0;
    if (extension & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1;
    if (extension & 0x40) at += 1;
    if (extension & 0x30) at += 1;
  }
  const begins = (descriptor & 0x10) !== 0 && (descriptor & 0x07) === 0;
  if (!begins || payload.length < at + 10 || payload[at]! & 1) return nothing;
  return {
    keyframe: true,
    width: payload.readUInt16LE(at + 6) & 0x3fff,
    height: payload.readUInt16LE(at + 8) & 0x3fff,
    profile: null,
  };
}

const withChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Width, height and profile of H264's sequence parameter set (ITU-T H.264, 7.3.2.1.1).
 * @throws RangeError for one that ends too early
 */
export function readParameterSet(nal: Buffer): Omit<PictureStart, 'keyframe'> {
  const bits = new Bits(nal.subarray(1));
  const profile = bits.take(8);
  bits.take(16); // constraints and level
  bits.golomb(); // id
  let chroma = 1;
  if (withChroma.has(profile)) {
    chroma = bits.golomb();
    if (chroma === 3) bits.take(1);
    bits.golomb();
    bits.golomb();
    bits.take(1);
    if (bits.take(1)) skipScaling(bits, chroma === 3 ? 12 : 8);
  }
  bits.golomb(); // log2_max_frame_num
  const order = bits.golomb();
  if (order === 0) bits.golomb();
  else if (order === 1) {
    bits.take(1);
    bits.golomb();
    bits.golomb();
    for (let left = bits.golomb(); left > 0; left -= 1) bits.golomb();
  }
  bits.golomb(); // reference frames
  bits.take(1);
  const width = 16 * (bits.golomb() + 1);
  const units = bits.golomb() + 1;
  const frames = bits.take(1);
  if (!frames) bits.take(1);
  bits.take(1);
  let [left, right, top, bottom] = [0, 0, 0, 0];
  if (bits.take(1)) [left, right, top, bottom] = [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()];
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (2 - frames);
  return {
    width: width - cropX * (left + right),
    height: 16 * units * (2 - frames) - cropY * (top + bottom),
    profile,
  };
}

function skipScaling(bits: Bits, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (!bits.take(1)) continue;
    let [last, next] = [8, 8];
    for (let entry = 0; entry < (list < 6 ? 16 : 64); entry += 1) {
      if (next !== 0) next = (last + bits.signedGolomb() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

/** Bits of a NAL unit, without the bytes that keep start codes out of it. */
class Bits {
  readonly #bytes: number[] = [];
  #at = 0;

  constructor(data: Buffer) {
    let zeros = 0;
    for (const byte of data) {
      if (zeros >= 2 && byte === 3) zeros = 0;
      else {
        this.#bytes.push(byte);
        zeros = byte === 0 ? zeros + 1 : 0;
      }
    }
  }

  /** @throws RangeError behind the end */
  take(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('no more bits');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  golomb(): number {
    let zeros = 0;
    while (this.take(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.take(zeros);
  }

  signedGolomb(): number {
    const value = this.golomb();
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2;
  }
}
