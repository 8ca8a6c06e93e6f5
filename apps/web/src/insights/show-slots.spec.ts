import { describe, expect, it } from '@jest/globals';
import type { ShowCurve } from '#contracts/insights';
import { inSlots, lineOf, stepSeconds } from './show-slots.ts';

const start = Date.parse('2026-10-17T11:00:00.000Z');
const curve: ShowCurve = {
  from: new Date(start).toISOString(),
  to: new Date(start + 150_000).toISOString(),
  viewers: [
    [0, 0],
    [5, 2],
    [20, 7],
    [21, 3],
    [130, 1],
  ],
  events: [
    [59, 4400, 1, 2, 0, 1],
    [60, 3300, 1, 0, 5, 2],
  ],
};
const slots = (count: number, seconds: number) =>
  Array.from({ length: count }, (_, index) => ({
    from: start + index * seconds * 1000,
    to: start + (index + 1) * seconds * 1000,
    label: String(index),
  }));

describe('inSlots', () => {
  it('keeps the peak of a second within its minute, and who stays through a minute without a change', () => {
    expect(inSlots(curve, slots(3, 60)).map(({ viewers }) => viewers)).toEqual([7, 3, 3]);
  });

  it('puts what happened in the slot of its second', () => {
    const [first, second, third] = inSlots(curve, slots(3, 60));
    expect(first).toMatchObject({ netAmount: 4400, orders: 1, messages: 2, clicks: 1 });
    expect(second).toMatchObject({ netAmount: 3300, orders: 1, hearts: 5, clicks: 2 });
    expect(third).toMatchObject({ netAmount: 0, orders: 0 });
  });

  it('looks at a part of the evening only', () => {
    const part = slots(150, 1).slice(19, 22);
    expect(inSlots(curve, part).map(({ viewers }) => viewers)).toEqual([2, 7, 3]);
  });
});

it('draws the line to the end, moved onto another evening', () => {
  expect(lineOf(curve, 1000).at(-1)).toEqual({ at: start + 151_000, value: 1 });
});

it('goes by the second only where that can be seen', () => {
  expect([stepSeconds(120_000), stepSeconds(1_800_000), stepSeconds(3_840_000), stepSeconds(86_400_000)]).toEqual([
    1, 60, 60, 900,
  ]);
});
