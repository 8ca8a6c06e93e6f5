import { describe, expect, it } from '@jest/globals';
import { readH264, readRtp, readVp8 } from './rtp-packet.ts';
import { StreamLook } from './stream-look.ts';

const delta = [0x41, 0x9a];
const idr = [0x65, 0x88];
/** 1280x720, main profile, as x264 writes it. */
const parameterSet = [
  ...[0x67, 0x4d, 0x40, 0x1f, 0xec, 0xa0, 0x28, 0x02, 0xdd, 0x80, 0xb5, 0x01, 0x01, 0x01],
  ...[0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x0f, 0x03, 0xc6, 0x0c, 0x65, 0x80],
];

function rtp(sequence: number, timestamp: number, payload: number[], more: { padding?: number } = {}): Buffer {
  const packet = Buffer.alloc(12 + payload.length + (more.padding ?? 0));
  packet[0] = more.padding ? 0xa0 : 0x80;
  packet[1] = 96;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(timestamp >>> 0, 4);
  packet.set(payload, 12);
  if (more.padding) packet[packet.length - 1] = more.padding;
  return packet;
}

/** A look at frames whose timestamps, in the order of sending, are these. */
function lookAt(timestamps: number[], { sequence = 0, order = (packets: Buffer[]) => packets } = {}): StreamLook {
  const look = new StreamLook('video/H264');
  const packets = timestamps.flatMap((timestamp, index) => [
    rtp(sequence + 2 * index, timestamp, index === 0 ? idr : delta),
    rtp(sequence + 2 * index + 1, timestamp, index === 0 ? idr : delta),
  ]);
  for (const packet of order(packets)) look.take(packet);
  return look;
}
const steady = Array.from({ length: 60 }, (_, frame) => frame * 3_000);
/** I P B B P B B: each P is sent before the two that are shown before it. */
const reordered = [
  0,
  ...Array.from({ length: 19 }, (_, group) => [3, 1, 2].map((at) => (3 * group + at) * 3_000)).flat(),
];

describe('a look at a stream', () => {
  it('counts frames', () => {
    expect(lookAt(steady).sight).toMatchObject({ fps: 30, bFrames: false });
    expect(lookAt(steady.map((timestamp) => timestamp / 2)).sight.fps).toBe(60);
    expect(lookAt([0, 3_000]).sight.fps).toBeNull();
  });

  it('knows B-frames by timestamps that go backwards', () => {
    expect(lookAt(reordered).sight).toMatchObject({ bFrames: true, fps: 30 });
  });

  it('takes what the network put out of order for no B-frames', () => {
    const order = (packets: Buffer[]) => packets.map((_, index) => packets[index ^ 3] ?? packets[index]!);
    expect(lookAt(steady, { order }).sight.bFrames).toBe(false);
    expect(lookAt(reordered, { order }).sight.bFrames).toBe(true);
  });

  it('forgives one slip', () => {
    expect(lookAt([...steady.slice(0, 30), 80_000, ...steady.slice(30)]).sight.bFrames).toBe(false);
  });

  it('lets sequence numbers and timestamps go round', () => {
    const late = steady.map((timestamp) => timestamp + 0xffff_ffff - 90_000);
    expect(lookAt(late, { sequence: 65_500 }).sight).toMatchObject({ fps: 30, bFrames: false });
    expect(lookAt(reordered.map((timestamp) => timestamp + 0xffff_ffff - 90_000)).sight.bFrames).toBe(true);
  });

  it('names each keyframe once, however many slices it has', () => {
    const look = new StreamLook('video/H264');
    const starts = [rtp(1, 0, idr), rtp(2, 0, idr), rtp(3, 3_000, delta), rtp(4, 6_000, idr)].map((one) =>
      look.take(one),
    );
    expect(starts).toEqual([true, false, false, true]);
  });

  it('reads size and profile', () => {
    const look = new StreamLook('video/H264');
    look.take(rtp(1, 0, parameterSet));
    expect(look.sight).toMatchObject({ width: 1280, height: 720, profile: 77 });
  });

  it('is not disturbed by what is no RTP', () => {
    const look = lookAt(steady);
    for (const noise of [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(40, 0xff), rtp(9, 0, [])])
      look.take(noise);
    for (let length = 1; length < parameterSet.length; length += 1)
      look.take(rtp(119, steady.at(-1)!, parameterSet.slice(0, length)));
    expect(look.sight).toMatchObject({ fps: 30, bFrames: false });
  });
});

describe('a packet', () => {
  it('is read behind its extension, and without its padding', () => {
    const plain = rtp(7, 90, [1, 2, 3], { padding: 5 });
    expect(readRtp(plain)).toEqual({ sequence: 7, timestamp: 90, payload: Buffer.from([1, 2, 3]) });
    const extended = Buffer.concat([
      plain.subarray(0, 12),
      Buffer.from([0xbe, 0xde, 0, 1, 0x10, 0, 0, 0]),
      Buffer.from([9]),
    ]);
    extended[0] = 0x90;
    expect(readRtp(extended)!.payload).toEqual(Buffer.from([9]));
    extended.writeUInt16BE(500, 14);
    expect(readRtp(extended)).toBeNull();
  });

  it('is a keyframe in its first fragment, and in an aggregate with its parameter sets', () => {
    expect(readH264(Buffer.from([0x7c, 0x85, 0x88])).keyframe).toBe(true);
    expect(readH264(Buffer.from([0x7c, 0x05, 0x88])).keyframe).toBe(false);
    const aggregate = [0x78, 0, parameterSet.length, ...parameterSet, 0, idr.length, ...idr];
    expect(readH264(Buffer.from(aggregate))).toEqual({ keyframe: true, width: 1280, height: 720, profile: 77 });
  });

  it('of VP8 has its size in the keyframe', () => {
    const frame = [0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
    expect(readVp8(Buffer.from([0x10, ...frame]))).toMatchObject({ keyframe: true, width: 640, height: 360 });
    expect(readVp8(Buffer.from([0x90, 0x80, 0x80, 0x01, ...frame]))).toMatchObject({ keyframe: true, width: 640 });
    expect(readVp8(Buffer.from([0x10, 0x11, ...frame.slice(1)])).keyframe).toBe(false);
    expect(readVp8(Buffer.from([0x00, ...frame])).keyframe).toBe(false);
  });
});
