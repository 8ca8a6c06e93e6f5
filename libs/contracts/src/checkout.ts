import * as z from 'zod/mini';
import { CouponCode, PicturePath } from './deals.ts';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';
import { Amount, Currency } from './money.ts';

/** How long a hold lasts from its first press, in seconds. Changing variant or quantity does not restart it. */
export const HOLD_SECONDS = 300;
export const HOLD_MAX_QUANTITY = 10;
/** Lines of a cart, and holds that one order pays for. */
export const CART_MAX_LINES = 20;

export const Hold = z.object({
  id: Id,
  showId: Id,
  offerId: Id,
  variantId: Id,
  dealId: z.nullable(Id), // taken in this flash deal, whose price it keeps
  quantity: z.int(),
  createdAt: Time,
  expiresAt: Time,
  state: z.enum(['active', 'attached', 'sold', 'released']), // attached: an order waits for its payment
  serverTime: Time,
});
export type Hold = z.infer<typeof Hold>;

export const Contact = z.object({
  email: z.email().check(z.maxLength(254)),
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
  phone: z.string().check(z.trim(), z.minLength(6), z.maxLength(20), z.regex(/^[0-9+() -]+$/)),
});
export const Address = z.object({
  country: z.string().check(z.regex(/^[A-Z]{2}$/)),
  postalCode: z.string().check(z.trim(), z.minLength(3), z.maxLength(12)),
  region: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)), // 都道府県
  city: z.string().check(z.trim(), z.minLength(1), z.maxLength(80)), // 市区町村
  line1: z.string().check(z.trim(), z.minLength(1), z.maxLength(120)),
  line2: z.string().check(z.trim(), z.maxLength(120)),
});
export type Contact = z.infer<typeof Contact>;
export type Address = z.infer<typeof Address>;

/** konbini: a voucher that is paid at a shop within days. */
export const PaymentMethod = z.enum(['card', 'konbini']);
export type PaymentMethod = z.infer<typeof PaymentMethod>;
/** What a voucher can be for, in yen (docs.stripe.com/payments/konbini). */
export const KONBINI_MIN_AMOUNT = 120;
export const KONBINI_MAX_AMOUNT = 300_000;

/** Amounts of one tax rate. `taxableAmount` contains the tax when prices do. */
export const TaxLine = z.object({ rateBp: z.int(), taxableAmount: Amount, taxAmount: Amount });
export type TaxLine = z.infer<typeof TaxLine>;

/** total = items - discount + shipping, and + tax where prices do not contain it. */
export const Totals = z.object({
  currency: Currency,
  itemsAmount: Amount, // at deal prices
  discountAmount: Amount, // by coupons
  shippingAmount: Amount,
  taxAmount: Amount,
  taxIncluded: z.boolean(),
  taxes: z.array(TaxLine), // rounded once per rate
  totalAmount: Amount,
  freeShippingFromAmount: z.nullable(Amount),
});
export type Totals = z.infer<typeof Totals>;

/** A line of a cart or of a purchase, as it costs now. */
export const PricedLine = z.object({
  showId: Id,
  offerId: Id,
  variantId: Id,
  productName: z.string(),
  variantName: z.string(),
  imageUrl: z.nullable(z.string()),
  listAmount: Amount, // unit price without a deal
  unitAmount: Amount,
  taxRateBp: z.int(),
  quantity: z.int(),
});
export type PricedLine = z.infer<typeof PricedLine>;

/** Nothing of it is held yet. `available` is what could be held now. */
export const Cart = z.object({
  lines: z.array(z.extend(PricedLine, { available: z.int() })),
  totals: z.nullable(Totals), // null when it is empty
});
export type Cart = z.infer<typeof Cart>;

/** What Pay would cost: for the final confirmation. */
export const Quote = z.object({
  lines: z.array(z.extend(PricedLine, { holdId: Id })),
  coupons: z.array(z.object({ code: z.string(), amount: Amount })),
  totals: Totals,
  expiresAt: Time, // of the hold that ends first
});
export type Quote = z.infer<typeof Quote>;

/** A name on the waitlist of a sold-out variant. */
export const WaitlistEntry = z.object({
  id: Id,
  showId: Id,
  offerId: Id,
  variantId: Id,
  quantity: z.int(),
  state: z.enum(['waiting', 'offered', 'lapsed', 'left']), // offered: a hold is theirs for a limited time
  ahead: z.int(), // people before them
  hold: z.nullable(Hold), // while it can be bought
});
export type WaitlistEntry = z.infer<typeof WaitlistEntry>;

export const OrderState = z.enum(['pending', 'paid', 'canceled', 'refunded']);
export type OrderState = z.infer<typeof OrderState>;

export const OrderLine = z.object({
  productName: z.string(),
  variantName: z.string(),
  sku: z.string(),
  imageUrl: z.nullable(z.string()),
  listAmount: Amount,
  unitAmount: Amount,
  taxRateBp: z.int(),
  quantity: z.int(),
});

/** What the buyer may know of an order. */
export const PublicOrder = z.object({
  id: Id,
  number: z.string(), // E-7F3K2M
  state: OrderState,
  /** Only for the browser that pays: needed by handleNextAction. Null once the order is settled. */
  payment: z.nullable(
    z.object({
      clientSecret: z.string(),
      status: z.enum(['processing', 'requires_action', 'requires_payment_method', 'succeeded', 'canceled']),
      voucherUrl: z.nullable(z.string()), // of a konbini voucher that waits to be paid
    }),
  ),
  failure: z.nullable(z.object({ declineCode: z.string() })), // last refusal; the hold goes on, Pay may be tried again
  cancelReason: z.nullable(z.enum(['hold_expired', 'payment_canceled', 'buyer', 'staff', 'refunded_late'])),
  lines: z.array(OrderLine),
  totals: Totals,
  coupons: z.array(z.object({ code: z.string(), amount: Amount })),
  refundedAmount: Amount,
  paymentMethod: PaymentMethod,
  payBy: z.nullable(Time), // end of a konbini voucher
  shipping: z.nullable(z.object({ shippedAt: Time, carrier: z.string(), trackingNumber: z.string() })),
  email: z.string(),
  shipTo: z.object({ name: z.string(), address: Address }),
  showSlug: z.string(),
  brandName: z.string(),
  placedAt: Time,
  paidAt: z.nullable(Time),
  statusUrl: z.string(), // /orders/<id>?key=<secret>
});
export type PublicOrder = z.infer<typeof PublicOrder>;

const Quantity = z.int().check(z.minimum(1), z.maximum(HOLD_MAX_QUANTITY));
const HoldIds = z.array(Id).check(
  z.minLength(1),
  z.maxLength(CART_MAX_LINES),
  z.refine((ids) => new Set(ids).size === ids.length, { error: 'a hold twice' }),
);
const CouponCodes = z.array(CouponCode).check(
  z.maxLength(3),
  z.refine((codes) => new Set(codes).size === codes.length, { error: 'a coupon twice' }),
);

export const checkoutApi = {
  config: endpoint(
    'GET',
    '/api/checkout/config',
    z.object({ brandId: Id }), // a brand may have an account of its own at Stripe
    z.object({ publishableKey: z.string(), sandboxUrl: z.nullable(z.string()) }),
  ),
  /**
   * Takes a hold, or adjusts the viewer's own active hold of the same offer's product to this variant and quantity (its end stays).
   * Refused with sold_out { available }. `key`: one per press; the same key answers the same hold.
   */
  hold: endpoint(
    'POST',
    '/api/checkout/holds',
    z.object({
      key: z.string().check(z.minLength(8), z.maxLength(64)),
      showId: Id,
      offerId: Id,
      variantId: Id,
      quantity: Quantity,
      dealId: z.optional(z.nullable(Id)), // the deal whose price was on screen: it is honoured, or refused by name
      path: z._default(PicturePath, 'instant'), // believed as far as the viewer's heartbeats told it
    }),
    z.object({ hold: Hold, totals: Totals }),
  ),
  /** The viewer's active holds in a show, so that a reload finds them. */
  holds: endpoint(
    'GET',
    '/api/checkout/holds',
    z.object({ showId: Id }),
    z.object({ holds: z.array(z.object({ hold: Hold, totals: Totals })) }),
  ),
  /** What these holds of the viewer cost together, with these coupons; refused with coupon_refused, hold_expired. */
  quote: endpoint(
    'POST',
    '/api/checkout/quote',
    z.object({
      holdIds: HoldIds,
      couponCodes: z._default(CouponCodes, []),
      email: z.optional(z.email().check(z.maxLength(254))), // a coupon may depend on who asks
    }),
    Quote,
  ),
  cart: endpoint('GET', '/api/checkout/cart', z.object({ brandId: Id }), Cart),
  /** Sets the quantity of one variant in the cart of its brand; 0 takes it out. Holds nothing. */
  setCartLine: endpoint(
    'PUT',
    '/api/checkout/cart/lines',
    z.object({
      showId: Id,
      offerId: Id,
      variantId: Id,
      quantity: z.int().check(z.minimum(0), z.maximum(HOLD_MAX_QUANTITY)),
    }),
    Cart,
  ),
  /** Takes a hold of every line, or of none: refused with sold_out { variantId, available }. The same key answers the same holds. */
  holdCart: endpoint(
    'POST',
    '/api/checkout/cart/holds',
    z.object({ key: z.string().check(z.minLength(8), z.maxLength(40)), brandId: Id }),
    Quote,
  ),
  /** Takes a place on the waitlist of a sold-out variant; the same place when there is one. Refused with in_stock. */
  joinWaitlist: endpoint(
    'POST',
    '/api/checkout/waitlist',
    z.object({ showId: Id, offerId: Id, variantId: Id, quantity: Quantity }),
    WaitlistEntry,
  ),
  /** The viewer's open places in a show. */
  waitlist: endpoint(
    'GET',
    '/api/checkout/waitlist',
    z.object({ showId: Id }),
    z.object({ entries: z.array(WaitlistEntry) }),
  ),
  /** Gives up a place, and the hold that came of it. */
  leaveWaitlist: endpoint('DELETE', '/api/checkout/waitlist/:id', z.object({ id: Id }), Empty),
  releaseHold: endpoint('DELETE', '/api/checkout/holds/:id', z.object({ id: Id }), Empty),
  /** Pay. No price is sent. `key`: one per purchase; the same key answers the same order, and tries the payment again after a decline. */
  placeOrder: endpoint(
    'POST',
    '/api/checkout/orders',
    z.object({
      key: z.string().check(z.minLength(8), z.maxLength(64)),
      holdIds: HoldIds,
      couponCodes: z._default(CouponCodes, []),
      locale: z._default(z.enum(['ja', 'en']), 'ja'), // of the mails
      paymentMethod: z._default(PaymentMethod, 'card'), // konbini: in yen, KONBINI_MIN..MAX_AMOUNT, not for deals
      confirmationTokenId: z.string().check(z.minLength(3), z.maxLength(100)),
      contact: Contact,
      address: Address,
      expectedTotalAmount: Amount, // what the button said; another total is refused with price_changed
    }),
    PublicOrder,
  ),
  /** The buyer's own order: by the guest token that placed it, or by the key of its status link. */
  order: endpoint(
    'GET',
    '/api/checkout/orders/:id',
    z.object({ id: Id, key: z.optional(z.string().check(z.maxLength(100))) }),
    PublicOrder,
  ),
  /** After handleNextAction: asks the server to look at Stripe now instead of waiting for the webhook. */
  refresh: endpoint(
    'POST',
    '/api/checkout/orders/:id/refresh',
    z.object({ id: Id, key: z.optional(z.string().check(z.maxLength(100))) }),
    PublicOrder,
  ),
};
