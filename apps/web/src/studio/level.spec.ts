import { describe, expect, it } from '@jest/globals';
import { levelOf } from './level.ts';

const tone = (loudness: number) =>
  Float32Array.from({ length: 480 }, (_, i) => loudness * Math.sin((i / 480) * 20 * Math.PI));

describe('the level of a microphone', () => {
  it('is nothing in silence and below -60 dB', () => {
    expect(levelOf(new Float32Array(480))).toBe(0);
    expect(levelOf(tone(0.0005))).toBe(0);
  });

  it('rises with each decibel up to full scale', () => {
    expect(levelOf(tone(1))).toBeCloseTo(0.95, 2); // a full sine is 3 dB below a full square
    expect(levelOf(tone(0.1))).toBeCloseTo(0.95 - 20 / 60, 2);
    expect(levelOf(Float32Array.from({ length: 480 }, () => 1))).toBe(1);
  });
});
