import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoxSplitter, readInit } from './boxes.ts';
import type { Fragment, Init } from './fragments.ts';
import { ExactLengths } from './exact-lengths.ts';

const box = (type: string, ...bodies: Buffer[]) => {
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const words = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

/** Of a picture that is 320 wide and 180 high, and of the same turned, as x264 writes them. */
const wide = Buffer.from('6742c00dda05067e7c0440000003004000000f03c50aa8', 'hex');
const tall = Buffer.from('6742c00dda0c0a79fc0440000003004000000f03c50aa8', 'hex');
const pps = Buffer.from('68ce0fc8', 'hex');
const described = (sps: Buffer) => {
  const ahead = Buffer.from([1, ...sps.subarray(1, 4), 0xff, 0xe1, 0, sps.length]);
  return box('avcC', Buffer.concat([ahead, sps, Buffer.from([1, 0, pps.length]), pps]));
};

const avcC = described(wide);
const stsd = box('stsd', words(0, 1), box('avc1', Buffer.alloc(78), avcC, box('pasp', words(1, 1))));
const mdia = box(
  'mdia',
  box('mdhd', words(0, 0, 0, 90_000, 0)),
  box('hdlr', words(0, 0), Buffer.from('vide'), Buffer.alloc(12)),
  box('minf', box('stbl', stsd)),
);
const tkhd = box('tkhd', words(0, 0, 0, 1), Buffer.alloc(60), words(320 << 16, 180 << 16));
const head = Buffer.concat([box('ftyp', Buffer.from('iso5')), box('moov', box('trak', tkhd, mdia))]);
const moofOf = (...traf: Buffer[]) =>
  Buffer.concat([box('moof', box('mfhd', words(0, 1)), box('traf', ...traf)), box('mdat', Buffer.from([0]))]);
/** Two pictures of 3,000 ticks, each with its time. */
const fragmentOf = (start: number, flags: number) =>
  moofOf(
    box('tfhd', words(0x02_0000, 1)),
    box('tfdt', words(0, start)),
    box('trun', words(0x000_d00 & 0x500, 2, 3_000, flags, 3_000, 0x0101_0000)),
  );
/** So many pictures of one time, which stands once. */
const evenFragmentOf = (start: number, ticks: number, count: number) =>
  moofOf(box('tfhd', words(0x02_0008, 1, ticks)), box('tfdt', words(0, start)), box('trun', words(0, count)));
const soundOf = (start: number) =>
  moofOf(box('tfhd', words(0x02_0008, 2, 1_024)), box('tfdt', words(0, start)), box('trun', words(0, 1)));

describe('the splitter', () => {
  it('finds the same in any pieces', () => {
    const stream = Buffer.concat([head, fragmentOf(0, 0x0200_0000), fragmentOf(6_000, 0x0101_0000), box('mfra')]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 200 }), (sizes) => {
        const inits: Init[] = [];
        const fragments: Fragment[] = [];
        const splitter = new BoxSplitter(
          (init) => inits.push(init),
          (fragment) => fragments.push(fragment),
        );
        for (let at = 0, index = 0; at < stream.length; index += 1) {
          const size = sizes[index % sizes.length]!;
          splitter.push(stream.subarray(at, (at += size)));
        }
        expect(inits).toMatchObject([{ codecs: 'avc1.42c00d', videoTimescale: 90_000, width: 320, height: 180 }]);
        expect(inits[0]!.bytes).toEqual(head);
        expect(fragments).toMatchObject([
          { startsAt: 0, independent: true },
          { startsAt: 6_000 / 90_000, independent: false },
        ]);
        for (const { duration } of fragments) expect(duration).toBeCloseTo(6_000 / 90_000, 9);
        expect(fragments[1]!.bytes).toEqual(fragmentOf(6_000, 0x0101_0000));
      }),
      { numRuns: 50 },
    );
  });

  it('tells of another init where pictures of another size begin, and hands it on with them', () => {
    const told: string[] = [];
    const lengths = new ExactLengths(({ independent }, init) =>
      told.push(`${independent ? 'key' : 'delta'} of ${init.width}x${init.height}`),
    );
    const splitter = new BoxSplitter(
      ({ bytes, width, height, codecs }) => {
        expect(readInit(bytes)).toMatchObject({ width, height, codecs });
        expect(bytes.includes(described(height === 320 ? tall : wide))).toBe(true);
      },
      (fragment, init) => lengths.take(fragment, init),
    );
    const unit = (nal: Buffer) => Buffer.concat([words(nal.length), nal]);
    const slice = unit(Buffer.from([0x65, 0x88]));
    let start = 0;
    const picture = (flags: number, bytes: Buffer) =>
      Buffer.concat([fragmentOf((start += 6_000), flags).subarray(0, -9), box('mdat', bytes)]);
    const key = (sps: Buffer) => picture(0x0200_0000, Buffer.concat([unit(sps), unit(pps), slice]));
    const delta = () => picture(0x0101_0000, unit(Buffer.from([0x41, 0x9a])));
    const nonsense = () => picture(0x0200_0000, Buffer.from([0, 0, 0, 9, 0x67, 0x42]));
    for (const piece of [
      head,
      key(wide),
      delta(),
      key(tall),
      delta(),
      nonsense(),
      key(tall.subarray(0, 5)),
      key(wide),
    ]) {
      splitter.push(piece);
    }
    lengths.flush();
    const [first, second] = ['of 320x180', 'of 180x320'];
    expect(told).toEqual([
      ...[`key ${first}`, `delta ${first}`, `key ${second}`, `delta ${second}`],
      ...[`key ${second}`, `key ${second}`, `key ${first}`],
    ]);
  });

  it('throws at what is no MP4, and never hangs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (noise) => {
        const splitter = new BoxSplitter(
          () => undefined,
          () => undefined,
        );
        try {
          splitter.push(Buffer.from(noise));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
    const splitter = new BoxSplitter(
      () => undefined,
      () => undefined,
    );
    expect(() => splitter.push(Buffer.from('not boxes at all'))).toThrow('bytes');
  });
});

/** What comes out of the lengths, and what a reader of the same bytes finds in them. */
function exact(...fragments: Buffer[]): { told: Fragment[]; written: Fragment[] } {
  const told: Fragment[] = [];
  const lengths = new ExactLengths((fragment) => told.push(fragment));
  const splitter = new BoxSplitter(
    () => undefined,
    (fragment, init) => lengths.take(fragment, init),
  );
  splitter.push(Buffer.concat([head, ...fragments]));
  lengths.flush();
  const written: Fragment[] = [];
  const reader = new BoxSplitter(
    () => undefined,
    (fragment) => written.push(fragment),
  );
  reader.push(Buffer.concat([head, ...told.map(({ bytes }) => bytes)]));
  return { told, written };
}

describe('the lengths of pictures', () => {
  it('reach to the next picture, whatever ffmpeg guessed, and sound keeps its place', () => {
    const { told, written } = exact(
      soundOf(0),
      evenFragmentOf(0, 3_000, 1),
      soundOf(1_024),
      fragmentOf(45_000, 0),
      evenFragmentOf(52_000, 1_500, 2),
      fragmentOf(55_500, 0),
    );
    for (const fragments of [told, written]) {
      expect(fragments.map(({ startsAt }) => startsAt)).toEqual([null, 0, null, 0.5, 52_000 / 90_000, 55_500 / 90_000]);
      expect(fragments.map(({ duration }) => Math.round(duration * 90_000))).toEqual([
        0, 45_000, 0, 7_000, 3_500, 6_000,
      ]);
    }
  });

  it('stay as they are where times go back, and where they make no sense', () => {
    const { told } = exact(
      evenFragmentOf(90_000, 3_000, 1),
      evenFragmentOf(0, 3_000, 1),
      evenFragmentOf(0xffff_ffff, 3_000, 1),
      fragmentOf(9_000, 0),
      fragmentOf(0xffff_ffff, 0),
    );
    expect(told.map(({ duration }) => Math.round(duration * 90_000))).toEqual([3_000, 3_000, 3_000, 6_000, 6_000]);
  });
});
