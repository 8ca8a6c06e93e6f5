import { describe, expect, it } from '@jest/globals';
import { LATEST_MS, lateness } from './lateness.ts';

const live = (latencyMs: number | null, before: number) => lateness({ latencyMs, wentBack: false }, before);
const back = (latencyMs: number | null, before: number) => lateness({ latencyMs, wentBack: true }, before);

describe('how late the room is shown', () => {
  it('is as late as the picture, and moves only when it matters', () => {
    expect([live(1_500, 0), live(1_700, 1_500), live(1_800, 1_500), live(100, 0)]).toEqual([1_500, 1_500, 1_800, 0]);
  });

  it('does not stand still with the picture', () => {
    let late = 1_500;
    for (let latencyMs = late; latencyMs < 600_000; latencyMs += 250) {
      late = live(latencyMs, late);
      expect(late).toBeLessThanOrEqual(LATEST_MS);
    }
  });

  it('is as far back as the viewer went on purpose', () => {
    expect([back(600_000, 1_500), back(600_250, 600_000)]).toEqual([600_000, 600_250]);
  });

  it('is that of live again once a picture from further back is gone', () => {
    expect([back(null, 600_000), live(null, 600_000), live(null, 1_500)]).toEqual([LATEST_MS, LATEST_MS, 1_500]);
  });
});
