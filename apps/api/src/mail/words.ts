/** The words of the letters. First what happened, then what is safe, then what to do. */
const ja = {
  dear: (name: string) => `${name} 様`,
  number: '注文番号',
  paidAt: 'お支払い日時',
  goods: 'ご注文の品',
  each: (price: string, quantity: number) => `${price} × ${quantity}点`,
  pieces: (quantity: number) => `${quantity}点`,
  variant: (name: string, variant: string) => `${name}（${variant}）`,
  atRate: (note: string, rate: string) => `${note}（税率${rate}）`,
  amounts: 'お支払い金額',
  items: '商品の小計',
  discount: '割引',
  shipping: '送料',
  free: '無料',
  total: '合計（税込）',
  taxWithin: (rate: string, taxable: string) => `うち消費税（${rate}対象 ${taxable}）`,
  taxOnTop: (rate: string, taxable: string) => `消費税（${rate}対象 ${taxable}）`,
  toOrder: 'ご注文の状況を見る',
  orderFootnote:
    'このメールは、ご注文の際にいただいたアドレスへ自動でお送りしています。お心当たりのない場合は、お手数ですが破棄してください。',

  paidSubject: (number: string) => `ご注文ありがとうございます（注文番号 ${number}）`,
  paid: 'ご注文ありがとうございます。お支払いを確認しました。\n発送しましたら、あらためてメールでお知らせします。',

  shippedSubject: (number: string) => `ご注文の品を発送しました（注文番号 ${number}）`,
  shipped: 'ご注文の品を発送しました。お届けまで、いましばらくお待ちください。',
  delivery: '配送',
  carrier: '配送会社',
  tracking: 'お問い合わせ番号',
  shippedAt: '発送日時',

  refundedSubject: (number: string) => `ご返金のお知らせ（注文番号 ${number}）`,
  refundedWhole: 'ご注文の代金を、全額お返しする手続きをしました。',
  refundedPart: 'ご注文の代金の一部を、お返しする手続きをしました。',
  refundToCard:
    'お支払いにお使いのカードへお返しします。カード会社によっては、明細に出るまで数日かかることがあります。',
  refundToBank:
    'お振り込み先の口座をうかがうメールが、決済会社のStripeから別に届きます。そちらの案内にしたがってお手続きください。',
  refund: 'ご返金',
  refundAmount: '今回のご返金額',
  refundedSoFar: 'これまでのご返金額の合計',
  orderTotal: 'ご注文の合計',

  voucherSubject: (number: string) => `コンビニでのお支払いをお待ちしています（注文番号 ${number}）`,
  voucher:
    'ご注文を承りました。お支払いの期限まで、品をお取り置きしています。\nコンビニで下の番号をお伝えいただくか、店内の端末に入力して、レジでお支払いください。',
  toPay: 'お支払い',
  payAmount: '金額',
  payBy: '期限',
  stores: 'コンビニごとの番号',
  paymentCode: (code: string) => `お支払い番号 ${code}`,
  confirmation: (code: string) => `確認番号 ${code}`,
  toVoucher: 'お支払いの手順を見る',
  voucherExpiry: '期限を過ぎると、ご注文は自動で取り消しになります。ご請求はありません。',

  offerSubject: (product: string) => `お待ちいただいた「${product}」をお取りできます`,
  offer: '入荷をお待ちいただき、ありがとうございます。\n下の期限まで、お客様の分としてお取り置きしています。',
  offered: 'お取り置きの品',
  until: 'お取り置きの期限',
  withTax: (price: string) => `${price}（税込）`,
  withoutTax: (price: string) => `${price}（税別）`,
  toBuy: '購入のページへ',
  offerExpiry: '期限を過ぎると、次にお待ちの方へご案内します。ご購入にならない場合のお手続きはいりません。',
  offerFootnote:
    'このメールは、入荷のお知らせをご希望になった方へ自動でお送りしています。お心当たりのない場合は、お手数ですが破棄してください。',

  surveySubject: (seller: string) => `${seller}のお買い物はいかがでしたか`,
  survey:
    '先日はお買い上げいただき、ありがとうございました。\nよろしければ、下のページで一問だけお聞かせください。ひと押しで終わります。',
  toSurvey: '答える（10秒）',
  surveyFootnote: 'このメールは、お買い上げいただいた方へ月に一度まで自動でお送りしています。お答えは任意です。',

  codeSubject: (seller: string) => `${seller}のサインイン用コード`,
  codeIntro: 'サインインの画面に、次のコードを入力してください。',
  code: 'コード',
  codeUntil: '有効期限',
  codeWarning:
    'このコードは、入力を求めた端末でだけ使えます。誰にも教えないでください。店の者がコードをおたずねすることはありません。',
  codeFootnote: 'お心当たりのない場合は、このメールを破棄してください。コードを入力しない限り、何も起こりません。',

  familymart: 'ファミリーマート',
  lawson: 'ローソン',
  ministop: 'ミニストップ',
  seicomart: 'セイコーマート',
};

const en: typeof ja = {
  dear: (name) => `Dear ${name},`,
  number: 'Order number',
  paidAt: 'Paid',
  goods: 'Your order',
  each: (price, quantity) => `${price} × ${quantity}`,
  pieces: (quantity) => `× ${quantity}`,
  variant: (name, variant) => `${name} (${variant})`,
  atRate: (note, rate) => `${note} (tax rate ${rate})`,
  amounts: 'What you pay',
  items: 'Items',
  discount: 'Discount',
  shipping: 'Shipping',
  free: 'Free',
  total: 'Total, tax included',
  taxWithin: (rate, taxable) => `Tax within it (${rate} of ${taxable})`,
  taxOnTop: (rate, taxable) => `Tax (${rate} of ${taxable})`,
  toOrder: 'See your order',
  orderFootnote:
    'This mail was sent automatically to the address given with the order. If you did not order anything, please disregard it.',

  paidSubject: (number) => `Thank you for your order ${number}`,
  paid: 'Thank you for your order. Your payment has arrived.\nWe will write again when your parcel is on its way.',

  shippedSubject: (number) => `Your order ${number} is on its way`,
  shipped: 'Your order has been handed to the carrier and is on its way to you.',
  delivery: 'Delivery',
  carrier: 'Carrier',
  tracking: 'Tracking number',
  shippedAt: 'Shipped',

  refundedSubject: (number) => `Refund for your order ${number}`,
  refundedWhole: 'We have refunded your order in full.',
  refundedPart: 'We have refunded part of your order.',
  refundToCard: 'The money goes back to the card you paid with. Some card companies take a few days to show it.',
  refundToBank:
    'A separate mail from our payment provider Stripe will ask you which bank account to pay to. Please follow the steps in it.',
  refund: 'Refund',
  refundAmount: 'Refunded now',
  refundedSoFar: 'Refunded so far',
  orderTotal: 'Order total',

  voucherSubject: (number) => `Please pay for your order ${number} at a convenience store`,
  voucher:
    'We have received your order, and keep your items until the time below.\nGive the numbers below at the till, or enter them at the machine in the store, and pay at the till.',
  toPay: 'Payment',
  payAmount: 'Amount',
  payBy: 'Pay by',
  stores: 'Numbers for each store',
  paymentCode: (code) => `Payment code ${code}`,
  confirmation: (code) => `Confirmation number ${code}`,
  toVoucher: 'See how to pay',
  voucherExpiry: 'After that time the order is called off by itself. You will not be charged.',

  offerSubject: (product) => `“${product}” is here for you`,
  offer: 'Thank you for waiting. This item is back, and is kept for you until the time below.',
  offered: 'Kept for you',
  until: 'Kept until',
  withTax: (price) => `${price} (tax included)`,
  withoutTax: (price) => `${price} (before tax)`,
  toBuy: 'Buy it',
  offerExpiry: 'After that time it is offered to the next person. If you do not want it, there is nothing to do.',
  offerFootnote:
    'This mail was sent automatically because this address asked to be told. If it was not you, please disregard it.',

  surveySubject: (seller) => `How was your order from ${seller}?`,
  survey:
    'Thank you for your recent order.\nIf you like, answer one question on the page below. One tap and it is done.',
  toSurvey: 'Answer (10 seconds)',
  surveyFootnote: 'This mail is sent automatically to buyers, at most once a month. Answering is up to you.',

  codeSubject: (seller) => `Your sign-in code for ${seller}`,
  codeIntro: 'Enter this code where you are signing in.',
  code: 'Code',
  codeUntil: 'Good until',
  codeWarning:
    'It works only on the device that asked for it. Do not give it to anybody: nobody from the shop will ever ask you for it.',
  codeFootnote: 'If you did not ask for this, please disregard this mail. Nothing happens unless the code is entered.',

  familymart: 'FamilyMart',
  lawson: 'Lawson',
  ministop: 'Ministop',
  seicomart: 'Seicomart',
};

export const words = { ja, en };
