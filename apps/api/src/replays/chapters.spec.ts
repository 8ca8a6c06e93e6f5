import { describe, expect, it } from '@jest/globals';
import { chapterTrack } from './chapters.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 9, 17, 11, minute));
// Ten minutes, ten away, ten more.
const map = [
  { position: 0, at: at(0).toISOString(), seconds: 600 },
  { position: 600, at: at(20).toISOString(), seconds: 600 },
];

describe('chapters', () => {
  it('are what was on screen, by the playhead', () => {
    const track = chapterTrack(
      [
        { name: '湯呑み', from: at(1), to: at(5) },
        { name: '急須 <大> & 蓋 --> 新', from: at(8), to: at(25) },
        { name: '茶筅', from: at(28), to: null },
      ],
      map,
      1200,
    );
    expect(track.split('\n\n')).toEqual([
      'WEBVTT',
      '00:01:00.000 --> 00:05:00.000\n湯呑み',
      '00:08:00.000 --> 00:15:00.000\n急須 &lt;大&gt; &amp; 蓋 --&gt; 新',
      '00:18:00.000 --> 00:20:00.000\n茶筅\n',
    ]);
  });

  it('leave out what was shown while nothing was transmitted, or for no time', () => {
    const blink = new Date(at(2).getTime() + 300);
    expect(
      chapterTrack(
        [
          { name: 'a', from: at(12), to: at(15) },
          { name: 'b', from: at(2), to: blink },
        ],
        map,
        1200,
      ),
    ).toBe('WEBVTT\n');
    expect(chapterTrack([], map, 1200)).toBe('WEBVTT\n');
  });
});
