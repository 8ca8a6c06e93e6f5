import { describe, expect, it } from '@jest/globals';
import { bucketMinutes, PLAYHEAD_MINUTES, timeTicks, valueTicks } from './axis.ts';

describe('valueTicks', () => {
  it('starts at 0 and ends at or above the greatest value, in round steps', () => {
    expect(valueTicks(1312)).toEqual([0, 500, 1000, 1500]);
    expect(valueTicks(79_780, 2)).toEqual([0, 40_000, 80_000]);
    expect(valueTicks(3)).toEqual([0, 1, 2, 3]);
  });

  it('never divides a person, and has an axis when there was nobody', () => {
    expect(valueTicks(1)).toEqual([0, 1]);
    expect(valueTicks(2)).toEqual([0, 1, 2]);
    expect(valueTicks(0)).toEqual([0, 1]);
    expect(valueTicks(Number.NaN)).toEqual([0, 1]);
  });

  it('keeps to a few lines at any size', () => {
    for (let max = 1; max < 2_000_000; max = Math.ceil(max * 1.07)) {
      const ticks = valueTicks(max);
      expect(ticks.length).toBeLessThanOrEqual(4);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.every((tick, index) => tick === index * (ticks[1] ?? 0) && Number.isInteger(tick))).toBe(true);
    }
  });
});

describe('timeTicks', () => {
  const eight = Date.parse('2026-10-17T11:00:00Z');
  const inMinutes = (ticks: number[]) => ticks.map((tick) => (tick - eight) / 60_000);

  it('steps by whole minutes that fit', () => {
    expect(inMinutes(timeTicks(eight, eight + 64 * 60_000, 1252, 90))).toEqual([
      0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60,
    ]);
    expect(inMinutes(timeTicks(eight, eight + 64 * 60_000, 320, 70))).toEqual([0, 30, 60]);
  });

  it('falls on the hours of the brand, not of UTC', () => {
    const from = Date.parse('2026-10-17T10:10:00Z');
    const india = timeTicks(from, from + 3 * 3_600_000, 300, 90, { offsetMinutes: 330 });
    expect(india.map((tick) => new Date(tick).toISOString().slice(11, 16))).toEqual(['10:30', '11:30', '12:30']);
  });

  it('has nothing to say about no time', () => {
    expect(timeTicks(eight, eight, 300, 70)).toEqual([]);
    expect(timeTicks(0, 43_000, 320, 72, { finer: PLAYHEAD_MINUTES })).toEqual([0, 30_000]);
  });
});

describe('bucketMinutes', () => {
  it('widens the buckets when the bars would grow too thin', () => {
    expect(bucketMinutes(64, 1252, 5)).toBe(1);
    expect(bucketMinutes(64, 320, 5)).toBe(1);
    expect(bucketMinutes(64, 300, 5)).toBe(2);
    expect(bucketMinutes(3 * 1440, 1252, 5)).toBe(30);
  });
});
