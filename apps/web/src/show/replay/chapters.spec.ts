import { describe, expect, it } from '@jest/globals';
import { chapterAt, chaptersOf } from './chapters.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 9, 17, 11, minute)).toISOString();
const map = [
  { position: 0, at: at(0), seconds: 600 },
  { position: 600, at: at(20), seconds: 600 },
];
const pin = (id: string, from: number, to: number | null) => ({
  id,
  offerId: `offer-${id}`,
  pinnedAt: at(from),
  unpinnedAt: to === null ? null : at(to),
});

describe('chapters of a replay', () => {
  const chapters = chaptersOf([pin('a', 1, 5), pin('away', 12, 15), pin('b', 8, 25), pin('c', 28, null)], map, 1200);

  it('are pins by the playhead', () => {
    expect(chapters.map(({ pinId, from, to }) => [pinId, from, to])).toEqual([
      ['a', 60, 300],
      ['b', 480, 900],
      ['c', 1080, 1200],
    ]);
  });

  it('say what was on screen', () => {
    expect([0, 60, 299, 300, 480, 700, 1199].map((position) => chapterAt(chapters, position)?.pinId ?? null)).toEqual([
      ...[null, 'a', 'a', null, 'b', 'b', 'c'],
    ]);
  });
});
