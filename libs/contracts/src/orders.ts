import * as z from 'zod/mini';
import {
  Address,
  CART_MAX_LINES,
  HOLD_MAX_QUANTITY,
  OrderLine,
  OrderState,
  PaymentMethod,
  PublicOrder,
  TaxLine,
  Totals,
} from './checkout.ts';
import { endpoint } from './endpoint.ts';
import { Id, Locale, Time } from './ids.ts';
import { MailSummary } from './mail.ts';
import { Amount, Currency } from './money.ts';
import { Seller } from './settings.ts';

/**
 * Where Stripe's books see a dispute of the payment (docs.stripe.com/disputes); `warning_…` is an inquiry, in which no money has moved.
 */
export const DisputeState = z.enum([
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
]);
export type DisputeState = z.infer<typeof DisputeState>;

export const OrderSummary = z.object({
  id: Id,
  number: z.string(), // E-7F3K2M
  state: OrderState,
  cancelReason: PublicOrder.shape.cancelReason,
  name: z.string(),
  email: z.string(),
  showId: Id,
  showTitle: z.string(),
  firstProduct: z.string(), // of the first line
  lineCount: z.int(),
  quantity: z.int(), // of all lines
  currency: Currency,
  totalAmount: Amount,
  refundedAmount: Amount,
  paymentMethod: PaymentMethod,
  payBy: z.nullable(Time), // end of a konbini voucher
  shippedAt: z.nullable(Time),
  disputedAt: z.nullable(Time), // while the order is frozen
  disputeState: z.nullable(DisputeState),
  refundFailed: z.boolean(), // money is owed to the buyer: a refund failed and nothing came in its place
  placedAt: Time,
  paidAt: z.nullable(Time),
});
export type OrderSummary = z.infer<typeof OrderSummary>;

/** In the order in which a refund passes through them; `requested` has not reached Stripe. It can fail after it succeeded. */
export const RefundState = z.enum(['requested', 'requires_action', 'pending', 'succeeded', 'canceled', 'failed']);
export type RefundState = z.infer<typeof RefundState>;

/**
 * What the credit note of a refund says (適格返還請求書), besides what it takes from the order: amounts per rate with the tax in them, rounded
 * once per rate, that add up to the refund.
 */
export const CreditNote = z.object({
  number: z.string(), // E-7F3K2M-R1
  givenBackAt: Time,
  taxes: z.array(TaxLine),
  goods: z.array(z.object({ position: z.int(), quantity: z.int() })), // that came back with it; empty: none in particular
});
export type CreditNote = z.infer<typeof CreditNote>;

export const OrderRefund = z.object({
  id: Id,
  /** staff: decided here · stripe: made at Stripe's · late: money that came for an order that was over · dispute: lost to the buyer's bank */
  kind: z.enum(['staff', 'stripe', 'late', 'dispute']),
  amount: Amount,
  reason: z.string(),
  state: RefundState,
  failure: z.nullable(z.string()), // in Stripe's words
  failureCode: z.nullable(z.string()), // Stripe's code of it; made_at_stripe: not asked for, as somebody had given back at Stripe's
  owedAmount: z.nullable(Amount), // of one that failed, while nothing came in its place: to be tried again or settled
  insteadOf: z.nullable(Id), // the refund that failed, in whose place this one is
  outside: z.boolean(), // given back without Stripe; `reason` says how
  creditNote: z.nullable(CreditNote), // null for what is not given back, and what never was a sale
  by: z.nullable(z.string()), // name of the member
  createdAt: Time,
});
export type OrderRefund = z.infer<typeof OrderRefund>;

/** One line of an order's history. What `details` has depends on `kind` and `reason`. */
export const OrderHistoryEntry = z.object({
  id: z.string(),
  kind: z.enum(['state', 'refund', 'restock', 'shipped', 'dispute', 'note']),
  fromState: z.nullable(OrderState),
  toState: z.nullable(OrderState),
  reason: z.string(),
  by: z.nullable(z.string()), // name of the member; null for what happened by itself
  details: z.nullable(z.record(z.string(), z.unknown())),
  at: Time,
});
export type OrderHistoryEntry = z.infer<typeof OrderHistoryEntry>;

export const StaffOrderLine = z.extend(OrderLine, {
  position: z.int(),
  productId: Id,
  variantId: Id,
  restocked: z.int(), // how many of them came back onto the shelf
});
export type StaffOrderLine = z.infer<typeof StaffOrderLine>;

/** All that staff know of an order: its snapshot, which later changes of the brand do not touch, and what happened since. */
export const StaffOrder = z.extend(OrderSummary, {
  phone: z.string(),
  address: Address,
  locale: Locale, // the buyer's, of mails and papers
  lines: z.array(StaffOrderLine),
  totals: Totals,
  coupons: PublicOrder.shape.coupons,
  brandName: z.string(),
  seller: Seller,
  registrationNumber: z.nullable(z.string()),
  shipping: PublicOrder.shape.shipping,
  paymentIntentId: z.nullable(z.string()),
  statusUrl: z.string(), // the buyer's page
  refunds: z.array(OrderRefund),
  history: z.array(OrderHistoryEntry), // oldest first
  mails: z.array(MailSummary), // empty for whoever may not read mails
});
export type StaffOrder = z.infer<typeof StaffOrder>;

const flag = z.optional(z.enum(['yes', 'no']));

/** Days are the brand's own, first and last included. */
export const OrderFilter = z.object({
  q: z.optional(z.string().check(z.trim(), z.maxLength(100))), // number, name, e-mail address, product, SKU
  state: z.optional(OrderState),
  shipped: flag, // no: paid, and still to be shipped
  disputed: flag,
  refundFailed: flag,
  paymentMethod: z.optional(PaymentMethod),
  showId: z.optional(Id),
  from: z.optional(z.iso.date()),
  to: z.optional(z.iso.date()),
});
export type OrderFilter = z.infer<typeof OrderFilter>;

/** One per press, so that a press repeated is no second deed. Those with a colon are ours (`Refund.key`). */
const Key = z.string().check(z.minLength(8), z.maxLength(64), z.regex(/^[^:]*$/));
const RestockLines = z
  .array(z.object({ position: z.int(), quantity: z.int().check(z.minimum(1), z.maximum(HOLD_MAX_QUANTITY)) }))
  .check(
    z.minLength(1),
    z.maxLength(CART_MAX_LINES),
    z.refine((lines) => new Set(lines.map(({ position }) => position)).size === lines.length, {
      error: 'a line twice',
    }),
  );

/** The same filter as a file (UTF-8 with a byte order mark), one row per line of an order; `locale` of its headings. */
export const ordersCsvPath = '/api/orders.csv';
export const OrdersCsvRequest = z.extend(OrderFilter, { locale: z._default(Locale, 'ja') });

export const ordersApi = {
  /** Newest first, a page at a time: `after` is the last id of the page before. */
  list: endpoint(
    'GET',
    '/api/orders',
    z.extend(OrderFilter, {
      after: z.optional(Id),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
    }),
    z.object({ orders: z.array(OrderSummary), next: z.nullable(Id) }),
  ),
  get: endpoint('GET', '/api/orders/:id', z.object({ id: Id }), StaffOrder),
  /**
   * Gives money back, the whole or a part; with `restock`, also puts goods back onto the shelf. Stripe is asked by a job: the refund is
   * `requested` until it has answered. Refused with refund_too_large { left }, disputed, order_transition; conflict when the key was used
   * for another amount.
   */
  refund: endpoint(
    'POST',
    '/api/orders/:id/refunds',
    z.object({
      id: Id,
      key: Key,
      amount: Amount.check(z.minimum(1)),
      reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
      restock: z.optional(RestockLines),
    }),
    StaffOrder,
  ),
  /**
   * Asks Stripe again for what is owed of a refund that failed, as a refund of its own in its place. However often and by however many it is
   * pressed, there is one. Refused with refund_too_large { left }, disputed, and order_transition when nothing is owed of it any more.
   */
  retryRefund: endpoint(
    'POST',
    '/api/orders/:id/refunds/:refundId/retry',
    z.object({ id: Id, refundId: Id }),
    StaffOrder,
  ),
  /** Says that what is owed of a refund that failed was given back without Stripe, and how. Refused as retryRefund. */
  settleRefund: endpoint(
    'POST',
    '/api/orders/:id/refunds/:refundId/settle',
    z.object({ id: Id, refundId: Id, note: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)) }),
    StaffOrder,
  ),
  /** Puts goods back onto the shelf, whatever becomes of the money. Refused with restock_too_many { position, left }. */
  restock: endpoint('POST', '/api/orders/:id/restock', z.object({ id: Id, key: Key, lines: RestockLines }), StaffOrder),
  /**
   * Ends a pending order: Stripe first, stock only after Stripe confirmed. `paid`: the payment was faster, the sale stands.
   * `processing`: a payment is on its way and cannot be stopped. Refused with order_transition, payment_unavailable.
   */
  cancel: endpoint(
    'POST',
    '/api/orders/:id/cancel',
    z.object({ id: Id }),
    z.object({ outcome: z.enum(['canceled', 'paid', 'processing']), order: StaffOrder }),
  ),
  /** Says that the parcel is on its way, or corrects what was said; each time the buyer is told. Refused with disputed, order_transition. */
  ship: endpoint(
    'POST',
    '/api/orders/:id/ship',
    z.object({
      id: Id,
      carrier: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
      trackingNumber: z.string().check(z.trim(), z.maxLength(60)), // empty: none
    }),
    StaffOrder,
  ),
};
