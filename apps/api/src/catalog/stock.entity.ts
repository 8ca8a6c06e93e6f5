import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { idColumn, timeColumn } from '../database/index.ts';

@Entity('stock_levels')
export class StockLevel {
  @PrimaryColumn('uuid') variantId!: string;
  @Column({ type: 'integer' }) onHand!: number;
  @Column({ type: 'integer' }) reserved!: number;
  /** People on the waitlist. While there are any, nobody else gets what comes free. */
  @Column({ type: 'integer', default: 0 }) waiting!: number;
}

export type MovementKind = 'receive' | 'hold' | 'release' | 'sell' | 'restock' | 'adjust';

@Entity('stock_movements')
export class StockMovement {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) variantId!: string;
  @Column({ type: 'text' }) kind!: MovementKind;
  @Column({ type: 'integer' }) onHandDelta!: number;
  @Column({ type: 'integer' }) reservedDelta!: number;
  @Column({ type: 'text' }) reference!: string;
  @Column(timeColumn()) createdAt!: Date;
}

/** active: a buyer is at the sheet; attached: an order waits for its payment; sold, released: over. */
export type HoldState = 'active' | 'attached' | 'sold' | 'released';

@Entity('holds')
export class Hold {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) offerId!: string;
  @Column(idColumn()) variantId!: string;
  @Column(idColumn()) viewerId!: string;
  @Column({ type: 'text' }) key!: string;
  @Column({ type: 'integer' }) quantity!: number;
  @Column({ type: 'integer', default: 0 }) revision!: number;
  @Column({ type: 'text' }) state!: HoldState;
  @Column(idColumn({ nullable: true })) orderId!: string | null;
  @Column(idColumn({ nullable: true })) allotmentId!: string | null;
  /** Of an order that waits, for days, for its voucher to be paid: its buyer may hold the same once more. */
  @Column({ type: 'boolean', default: false }) forVoucher!: boolean;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn()) expiresAt!: Date;
}

/** Units of a product under conditions: so many, so many for one buyer, from then till then. A flash deal is a price for an allotment. */
@Entity('allotments')
export class Allotment {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'integer' }) quantity!: number;
  /** By open and sold holds. */
  @Column({ type: 'integer', default: 0 }) taken!: number;
  @Column({ type: 'integer' }) perBuyer!: number;
  @Column(timeColumn()) opensAt!: Date;
  @Column(timeColumn()) closesAt!: Date;
}

@Entity('allotment_claims')
export class AllotmentClaim {
  @PrimaryColumn('uuid') allotmentId!: string;
  @PrimaryColumn('uuid') viewerId!: string;
  @Column({ type: 'integer' }) quantity!: number;
  /** The allotment's limit per buyer, here too so that a CHECK can hold it. */
  @Column({ type: 'integer' }) most!: number;
}

/** waiting: in the queue; offered: got a hold of their own; lapsed: could not be offered one; left: gave the place up. */
export type WaitlistState = 'waiting' | 'offered' | 'lapsed' | 'left';

@Entity('waitlist_entries')
export class WaitlistEntry {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' }) place!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) offerId!: string;
  @Column(idColumn()) variantId!: string;
  @Column(idColumn()) viewerId!: string;
  @Column({ type: 'integer' }) quantity!: number;
  @Column({ type: 'text' }) state!: WaitlistState;
  @Column(idColumn({ nullable: true })) holdId!: string | null;
  @Column(timeColumn()) joinedAt!: Date;
}
