export { claimCoupons, couponDiscounts, releaseCoupons, type CouponDiscount } from './coupons.ts';
export { Coupon, CouponClaim, CouponUse, Deal } from './deal.entity.ts';
export { DealsModule } from './deals.module.ts';
export { dealsOfAllotments } from './deals.queries.ts';
export { DealsService } from './deals.service.ts';
