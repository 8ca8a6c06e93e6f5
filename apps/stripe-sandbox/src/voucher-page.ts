import type Stripe from 'stripe';
import { type Look, escape, page } from './page.ts';

const words = {
  ja: {
    title: 'コンビニでのお支払い',
    lead: 'お店の端末で、お支払い番号と確認番号を入れてください。',
    amount: '金額',
    until: 'お支払い期限',
    code: 'お支払い番号',
    confirmation: '確認番号',
    pay: 'コンビニで支払う',
    expire: '支払わずに期限を迎える',
    closed: 'この払込票は使えません。お店の画面に戻ってください。',
    ended: { pay: 'お支払いを受け付けました。', expire: '期限までにお支払いがありませんでした。' },
    stores: {
      familymart: 'ファミリーマート',
      lawson: 'ローソン',
      ministop: 'ミニストップ',
      seicomart: 'セイコーマート',
    },
  },
  en: {
    title: 'Pay at a convenience store',
    lead: 'Enter the payment code and the confirmation number at the kiosk in the store.',
    amount: 'Amount',
    until: 'Pay before',
    code: 'Payment code',
    confirmation: 'Confirmation number',
    pay: 'Pay at the store',
    expire: 'Let it expire',
    closed: 'This slip is no longer valid. Go back to the shop.',
    ended: { pay: 'Your payment was received.', expire: 'Nobody paid before the end.' },
    stores: { familymart: 'FamilyMart', lawson: 'Lawson', ministop: 'Ministop', seicomart: 'Seicomart' },
  },
} as const;

interface Voucher {
  amount: string;
  details: Stripe.PaymentIntent.NextAction.KonbiniDisplayDetails;
  /** Where the buttons lead. */
  pay: string;
  expire: string;
}

export function voucherPage(look: Look, { amount, details, pay, expire }: Voucher): string {
  const text = words[look.locale];
  const until = new Intl.DateTimeFormat(look.locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Tokyo',
  }).format(details.expires_at * 1000);
  const row = (name: string, value: string) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`;
  const number = details.stores.familymart?.confirmation_number ?? '';
  const stores = (['familymart', 'lawson', 'ministop', 'seicomart'] as const).map((store) =>
    row(`${text.stores[store]}: ${text.code}`, details.stores[store]?.payment_code ?? ''),
  );
  return page(look, {
    title: text.title,
    body: `<h1>${text.title}</h1>
    <p class="lead">${text.lead}</p>
    <dl>
      ${row(text.amount, amount)}
      ${row(text.until, until)}
      ${row(text.confirmation, number)}
      ${stores.join('\n      ')}
    </dl>
    <form method="post" action="${escape(pay)}"><button class="main" type="submit">${text.pay}</button></form>
    <form method="post" action="${escape(expire)}"><button type="submit">${text.expire}</button></form>`,
  });
}

export function endedVoucherPage(look: Look, how: 'pay' | 'expire', parent: string | null): string {
  return over(look, words[look.locale].ended[how], how === 'pay' ? 'paid' : 'expired', parent);
}

export function closedVoucherPage(look: Look, parent: string | null): string {
  return over(look, words[look.locale].closed, 'closed', parent);
}

/** `parent`: the origin of the shop's page around the frame, which is told that it is over. */
function over(look: Look, text: string, status: string, parent: string | null): string {
  return page(look, {
    title: words[look.locale].title,
    body: `<h1 role="status">${text}</h1>`,
    message: { type: 'stripe-sandbox:voucher', status },
    parent,
  });
}
