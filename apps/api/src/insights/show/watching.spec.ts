import { describe, expect, it } from '@jest/globals';
import { medianOf } from './comparison.service.ts';
import { joined, lengthOf, union, watchedFor } from './watching.ts';

const at = (person: string, from: number, to: number) => ({ person, from, to });

describe('watching', () => {
  it('joins the tabs and devices of one person, and cuts what lies outside the show', () => {
    expect(joined([at('a', 50, 90), at('b', 0, 20), at('a', -10, 60), at('a', 95, 200)], 0, 100)).toEqual([
      at('a', 0, 90),
      at('b', 0, 20),
      at('a', 95, 100),
    ]);
  });

  it('knows when somebody had watched for a minute, breaks left out', () => {
    const reached = watchedFor([at('a', 0, 40_000), at('a', 100_000, 200_000), at('b', 0, 59_999)], 60_000);
    expect([...reached]).toEqual([['a', 120_000]]);
  });

  it('counts time once where spans overlap', () => {
    expect(lengthOf(union([at('', 10, 30), at('', 0, 20), at('', 50, 60)]))).toBe(40);
  });
});

describe('medianOf', () => {
  it('lies between two, and leaves out what is not known', () => {
    expect(medianOf([5, null, 1, 3])).toBe(3);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
    expect(medianOf([null])).toBeNull();
  });
});
