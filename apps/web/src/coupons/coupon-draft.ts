import { CouponInput, type Coupon } from '#contracts/deals';
import { parseMoney, type Currency } from '#contracts/money';
import { issuePaths, type Issues } from '../staff/form-issues.ts';
import { toInstant, toLocal } from '../staff/zoned-time.ts';

/** A coupon as it is typed. Times are wall clock of the brand's zone; '' is no limit. */
export interface CouponDraft {
  code: string;
  kind: Coupon['kind'];
  percent: string;
  amount: string;
  minimum: string;
  firstOrderOnly: boolean;
  perBuyer: string;
  total: string;
  combinable: boolean;
  startsAt: string;
  endsAt: string;
}

/** Ten per cent, once for each buyer, from now on. */
export function emptyCoupon(now: number, timeZone: string): CouponDraft {
  return {
    code: '',
    kind: 'percent',
    percent: '10',
    amount: '',
    minimum: '',
    firstOrderOnly: false,
    perBuyer: '1',
    total: '',
    combinable: false,
    startsAt: toLocal(new Date(now).toISOString(), timeZone),
    endsAt: '',
  };
}

/** What was typed as a coupon, or the fields that are no such thing. */
export function readCoupon(
  draft: CouponDraft,
  { currency, timeZone }: { currency: Currency; timeZone: string },
): { input: CouponInput } | { issues: Issues } {
  const read = CouponInput.safeParse({
    code: draft.code,
    kind: draft.kind,
    value: draft.kind === 'percent' ? whole(draft.percent) : parseMoney(draft.amount, currency),
    minimumAmount: draft.minimum.trim() === '' ? 0 : parseMoney(draft.minimum, currency),
    firstOrderOnly: draft.firstOrderOnly,
    perBuyer: draft.perBuyer.trim() === '' ? null : whole(draft.perBuyer),
    total: draft.total.trim() === '' ? null : whole(draft.total),
    combinable: draft.combinable,
    startsAt: toInstant(draft.startsAt, timeZone),
    endsAt: draft.endsAt === '' ? null : toInstant(draft.endsAt, timeZone),
  });
  return read.success ? { input: read.data } : { issues: issuePaths(read.error.issues) };
}

/** NaN is refused by the schema, where null would mean no limit. */
function whole(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
}

export type CouponState = 'active' | 'planned' | 'over' | 'usedUp' | 'archived';

export function stateOf(coupon: Coupon, now: number): CouponState {
  if (coupon.archived) return 'archived';
  if (coupon.endsAt !== null && Date.parse(coupon.endsAt) <= now) return 'over';
  if (Date.parse(coupon.startsAt) > now) return 'planned';
  return coupon.total !== null && coupon.used >= coupon.total ? 'usedUp' : 'active';
}
