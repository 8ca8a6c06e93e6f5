import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Address, OrderState, PublicOrder } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import type { Seller } from '#contracts/settings';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

export type CancelReason = NonNullable<PublicOrder['cancelReason']>;

export type OrderEventKind = 'state' | 'refund' | 'restock' | 'shipped' | 'dispute' | 'note';

/** What was bought, as it was said at the press of Pay. Amounts are in minor units of `currency`. */
@Entity('orders')
export class Order {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) viewerId!: string;
  @Column({ type: 'text' }) key!: string;
  @Column({ type: 'text' }) number!: string;
  @Column({ type: 'text' }) state!: OrderState;
  @Column({ type: 'text', nullable: true }) cancelReason!: CancelReason | null;
  @Column({ type: 'char', length: 3 }) currency!: Currency;
  @Column(bigintColumn()) itemsAmount!: number;
  /** By coupons. */
  @Column(bigintColumn({ default: 0 })) discountAmount!: number;
  @Column(bigintColumn()) shippingAmount!: number;
  /** Contained in the total where prices contain it; see `order_taxes`. */
  @Column(bigintColumn()) taxAmount!: number;
  @Column({ type: 'boolean', default: true }) pricesIncludeTax!: boolean;
  @Column(bigintColumn()) totalAmount!: number;
  @Column({ type: 'text' }) brandName!: string;
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) phone!: string;
  @Column({ type: 'jsonb' }) address!: Address;
  @Column({ type: 'text', nullable: true }) paymentIntentId!: string | null;
  @Column(timeColumn()) placedAt!: Date;
  @Column(timeColumn({ nullable: true })) paidAt!: Date | null;
  @Column({ type: 'text', default: 'ja' }) locale!: 'ja' | 'en';
  /** What the seller said of itself at the press of Pay. */
  @Column({ type: 'jsonb', default: {} }) seller!: Seller;
  @Column({ type: 'text', nullable: true }) registrationNumber!: string | null;
  @Column({ type: 'text', default: 'card' }) paymentMethod!: 'card' | 'konbini';
  /** End of a voucher that waits to be paid at a shop. */
  @Column(timeColumn({ nullable: true })) payBy!: Date | null;
  /** By refunds that have not failed; late payments that went back are not in it. */
  @Column(bigintColumn({ default: 0 })) refundedAmount!: number;
  @Column(timeColumn({ nullable: true })) shippedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) carrier!: string | null;
  @Column({ type: 'text', nullable: true }) trackingNumber!: string | null;
  /** Since when the payment is disputed: the order is frozen. */
  @Column(timeColumn({ nullable: true })) disputedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) disputeState!: string | null;
}

@Entity('order_taxes')
export class OrderTax {
  @PrimaryColumn('uuid') orderId!: string;
  @PrimaryColumn({ type: 'integer' }) rateBp!: number;
  @Column(bigintColumn()) taxableAmount!: number;
  @Column(bigintColumn()) taxAmount!: number;
}

/** Goods in a cart: nothing of it is held. */
@Entity('cart_lines')
export class CartLine {
  @PrimaryColumn('uuid') viewerId!: string;
  @PrimaryColumn('uuid') variantId!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) offerId!: string;
  @Column({ type: 'integer' }) quantity!: number;
  @Column(timeColumn()) addedAt!: Date;
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
  /** No hold is paid for twice. */
  @Column(idColumn()) holdId!: string;
  /** Without a deal. */
  @Column(bigintColumn()) listAmount!: number;
  @Column(bigintColumn()) unitAmount!: number;
  @Column(idColumn({ nullable: true })) dealId!: string | null;
  @Column({ type: 'integer' }) quantity!: number;
  @Column({ type: 'integer' }) taxRateBp!: number;
  /** How many of them came back onto the shelf. */
  @Column({ type: 'integer', default: 0 }) restocked!: number;
}

/** The history of an order: its states, and what else happened to it (`kind`), by whom. */
@Entity('order_events')
export class OrderEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) orderId!: string;
  @Column({ type: 'text', default: 'state' }) kind!: OrderEventKind;
  @Column({ type: 'text', nullable: true }) fromState!: OrderState | null;
  @Column({ type: 'text', nullable: true }) toState!: OrderState | null;
  @Column({ type: 'text' }) reason!: string;
  /** Who of the staff did it; null for what happened by itself. */
  @Column(idColumn({ nullable: true })) memberId!: string | null;
  @Column({ type: 'jsonb', nullable: true }) details!: object | null;
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
  /** staff: decided by a person; late: money that came for an order that was over. */
  @Column({ type: 'text' }) kind!: 'staff' | 'late';
  @Column({ type: 'text' }) paymentIntentId!: string;
  @Column(bigintColumn()) amount!: number;
  @Column({ type: 'text' }) reason!: string;
  @Column(idColumn({ nullable: true })) memberId!: string | null;
  /** Why Stripe could not do it. */
  @Column({ type: 'text', nullable: true }) failure!: string | null;
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
