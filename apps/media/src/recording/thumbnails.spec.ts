import { describe, expect, it } from '@jest/globals';
import { thumbnailEvery, thumbnailTrack, vttTime } from './thumbnails.ts';

const cuesOf = (track: string) =>
  track
    .trim()
    .split('\n\n')
    .slice(1)
    .map((cue) => cue.split('\n'));

describe('thumbnails', () => {
  it('grow apart with the length of the show', () => {
    expect([0, 10, 600, 3600, 7200].map(thumbnailEvery)).toEqual([2, 2, 2, 12, 24]);
  });

  it('cover the whole show, sheet after sheet', () => {
    const cues = cuesOf(thumbnailTrack(121, ['thumbnails-001.jpg', 'thumbnails-002.jpg', 'thumbnails-003.jpg']));
    expect(cues).toHaveLength(61);
    expect(cues[0]).toEqual(['00:00:00.000 --> 00:00:02.000', 'thumbnails-001.jpg#xywh=0,0,160,90']);
    expect(cues[6]).toEqual(['00:00:12.000 --> 00:00:14.000', 'thumbnails-001.jpg#xywh=160,90,160,90']);
    expect(cues[25]).toEqual(['00:00:50.000 --> 00:00:52.000', 'thumbnails-002.jpg#xywh=0,0,160,90']);
    expect(cues[60]![0]).toBe('00:02:00.000 --> 00:02:01.000');
  });

  it('name no sheet that is not there', () => {
    const cues = cuesOf(thumbnailTrack(121, ['thumbnails-001.jpg']));
    expect(cues).toHaveLength(25);
    expect(cues.at(-1)![0]).toBe('00:00:48.000 --> 00:02:01.000');
  });

  it('write times as WebVTT does', () => {
    expect([0, 1.0004, 61.5, 3725.25].map(vttTime)).toEqual([
      '00:00:00.000',
      '00:00:01.000',
      '00:01:01.500',
      '01:02:05.250',
    ]);
  });
});
