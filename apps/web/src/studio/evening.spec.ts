import { describe, expect, it } from '@jest/globals';
import { fitting, pathOf, peakOf, spanOf, ticksOf, withEarlier, withSample, type Sample } from './evening.ts';

const minute = 60_000;

describe('the evening as a line', () => {
  it('keeps the highest figure of each five seconds', () => {
    let samples: Sample[] = [];
    for (const [at, people] of [
      [1_000, 3],
      [2_000, 8],
      [4_900, 5],
      [6_000, 6],
      [3_000, 99],
    ] as const) {
      samples = withSample(samples, at, people);
    }
    expect(samples).toEqual([
      { at: 0, people: 8 },
      { at: 5_000, people: 6 },
    ]);
    expect(peakOf(samples)).toBe(8);
  });

  it('puts what the server remembers before what was seen here', () => {
    const seen = [{ at: 10 * minute, people: 7 }];
    const earlier = [
      { at: 0, people: 1 },
      { at: 9 * minute, people: 6 },
      { at: 10 * minute, people: 9 },
    ];
    expect(withEarlier(seen, earlier)).toEqual([earlier[0], earlier[1], seen[0]]);
    expect(withEarlier([], earlier)).toEqual(earlier);
  });

  it('runs to the planned end, and on past it when the show is longer', () => {
    const plan = { start: 0, end: 60 * minute };
    expect(spanOf(0, plan, 24 * minute)).toEqual({ from: 0, to: 60 * minute });
    expect(spanOf(2 * minute, plan, 24 * minute)).toEqual({ from: 2 * minute, to: 60 * minute });
    expect(spanOf(0, plan, 64 * minute)).toEqual({ from: 0, to: 69 * minute });
    expect(spanOf(0, { start: 0, end: null }, 0)).toEqual({ from: 0, to: 60 * minute });
  });

  it('keeps its planned length when it begins a day early or after its planned end', () => {
    const plan = { start: 1500 * minute, end: 1560 * minute };
    expect(spanOf(0, plan, 5 * minute)).toEqual({ from: 0, to: 60 * minute });
    expect(spanOf(1600 * minute, plan, 1601 * minute)).toEqual({ from: 1600 * minute, to: 1660 * minute });
  });

  it('marks round times that stand far enough apart', () => {
    expect(ticksOf(3 * minute, 63 * minute, 1200, 220)).toEqual([15, 30, 45, 60].map((n) => n * minute));
    expect(ticksOf(0, 60 * minute, 300, 60)).toEqual([0, 15, 30, 45, 60].map((n) => n * minute));
  });

  it('draws nothing before the first figure, and holds the last one until now', () => {
    const place = { x: (at: number) => at / minute, y: (people: number) => 100 - people };
    expect(pathOf([], place, 0)).toBe('');
    expect(pathOf([{ at: minute, people: 10 }], place, 3 * minute)).toBe('M1.0 90.0L3.0 90.0');
  });

  it('leaves out labels that would touch a more important one', () => {
    const labels = [
      { x: 100, width: 80 },
      { x: 150, width: 40 },
      { x: 200, width: 40 },
      { x: 980, width: 40 },
    ];
    expect(fitting(labels, 1000)).toEqual([labels[0], labels[2]]);
  });
});
