import type { Fragment, Init } from './fragments.ts';
import { parameterSetsAt, spsOf, withParameterSets } from './parameter-sets.ts';

const LARGEST_BOX = 64_000_000;
const HEADER = 8;

/**
 * Cuts what ffmpeg writes into the init (ftyp and moov) and fragments. Bytes may come in any pieces. Where pictures begin to be of another size,
 * profile or level, there is another init before them.
 */
export class BoxSplitter {
  readonly #onInit: (init: Init) => void;
  readonly #onFragment: (fragment: Fragment, init: Init) => void;
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes to wait for before looking again. */
  #wanted = HEADER;
  #ftyp: Buffer | null = null;
  #moof: Buffer | null = null;
  #init: Init | null = null;

  constructor(onInit: (init: Init) => void, onFragment: (fragment: Fragment, init: Init) => void) {
    this.#onInit = onInit;
    this.#onFragment = onFragment;
  }

  /** @throws Error for what is no ISO base media file */
  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
    if (this.#held < this.#wanted) return;
    let rest = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#held);
    for (;;) {
      if (rest.length < HEADER) {
        this.#wanted = HEADER;
        break;
      }
      const size = rest.readUInt32BE(0);
      if (size < HEADER || size > LARGEST_BOX) throw new Error(`a box of ${size} bytes`);
      if (rest.length < size) {
        this.#wanted = size;
        break;
      }
      this.#box(rest.toString('latin1', 4, 8), rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }

  #box(type: string, bytes: Buffer): void {
    if (type === 'ftyp') this.#ftyp = bytes;
    else if (type === 'moov') {
      this.#init = readInit(Buffer.concat([this.#ftyp ?? Buffer.alloc(0), bytes]));
      this.#onInit(this.#init);
    } else if (type === 'moof') this.#moof = bytes;
    else if (type === 'mdat') {
      if (!this.#moof || !this.#init) throw new Error('an mdat without its moof or moov');
      // A copy: what is kept must not hold the larger piece that it was cut from.
      const fragment = readFragment(Buffer.concat([this.#moof, bytes]), this.#moof.length, this.#init);
      this.#moof = null;
      if (fragment.independent) this.#follow(fragment);
      this.#onFragment(fragment, this.#init);
    }
  }

  #follow({ bytes }: Fragment): void {
    const before = this.#init!;
    if (!before.sps) return;
    const moofLength = bytes.readUInt32BE(0);
    const pictures = picturesIn(bytes.subarray(HEADER, moofLength), before);
    const sets = parameterSetsAt(bytes.subarray(pictures?.at ?? moofLength + HEADER));
    if (!sets || sets.sps.equals(before.sps)) return;
    const init = withParameterSets(before, sets);
    if (init) this.#onInit((this.#init = init));
  }
}

interface Box {
  type: string;
  /** Without the header. */
  body: Buffer;
}

function* boxesIn(bytes: Buffer): Generator<Box> {
  for (let at = 0; at + HEADER <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (size < HEADER || at + size > bytes.length) throw new Error('a box longer than what holds it');
    yield { type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + HEADER, at + size) };
    at += size;
  }
}

function find(bytes: Buffer, ...path: string[]): Buffer | null {
  let body: Buffer | null = bytes;
  for (const type of path) {
    let next: Buffer | null = null;
    for (const box of boxesIn(body)) {
      if (box.type !== type) continue;
      next = box.body;
      break;
    }
    if (!next) return null;
    body = next;
  }
  return body;
}

const SAMPLE_ENTRY_HEADER = { stsd: 8, video: 78, audio: 28 };

/** @throws Error for a moov without a track of pictures */
export function readInit(bytes: Buffer): Init {
  const moov = find(bytes, 'moov');
  if (!moov) throw new Error('no moov');
  const init: Init = { bytes, videoTrack: 0, videoTimescale: 0, codecs: '', width: 0, height: 0, sps: null };
  const codecs: string[] = [];
  for (const { type, body: trak } of boxesIn(moov)) {
    if (type !== 'trak') continue;
    const handler = find(trak, 'mdia', 'hdlr')?.toString('latin1', 8, 12);
    const tkhd = find(trak, 'tkhd');
    const mdhd = find(trak, 'mdia', 'mdhd');
    const stsd = find(trak, 'mdia', 'minf', 'stbl', 'stsd');
    if (!tkhd || !mdhd || !stsd) throw new Error('a trak without its headers');
    const [entry] = boxesIn(stsd.subarray(SAMPLE_ENTRY_HEADER.stsd));
    if (handler === 'vide') {
      const long = tkhd[0] === 1;
      init.videoTrack = tkhd.readUInt32BE(long ? 20 : 12);
      init.videoTimescale = mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12);
      init.width = tkhd.readUInt32BE(tkhd.length - 8) >> 16;
      init.height = tkhd.readUInt32BE(tkhd.length - 4) >> 16;
      const avcC = entry && find(entry.body.subarray(SAMPLE_ENTRY_HEADER.video), 'avcC');
      if (!avcC) continue;
      codecs.push(`avc1.${avcC.toString('hex', 1, 4)}`);
      init.sps = spsOf(avcC);
    } else if (handler === 'soun') codecs.push('mp4a.40.2');
  }
  if (!init.videoTrack || !init.videoTimescale) throw new Error('no track of pictures');
  return { ...init, codecs: codecs.join(',') };
}

const TFHD = { baseDataOffset: 0x1, sampleDescription: 0x2, duration: 0x8, size: 0x10, flags: 0x20 };
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
const NOT_SYNC = 0x0001_0000;

function readFragment(bytes: Buffer, moofLength: number, init: Init): Fragment {
  const fragment: Fragment = { bytes, startsAt: null, duration: 0, pictures: 0, independent: false };
  const samples = picturesIn(bytes.subarray(HEADER, moofLength), init);
  if (!samples) return fragment;
  fragment.startsAt = samples.start / init.videoTimescale;
  fragment.duration = samples.duration / init.videoTimescale;
  fragment.pictures = samples.count;
  fragment.independent = (samples.firstFlags & NOT_SYNC) === 0;
  return fragment;
}

/** Writes into the fragment's own bytes how long its pictures stand in all: the last of them takes the difference, where it has a time of its own. */
export function setDuration(fragment: Fragment, init: Init, seconds: number): void {
  const moofLength = fragment.bytes.readUInt32BE(0);
  const samples = picturesIn(fragment.bytes.subarray(HEADER, moofLength), init);
  const field = samples?.lastDuration ?? samples?.usualDuration;
  if (!samples || !field) return;
  const wanted = Math.round(seconds * init.videoTimescale);
  const ticks = samples.lastDuration
    ? samples.lastDuration.readUInt32BE(0) + wanted - samples.duration
    : Math.round(wanted / samples.count);
  if (ticks <= 0) return;
  field.writeUInt32BE(ticks, 0);
  fragment.duration = seconds;
}

interface Samples {
  /** In ticks of the track, as all times here. */
  start: number;
  duration: number;
  firstFlags: number;
  count: number;
  /** Where their bytes begin, from the beginning of the moof; null where that is not told. */
  at: number | null;
  /** Where the times are written: that of the last picture, and the one that all have who have none of their own. */
  lastDuration: Buffer | null;
  usualDuration: Buffer | null;
}

/** What the boxes of a moof say of its pictures; null for one that has only sound. */
function picturesIn(moof: Buffer, init: Init): Samples | null {
  for (const { type, body: traf } of boxesIn(moof)) {
    if (type !== 'traf') continue;
    const tfhd = find(traf, 'tfhd');
    const tfdt = find(traf, 'tfdt');
    if (!tfhd || !tfdt || tfhd.readUInt32BE(4) !== init.videoTrack) continue;
    const start = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
    return { start, ...readRuns(traf, tfhd) };
  }
  return null;
}

function readRuns(traf: Buffer, tfhd: Buffer): Omit<Samples, 'start'> {
  const given = tfhd.readUInt32BE(0) & 0xff_ffff;
  let at = 8;
  if (given & TFHD.baseDataOffset) at += 8;
  if (given & TFHD.sampleDescription) at += 4;
  let usualDuration: Buffer | null = null;
  let usualFlags = 0;
  if (given & TFHD.duration) {
    usualDuration = tfhd.subarray(at, at + 4);
    at += 4;
  }
  if (given & TFHD.size) at += 4;
  if (given & TFHD.flags) usualFlags = tfhd.readUInt32BE(at);

  const usual = usualDuration?.readUInt32BE(0) ?? 0;
  let duration = 0;
  let firstFlags: number | null = null;
  let samples = 0;
  let startsAt: number | null = null;
  let lastDuration: Buffer | null = null;
  for (const { type, body: trun } of boxesIn(traf)) {
    if (type !== 'trun') continue;
    const has = trun.readUInt32BE(0) & 0xff_ffff;
    const count = trun.readUInt32BE(4);
    let offset = 8 + (has & TRUN.dataOffset ? 4 : 0);
    if (has & TRUN.dataOffset) startsAt ??= trun.readInt32BE(8);
    if (has & TRUN.firstFlags) {
      firstFlags ??= trun.readUInt32BE(offset);
      offset += 4;
    }
    const fields = [TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition].filter((field) => has & field);
    for (let sample = 0; sample < count; sample += 1, offset += fields.length * 4) {
      samples += 1;
      lastDuration = has & TRUN.duration ? trun.subarray(offset, offset + 4) : null;
      duration += lastDuration?.readUInt32BE(0) ?? usual;
      if (has & TRUN.flags) firstFlags ??= trun.readUInt32BE(offset + fields.indexOf(TRUN.flags) * 4);
    }
  }
  return { duration, firstFlags: firstFlags ?? usualFlags, count: samples, at: startsAt, lastDuration, usualDuration };
}
