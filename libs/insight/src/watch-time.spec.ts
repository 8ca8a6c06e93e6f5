import { describe, expect, it } from '@jest/globals';
import { watchTime, watchTimeFromHeartbeats } from './watch-time.ts';

describe('watchTimeFromHeartbeats', () => {
  it('is ten seconds between beats and five after the last', () => {
    expect(watchTimeFromHeartbeats([0, 10_000, 20_000])).toBe(25_000);
    expect(watchTimeFromHeartbeats([7_000])).toBe(5_000);
    expect(watchTimeFromHeartbeats([])).toBe(0);
  });

  it('takes two beats of one interval for one, and leaves out the time away', () => {
    expect(watchTimeFromHeartbeats([0, 3_000, 9_999, 10_000])).toBe(15_000);
    expect(watchTimeFromHeartbeats([600_000, 0])).toBe(15_000);
  });
});

describe('watchTime', () => {
  it('is averaged by view and by viewer', () => {
    const views = [
      { person: 'kei', from: 0, to: 40_000 },
      { person: 'kei', from: 60_000, to: 70_000 },
      { person: 'rin', from: 0, to: 10_000 },
    ];
    expect(watchTime(views)).toEqual({ total: 60_000, perView: 20_000, perViewer: 30_000 });
    expect(watchTime([])).toEqual({ total: 0, perView: null, perViewer: null });
  });
});
