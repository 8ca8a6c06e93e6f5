import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

/** A flash deal: a price, or percent off, for the units of an allotment. When it ends and how much is left, the allotment says. */
@Entity('deals')
export class Deal {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) offerId!: string;
  @Column(idColumn({ nullable: true })) variantId!: string | null;
  @Column(idColumn()) allotmentId!: string;
  @Column({ type: 'text' }) kind!: 'price' | 'percent';
  @Column(bigintColumn()) value!: number;
  @Column(idColumn()) createdBy!: string;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('coupons')
export class Coupon {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) code!: string;
  @Column({ type: 'text' }) kind!: 'percent' | 'amount';
  @Column(bigintColumn()) value!: number;
  @Column(bigintColumn({ default: 0 })) minimumAmount!: number;
  @Column({ type: 'boolean', default: false }) firstOrderOnly!: boolean;
  @Column({ type: 'integer', nullable: true }) perBuyer!: number | null;
  @Column({ type: 'integer', nullable: true }) total!: number | null;
  /** By orders that are not canceled. */
  @Column({ type: 'integer', default: 0 }) used!: number;
  @Column({ type: 'boolean', default: false }) combinable!: boolean;
  @Column(timeColumn()) startsAt!: Date;
  @Column(timeColumn({ nullable: true })) endsAt!: Date | null;
  @Column(timeColumn({ nullable: true })) archivedAt!: Date | null;
  @Column(timeColumn()) createdAt!: Date;
}

/** How often one buyer has used a coupon: by the viewer, and by the e-mail address, so that another browser is no other person. */
@Entity('coupon_claims')
export class CouponClaim {
  @PrimaryColumn('uuid') couponId!: string;
  @PrimaryColumn({ type: 'text' }) buyerKey!: string;
  @Column({ type: 'integer' }) quantity!: number;
}

/** A coupon in an order, and what it took off. */
@Entity('coupon_uses')
export class CouponUse {
  @PrimaryColumn('uuid') orderId!: string;
  @PrimaryColumn('uuid') couponId!: string;
  @Column({ type: 'text' }) code!: string;
  @Column({ type: 'text' }) viewerKey!: string;
  @Column({ type: 'text' }) emailKey!: string;
  @Column(bigintColumn()) amount!: number;
  @Column(timeColumn({ nullable: true })) releasedAt!: Date | null;
}
