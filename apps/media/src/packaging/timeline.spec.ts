import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import HLS from 'hls-parser';
import type { Fragment, Init } from './fragments.ts';
import { renderPlaylist } from './playlist.ts';
import { lengths } from './segment.ts';
import { Timeline, type FinishedSegment } from './timeline.ts';

type MediaPlaylist = HLS.types.MediaPlaylist;

const init = (): Init => ({
  bytes: Buffer.from('init'),
  videoTrack: 1,
  videoTimescale: 90_000,
  codecs: '',
  width: 1,
  height: 1,
  sps: null,
});
const made = (changed: () => void = () => undefined) => {
  const finished: FinishedSegment[] = [];
  const timeline = new Timeline('show', 'token', 100, {
    changed,
    finished: (one) => finished.push(one),
  });
  return { timeline, finished };
};
const parse = (text: string) => HLS.parse(text) as MediaPlaylist;

beforeAll(() => HLS.setOptions({ strictMode: true }));

/** A host's doings: frames as long as cameras, static screens and stalls make them, keyframes whenever, other ffmpegs. */
const doings = fc.array(
  fc.oneof(
    {
      weight: 40,
      arbitrary: fc.record({
        type: fc.constant('frame' as const),
        ms: fc.constantFrom(16, 20, 33, 40, 67, 100, 200, 1_000),
        key: fc.boolean(),
      }),
    },
    { weight: 10, arbitrary: fc.record({ type: fc.constant('sound' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('begin' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('pause' as const) }) },
  ),
  { minLength: 1, maxLength: 400 },
);

describe('a timeline', () => {
  it('is valid at every refresh, whatever a host does', () => {
    fc.assert(
      fc.property(doings, (steps) => {
        const { timeline, finished } = made(() => parse(renderPlaylist(timeline)));
        timeline.begin('b', init());
        let clock = 1_000_000;
        let version = -1;
        const told = new Map<number, string>();
        let sequenceBase = 0;
        for (const step of steps) {
          if (step.type === 'begin') timeline.begin('b', init());
          else if (step.type === 'pause') timeline.pause();
          else {
            const duration = step.type === 'frame' ? step.ms / 1_000 : 0;
            const fragment: Fragment = {
              bytes: Buffer.from([1]),
              startsAt: step.type === 'frame' ? clock / 1_000 : null,
              duration,
              pictures: 1,
              independent: step.type === 'frame' && step.key,
            };
            timeline.add(fragment, clock);
            clock += duration * 1_000;
          }
          if (timeline.version === version || timeline.empty) continue;
          version = timeline.version;
          const playlist = parse(renderPlaylist(timeline));
          parse(renderPlaylist(timeline, true));
          expect(playlist.mediaSequenceBase).toBeGreaterThanOrEqual(sequenceBase);
          sequenceBase = playlist.mediaSequenceBase!;
          for (const { uri, duration, mediaSequenceNumber, discontinuity, map } of playlist.segments) {
            if (!uri) continue;
            expect(Math.round(duration)).toBeLessThanOrEqual(lengths.segmentTarget);
            const line = JSON.stringify([uri, duration, discontinuity, map?.uri]);
            expect(told.get(mediaSequenceNumber) ?? line).toBe(line);
            told.set(mediaSequenceNumber, line);
          }
        }
        timeline.end();
        if (!timeline.empty) expect(parse(renderPlaylist(timeline)).endlist).toBe(true);
        expect(finished.map(({ sequence }) => sequence)).toEqual(finished.map((_, index) => 100 + index));
      }),
      { numRuns: 60 },
    );
  });

  it('cuts at keyframes near its target, and without any before it would break it', () => {
    const { timeline, finished } = made(() => parse(renderPlaylist(timeline)));
    timeline.begin('b', init());
    const play = (frames: number, keyEvery: number) => {
      for (let frame = 0; frame < frames; frame += 1) {
        const startsAt = (finished.length * 1_000 + frame) / 30;
        timeline.add(
          { bytes: Buffer.from('x'), startsAt, duration: 1 / 30, pictures: 1, independent: frame % keyEvery === 0 },
          0,
        );
      }
    };
    play(121, 60);
    expect(finished.map(({ duration }) => duration.toFixed(3))).toEqual(['2.000', '2.000']);
    play(300, 10_000);
    expect(finished.slice(2).every(({ duration }) => duration <= lengths.segmentAtMost)).toBe(true);
  });

  it('holds whoever asks for what comes next, and nobody for what is there', () => {
    const { timeline } = made();
    timeline.begin('b', init());
    const frames = (count: number, key = false) => {
      for (let frame = 0; frame < count; frame += 1) {
        timeline.add(
          {
            bytes: Buffer.from('x'),
            startsAt: frame / 30,
            duration: 1 / 30,
            pictures: 1,
            independent: key && frame === 0,
          },
          0,
        );
      }
    };
    frames(6, true);
    expect(timeline.reaches(100, 0)).toBe(true);
    expect(timeline.reaches(100, 1)).toBe(false);
    expect(timeline.reaches(100)).toBe(false);
    frames(54);
    frames(1, true);
    expect(timeline.reaches(100)).toBe(true);
    expect(timeline.reaches(100, 50)).toBe(true);
    expect(timeline.reaches(101, 0)).toBe(false);
    timeline.end();
    expect(timeline.reaches(500)).toBe(true);
  });

  it('leaves out of a delta what is older than its boundary', () => {
    const { timeline } = made();
    timeline.begin('b', init());
    for (let frame = 0; frame < 30 * 40; frame += 1) {
      timeline.add(
        {
          bytes: Buffer.from('x'),
          startsAt: frame / 30,
          duration: 1 / 30,
          pictures: 1,
          independent: frame % 60 === 0,
        },
        0,
      );
    }
    const [whole, delta] = [renderPlaylist(timeline), renderPlaylist(timeline, true)];
    expect(delta).toContain(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${timeline.segments.length - 6}`);
    expect(whole.endsWith(delta.slice(delta.indexOf('#EXT-X-PROGRAM-DATE-TIME')))).toBe(true);
  });

  it('forgets the oldest beyond its window and counts the discontinuities that go', () => {
    const { timeline } = made();
    for (const part of [0, 1]) {
      timeline.begin('b', init());
      const frames = part === 0 ? 60 : 30 * 1_900;
      for (let frame = 0; frame < frames; frame += 1) {
        timeline.add(
          {
            bytes: Buffer.from('x'),
            startsAt: frame / 30,
            duration: 1 / 30,
            pictures: 1,
            independent: frame % 60 === 0,
          },
          0,
        );
      }
    }
    expect(timeline.discontinuitySequence).toBe(1);
    expect(timeline.segment(100)).toBeUndefined();
    expect(timeline.init(0)).toBeUndefined();
    expect(timeline.segments.reduce((sum, { duration }) => sum + duration, 0)).toBeLessThanOrEqual(1_800);
  });

  it('lets go of bytes that a file keeps where memory is short, and of the segment where none does', () => {
    let keeps = true;
    const window = { seconds: 1_800, bytes: 60 * 20 };
    const timeline = new Timeline(
      'show',
      'token',
      100,
      {
        changed: () => undefined,
        finished: ({ bytes, keptAt }) => keeps && keptAt({ path: 'file', offset: 0, length: bytes.length }),
      },
      window,
    );
    timeline.begin('b', init());
    let frame = 0;
    const play = (frames: number) => {
      for (const end = frame + frames; frame < end; frame += 1) {
        timeline.add(
          {
            bytes: Buffer.from('x'),
            startsAt: frame / 30,
            duration: 1 / 30,
            pictures: 1,
            independent: frame % 60 === 0,
          },
          0,
        );
      }
    };
    const held = () => timeline.segments.filter(({ bytes }) => bytes !== null).map(({ sequence }) => sequence);
    play(60 * 50 + 1);
    expect(timeline.segments.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, at) => 100 + at));
    expect(held()).toEqual(Array.from({ length: 20 }, (_, at) => 130 + at));
    keeps = false;
    play(60 * 30);
    // Those that were kept went one after the other; the first that was not took all before it along.
    expect(held()).toEqual(Array.from({ length: 20 }, (_, at) => 160 + at));
    expect(timeline.segments[0]!.sequence).toBe(160);
    expect(renderPlaylist(timeline)).toContain('#EXT-X-MEDIA-SEQUENCE:160');
  });
});
