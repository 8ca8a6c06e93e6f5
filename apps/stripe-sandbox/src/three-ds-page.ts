import { type Look, escape, page } from './page.ts';

const words = {
  ja: {
    title: '本人認証（3Dセキュア）',
    lead: 'カード会社がご本人であることを確かめる画面の代わりです。',
    amount: '金額',
    card: 'カード',
    complete: '認証を完了する',
    fail: '認証に失敗する',
    closed: 'この認証は終わっています。お店の画面に戻ってください。',
    done: {
      succeeded: '認証が終わりました。',
      pending: '認証が終わりました。支払いを処理しています。',
      failed: '支払いは完了していません。',
    },
  },
  en: {
    title: 'Confirm it is you (3D Secure)',
    lead: 'This page stands in for the one on which your bank asks who you are.',
    amount: 'Amount',
    card: 'Card',
    complete: 'Complete authentication',
    fail: 'Fail authentication',
    closed: 'This authentication is over. Go back to the shop.',
    done: {
      succeeded: 'You are authenticated.',
      pending: 'You are authenticated. The payment is being processed.',
      failed: 'The payment was not completed.',
    },
  },
} as const;

export function questionPage(
  look: Look,
  payment: { amount: string; card: string; complete: string; fail: string },
): string {
  const text = words[look.locale];
  return page(look, {
    title: text.title,
    body: `<h1>${text.title}</h1>
    <p class="lead">${text.lead}</p>
    <dl>
      <div><dt>${text.amount}</dt><dd>${escape(payment.amount)}</dd></div>
      <div><dt>${text.card}</dt><dd>${escape(payment.card)}</dd></div>
    </dl>
    <form method="post" action="${escape(payment.complete)}"><button class="main" type="submit">${text.complete}</button></form>
    <form method="post" action="${escape(payment.fail)}"><button type="submit">${text.fail}</button></form>`,
  });
}

/** `shop`: the origin of the page around the frame, which is told that it is over. */
export function donePage(look: Look, status: 'succeeded' | 'pending' | 'failed', shop: string | null): string {
  return over(look, words[look.locale].done[status], status, shop);
}

export function closedPage(look: Look, shop: string | null): string {
  return over(look, words[look.locale].closed, 'closed', shop);
}

function over(look: Look, text: string, status: string, parent: string | null): string {
  return page(look, {
    title: words[look.locale].title,
    body: `<h1 role="status">${text}</h1>`,
    message: { type: 'stripe-sandbox:3ds', status },
    parent,
  });
}
