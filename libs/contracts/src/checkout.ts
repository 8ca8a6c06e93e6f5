import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';
import { Amount, Currency } from './money.ts';

/** How long a hold lasts from its first press, in seconds. Changing variant or quantity does not restart it. */
export const HOLD_SECONDS = 300;
export const HOLD_MAX_QUANTITY = 10;

export const Hold = z.object({
  id: Id,
  showId: Id,
  offerId: Id,
  variantId: Id,
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

export const Totals = z.object({
  currency: Currency,
  itemsAmount: Amount,
  shippingAmount: Amount,
  taxAmount: Amount, // contained in the total
  totalAmount: Amount,
  freeShippingFromAmount: z.nullable(Amount),
});
export type Totals = z.infer<typeof Totals>;

export const OrderState = z.enum(['pending', 'paid', 'canceled', 'refunded']);
export type OrderState = z.infer<typeof OrderState>;

export const OrderLine = z.object({
  productName: z.string(),
  variantName: z.string(),
  sku: z.string(),
  imageUrl: z.nullable(z.string()),
  unitAmount: Amount,
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
    }),
  ),
  failure: z.nullable(z.object({ declineCode: z.string() })), // last refusal; the hold goes on, Pay may be tried again
  cancelReason: z.nullable(z.enum(['hold_expired', 'payment_canceled', 'buyer', 'refunded_late'])),
  lines: z.array(OrderLine),
  totals: Totals,
  email: z.string(),
  shipTo: z.object({ name: z.string(), address: Address }),
  showSlug: z.string(),
  brandName: z.string(),
  placedAt: Time,
  paidAt: z.nullable(Time),
  statusUrl: z.string(), // /orders/<id>?key=<secret>
});
export type PublicOrder = z.infer<typeof PublicOrder>;

export const checkoutApi = {
  config: endpoint(
    'GET',
    '/api/checkout/config',
    Empty,
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
      quantity: z.int().check(z.minimum(1), z.maximum(HOLD_MAX_QUANTITY)),
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
  releaseHold: endpoint('DELETE', '/api/checkout/holds/:id', z.object({ id: Id }), Empty),
  /** Pay. No price is sent. `key`: one per purchase; the same key answers the same order, and tries the payment again after a decline. */
  placeOrder: endpoint(
    'POST',
    '/api/checkout/orders',
    z.object({
      key: z.string().check(z.minLength(8), z.maxLength(64)),
      holdId: Id,
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
