import { describe, expect, it } from '@jest/globals';
import * as HLS from 'hls-parser';
import { partLine, partsOf, segmentLine, type RecordedPart } from './manifest.ts';
import { secondsOf, timeMapOf, vodPlaylist } from './playlist.ts';

const start = Date.parse('2026-10-17T11:00:00Z');

function part(file: string, from: number, seconds: number[]): RecordedPart {
  let offset = 700;
  let at = start + from * 1000;
  const segments = seconds.map((length) => {
    const segment = { offset, length: 1000, seconds: length, at };
    offset += 1000;
    at += length * 1000;
    return segment;
  });
  return { file, broadcastId: file, initLength: 700, segments };
}
const first = part('1-a.mp4', 0, [2, 2, 1.4]);
const second = part('2-b.mp4', 300, [2, 2]);

describe('a VOD playlist', () => {
  it('is strictly valid, names ranges, and says where the show was broken', () => {
    HLS.setOptions({ strictMode: true });
    const playlist = HLS.parse(vodPlaylist([first, second])) as HLS.types.MediaPlaylist;
    expect(playlist.endlist).toBe(true);
    expect(playlist.playlistType).toBe('VOD');
    expect(playlist.targetDuration).toBe(2);
    expect(
      playlist.segments.map(({ uri, byterange, duration, discontinuity }) => [
        uri,
        byterange,
        duration,
        !!discontinuity,
      ]),
    ).toEqual([
      ['1-a.mp4', { length: 1000, offset: 700 }, 2, false],
      ['1-a.mp4', { length: 1000, offset: 1700 }, 2, false],
      ['1-a.mp4', { length: 1000, offset: 2700 }, 1.4, false],
      ['2-b.mp4', { length: 1000, offset: 700 }, 2, true],
      ['2-b.mp4', { length: 1000, offset: 1700 }, 2, false],
    ]);
    expect(playlist.segments.map(({ map }) => map?.uri)).toEqual([
      ...Array(3).fill('1-a.mp4'),
      ...Array(2).fill('2-b.mp4'),
    ]);
    expect(playlist.segments[3]!.programDateTime).toEqual(new Date(start + 300_000));
  });
});

describe('the map of a recording', () => {
  it('has a stretch for each part', () => {
    expect(timeMapOf([first, second])).toEqual([
      { position: 0, at: new Date(start).toISOString(), seconds: 5.4 },
      { position: 5.4, at: new Date(start + 300_000).toISOString(), seconds: 4 },
    ]);
    expect(secondsOf([first, second])).toBeCloseTo(9.4);
  });

  it('begins a stretch where the clock jumps within a part, and none for jitter', () => {
    const jumps = part('3-c.mp4', 0, [2, 2, 2]);
    jumps.segments[1]!.at += 120;
    jumps.segments[2]!.at += 40_000;
    expect(timeMapOf([jumps]).map(({ position, seconds }) => [position, seconds])).toEqual([
      [0, 4],
      [4, 2],
    ]);
  });
});

describe('a manifest', () => {
  const lines = [first, second].flatMap((one) => [
    partLine(one),
    ...one.segments.map((segment) => segmentLine(one.file, segment)),
  ]);

  it('is read as it was written, in the order of the clock', () => {
    expect(partsOf(lines.join(''), () => Infinity)).toEqual([first, second]);
    expect(partsOf([...lines.slice(4), ...lines.slice(0, 4)].join(''), () => Infinity)).toEqual([first, second]);
  });

  it('survives a line that was cut, and goes on after it', () => {
    const cut = [...lines.slice(0, 3), lines[3]!.slice(0, 20), ...lines.slice(4)].join('');
    expect(partsOf(cut, () => Infinity)).toEqual([{ ...first, segments: first.segments.slice(0, 2) }, second]);
  });

  it('leaves out what is not in its file', () => {
    expect(partsOf(lines.join(''), (file) => (file === '1-a.mp4' ? 2000 : 700))).toEqual([
      { ...first, segments: first.segments.slice(0, 1) },
    ]);
    expect(partsOf('', () => Infinity)).toEqual([]);
  });
});
