import { describe, expect, it } from '@jest/globals';
import { LineQuality } from './line-quality.ts';

/** Half-second looks for so many seconds; `lost` of 100 packets and `frozen` ms of each half second. */
function after(quality: LineQuality, seconds: number, lost: number, frozen: number, from = 0): boolean[] {
  return Array.from({ length: seconds * 2 + 1 }, (_, look) =>
    quality.isUnsteady({
      at: from + look * 500,
      received: look * (100 - lost),
      lost: look * lost,
      frozen: (look * frozen) / 1000,
    }),
  );
}

describe('the quality of a line', () => {
  it('is fine with what a network usually loses', () => {
    expect(after(new LineQuality(), 60, 3, 40)).not.toContain(true);
  });

  it('is unsteady when a tenth is lost, or a quarter of the time is still, and not before eight seconds', () => {
    expect(after(new LineQuality(), 20, 12, 0).indexOf(true)).toBe(16);
    expect(after(new LineQuality(), 20, 0, 130).indexOf(true)).toBe(16);
  });

  it('forgives one bad second', () => {
    const quality = new LineQuality();
    const looks = Array.from({ length: 60 }, (_, look) =>
      quality.isUnsteady({ at: look * 500, received: look * 100, lost: look > 20 ? 40 : 0, frozen: look > 20 ? 1 : 0 }),
    );
    expect(looks).not.toContain(true);
  });

  it('begins anew with a new stream and after a sleep', () => {
    const quality = new LineQuality();
    after(quality, 7, 50, 400);
    expect(after(quality, 7, 50, 400, 7_500)).not.toContain(true);
    expect(after(quality, 7, 50, 400, 60_000)).not.toContain(true);
  });
});
