import { Global, Module } from '@nestjs/common';
import { CheckoutController } from './checkout.controller.ts';
import { CheckoutService } from './checkout.service.ts';
import { ReconcileOrderJob } from './reconcile-order.job.ts';
import { SalesPublisher } from './sales-publisher.ts';
import { SettlePaymentJob } from './settle-payment.job.ts';
import { StripeClient } from './stripe.client.ts';
import { StripeWebhookController } from './stripe-webhook.controller.ts';
import { SweepPaymentsJob } from './sweep-payments.job.ts';

@Global()
@Module({
  controllers: [CheckoutController, StripeWebhookController],
  providers: [CheckoutService, ReconcileOrderJob, SalesPublisher, SettlePaymentJob, StripeClient, SweepPaymentsJob],
  exports: [CheckoutService, ReconcileOrderJob, StripeClient],
})
export class CheckoutModule {}
