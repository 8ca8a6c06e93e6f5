import { describe, expect, it } from '@jest/globals';
import type { Profile, WatchedShow } from '#contracts/customers';
import { lifeLine, sector, shareOf } from './life-line.ts';

const show = (watched: [string, string][], endedAt: string | null = '2026-10-17T12:00:00Z'): WatchedShow => ({
  ...{
    id: 's',
    title: '秋',
    slug: 'aki',
    startsAt: '2026-10-17T11:00:00Z',
    liveSince: '2026-10-17T11:00:00Z',
    endedAt,
  },
  ...{ watched, watchSeconds: 0, messages: 0, hearts: 0 },
});
const now = Date.parse('2026-10-17T11:30:00Z');

describe('shareOf', () => {
  it('is the part of the show, whatever was watched around it', () => {
    expect(shareOf(show([['2026-10-17T10:50:00Z', '2026-10-17T11:15:00Z']]), now)).toBeCloseTo(0.25);
    expect(shareOf(show([['2026-10-17T11:00:00Z', '2026-10-17T12:20:00Z']]), now)).toBe(1);
    expect(shareOf(show([]), now)).toBe(0);
  });

  it('is of what there was so far while the show is on air', () => {
    expect(shareOf(show([['2026-10-17T11:00:00Z', '2026-10-17T11:15:00Z']], null), now)).toBeCloseTo(0.5);
  });
});

describe('lifeLine', () => {
  const profile = (part: Partial<Profile>) =>
    ({
      orders: [],
      shows: [],
      person: { firstSeenAt: null },
      asOf: '2026-10-17T12:00:00Z',
      ...part,
    }) as unknown as Profile;

  it('places all within the line, the newest at its end', () => {
    const order = (paidAt: string, netAmount: number) => ({
      id: 'o',
      number: 'E',
      paidAt,
      gmvAmount: netAmount,
      netAmount,
    });
    const line = lifeLine(
      profile({
        orders: [order('2026-03-14T00:00:00Z', 8580), order('2026-10-17T12:00:00Z', 21_120)],
        shows: [show([])],
      }),
      (from) => [{ time: from, year: 2026, month: 3 }],
    );
    for (const { at } of [...line.bars, ...line.discs]) expect(at).toBeGreaterThan(0);
    expect(line.bars.map(({ height }) => height)).toEqual([8580 / 21_120, 1]);
    expect(line.bars.at(-1)!.at).toBeCloseTo(1);
    expect(line.months[0]!.at).toBe(0);
  });

  it('draws weeks of nothing for who came today', () => {
    expect(lifeLine(profile({}), () => [])).toEqual({ bars: [], discs: [], months: [] });
  });
});

it('draws a disc by its share', () => {
  expect(sector(0.25, 8)).toBe('M0 0V-8A8 8 0 0 1 8 0Z');
  expect(sector(1, 8)).toContain('1 1 0 8');
});
