import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { idColumn, timeColumn } from '../database/index.ts';

@Entity('stock_levels')
export class StockLevel {
  @PrimaryColumn('uuid') variantId!: string;
  @Column({ type: 'integer' }) onHand!: number;
  @Column({ type: 'integer' }) reserved!: number;
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
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn()) expiresAt!: Date;
}
