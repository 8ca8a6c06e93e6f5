export { orderPaid } from './checkout.events.ts';
export { CheckoutModule } from './checkout.module.ts';
export { CheckoutService, type HoldWish } from './checkout.service.ts';
export {
  CartLine,
  Order,
  OrderEvent,
  OrderLine,
  OrderTax,
  PaymentAttempt,
  Refund,
  StripeEvent,
} from './order.entity.ts';
export { OrdersService } from './orders.service.ts';
export { ReconcileOrderJob } from './reconcile-order.job.ts';
export { StripeAccount } from './stripe-account.entity.ts';
export { StripeClient, type PaymentIntent, type StripeDispute, type StripeRefund } from './stripe.client.ts';
export { StripeClients } from './stripe-clients.ts';
export { SweepPaymentsJob } from './sweep-payments.job.ts';
