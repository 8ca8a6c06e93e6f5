import { createHash } from 'node:crypto';
import { AppError } from '#platform/app-error';
import type { Queryable, Tx } from '../database/index.ts';
import type { Coupon } from './deal.entity.ts';

/** Who asks for a coupon. */
export interface CouponBuyer {
  viewerId: string;
  /** Unknown before the buyer has written it. */
  email: string | null;
  /** Whether they have a paid order of this brand. */
  isCustomer: boolean;
}

export interface CouponDiscount {
  couponId: string;
  code: string;
  amount: number;
}

type CouponRow = Omit<Coupon, 'value' | 'minimumAmount'> & {
  value: string;
  minimumAmount: string;
  running: string | null;
};

type CouponReason = 'unknown' | 'not_yet' | 'over' | 'minimum' | 'first_order' | 'used' | 'used_up' | 'not_combinable';

function refused(code: string, reason: CouponReason, more: object = {}): AppError {
  return new AppError('coupon_refused', { code, reason, ...more }, `${code}: ${reason}`);
}

/** As a person: an address with other capitals is the same. Hashed, because it stays after an erased order. */
const emailKey = (email: string) =>
  `email:${createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')}`;
const viewerKey = (viewerId: string) => `viewer:${viewerId}`;

/**
 * What these coupons take off goods of `itemsAmount`, in minor units, in the order in which they were given: a percentage (rounded down) of what
 * is left, an amount of at most what is left. Claims nothing.
 * @param dealLines whether a line has a deal's price
 * @throws coupon_refused { code, reason }
 */
export async function couponDiscounts(
  queryable: Queryable,
  brandId: string,
  codes: string[],
  buyer: CouponBuyer,
  goods: { itemsAmount: number; dealLines: boolean },
): Promise<CouponDiscount[]> {
  if (codes.length === 0) return [];
  const { rows } = await queryable.sql<CouponRow>(
    `SELECT id, code, kind, value, minimum_amount AS "minimumAmount", first_order_only AS "firstOrderOnly", per_buyer AS "perBuyer", total, used,
            combinable, CASE WHEN starts_at > engawa_now() THEN 'not_yet' WHEN ends_at <= engawa_now() THEN 'over' END AS running
     FROM coupons WHERE brand_id = $1 AND code = ANY($2) AND archived_at IS NULL`,
    [brandId, codes],
  );
  const discounts: CouponDiscount[] = [];
  let left = goods.itemsAmount;
  for (const code of codes) {
    const coupon = rows.find((row) => row.code === code);
    if (!coupon) throw refused(code, 'unknown');
    if (coupon.running) throw refused(code, coupon.running as CouponReason);
    if (!coupon.combinable && (codes.length > 1 || goods.dealLines)) throw refused(code, 'not_combinable');
    const minimum = Number(coupon.minimumAmount);
    if (goods.itemsAmount < minimum) throw refused(code, 'minimum', { minimumAmount: minimum });
    if (coupon.firstOrderOnly && buyer.isCustomer) throw refused(code, 'first_order');
    if (coupon.total !== null && coupon.used >= coupon.total) throw refused(code, 'used_up');
    if (coupon.perBuyer !== null && (await usesOf(queryable, coupon.id, buyer)) >= coupon.perBuyer) {
      throw refused(code, 'used');
    }
    const value = Number(coupon.value);
    const amount = coupon.kind === 'percent' ? Math.floor((left * value) / 100) : Math.min(value, left);
    left -= amount;
    discounts.push({ couponId: coupon.id, code, amount });
  }
  return discounts;
}

async function usesOf(queryable: Queryable, couponId: string, { viewerId, email }: CouponBuyer): Promise<number> {
  const keys = [viewerKey(viewerId), ...(email ? [emailKey(email)] : [])];
  const { rows } = await queryable.sql<{ uses: number | null }>(
    `SELECT max(quantity) AS uses FROM coupon_claims WHERE coupon_id = $1 AND buyer_key = ANY($2)`,
    [couponId, keys],
  );
  return rows[0]?.uses ?? 0;
}

/**
 * Claims coupons for an order that is being placed. Limits are held by the statements themselves, not by what was read before.
 * @throws coupon_refused used_up or used
 */
export async function claimCoupons(
  tx: Tx,
  orderId: string,
  discounts: CouponDiscount[],
  { viewerId, email }: { viewerId: string; email: string },
): Promise<void> {
  const keys = [viewerKey(viewerId), emailKey(email)].sort();
  // In one order for all, so that two buyers with the same coupons do not wait for each other.
  for (const { couponId, code, amount } of discounts.toSorted((a, b) => a.couponId.localeCompare(b.couponId))) {
    const { rows } = await tx.sql<{ per_buyer: number | null }>(
      `UPDATE coupons SET used = used + 1 WHERE id = $1 AND (total IS NULL OR used < total) RETURNING per_buyer`,
      [couponId],
    );
    if (!rows[0]) throw refused(code, 'used_up');
    for (const key of keys) {
      const { count } = await tx.sql(
        `INSERT INTO coupon_claims AS c (coupon_id, buyer_key, quantity) VALUES ($1, $2, 1)
         ON CONFLICT (coupon_id, buyer_key) DO UPDATE SET quantity = c.quantity + 1 WHERE $3::int IS NULL OR c.quantity < $3`,
        [couponId, key, rows[0].per_buyer],
      );
      if (count === 0) throw refused(code, 'used');
    }
    await tx.sql(
      `INSERT INTO coupon_uses (order_id, coupon_id, code, viewer_key, email_key, amount) VALUES ($1, $2, $3, $4, $5, $6)`,
      [orderId, couponId, code, viewerKey(viewerId), emailKey(email), amount],
    );
  }
}

/** The order is canceled: its coupons can be used again. */
export async function releaseCoupons(tx: Tx, orderId: string): Promise<void> {
  const { rows } = await tx.sql<{ coupon_id: string; viewer_key: string; email_key: string }>(
    `UPDATE coupon_uses SET released_at = engawa_now() WHERE order_id = $1 AND released_at IS NULL
     RETURNING coupon_id, viewer_key, email_key`,
    [orderId],
  );
  for (const use of rows.sort((a, b) => a.coupon_id.localeCompare(b.coupon_id))) {
    await tx.sql(`UPDATE coupons SET used = used - 1 WHERE id = $1`, [use.coupon_id]);
    for (const key of [use.viewer_key, use.email_key].sort()) {
      await tx.sql(`UPDATE coupon_claims SET quantity = quantity - 1 WHERE coupon_id = $1 AND buyer_key = $2`, [
        use.coupon_id,
        key,
      ]);
    }
  }
}
