import { describe, expect, it } from '@jest/globals';
import type { Coupon } from '#contracts/deals';
import { emptyCoupon, readCoupon, stateOf, type CouponDraft } from './coupon-draft.ts';

const now = Date.parse('2026-10-17T11:20:00Z');
const tokyo = { currency: 'JPY', timeZone: 'Asia/Tokyo' } as const;
const typed = (more: Partial<CouponDraft> = {}) =>
  readCoupon({ ...emptyCoupon(now, 'Asia/Tokyo'), code: 'aki-10', ...more }, tokyo);
const issuesOf = (more: Partial<CouponDraft>) => {
  const read = typed(more);
  return 'issues' in read ? [...read.issues] : [];
};

describe('a coupon as typed', () => {
  it('is once for each buyer from now on, unless said otherwise', () => {
    expect(typed()).toEqual({
      input: {
        code: 'AKI-10',
        kind: 'percent',
        value: 10,
        minimumAmount: 0,
        firstOrderOnly: false,
        perBuyer: 1,
        total: null,
        combinable: false,
        startsAt: '2026-10-17T11:20:00.000Z',
        endsAt: null,
      },
    });
  });

  it('takes every term of the contract', () => {
    const more = {
      kind: 'amount',
      amount: '1,000',
      minimum: '5,000',
      perBuyer: '',
      total: '200',
      endsAt: '2026-10-18T00:00',
    };
    expect(typed({ ...more, kind: 'amount', firstOrderOnly: true, combinable: true })).toMatchObject({
      input: {
        kind: 'amount',
        value: 1000,
        minimumAmount: 5000,
        perBuyer: null,
        total: 200,
        endsAt: '2026-10-17T15:00:00.000Z',
      },
    });
  });

  it('is refused field by field', () => {
    expect(issuesOf({ code: 'あ' })).toEqual(['code']);
    expect(issuesOf({ percent: '101' })).toEqual(['value']);
    expect(issuesOf({ percent: '0' })).toEqual(['value']);
    expect(issuesOf({ kind: 'amount', amount: '1.5' })).toEqual(['value']);
    expect(issuesOf({ minimum: 'x', perBuyer: '0', total: '-1' })).toEqual(['minimumAmount', 'perBuyer', 'total']);
    expect(issuesOf({ endsAt: '2026-10-17T20:20' })).toEqual(['endsAt']);
    expect(issuesOf({ startsAt: '' })).toEqual(['startsAt']);
  });
});

describe('the state of a coupon', () => {
  const coupon: Coupon = {
    id: 'coupon',
    code: 'AKI',
    kind: 'percent',
    value: 10,
    minimumAmount: 0,
    firstOrderOnly: false,
    perBuyer: 1,
    total: 5,
    combinable: false,
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 1000).toISOString(),
    used: 0,
    archived: false,
  };

  it('follows the clock, its uses and the hand that archives it', () => {
    expect(stateOf(coupon, now - 1)).toBe('planned');
    expect(stateOf(coupon, now)).toBe('active');
    expect(stateOf(coupon, now + 1000)).toBe('over');
    expect(stateOf({ ...coupon, used: 5 }, now)).toBe('usedUp');
    expect(stateOf({ ...coupon, archived: true, used: 5 }, now + 1000)).toBe('archived');
  });
});
