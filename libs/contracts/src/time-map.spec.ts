import { describe, expect, it } from '@jest/globals';
import { positionAt, wallTimeAt, type TimeMap } from './time-map.ts';

const at = (time: string) => Date.parse(`2026-10-17T${time}Z`);
const iso = (time: string) => new Date(at(time)).toISOString();

// Ten minutes, five minutes away, twenty minutes more.
const map: TimeMap = [
  { position: 0, at: iso('11:00:00'), seconds: 600 },
  { position: 600, at: iso('11:15:00'), seconds: 1200 },
];

describe('a map of playhead and clock', () => {
  it('answers when it was', () => {
    expect(wallTimeAt(map, 0)).toBe(at('11:00:00'));
    expect(wallTimeAt(map, 90)).toBe(at('11:01:30'));
    expect(wallTimeAt(map, 600)).toBe(at('11:15:00'));
    expect(wallTimeAt(map, 660)).toBe(at('11:16:00'));
  });

  it('ends with the replay, and begins with it', () => {
    expect(wallTimeAt(map, 99_999)).toBe(at('11:35:00'));
    expect(wallTimeAt(map, -5)).toBe(at('11:00:00'));
    expect(wallTimeAt([], 5)).toBeNull();
  });

  it('answers where it is seen', () => {
    expect(positionAt(map, at('11:01:30'))).toBe(90);
    expect(positionAt(map, at('11:16:00'))).toBe(660);
    expect(positionAt(map, at('10:00:00'))).toBe(0);
    expect(positionAt(map, at('12:00:00'))).toBe(1800);
    expect(positionAt([], at('12:00:00'))).toBe(0);
  });

  it('shows what happened while the host was away when the picture is back', () => {
    expect(positionAt(map, at('11:12:00'))).toBe(600);
  });

  it('goes there and back', () => {
    for (const position of [0, 1.5, 599, 601, 1799]) expect(positionAt(map, wallTimeAt(map, position)!)).toBe(position);
  });
});
