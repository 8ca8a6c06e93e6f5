import { describe, expect, it } from '@jest/globals';
import { addDays, before, countDays, dayOf, faultOf, instantsOf, lastDays, rangeFrom } from './range.ts';

describe('a range of days', () => {
  it('counts both of its ends', () => {
    expect(lastDays(28, '2026-11-22')).toEqual({ from: '2026-10-26', to: '2026-11-22' });
    expect(countDays({ from: '2026-10-26', to: '2026-11-22' })).toBe(28);
  });

  it('has one as long before it', () => {
    expect(before({ from: '2026-03-01', to: '2026-03-07' })).toEqual({ from: '2026-02-22', to: '2026-02-28' });
  });

  it('is of the brand’s calendar, not of the reader’s', () => {
    expect(dayOf('2026-11-22T15:30:00Z', 'Asia/Tokyo')).toBe('2026-11-23');
    expect(instantsOf({ from: '2026-11-22', to: '2026-11-22' }, 'Asia/Tokyo')).toEqual({
      from: '2026-11-21T15:00:00.000Z',
      to: '2026-11-22T15:00:00.000Z',
    });
  });

  it('is 25 hours long when the clocks go back', () => {
    const { from, to } = instantsOf({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/Berlin');
    expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(25);
    expect(addDays('2026-10-25', 1)).toBe('2026-10-26');
  });

  it('is refused where it cannot be', () => {
    expect(faultOf({ from: '2026-11-22', to: '2026-11-21' })).toBe('wrongRange');
    expect(faultOf({ from: '', to: '2026-11-21' })).toBe('wrongRange');
    expect(faultOf({ from: '2020-01-01', to: '2026-11-21' })).toBe('tooLong');
  });

  it('is read from the address, and falls back where that makes no sense', () => {
    const of = (search: string) => rangeFrom(new URLSearchParams(search), '2026-11-22');
    expect(of('')).toEqual({ range: { from: '2026-10-26', to: '2026-11-22' }, compared: true });
    expect(of('days=7&compare=0')).toEqual({ range: { from: '2026-11-16', to: '2026-11-22' }, compared: false });
    expect(of('from=2026-11-09&to=2026-11-01').range).toEqual({ from: '2026-10-26', to: '2026-11-22' });
    expect(of('days=-4').range).toEqual({ from: '2026-10-26', to: '2026-11-22' });
  });
});
