import { describe, expect, it } from '@jest/globals';
import { rangeOf } from './bucket.ts';

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-99', [0, 99]],
    ['bytes=900-', [900, 999]],
    ['bytes=990-5000', [990, 999]],
    ['bytes=-100', [900, 999]],
    ['bytes=-5000', [0, 999]],
    ['bytes=999-999', [999, 999]],
    [undefined, null],
    ['', null],
    ['bytes=-', null],
    ['bytes=5-2', null],
    ['bytes=0-1,5-6', null],
    ['pages=1-2', null],
    ['bytes=a-b', null],
  ])('%s of 1000', (header, wanted) => {
    expect(rangeOf(header, 1000)).toEqual(wanted);
  });

  it.each(['bytes=1000-', 'bytes=99999999999999999999-', 'bytes=-0'])('%s is out of bounds', (header) => {
    expect(() => rangeOf(header, 1000)).toThrow(RangeError);
  });

  it('of nothing is out of bounds', () => {
    expect(() => rangeOf('bytes=0-', 0)).toThrow(RangeError);
    expect(() => rangeOf('bytes=-5', 0)).toThrow(RangeError);
  });
});
