import { Global, Module } from '@nestjs/common';
import { CartController } from './cart.controller.ts';
import { CartService } from './cart.service.ts';
import { CheckoutController } from './checkout.controller.ts';
import { CheckoutService } from './checkout.service.ts';
import { ReconcileOrderJob } from './reconcile-order.job.ts';
import { SalesPublisher } from './sales-publisher.ts';
import { SettlePaymentJob } from './settle-payment.job.ts';
import { StripeClient } from './stripe.client.ts';
import { StripeWebhookController } from './stripe-webhook.controller.ts';
import { SweepPaymentsJob } from './sweep-payments.job.ts';
import { WaitlistPublisher } from './waitlist-publisher.ts';

@Global()
@Module({
  controllers: [CartController, CheckoutController, StripeWebhookController],
  providers: [
    CartService,
    CheckoutService,
    ReconcileOrderJob,
    SalesPublisher,
    SettlePaymentJob,
    StripeClient,
    SweepPaymentsJob,
    WaitlistPublisher,
  ],
  exports: [CheckoutService, ReconcileOrderJob, StripeClient],
})
export class CheckoutModule {}
