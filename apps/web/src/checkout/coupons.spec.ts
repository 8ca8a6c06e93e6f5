import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../api.ts';
import { locale } from '../i18n.ts';
import { couponCode, couponRefusal, couponWords, type CouponReason } from './coupons.ts';
import { usePaymentText } from './payment-text.ts';

const reasons: CouponReason[] = [
  'unknown',
  'not_yet',
  'over',
  'minimum',
  'first_order',
  'used',
  'used_up',
  'not_combinable',
];

describe('a coupon', () => {
  it.each([
    ['aki10', 'AKI10'],
    ['ＡＫＩ１０', 'AKI10'],
    [' aki 10 ', 'AKI10'],
    ['aki‐10', 'AKI-10'],
    ['秋', null],
    ['a', null],
  ])('typed as %j is %j', (typed, code) => expect(couponCode(typed)).toBe(code));

  it.each(['ja', 'en'] as const)('is refused in words of its own for every reason, in %s', (code) => {
    locale.set(code);
    const t = usePaymentText.get();
    const said = reasons.map((reason) => {
      const error = new ApiError('coupon_refused', '', 'r', 422, { code: 'AKI10', reason, minimumAmount: 5000 });
      return couponWords(couponRefusal(error, 'AKI10'), 'JPY', t);
    });
    expect(new Set(said).size).toBe(reasons.length);
    expect(said[reasons.indexOf('minimum')]).toContain('¥5,000');
  });

  it('is not called unknown when nobody answered', () => {
    expect(couponRefusal(ApiError.unavailable('cut'), 'AKI10').reason).toBe('no_answer');
  });
});
