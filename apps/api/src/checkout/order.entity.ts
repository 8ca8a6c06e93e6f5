import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Address, OrderState, PublicOrder } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

export type CancelReason = NonNullable<PublicOrder['cancelReason']>;

/** What was bought, as it was said at the press of Pay. Amounts are in minor units of `currency`. */
@Entity('orders')
export class Order {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) viewerId!: string;
  @Column(idColumn()) holdId!: string;
  @Column({ type: 'text' }) key!: string;
  @Column({ type: 'text' }) number!: string;
  @Column({ type: 'text' }) state!: OrderState;
  @Column({ type: 'text', nullable: true }) cancelReason!: CancelReason | null;
  @Column({ type: 'char', length: 3 }) currency!: Currency;
  @Column(bigintColumn()) itemsAmount!: number;
  @Column(bigintColumn()) shippingAmount!: number;
  /** Contained in the total. */
  @Column(bigintColumn()) taxAmount!: number;
  @Column(bigintColumn()) totalAmount!: number;
  @Column({ type: 'text' }) brandName!: string;
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) phone!: string;
  @Column({ type: 'jsonb' }) address!: Address;
  @Column({ type: 'text', nullable: true }) paymentIntentId!: string | null;
  @Column(timeColumn()) placedAt!: Date;
  @Column(timeColumn({ nullable: true })) paidAt!: Date | null;
}

@Entity('order_lines')
export class OrderLine {
  @PrimaryColumn('uuid') orderId!: string;
  @PrimaryColumn({ type: 'integer' }) position!: number;
  @Column(idColumn()) productId!: string;
  @Column(idColumn()) variantId!: string;
  @Column({ type: 'text' }) productName!: string;
  @Column({ type: 'text' }) variantName!: string;
  @Column({ type: 'text' }) sku!: string;
  @Column(idColumn({ nullable: true })) imageId!: string | null;
  @Column(bigintColumn()) unitAmount!: number;
  @Column({ type: 'integer' }) quantity!: number;
  @Column({ type: 'integer' }) taxRateBp!: number;
}

@Entity('order_events')
export class OrderEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) orderId!: string;
  @Column({ type: 'text', nullable: true }) fromState!: OrderState | null;
  @Column({ type: 'text' }) toState!: OrderState;
  @Column({ type: 'text' }) reason!: string;
  @Column(timeColumn()) createdAt!: Date;
}

/** One press of Pay. The idempotency key at Stripe is made of the order and this number. */
@Entity('payment_attempts')
export class PaymentAttempt {
  @PrimaryColumn('uuid') orderId!: string;
  @PrimaryColumn({ type: 'integer' }) number!: number;
  @Column({ type: 'text' }) confirmationTokenId!: string;
  @Column({ type: 'text', nullable: true }) declineCode!: string | null;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('refunds')
export class Refund {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) orderId!: string;
  @Column(bigintColumn()) amount!: number;
  @Column({ type: 'text' }) reason!: string;
  @Column({ type: 'text', nullable: true }) stripeRefundId!: string | null;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn({ nullable: true })) settledAt!: Date | null;
}

/** The webhook's inbox: stored before it is answered, processed by a job. */
@Entity('stripe_events')
export class StripeEvent {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) type!: string;
  @Column({ type: 'text', nullable: true }) paymentIntentId!: string | null;
  @Column({ type: 'jsonb' }) payload!: object;
  @Column(timeColumn()) receivedAt!: Date;
  @Column(timeColumn({ nullable: true })) processedAt!: Date | null;
}
