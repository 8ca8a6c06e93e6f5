import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import HLS from 'hls-parser';
import type { Fragment, Init } from './fragments.ts';
import { renderMultivariant } from './multivariant.ts';
import { renderPlaylist } from './playlist.ts';
import { Rendition } from './rendition.ts';
import { Timeline } from './timeline.ts';

type MediaPlaylist = HLS.types.MediaPlaylist;
type MasterPlaylist = HLS.types.MasterPlaylist;

const FPS = 30;
const init = (width: number, height: number): Init => ({
  ...{ bytes: Buffer.from('init'), videoTrack: 1, videoTimescale: 90_000 },
  ...{ codecs: 'avc1.42e01f,mp4a.40.2', width, height, sps: null },
});
const frame = (index: number, key: boolean, bytes: number, shift = 0): Fragment => ({
  ...{ bytes: Buffer.alloc(bytes), startsAt: index / FPS + shift, duration: 1 / FPS },
  ...{ pictures: 1, independent: key },
});
const parse = (text: string) => HLS.parse(text) as MediaPlaylist;
const whole = ({ segments }: MediaPlaylist) => segments.filter(({ uri }) => uri);

let lead: Timeline;
let low: Rendition;
let run: object;

beforeAll(() => HLS.setOptions({ strictMode: true }));
beforeEach(() => {
  lead = new Timeline('show', 'token', 100, { changed: () => undefined, finished: () => undefined });
  low = new Rendition(lead, 0, () => undefined);
  lead.renditions.set(0, low);
  begin();
});

function begin(): void {
  run = {};
  lead.begin('b', init(960, 540), run);
  low.begin(run, init(480, 270));
}

/** Frames of both layers, keyframes every two seconds; the lower layer's arrive so many frames sooner. */
function play(from: number, to: number, { low: hasLow = true, ahead = 0, shift = 0 } = {}): void {
  for (let index = from; index < to + ahead; index += 1) {
    if (hasLow && index < to) low.add(frame(index, index % 60 === 0, 100, shift));
    const late = index - ahead;
    if (late < from) continue;
    lead.add(frame(late, late % 60 === 0, 400), 1_000_000 + (late * 1_000) / FPS);
    low.follow();
  }
}

describe('a rendition', () => {
  it.each([
    ['of the same pictures', { ahead: 0, shift: 0 }],
    ['whose pictures come sooner', { ahead: 3, shift: 0 }],
    ['whose keyframes are of the picture before', { ahead: 1, shift: -1 / FPS }],
    ['whose keyframes are of the picture after', { ahead: 0, shift: 1 / FPS }],
  ])('%s is cut where its lead is', (_, how) => {
    play(0, 60 * 5 + 30, how);
    const [upper, lower] = [parse(renderPlaylist(lead)), parse(renderPlaylist(low))];
    const shared = whole(lower).length;
    expect(shared).toBeGreaterThanOrEqual(4);
    for (const [index, segment] of whole(lower).entries()) {
      const other = whole(upper)[index]!;
      expect(segment.mediaSequenceNumber).toBe(other.mediaSequenceNumber);
      expect(segment.gap ?? false).toBe(false);
      expect(Math.abs(segment.programDateTime!.getTime() - other.programDateTime!.getTime())).toBeLessThanOrEqual(40);
      expect(Math.abs(segment.duration - 2)).toBeLessThanOrEqual(0.04);
      expect(low.segment(segment.mediaSequenceNumber)!.independent).toBe(true);
    }
  });

  it('tells how far the other is, and is told of in turn', () => {
    play(0, 60 * 3 + 30);
    const [report] = parse(renderPlaylist(lead)).renditionReports;
    expect(report).toMatchObject({ uri: 'r0/live.m3u8', lastMSN: low.open!.sequence });
    expect(report!.lastPart).toBe(low.open!.parts.length - 1);
    const [back] = parse(renderPlaylist(low)).renditionReports;
    expect(back).toMatchObject({ uri: '../live.m3u8', lastMSN: lead.open!.sequence });
  });

  it('has gaps where its layer was not sent, and is nowhere to be found meanwhile', () => {
    play(0, 60 * 3);
    expect(low.empty).toBe(false);
    low.leave();
    expect(low.empty).toBe(true);
    expect(low.reaches(10_000)).toBe(true);
    play(60 * 3, 60 * 5, { low: false });
    expect(renderPlaylist(lead)).not.toContain('RENDITION-REPORT');
    low.begin(run, init(480, 270));
    play(60 * 5, 60 * 8 + 30);
    const lower = parse(renderPlaylist(low));
    const upper = parse(renderPlaylist(lead));
    expect(whole(lower).map(({ gap }) => gap ?? false)).toEqual([false, false, true, true, true, false, false, false]);
    expect(whole(lower).map(({ mediaSequenceNumber }) => mediaSequenceNumber)).toEqual(
      whole(upper).map(({ mediaSequenceNumber }) => mediaSequenceNumber),
    );
    parse(renderPlaylist(low, true));
  });

  it('that comes in the middle of a segment begins with the next', () => {
    play(0, 90, { low: false });
    play(90, 60 * 4);
    expect(whole(parse(renderPlaylist(low))).map(({ gap }) => gap ?? false)).toEqual([true, true, false]);
  });

  it('goes on in another run with the discontinuities of its lead', () => {
    play(0, 60 * 2 + 20);
    lead.pause();
    low.pause();
    begin();
    play(0, 60 * 3 + 20);
    const [upper, lower] = [parse(renderPlaylist(lead)), parse(renderPlaylist(low))];
    const of = ({ mediaSequenceNumber, discontinuitySequence }: HLS.types.Segment) =>
      `${mediaSequenceNumber} ${discontinuitySequence}`;
    expect(whole(lower).map(of)).toEqual(whole(upper).slice(0, whole(lower).length).map(of));
    expect(whole(lower).at(-1)!.discontinuitySequence).toBe(1);
    lead.end();
    low.end();
    expect(parse(renderPlaylist(low))).toMatchObject({ endlist: true });
    expect(low.segments.length).toBe(lead.segments.length);
  });

  it('keeps no other window than its lead', () => {
    play(0, 60 * 960);
    expect(low.segments[0]!.sequence).toBe(lead.segments[0]!.sequence);
    expect(low.segment(100)).toBeUndefined();
  });
});

describe('the list of renditions', () => {
  const list = () => HLS.parse(renderMultivariant(lead)) as MasterPlaylist;

  it('has the show alone before another rendition stands', () => {
    play(0, 10, { low: false });
    expect(list().variants.map(({ uri }) => uri)).toEqual(['live.m3u8']);
  });

  it('tells of each what it needs of a line and a screen, the largest first', () => {
    play(0, 60 * 4);
    const { variants, independentSegments } = list();
    expect(independentSegments).toBe(true);
    expect(variants.map(({ uri }) => uri)).toEqual(['live.m3u8', 'r0/live.m3u8']);
    const [upper, lower] = variants;
    expect(upper).toMatchObject({ resolution: { width: 960, height: 540 }, frameRate: FPS });
    expect(lower).toMatchObject({ resolution: { width: 480, height: 270 }, frameRate: FPS });
    expect(upper!.codecs).toBe('avc1.42e01f,mp4a.40.2');
    expect([upper!.averageBandwidth, lower!.averageBandwidth]).toEqual([400 * 8 * FPS, 100 * 8 * FPS]);
    expect(upper!.bandwidth).toBeGreaterThanOrEqual(upper!.averageBandwidth!);
  });

  it('leaves out who is gone, and who is no other than the first', () => {
    play(0, 60 * 4);
    low.leave();
    expect(list().variants).toHaveLength(1);
    low.begin(run, init(480, 270));
    // Its largest layer is not sent.
    lead.begin('b', init(480, 270), run);
    play(60 * 4, 60 * 7);
    expect(list().variants.map(({ uri }) => uri)).toEqual(['live.m3u8']);
  });
});
