import { describe, expect, it } from '@jest/globals';
import { rates } from './send-stats.ts';

describe('rates of sending', () => {
  const before = { at: 1_000, bytes: 10_000, packets: 100, lost: 2 };

  it('are those of the time between', () => {
    expect(rates(before, { at: 3_000, bytes: 260_000, packets: 300, lost: 12 })).toEqual({
      sendBps: 1_000_000,
      lossPercent: 5,
    });
  });

  it('are not negative when a stream was replaced, nor endless when nothing was sent', () => {
    expect(rates(before, { at: 2_000, bytes: 500, packets: 5, lost: 0 })).toEqual({ sendBps: 0, lossPercent: 0 });
    expect(rates(before, { ...before, lost: 9 })).toEqual({ sendBps: 0, lossPercent: 0 });
  });
});
