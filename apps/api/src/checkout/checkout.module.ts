import { Global, Module } from '@nestjs/common';
import { CartController } from './cart.controller.ts';
import { CartService } from './cart.service.ts';
import { CheckoutController } from './checkout.controller.ts';
import { CheckoutService } from './checkout.service.ts';
import { OrderOpening } from './open-order.ts';
import { MyOrdersController } from './my-orders.controller.ts';
import { OrderMails } from './order-mails.ts';
import { OrdersService } from './orders.service.ts';
import { PaymentSettingsController } from './payment-settings.controller.ts';
import { PaymentSettingsService } from './payment-settings.service.ts';
import { ReconcileOrderJob } from './reconcile-order.job.ts';
import { RefundsService } from './refunds.service.ts';
import { SalesPublisher } from './sales-publisher.ts';
import { SettlePaymentJob } from './settle-payment.job.ts';
import { StaffOrdersController } from './staff-orders.controller.ts';
import { StripeClient } from './stripe.client.ts';
import { StripeClients } from './stripe-clients.ts';
import { StripeInbox } from './stripe-inbox.ts';
import { StripeWebhookController } from './stripe-webhook.controller.ts';
import { SweepPaymentsJob } from './sweep-payments.job.ts';
import { SweepRefundsJob } from './sweep-refunds.job.ts';
import { WaitlistNoticeService } from './waitlist-notice.service.ts';

@Global()
@Module({
  controllers: [
    CartController,
    CheckoutController,
    MyOrdersController,
    PaymentSettingsController,
    StaffOrdersController,
    StripeWebhookController,
  ],
  providers: [
    CartService,
    CheckoutService,
    OrderMails,
    OrderOpening,
    OrdersService,
    PaymentSettingsService,
    ReconcileOrderJob,
    RefundsService,
    SalesPublisher,
    SettlePaymentJob,
    StripeClients,
    StripeInbox,
    { provide: StripeClient, inject: [StripeClients], useFactory: (stripes: StripeClients) => stripes.installation },
    SweepPaymentsJob,
    SweepRefundsJob,
    WaitlistNoticeService,
  ],
  exports: [CheckoutService, ReconcileOrderJob, StripeClient, StripeClients],
})
export class CheckoutModule {}
