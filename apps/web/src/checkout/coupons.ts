import { CouponCode } from '#contracts/deals';
import type { Currency } from '#contracts/money';
import { ApiError } from '../api.ts';
import { money } from '../i18n.ts';
import type { usePaymentText } from './payment-text.ts';

/** How many coupons one purchase takes. */
export const MOST_COUPONS = 3;

const reasons = ['unknown', 'not_yet', 'over', 'minimum', 'first_order', 'used', 'used_up', 'not_combinable'] as const;
export type CouponReason = (typeof reasons)[number];

/** Why a coupon takes nothing off. `no_answer`: nobody could say. */
export interface CouponRefusal {
  code: string;
  reason: CouponReason | 'no_answer';
  minimumAmount: number;
}

/** What was typed, as the code of a coupon; null when no coupon can have it. */
export function couponCode(typed: string): string | null {
  const plain = typed.normalize('NFKC').replace(/[\s\u2010-\u2015ー]/g, (sign) => (/\s/.test(sign) ? '' : '-'));
  const parsed = CouponCode.safeParse(plain);
  return parsed.success ? parsed.data : null;
}

export function couponRefusal(error: unknown, asked: string): CouponRefusal {
  if (!(error instanceof ApiError) || error.code !== 'coupon_refused') {
    return { code: asked, reason: 'no_answer', minimumAmount: 0 };
  }
  return refusalOf(error.details, asked);
}

/** The refusal in the details of coupon_refused. */
export function refusalOf(details: Record<string, unknown>, asked: string): CouponRefusal {
  const reason = reasons.find((one) => one === details.reason) ?? 'unknown';
  const code = typeof details.code === 'string' ? details.code : asked;
  return { code, reason, minimumAmount: Number(details.minimumAmount ?? 0) };
}

export function couponWords(
  { reason, minimumAmount }: CouponRefusal,
  currency: Currency,
  t: ReturnType<typeof usePaymentText>,
): string {
  if (reason === 'no_answer') return t.couponNoAnswer;
  return reason === 'minimum' ? t.coupon_minimum(money(minimumAmount, currency)) : t[`coupon_${reason}`];
}
