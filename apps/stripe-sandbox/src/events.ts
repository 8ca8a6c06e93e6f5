import type Stripe from 'stripe';
import { type Context, apiVersion } from './context.ts';
import { newId, seconds } from './store.ts';

type EventType =
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.created'
  | 'payment_intent.processing'
  | 'payment_intent.requires_action'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'charge.captured'
  | 'charge.dispute.closed'
  | 'charge.dispute.created'
  | 'charge.dispute.funds_reinstated'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.dispute.updated'
  | 'charge.failed'
  | 'charge.refund.updated'
  | 'charge.refunded'
  | 'charge.succeeded'
  | 'charge.updated'
  | 'refund.created'
  | 'refund.failed'
  | 'refund.updated';

/**
 * Records an event with the object as it is now, and its delivery, if the endpoint asked for it, in the same transaction as the change, so that neither
 * a crash nor a restart loses one.
 */
export function emit(
  context: Context,
  type: EventType,
  object: Stripe.PaymentIntent | Stripe.Charge | Stripe.Refund | Stripe.Dispute,
  previous?: object,
): void {
  const event = {
    id: newId('evt_'),
    object: 'event',
    api_version: apiVersion,
    created: seconds(),
    data: { object, ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: context.isSent(type) ? 1 : 0,
    request: { id: context.request.id, idempotency_key: context.request.idempotencyKey },
    type,
  } as Stripe.Event;
  context.store.save<'event'>(event);
  if (!context.isSent(type)) return;
  const lane = object.object === 'payment_intent' ? object.id : String(object.payment_intent ?? object.id);
  context.store.addDelivery(event.id, lane);
}
