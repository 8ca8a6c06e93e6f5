import { describe, expect, it } from '@jest/globals';
import { rates } from './send-stats.ts';

describe('rates of sending', () => {
  const before = { at: 1_000, bytes: 10_000, packets: 100, lost: 2, encoded: 30, encoding: 0.2 };

  it('are those of the time between', () => {
    expect(rates(before, { at: 3_000, bytes: 260_000, packets: 300, lost: 12, encoded: 80, encoding: 0.45 })).toEqual({
      sendBps: 1_000_000,
      lossPercent: 5,
      encodeMs: expect.closeTo(5),
    });
  });

  it('are not negative when a stream was replaced, nor endless when nothing was sent', () => {
    const none = { sendBps: 0, lossPercent: 0, encodeMs: null };
    expect(rates(before, { at: 2_000, bytes: 500, packets: 5, lost: 0, encoded: 1, encoding: 0 })).toEqual(none);
    expect(rates(before, { ...before, lost: 9 })).toEqual(none);
  });
});
