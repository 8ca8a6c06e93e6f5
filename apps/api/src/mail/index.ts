export { Mail } from './mail.entity.ts';
export { MailModule } from './mail.module.ts';
export { MailService, queueing, queuedRows, type NewMail } from './mail.service.ts';
export {
  orderPaidLetter,
  orderRefundedLetter,
  orderShippedLetter,
  signInCodeLetter,
  surveyLetter,
  voucherWaitingLetter,
  waitlistOfferLetter,
  type MailedOrder,
} from './templates.ts';
