import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Address, OrderState, PublicOrder } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import type { DisputeState, OrderRefund, RefundState } from '#contracts/orders';
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
  /** The brand's account at Stripe when it was placed; null for the installation's. */
  @Column(idColumn({ nullable: true })) stripeAccountId!: string | null;
  @Column(timeColumn()) placedAt!: Date;
  /** While it is pending: when somebody looks after it next. */
  @Column(timeColumn({ nullable: true })) lookAt!: Date | null;
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
  /** What Stripe says of the dispute, also when it is over. */
  @Column({ type: 'text', nullable: true }) disputeState!: DisputeState | null;
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

/** Money that went back, or is to. It passes through its states in their order and never back; see `refund-record.ts`. */
@Entity('refunds')
export class Refund {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) orderId!: string;
  /** staff: decided by a person; stripe: by a person at Stripe's; late: money for an order that was over; dispute: lost to the buyer's bank. */
  @Column({ type: 'text' }) kind!: OrderRefund['kind'];
  /** Of the press that decided it; `again:…` in the place of one that failed, `stripe:…` of a late payment by hand at Stripe's. */
  @Column({ type: 'text', nullable: true }) key!: string | null;
  @Column({ type: 'text' }) paymentIntentId!: string;
  @Column(bigintColumn()) amount!: number;
  @Column({ type: 'text' }) reason!: string;
  @Column(idColumn({ nullable: true })) memberId!: string | null;
  @Column({ type: 'text', default: 'requested' }) state!: RefundState;
  /** Number of the call, part of the idempotency key at Stripe. */
  @Column({ type: 'integer', default: 1 }) attempt!: number;
  /** Why Stripe could not do it: set exactly when it failed or was called back. */
  @Column({ type: 'text', nullable: true }) failure!: string | null;
  /** The same as Stripe's code, where it gave one; `made_at_stripe`: somebody had given back there meanwhile, and nothing was asked. */
  @Column({ type: 'text', nullable: true }) failureCode!: string | null;
  /** The refund that failed and in whose place this one is; there is never a second in its place. */
  @Column(idColumn({ nullable: true })) insteadOf!: string | null;
  /** Given back without Stripe, by the word of the member who says so. */
  @Column({ type: 'boolean', default: false }) outside!: boolean;
  @Column({ type: 'text', nullable: true }) stripeRefundId!: string | null;
  @Column(timeColumn()) createdAt!: Date;
  /** When Stripe had answered for good: accepted, or refused. */
  @Column(timeColumn({ nullable: true })) settledAt!: Date | null;
  @Column(timeColumn({ nullable: true })) succeededAt!: Date | null;
}

/** The webhook's inbox: stored before it is answered, processed by a job. */
@Entity('stripe_events')
export class StripeEvent {
  @PrimaryColumn({ type: 'text' }) id!: string;
  /** The account whose endpoint it came to: `stripe_accounts.id`, or the installation. */
  @PrimaryColumn({ type: 'text', default: 'installation' }) source!: string;
  @Column({ type: 'text' }) type!: string;
  @Column({ type: 'text', nullable: true }) paymentIntentId!: string | null;
  @Column({ type: 'jsonb' }) payload!: object;
  @Column(timeColumn()) receivedAt!: Date;
  @Column(timeColumn({ nullable: true })) processedAt!: Date | null;
  /** While it is not processed: when to try next, how often that was, and until when somebody is at it. */
  @Column(timeColumn()) nextAt!: Date;
  @Column({ type: 'integer', default: 0 }) attempts!: number;
  @Column(timeColumn({ nullable: true })) takenUntil!: Date | null;
}
