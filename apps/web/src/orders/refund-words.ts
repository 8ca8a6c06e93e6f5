import { texts } from '../i18n.ts';

/** Why a refund failed, by Stripe's codes (docs.stripe.com/error-codes, docs.stripe.com/refunds#failed-refunds), and the ways on. */
export const useRefundWords = texts({
  ja: {
    charge_already_refunded: 'この支払いは、Stripeですでに返金されています。',
    amount_too_large: 'Stripeでこの支払いに残っている金額を超えています。',
    balance_insufficient: 'Stripeの残高が足りません。入金してから、もう一度お試しください。',
    charge_disputed: '支払いに異議が申し立てられています。',
    charge_not_refundable: 'Stripeでは返金できない支払いです。期限を過ぎたおそれがあります。',
    account_closed: 'Stripeのアカウントが閉じられたか、使えません。',
    resource_missing: 'いまのStripeのアカウントに、この支払いがありません。',
    expired_or_canceled_card: 'お客様のカードが期限切れか、解約されています。お金は店に戻りました。',
    lost_or_stolen_card: 'お客様のカードが紛失か盗難の扱いです。お金は店に戻りました。',
    declined: 'お客様の銀行が受け取りませんでした。お金は店に戻りました。',
    merchant_request: 'Stripeで取り消されました。',
    made_at_stripe: 'Stripeの管理画面で先に返金されていたため、依頼しませんでした。',
    unknown: 'お客様の銀行から戻されました。理由は知らされていません。',
    other: 'Stripeが断りました。',
    stripeSays: 'Stripe：',
    owed: (amount: string) => `お客様に${amount}が返っていません。`,
    tryAgain: (amount: string) => `もう一度返金する（${amount}）`,
    triedAgain: 'もう一度Stripeへ依頼しました',
    replaced: 'この返金の代わりに、次の返金があります。',
    outside: 'Stripeの外',
    settle: 'ほかの方法で返した',
    settleTitle: 'ほかの方法で返金済みにする',
    settleWhat: (amount: string) =>
      `${amount}を銀行振込などで返したことを、あなたの名前で記録します。Stripeへは依頼しません。元には戻せません。`,
    note: 'いつ、どのように返したか',
    noteHint: '例：11月22日、銀行振込。口座番号は書かないでください。',
    fixNote: 'どのように返したかを入れてください。',
    settleDo: '返金済みにする',
    settled: '返金済みとして記録しました',
    creditNote: '返還請求書',
    again: 'もう一度依頼',
    outsideEvent: 'Stripeの外で返金',
  },
  en: {
    charge_already_refunded: 'This payment has been refunded at Stripe already.',
    amount_too_large: 'Stripe has less than that left of this payment.',
    balance_insufficient: 'Your balance at Stripe is too low. Add funds, then try again.',
    charge_disputed: 'The payment is disputed.',
    charge_not_refundable: 'Stripe cannot refund this payment. It may be too old.',
    account_closed: 'The account at Stripe is closed or cannot be used.',
    resource_missing: 'The present account at Stripe does not have this payment.',
    expired_or_canceled_card: 'The customer’s card has expired or was canceled. The money is back with you.',
    lost_or_stolen_card: 'The customer’s card was reported lost or stolen. The money is back with you.',
    declined: 'The customer’s bank did not take it. The money is back with you.',
    merchant_request: 'It was called back at Stripe.',
    made_at_stripe: 'Somebody had refunded it in Stripe’s dashboard, so Stripe was not asked.',
    unknown: 'The customer’s bank sent it back and did not say why.',
    other: 'Stripe refused it.',
    stripeSays: 'Stripe: ',
    owed: (amount) => `The customer is still owed ${amount}.`,
    tryAgain: (amount) => `Try again (${amount})`,
    triedAgain: 'Stripe was asked again',
    replaced: 'Another refund came in its place.',
    outside: 'outside of Stripe',
    settle: 'Settled outside of Stripe',
    settleTitle: 'Settled outside of Stripe',
    settleWhat: (amount) =>
      `Records in your name that ${amount} was given back by bank transfer or otherwise. Stripe is not asked. This cannot be undone.`,
    note: 'When and how it was given back',
    noteHint: 'Such as: 22 November, bank transfer. No account numbers, please.',
    fixNote: 'Say how it was given back.',
    settleDo: 'Record as given back',
    settled: 'Recorded as given back',
    creditNote: 'Credit note',
    again: 'asked again',
    outsideEvent: 'given back outside of Stripe',
  },
});

export type RefundWords = ReturnType<typeof useRefundWords>;

/** Codes of one meaning. */
const sameAs: Record<string, string> = {
  insufficient_funds: 'balance_insufficient',
  refund_disputed_payment: 'charge_disputed',
  charge_for_pending_refund_disputed: 'charge_disputed',
  account_invalid: 'account_closed',
};

const reasons = [
  'charge_already_refunded',
  'amount_too_large',
  'balance_insufficient',
  'charge_disputed',
  'charge_not_refundable',
  'account_closed',
  'resource_missing',
  'expired_or_canceled_card',
  'lost_or_stolen_card',
  'declined',
  'merchant_request',
  'made_at_stripe',
  'unknown',
] as const;

/** A code of Stripe's in words; of one that is not known here, that Stripe refused. */
export function failureWords(t: RefundWords, code: string | null): string {
  const meant = sameAs[code ?? ''] ?? code;
  return t[reasons.find((one) => one === meant) ?? 'other'];
}
