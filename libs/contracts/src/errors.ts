import * as z from 'zod/mini';

/** Every refusal that a client may meet. The web owns the words; the server answers the code and, where it helps, details. */
export const errorCodes = [
  // any request
  'invalid_request', // details.issues: [{ path, message }]
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'rate_limited', // details.retryAfterMs
  'payload_too_large',
  'storage_full', // the disk takes no more files
  'method_not_allowed',
  'precondition_required', // If-Match is missing
  'precondition_failed', // If-Match names another state than the present one
  'foreign_origin',
  'unavailable', // database or media not reachable; details.retryAfterMs
  'internal',
  // sockets
  'unknown_event',
  'not_in_room',
  // grants
  'grant_invalid',
  'grant_expired',
  // accounts
  'wrong_credentials',
  'sign_in_code', // a viewer's code: details { reason: wrong, triesLeft } or { reason: over }
  // shows
  'show_not_live',
  'show_ended',
  'show_transition', // details: { from, to }
  'media_unavailable',
  'slug_taken',
  // room
  'muted', // details.until (ISO) or null
  'banned',
  'too_fast', // details.retryAfterMs
  'text_not_allowed', // details.reason
  // money and stock
  'sold_out', // details.available
  'hold_expired',
  'price_changed',
  'variant_in_use',
  'order_transition',
  'amount_not_chargeable', // details: { minimum, maximum, totalAmount }: below or above what can be charged
  'deal_over', // the deal's time is over, by the server's clock and the brand's grace
  'deal_sold_out', // details.remaining: fewer units of the deal are left than asked for
  'deal_limit', // details: { limit, left }: no more for one buyer
  'deal_running', // another deal of this product is on
  'coupon_refused', // details: { code, reason }: unknown, not_yet, over, minimum, first_order, used, used_up, not_combinable
  'in_stock', // nothing to wait for: it can be bought now
  'disputed', // the order is frozen while its payment is disputed
  'refund_too_large', // details.left: more than is left of the order to give back
  'restock_too_many', // details: { position, left }: more than are left of the line to come back
  'payment_failed', // details.declineCode
  'payment_unavailable', // Stripe is not reachable: the order stays pending
  // privacy
  'erasure_blocked', // details.orders: numbers of orders that are on their way
  'receipt_invalid', // not signed by this installation, or changed since
  // media
  'not_a_host', // a viewer tried to produce
  'producer_limit',
  'viewers_full', // MEDIA_MAX_WEBRTC_VIEWERS watch already: the show goes on by LL-HLS
  'unsupported_media', // what mediasoup refused, by field
  'webhook_signature',
] as const;

export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** The one error body, over HTTP and in socket acknowledgements. */
export const ErrorBody = z.object({
  code: ErrorCode,
  message: z.string(),
  details: z.optional(z.record(z.string(), z.unknown())),
  requestId: z.string(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Answer of every socket event. */
export type Ack<T> = { ok: true; data: T } | { ok: false; error: ErrorBody };
