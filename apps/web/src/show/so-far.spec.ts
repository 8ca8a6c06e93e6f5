import { describe, expect, it } from '@jest/globals';
import type { Pin } from '#contracts/shows';
import { lineOfShow } from './so-far.ts';

const minute = 60_000;
const t0 = Date.parse('2026-10-17T11:00:00Z');
const pinAt = (minutes: number, until: number | null): Pin => ({
  id: `pin-${minutes}`,
  offerId: `offer-${minutes}`,
  pinnedAt: new Date(t0 + minutes * minute).toISOString(),
  unpinnedAt: until === null ? null : new Date(t0 + until * minute).toISOString(),
});

describe('line of the show so far', () => {
  const times = { liveSince: t0, endsAt: t0 + 60 * minute, now: t0 + 24 * minute };

  it('stands between the first picture and the planned end', () => {
    const line = lineOfShow(times, [pinAt(4, 12), pinAt(12, 19), pinAt(19, null)], () => 0.1);
    expect(line).toMatchObject({ from: t0, to: t0 + 60 * minute });
    expect(line.ticks.map(({ at }) => Math.round(at * 60))).toEqual([4, 12, 19]);
    expect(line.ticks.map(({ current }) => current)).toEqual([false, false, true]);
    expect(line.ticks.every(({ words }) => words === 'right')).toBe(true);
  });

  it('leaves out words that would run into the next stroke', () => {
    const line = lineOfShow(times, [pinAt(4, 6), pinAt(6, 19), pinAt(19, null)], () => 0.1);
    expect(line.ticks.map(({ words }) => words)).toEqual(['none', 'right', 'right']);
  });

  it('shows the last two hours of a show that has no end, with room ahead', () => {
    const now = t0 + 600 * minute;
    const line = lineOfShow({ liveSince: t0, endsAt: null, now }, [pinAt(10, 590), pinAt(590, null)], () => 0.05);
    expect(line.ticks.map(({ offerId }) => offerId)).toEqual(['offer-590']);
    expect(line.to).toBeGreaterThan(now);
    expect(line.from).toBeGreaterThanOrEqual(now - 120 * minute);
  });

  it('names the current pin at its left when there is no room at its right', () => {
    const now = t0 + 59 * minute;
    const line = lineOfShow({ ...times, now }, [pinAt(50, 58), pinAt(58, null)], () => 0.1);
    expect(line.ticks.map(({ words }) => words)).toEqual(['none', 'left']);
  });

  it('shows only what it can name when pins are many', () => {
    const pins = Array.from({ length: 30 }, (_, index) => pinAt(index, index === 29 ? null : index + 1));
    const { ticks } = lineOfShow({ ...times, now: t0 + 29.5 * minute }, pins, () => 0.1);
    expect(ticks.length).toBeGreaterThan(3);
    expect(ticks.every(({ words }) => words !== 'none')).toBe(true);
    expect(ticks.at(-1)?.current).toBe(true);
  });

  it('goes on past a planned end', () => {
    const line = lineOfShow({ ...times, now: t0 + 70 * minute }, [], () => 0);
    expect(line.to).toBeGreaterThan(t0 + 70 * minute);
  });
});
