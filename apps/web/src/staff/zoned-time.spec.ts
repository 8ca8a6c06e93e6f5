import { describe, expect, it } from '@jest/globals';
import { toInstant, toLocal } from './zoned-time.ts';

describe('wall clock of a time zone', () => {
  it('reads a planned start in the zone of the brand', () => {
    expect(toInstant('2026-11-21T20:00', 'Asia/Tokyo')).toBe('2026-11-21T11:00:00.000Z');
    expect(toInstant('2026-07-01T20:00', 'America/New_York')).toBe('2026-07-02T00:00:00.000Z');
    expect(toInstant('2026-12-01T20:00', 'America/New_York')).toBe('2026-12-02T01:00:00.000Z');
    expect(toInstant('2026-05-01T09:15', 'Asia/Kathmandu')).toBe('2026-05-01T03:30:00.000Z');
  });

  it('shows an instant as the clocks there show it', () => {
    expect(toLocal('2026-11-21T11:00:00.000Z', 'Asia/Tokyo')).toBe('2026-11-21T20:00');
    expect(toLocal('2026-12-31T15:30:00.000Z', 'Asia/Tokyo')).toBe('2027-01-01T00:30');
  });

  it('goes there and back through both changes of summer time', () => {
    for (const local of ['2026-03-29T01:59', '2026-03-29T03:00', '2026-10-25T01:30', '2026-10-25T03:30']) {
      expect(toLocal(toInstant(local, 'Europe/Berlin')!, 'Europe/Berlin')).toBe(local);
    }
  });

  it('moves a time that summer time skips to the hour after it', () => {
    expect(toLocal(toInstant('2026-03-29T02:30', 'Europe/Berlin')!, 'Europe/Berlin')).toBe('2026-03-29T03:30');
  });

  it('refuses what is no date', () => {
    expect(toInstant('', 'Asia/Tokyo')).toBeNull();
    expect(toInstant('2026-13-40T20:00', 'Asia/Tokyo')).toBeNull();
    expect(toInstant('tomorrow', 'Asia/Tokyo')).toBeNull();
  });
});
