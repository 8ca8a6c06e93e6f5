import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Ticks } from './ticks.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('Ticks', () => {
  it('tells the first at once, what follows together, and the next quiet moment at once again', () => {
    const told: string[][] = [];
    const ticks = new Ticks<string>(100, (items) => told.push(items));
    ticks.tell(['a']);
    expect(told).toEqual([['a']]);
    ticks.tell(['b', 'a']);
    ticks.tell(['b', 'c']);
    jest.advanceTimersByTime(99);
    expect(told).toEqual([['a']]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([['a'], ['b', 'a', 'c']]);
    jest.advanceTimersByTime(200);
    ticks.tell(['d']);
    expect(told).toEqual([['a'], ['b', 'a', 'c'], ['d']]);
  });

  it('says nothing where there is nothing to say', () => {
    const told: string[][] = [];
    new Ticks<string>(100, (items) => told.push(items)).tell([]);
    expect(told).toEqual([]);
  });
});
