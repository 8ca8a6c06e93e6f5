import { expect, it } from '@jest/globals';
import { arrivalOf } from './arrival.ts';

const now = 100_000;

it('tells when a picture arrived by its media time', () => {
  expect(arrivalOf(60_000, 39.5, now)).toBe(99_500);
  // A slow machine, and a sender whose clock runs a little ahead.
  expect(arrivalOf(60_000, 10, now)).toBe(70_000);
  expect(arrivalOf(60_000, 41, now)).toBe(101_000);
});

it('takes a picture with an impossible time for one of now', () => {
  const times = [-1, 9.9, 70.1, -9_000, 2 ** 63 / 90_000, 2 ** 64 / 90_000, Infinity, NaN];
  for (const startsAt of times) expect(arrivalOf(60_000, startsAt, now)).toBe(now);
});
