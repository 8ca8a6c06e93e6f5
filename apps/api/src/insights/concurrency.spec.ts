import { describe, expect, it } from '@jest/globals';
import { concurrencyOf } from './concurrency.ts';

const minute = 60_000;

describe('concurrencyOf', () => {
  it('counts people at an instant, not over a minute', () => {
    const { peak, peakAt, byMinute } = concurrencyOf(
      [
        { from: 0, to: 30_000 },
        { from: 30_000, to: 90_000 },
        { from: 70_000, to: 80_000 },
      ],
      0,
      2 * minute,
    );
    expect(peak).toBe(2);
    expect(peakAt).toBe(70_000);
    expect(byMinute).toEqual([1, 2]);
  });

  it('carries who stays through minutes in which nobody comes or goes', () => {
    expect(concurrencyOf([{ from: 10_000, to: 5 * minute }], 0, 5 * minute).byMinute).toEqual([1, 1, 1, 1, 1]);
  });

  it('cuts what lies outside the show', () => {
    expect(concurrencyOf([{ from: -minute, to: 30_000 }], 0, minute)).toEqual({ peak: 1, peakAt: 0, byMinute: [1] });
  });

  it('knows no peak without viewers', () => {
    expect(concurrencyOf([], 0, minute)).toEqual({ peak: 0, peakAt: null, byMinute: [0] });
  });
});
