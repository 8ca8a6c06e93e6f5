import { describe, expect, it } from '@jest/globals';
import { emptyShow, moved, proposeSlug, readShow } from './show-draft.ts';

describe('the public address of a show', () => {
  it('is made of the words of a Latin title', () => {
    expect(proposeSlug("Autumn kiln: Hayakawa's new pots!", '2026-11-21T20:00')).toBe('autumn-kiln-hayakawas-new-pots');
    expect(proposeSlug('Café  Été', '2026-11-21T20:00')).toBe('cafe-ete');
  });

  it('is the date when the title is Japanese, empty or too short', () => {
    expect(proposeSlug('秋の窯出し 土もの新作', '2026-11-21T20:00')).toBe('show-2026-11-21');
    expect(proposeSlug('ライブ Vol.3', '2026-11-21T20:00')).toBe('show-2026-11-21');
    expect(proposeSlug('', '2026-11-21T20:00')).toBe('show-2026-11-21');
    expect(proposeSlug('!', '')).toBe('show');
  });

  it('stays within its length and never ends in a hyphen', () => {
    const slug = proposeSlug(`${'a'.repeat(59)} bcd`, '2026-11-21T20:00');
    expect(slug).toBe('a'.repeat(59));
  });
});

describe('a show while it is planned', () => {
  const draft = { ...emptyShow(Date.parse('2026-11-20T12:00:00Z'), 'Asia/Tokyo', '早川'), title: '窯出し' };

  it('is proposed for tomorrow evening in the zone of the brand', () => {
    expect(draft).toMatchObject({ startsAt: '2026-11-21T20:00', endsAt: '2026-11-21T21:00', slug: 'show-2026-11-21' });
    expect(readShow(draft, 'Asia/Tokyo').input).toMatchObject({
      startsAt: '2026-11-21T11:00:00.000Z',
      endsAt: '2026-11-21T12:00:00.000Z',
    });
  });

  it('may have no planned end, but not one before its start', () => {
    expect(readShow({ ...draft, endsAt: '' }, 'Asia/Tokyo').input?.endsAt).toBeNull();
    expect(readShow({ ...draft, endsAt: '2026-11-21T20:00' }, 'Asia/Tokyo').issues).toEqual(new Set(['endsAt']));
  });

  it('names every field that cannot be read', () => {
    const issues = readShow({ ...draft, title: ' ', slug: 'Ä', startsAt: '', hostName: '' }, 'Asia/Tokyo').issues;
    expect(issues).toEqual(new Set(['title', 'slug', 'startsAt', 'hostName']));
  });
});

describe('the order of the run', () => {
  it('moves one and keeps the rest', () => {
    expect(moved(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd']);
    expect(moved(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});
