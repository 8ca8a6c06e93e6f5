import { readParameterSet } from '../encoder/rtp-packet.ts';
import type { Init } from './fragments.ts';

const HEADER = 8;
/** Where the entry of a track of pictures has its size, and how long it is before the boxes in it. */
const ENTRY = { width: 24, height: 26, boxes: 78 };
const STSD_BOXES = 8;
const NAL = { sps: 7, pps: 8 };
const fits = (size: number) => size > 0 && size <= 0x3fff;
const isSlice = (type: number) => type >= 1 && type <= 5;

export interface ParameterSets {
  sps: Buffer;
  pps: Buffer;
}

/** H264's parameter sets at the beginning of a picture, as MP4 holds it: units behind their lengths. */
export function parameterSetsAt(bytes: Buffer): ParameterSets | null {
  let sps: Buffer | null = null;
  let pps: Buffer | null = null;
  for (let at = 0; at + 5 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const unit = bytes.subarray(at + 4, at + 4 + length);
    if (length === 0 || unit.length < length) return null;
    const type = unit[0]! & 0x1f;
    if (isSlice(type)) break;
    if (type === NAL.sps) sps ??= unit;
    else if (type === NAL.pps) pps ??= unit;
    at += 4 + length;
  }
  return sps && sps.length >= 4 && pps ? { sps, pps } : null;
}

/** The first SPS of an avcC. */
export function spsOf(avcC: Buffer): Buffer | null {
  if (avcC.length < 8 || (avcC[5]! & 0x1f) === 0) return null;
  return avcC.subarray(8, 8 + avcC.readUInt16BE(6));
}

/**
 * The init of the same stream with other pictures: another size, profile or level. ffmpeg writes one only for the first.
 * @returns null where the sets make no sense
 */
export function withParameterSets(init: Init, { sps, pps }: ParameterSets): Init | null {
  let size: { width: number | null; height: number | null };
  try {
    size = readParameterSet(sps);
  } catch {
    return null;
  }
  const { width, height } = size;
  if (!width || !height || !fits(width) || !fits(height)) return null;
  const avcC = Buffer.concat([
    Buffer.from([1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1, sps.length >> 8, sps.length & 0xff]),
    sps,
    Buffer.from([1, pps.length >> 8, pps.length & 0xff]),
    pps,
  ]);
  const change: Change = { width, height, avcC };
  const bytes = rewrite(init.bytes, (type, body) =>
    type === 'moov' ? rewrite(body, (inner, trak) => (inner === 'trak' ? rewriteTrack(trak, change) : null)) : null,
  );
  const codecs = init.codecs.replace(/avc1\.[0-9a-f]{6}/, `avc1.${sps.toString('hex', 1, 4)}`);
  return { ...init, bytes, codecs, width, height, sps: Buffer.from(sps) };
}

interface Change {
  width: number;
  height: number;
  avcC: Buffer;
}

function rewriteTrack(trak: Buffer, change: Change): Buffer | null {
  let hasPictures = false;
  const inside =
    (path: string[]) =>
    (type: string, body: Buffer): Buffer | null => {
      if (type !== path[0]) return null;
      if (type === 'stsd') {
        const entries = rewrite(body.subarray(STSD_BOXES), (entry, inner) => {
          if (entry !== 'avc1') return null;
          hasPictures = true;
          return rewriteEntry(inner, change);
        });
        return Buffer.concat([body.subarray(0, STSD_BOXES), entries]);
      }
      return rewrite(body, inside(path.slice(1)));
    };
  const media = rewrite(trak, inside(['mdia', 'minf', 'stbl', 'stsd']));
  if (!hasPictures) return null;
  return rewrite(media, (type, body) => {
    if (type !== 'tkhd') return null;
    const header = Buffer.from(body);
    header.writeUInt32BE(change.width * 0x1_0000, header.length - 8);
    header.writeUInt32BE(change.height * 0x1_0000, header.length - 4);
    return header;
  });
}

/** What described the picture before, as its shape or bitrate, is left out with its avcC. */
function rewriteEntry(entry: Buffer, { width, height, avcC }: Change): Buffer {
  const fields = Buffer.from(entry.subarray(0, ENTRY.boxes));
  fields.writeUInt16BE(width, ENTRY.width);
  fields.writeUInt16BE(height, ENTRY.height);
  return Buffer.concat([fields, boxOf('avcC', avcC)]);
}

/** Boxes in a row, those replaced for which another body is given. */
function rewrite(boxes: Buffer, replace: (type: string, body: Buffer) => Buffer | null): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at + HEADER <= boxes.length;) {
    const size = Math.max(HEADER, boxes.readUInt32BE(at));
    const whole = boxes.subarray(at, at + size);
    const type = whole.toString('latin1', 4, 8);
    const body = replace(type, whole.subarray(HEADER));
    pieces.push(body ? boxOf(type, body) : whole);
    at += size;
  }
  return Buffer.concat(pieces);
}

function boxOf(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEADER);
  head.writeUInt32BE(body.length + HEADER, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}
