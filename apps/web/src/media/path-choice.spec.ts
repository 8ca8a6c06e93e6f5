import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstChoice, nextChoice, type PathChoice, type PathEvent, type Wish } from './path-choice.ts';

const granted: PathEvent = { type: 'granted', path: 'webrtc', playlist: true };
const full: PathEvent = { type: 'granted', path: 'hls', playlist: true };
const alone: PathEvent = { type: 'granted', path: 'webrtc', playlist: false };
const moves = (path: 'webrtc' | 'hls'): PathEvent => ({ type: 'moves', path });
const trouble = (why: 'unreachable' | 'unsteady' = 'unreachable'): PathEvent => ({ type: 'trouble', trouble: why });
const tick: PathEvent = { type: 'tick', still: false };
const still: PathEvent = { type: 'tick', still: true };

/** [shown, paths that run] */
const looks = ({ shown, webrtcSince, hlsRuns }: PathChoice) => [
  shown,
  [webrtcSince !== null && 'webrtc', hlsRuns && 'hls'].filter(Boolean).join(),
];

/** Events at their seconds, from a first choice at 0. */
function after(wish: Wish, ...events: [number, PathEvent][]): PathChoice {
  return events.reduce((choice, [second, event]) => nextChoice(choice, event, second * 1000), firstChoice(wish, 0));
}

describe('the path of the picture', () => {
  it('is WebRTC, alone, when it comes soon', () => {
    expect(looks(after('instant', [0.1, granted]))).toEqual([null, 'webrtc']);
    expect(looks(after('instant', [0.1, granted], [0.4, moves('webrtc')], [9, tick]))).toEqual(['webrtc', 'webrtc']);
  });

  it('is made ready twice when WebRTC is late, and whichever moves first is shown', () => {
    const late: [number, PathEvent][] = [
      [0.1, granted],
      [2.6, tick],
    ];
    expect(looks(after('instant', ...late))).toEqual([null, 'webrtc,hls']);
    expect(looks(after('instant', ...late, [3, moves('hls')]))).toEqual(['hls', 'webrtc,hls']);
    expect(looks(after('instant', ...late, [3, moves('hls')], [5, moves('webrtc')]))).toEqual(['webrtc', 'webrtc']);
    expect(looks(after('instant', ...late, [3, moves('webrtc')]))).toEqual(['webrtc', 'webrtc']);
  });

  it('is LL-HLS where WebRTC does not get through, and is tried again with growing pauses', () => {
    let choice = after('instant', [0.1, granted], [2.6, tick], [3, moves('hls')], [6, trouble()]);
    expect(looks(choice)).toEqual(['hls', 'hls']);
    const pauses: number[] = [];
    for (let second = 6, since = 6; pauses.length < 6; second += 1) {
      choice = nextChoice(choice, tick, second * 1000);
      if (choice.webrtcSince === null) continue;
      expect(looks(choice)).toEqual(['hls', 'webrtc,hls']);
      pauses.push(second - since);
      since = second;
      choice = nextChoice(choice, trouble(), second * 1000);
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 300]);
    expect(looks(choice)).toEqual(['hls', 'hls']);
  });

  it('keeps what is on the screen until the other moves', () => {
    const losing = after('instant', [0.1, granted], [0.4, moves('webrtc')], [20, trouble('unsteady')]);
    expect(looks(losing)).toEqual(['webrtc', 'webrtc,hls']);
    // The one that is losing still moves now and then: that is no reason to stay.
    expect(looks(nextChoice(losing, moves('webrtc'), 21_000))).toEqual(['webrtc', 'webrtc,hls']);
    expect(looks(nextChoice(losing, moves('hls'), 22_000))).toEqual(['hls', 'hls']);
  });

  it('is made ready twice when the picture stands still, and the first that moves again is shown', () => {
    const standing = after('instant', [0.1, granted], [0.4, moves('webrtc')], [20, still], [22.6, still]);
    expect(looks(standing)).toEqual(['webrtc', 'webrtc,hls']);
    expect(looks(nextChoice(standing, tick, 23_000))).toEqual(['webrtc', 'webrtc']);
    const smooth = nextChoice(standing, moves('hls'), 24_000);
    expect(looks(smooth)).toEqual(['hls', 'webrtc,hls']);
    expect(looks(nextChoice(smooth, trouble(), 30_000))).toEqual(['hls', 'hls']);
  });

  it('goes back to WebRTC when that has recovered, and forgets the trouble after a minute', () => {
    const back = after(
      'instant',
      ...([
        [0.1, granted],
        [0.4, moves('webrtc')],
        [20, trouble('unsteady')],
        [21, moves('hls')],
        [36, tick],
        [38, moves('webrtc')],
      ] as [number, PathEvent][]),
    );
    expect(looks(back)).toEqual(['webrtc', 'webrtc']);
    const again = nextChoice(back, trouble('unsteady'), 50_000);
    expect(again.restUntil).toBe(80_000);
    const proved = nextChoice(nextChoice(back, tick, 99_000), trouble('unsteady'), 100_000);
    expect(proved.restUntil).toBe(115_000);
  });

  it('begins with LL-HLS when the process is full, and asks again later', () => {
    expect(looks(after('instant', [0.1, full]))).toEqual([null, 'hls']);
    expect(looks(after('instant', [0.1, full], [2, moves('hls')], [16, tick]))).toEqual(['hls', 'webrtc,hls']);
    expect(looks(after('instant', [0.1, full], [2, moves('hls')], [16, tick], [16.1, full]))).toEqual(['hls', 'hls']);
  });

  it('is what the viewer wishes: smooth stays smooth', () => {
    const smooth = after('smooth', [0.1, granted], [2, moves('hls')], [1000, tick]);
    expect(looks(smooth)).toEqual(['hls', 'hls']);
    const instant = nextChoice(smooth, { type: 'wished', wish: 'instant' }, 1_001_000);
    expect(looks(instant)).toEqual(['hls', 'webrtc,hls']);
    const shown = nextChoice(instant, moves('webrtc'), 1_002_000);
    expect(looks(shown)).toEqual(['webrtc', 'webrtc']);
    expect(looks(nextChoice(shown, { type: 'wished', wish: 'smooth' }, 1_003_000))).toEqual(['webrtc', 'webrtc,hls']);
  });

  it('is WebRTC, whatever happens, where there is no playlist', () => {
    const choice = after('smooth', [0.1, alone], [5, tick], [7, trouble()], [8, trouble('unsteady')]);
    expect(looks(choice)).toEqual([null, 'webrtc']);
  });

  it('always runs what it shows, and always runs something', () => {
    const events = fc.oneof(
      fc.constantFrom<PathEvent>(
        granted,
        still,
        full,
        alone,
        moves('webrtc'),
        moves('hls'),
        trouble(),
        trouble('unsteady'),
        tick,
      ),
      fc.constantFrom<Wish>('instant', 'smooth').map((wish): PathEvent => ({ type: 'wished', wish })),
    );
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), events));
    fc.assert(
      fc.property(steps, (list) => {
        let now = 0;
        let choice = firstChoice('instant', now);
        let was: PathChoice['shown'] = null;
        for (const [ms, event] of list) {
          now += ms;
          choice = nextChoice(choice, event, now);
          const runs = { webrtc: choice.webrtcSince !== null, hls: choice.hlsRuns };
          expect(runs.webrtc || runs.hls).toBe(true);
          if (choice.shown !== null) expect(runs[choice.shown]).toBe(true);
          // A screen that showed something goes on showing something.
          if (was !== null) expect(choice.shown).not.toBeNull();
          was = choice.shown;
        }
      }),
    );
  });
});
