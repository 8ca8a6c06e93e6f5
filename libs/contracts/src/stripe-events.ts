/**
 * The events of Stripe that an endpoint of ours should be sent. Others are taken and do nothing: what a charge says, its PaymentIntent says too, and of a
 * PaymentIntent's making we know, having made it.
 */
export const STRIPE_EVENTS: readonly string[] = [
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.updated',
  'charge.refund.updated',
  'charge.refunded',
  'refund.created',
  'refund.failed',
  'refund.updated',
];
