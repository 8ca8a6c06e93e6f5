import type Stripe from 'stripe';
import { withBalance } from './balance.ts';
import type { Context } from './context.ts';
import { invalidRequest, notFound, unexpectedState } from './errors.ts';
import { emit } from './events.ts';
import { displayAmount } from './money.ts';

/** Takes the money, or a part of it, that a confirmation with capture_method=manual has reserved. The rest is let go. */
export function capturePaymentIntent(
  context: Context,
  id: string,
  { amount_to_capture: asked }: { amount_to_capture?: number },
): Stripe.PaymentIntent {
  const intent = context.store.find('payment_intent', id);
  if (!intent) throw notFound('payment_intent', id, 'intent');
  if (intent.status !== 'requires_capture') {
    const message =
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one ` +
      'of the following statuses may be captured: requires_capture.';
    throw unexpectedState(message, intent);
  }
  const amount = asked ?? intent.amount_capturable;
  if (amount < 1 || amount > intent.amount_capturable) {
    const most = displayAmount(intent.amount_capturable, intent.currency);
    throw invalidRequest(`The amount to capture must be between 1 and ${most}.`, 'amount_to_capture');
  }
  const charge = context.store.get('charge', String(intent.latest_charge));
  const captured = withBalance(context, { ...charge, captured: true, amount_captured: amount });
  const done: Stripe.PaymentIntent = {
    ...intent,
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
  };
  context.store.save<'charge'>(captured);
  context.store.save<'payment_intent'>(done);
  emit(context, 'charge.captured', captured);
  emit(context, 'payment_intent.succeeded', done);
  return done;
}

/** The reserved money of a PaymentIntent that is canceled goes back: Stripe shows it as a refund of the whole charge. */
export function releaseAuthorization(context: Context, intent: Stripe.PaymentIntent): void {
  const charge = context.store.get('charge', String(intent.latest_charge));
  const released = { ...charge, amount_refunded: charge.amount, refunded: true };
  context.store.save<'charge'>(released);
  emit(context, 'charge.refunded', released, { amount_refunded: 0, refunded: false });
}
