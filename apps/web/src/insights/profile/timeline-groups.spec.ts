import { describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '#contracts/customers';
import { groupByDay } from './timeline-groups.ts';

const entry = (id: string, at: string, showId: string | null): TimelineEntry => ({
  ...{ id, at, showId, kind: 'other', name: id, source: 'room', text: null, quantity: 1, amount: null },
  ...{ imageUrl: null, orderId: null, properties: null },
});

describe('groupByDay', () => {
  it('tells the newest day first, and each day from its morning, a show in one piece', () => {
    const days = groupByDay(
      [
        entry('g', '2026-10-17T20:30', 'a'),
        entry('f', '2026-10-17T20:20', null),
        entry('e', '2026-10-17T20:10', 'a'),
        entry('d', '2026-10-17T08:10', null),
        entry('c', '2026-10-17T08:00', null),
        entry('b', '2026-10-03T20:12', 'b'),
      ],
      (time) => time.slice(0, 10),
    );
    const told = days.map(({ day, parts }) => [
      day,
      parts.map(({ showId, entries }) => [showId, entries.map(({ id }) => id).join('')]),
    ]);
    expect(told).toEqual([
      [
        '2026-10-17',
        [
          [null, 'cd'],
          ['a', 'eg'],
          [null, 'f'],
        ],
      ],
      ['2026-10-03', [['b', 'b']]],
    ]);
  });

  it('is empty without entries', () => {
    expect(groupByDay([], (time) => time)).toEqual([]);
  });
});
