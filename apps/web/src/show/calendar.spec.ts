import { describe, expect, it } from '@jest/globals';
import type { PublicShow } from '#contracts/shows';
import { calendarOf } from './calendar.ts';

const show: PublicShow = {
  id: '0190c1d0-0000-7000-8000-000000000001',
  slug: 'autumn',
  title: '秋の窯出し, 土もの; 新作',
  subtitle: '日曜の夜にゆっくりとご覧いただく、年に一度の窯出しの会です',
  hostName: '早川',
  posterUrl: null,
  brand: { id: 'brand', slug: 'brand', name: '器の渚', logoUrl: null, currency: 'JPY', timeZone: 'Asia/Tokyo' },
  state: 'scheduled',
  startsAt: '2026-10-17T11:00:00.000Z',
  endsAt: null,
  liveSince: null,
  endedAt: null,
  broadcast: null,
  offers: [],
  pins: [],
  serverTime: '2026-10-15T11:00:00.000Z',
};

describe('calendar file', () => {
  const text = calendarOf(show, 'https://example.jp/s/autumn', new Date('2026-10-15T00:00:00Z'));

  it('names the time in UTC, an hour when no end is planned', () => {
    expect(text).toContain('DTSTART:20261017T110000Z\r\n');
    expect(text).toContain('DTEND:20261017T120000Z\r\n');
  });

  it('escapes what has a meaning of its own', () => {
    expect(text).toContain('SUMMARY:秋の窯出し\\, 土もの\\; 新作');
  });

  it('folds at 75 octets and never inside a character', () => {
    for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n ', '')).toContain('年に一度の窯出しの会です');
  });
});
