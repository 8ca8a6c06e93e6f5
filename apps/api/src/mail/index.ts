export { Mail } from './mail.entity.ts';
export { MailModule } from './mail.module.ts';
export { MailService } from './mail.service.ts';
export {
  orderPaidLetter,
  orderRefundedLetter,
  orderShippedLetter,
  voucherWaitingLetter,
  waitlistOfferLetter,
  type ConvenienceStore,
  type MailedOrder,
} from './templates.ts';
