import { describe, expect, it } from '@jest/globals';
import { at, evening } from './figures.spec-support.ts';
import { moved, place, timeline, zoneOffset } from './timeline.ts';

describe('timeline', () => {
  const { minutes } = evening(64, { 34: 79_780 });
  const line = timeline(minutes, 1312, { left: 56, offsetMinutes: 540 });

  it('lays time, people and money on their panels', () => {
    expect(line.x(Date.parse(at(0)))).toBe(56);
    expect(line.x(Date.parse(at(64)))).toBe(1312 - place.right);
    expect(line.people(0)).toBe(place.peopleBottom);
    expect(line.money(line.moneyTicks.at(-1) ?? 0)).toBe(place.moneyTop);
    expect(line.bucketSize).toBe(1);
  });

  it('gives a show that has just begun room to grow', () => {
    const { span } = timeline(minutes.slice(0, 2), 1312, { left: 56, offsetMinutes: 540 });
    expect(span.to - span.from).toBe(10 * 60_000);
  });

  it('takes minutes together on a phone when the show is long', () => {
    const long = evening(300, {}).minutes;
    const phone = timeline(long, 358, { left: 56, offsetMinutes: 540 });
    expect(phone.bucketSize).toBe(5);
    expect(phone.buckets).toHaveLength(60);
  });

  it('moves an earlier show onto this one', () => {
    expect(moved(minutes, Date.parse(at(100)))[3]?.at).toBe(at(103));
  });
});

describe('zoneOffset', () => {
  it('is whole minutes, whatever the second', () => {
    expect(zoneOffset(Date.parse('2026-10-17T11:00:40.500Z'), 'Asia/Tokyo')).toBe(540);
    expect(zoneOffset(Date.parse('2026-07-17T11:00:00Z'), 'Europe/Berlin')).toBe(120);
    expect(zoneOffset(Date.parse('2026-01-17T11:00:59Z'), 'America/St_Johns')).toBe(-210);
  });
});
