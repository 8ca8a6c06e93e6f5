import { describe, expect, it } from '@jest/globals';
import { inBuckets } from './buckets.ts';
import { at, evening } from './figures.spec-support.ts';

describe('inBuckets', () => {
  const { minutes } = evening(12, { 0: 100, 4: 200, 5: 300, 11: 50 });

  it('takes the peak of people and the sum of all else', () => {
    const [first, second, last] = inBuckets(minutes, 5);
    expect(first).toMatchObject({ viewers: 14, netAmount: 300, orders: 2, hearts: 15, messages: 10, clicks: 5 });
    expect(second).toMatchObject({ from: Date.parse(at(5)), to: Date.parse(at(10)), netAmount: 300 });
    expect(last).toMatchObject({ from: Date.parse(at(10)), to: Date.parse(at(12)), netAmount: 50 });
  });

  it('loses nothing, whatever the size', () => {
    for (const size of [1, 2, 5, 60]) {
      const sum = inBuckets(minutes, size).reduce((total, bucket) => total + bucket.netAmount, 0);
      expect(sum).toBe(650);
    }
    expect(inBuckets([], 5)).toEqual([]);
  });
});
