import { describe, expect, it } from '@jest/globals';
import { estimate } from './flow.ts';

describe('estimate of latency', () => {
  const before = { delay: 10, decode: 2, frames: 100 };

  it('adds half a round trip to what buffering and decoding took per frame since the last look', () => {
    expect(estimate(before, { delay: 10.6, decode: 2.15, frames: 115 }, 40)).toBe(20 + 50);
  });

  it('says nothing while no frame came, or when the stream was replaced', () => {
    expect(estimate(before, before, 40)).toBeNull();
    expect(estimate(before, { delay: 0.1, decode: 0, frames: 3 }, 40)).toBeNull();
  });
});
