import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';
import { Amount } from './money.ts';

/** How long a flash deal may last, in seconds. */
export const DEAL_MIN_SECONDS = 10;
export const DEAL_MAX_SECONDS = 1200;

/** Ways to the picture: over LL-HLS a buyer sees a deal end seconds later, for which the brand's grace makes up. */
export const PicturePath = z.enum(['instant', 'smooth']);
export type PicturePath = z.infer<typeof PicturePath>;

/** A flash deal of one offer, or of one variant of it. The server's clock decides when it is over. */
export const Deal = z.object({
  id: Id,
  offerId: Id,
  variantId: z.nullable(Id), // null: every variant of the offer
  kind: z.enum(['price', 'percent']),
  value: z.int(), // minor units of the price, or percent off
  quantity: z.int(),
  remaining: z.int(),
  perBuyer: z.int(),
  startsAt: Time,
  endsAt: Time, // also when the host ended it early
});
export type Deal = z.infer<typeof Deal>;

/** What is left of a deal, as of now: a figure, not an event; the newest wins. */
export const DealFigure = z.object({ dealId: Id, remaining: z.int() });
export type DealFigure = z.infer<typeof DealFigure>;

/** Unit price under a deal, in minor units: a percentage is rounded down, in the buyer's favour; never above the list price. */
export function dealPrice(listAmount: number, deal: Pick<Deal, 'kind' | 'value'>): number {
  const price = deal.kind === 'price' ? deal.value : Math.floor((listAmount * (100 - deal.value)) / 100);
  return Math.max(1, Math.min(listAmount, price));
}

/** As typed: spaces and case do not matter. */
export const CouponCode = z.string().check(z.trim(), z.toUpperCase(), z.regex(/^[A-Z0-9-]{3,24}$/));

const couponTerms = {
  code: CouponCode,
  kind: z.enum(['percent', 'amount']),
  value: z.int().check(z.minimum(1), z.maximum(99_999_999)), // percent off, or minor units
  minimumAmount: Amount, // of the goods, after deals
  firstOrderOnly: z.boolean(),
  perBuyer: z.nullable(z.int().check(z.minimum(1), z.maximum(1000))),
  total: z.nullable(z.int().check(z.minimum(1), z.maximum(1_000_000))),
  combinable: z.boolean(), // with other coupons, and with a deal's price
  startsAt: Time,
  endsAt: z.nullable(Time),
};
export const CouponInput = z
  .object(couponTerms)
  .check(z.refine(({ kind, value }) => kind === 'amount' || value <= 100, { path: ['value'], error: 'at most 100 %' }))
  .check(
    z.refine(({ startsAt, endsAt }) => endsAt === null || Date.parse(endsAt) > Date.parse(startsAt), {
      path: ['endsAt'],
      error: 'must be after startsAt',
    }),
  );
export type CouponInput = z.infer<typeof CouponInput>;
export const Coupon = z.object({ id: Id, ...couponTerms, used: z.int(), archived: z.boolean() });
export type Coupon = z.infer<typeof Coupon>;

export const dealsApi = {
  /** Starts now. One deal at a time for a variant; refused with `deal_running`. */
  start: endpoint(
    'POST',
    '/api/shows/:showId/deals',
    z.object({
      showId: Id,
      offerId: Id,
      variantId: z.nullable(Id),
      kind: z.enum(['price', 'percent']),
      value: z.int().check(z.minimum(1), z.maximum(99_999_999)),
      quantity: z.int().check(z.minimum(1), z.maximum(100_000)),
      perBuyer: z.int().check(z.minimum(1), z.maximum(10)),
      seconds: z.int().check(z.minimum(DEAL_MIN_SECONDS), z.maximum(DEAL_MAX_SECONDS)),
    }),
    Deal,
  ),
  /** Ends a running deal now. Holds that were taken in it keep its price until their own end. */
  end: endpoint('POST', '/api/deals/:id/end', z.object({ id: Id }), Deal),
  coupons: endpoint('GET', '/api/coupons', Empty, z.object({ coupons: z.array(Coupon) })),
  createCoupon: endpoint('POST', '/api/coupons', CouponInput, Coupon),
  archiveCoupon: endpoint('DELETE', '/api/coupons/:id', z.object({ id: Id }), Empty),
};
