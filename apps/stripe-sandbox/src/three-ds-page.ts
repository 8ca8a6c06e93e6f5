export type Locale = 'ja' | 'en';

interface Look {
  locale: Locale;
  /** Of the page's own style and script. */
  nonce: string;
}

const words = {
  ja: {
    title: '本人認証（3Dセキュア）',
    notice: '練習用：実際のお金は動きません',
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
    notice: 'Sandbox: no real money',
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

const style = `
  :root { color-scheme: light; --paper: #f4f6f5; --surface: #fff; --ink: #14191b; --ink-2: #454f4d; --line: #d9dfdc;
    --line-strong: #7c8885; --ai: #14507d; --ai-fill: #14507d; --on-ai: #fff; --yama: #7f5200; --yama-tint: #fbf1db; --enji: #a5163a; }
  @media (prefers-color-scheme: dark) { :root { color-scheme: dark; --paper: #0f1214; --surface: #171b1e; --ink: #f1f4f3;
    --ink-2: #b7c1bf; --line: #2a3135; --line-strong: #74817f; --ai: #8fc3ec; --ai-fill: #2a70ab; --yama: #f2bc55;
    --yama-tint: #33280f; --enji: #ff93a6; } }
  * { box-sizing: border-box; margin: 0; }
  body { min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--paper); color: var(--ink);
    font: 1rem/1.75rem -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP",
    "Noto Sans CJK JP", "BIZ UDPGothic", Meiryo, sans-serif; font-variant-numeric: tabular-nums; line-break: strict; }
  main { width: 100%; max-width: 400px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
  .notice { padding: 8px 20px; background: var(--yama-tint); color: var(--yama); font-size: .8125rem; line-height: 1.25rem; font-weight: 600; }
  .body { padding: 20px; }
  h1 { font-size: 1.375rem; line-height: 2rem; font-weight: 600; word-break: auto-phrase; text-wrap: pretty; }
  .lead { margin-top: 4px; font-size: .875rem; line-height: 1.375rem; color: var(--ink-2); word-break: auto-phrase; }
  dl { margin: 16px 0; border-top: 1px solid var(--line); }
  dl div { display: flex; justify-content: space-between; gap: 16px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  dt { color: var(--ink-2); font-size: .8125rem; } dd { font-weight: 600; }
  button { display: block; width: 100%; min-height: 48px; margin-top: 8px; padding: 8px 16px; border-radius: 6px; font: inherit;
    font-weight: 600; cursor: pointer; border: 1px solid var(--line-strong); background: none; color: var(--enji); }
  button.main { border-color: var(--ai-fill); background: var(--ai-fill); color: var(--on-ai); }
  button:focus-visible { outline: 0; box-shadow: 0 0 0 2px var(--surface), 0 0 0 4px var(--ai); }
`;

export function questionPage(
  look: Look,
  payment: { amount: string; card: string; complete: string; fail: string },
): string {
  const text = words[look.locale];
  return page(
    look,
    `<h1>${text.title}</h1>
    <p class="lead">${text.lead}</p>
    <dl>
      <div><dt>${text.amount}</dt><dd>${escape(payment.amount)}</dd></div>
      <div><dt>${text.card}</dt><dd>${escape(payment.card)}</dd></div>
    </dl>
    <form method="post" action="${escape(payment.complete)}"><button class="main" type="submit">${text.complete}</button></form>
    <form method="post" action="${escape(payment.fail)}"><button type="submit">${text.fail}</button></form>`,
  );
}

/** `shop`: the origin of the page around the frame, which is told that it is over. */
export function donePage(look: Look, status: 'succeeded' | 'pending' | 'failed', shop: string | null): string {
  return page(look, `<h1 role="status">${words[look.locale].done[status]}</h1>`, tell(look, status, shop));
}

export function closedPage(look: Look, shop: string | null): string {
  return page(look, `<h1 role="status">${words[look.locale].closed}</h1>`, tell(look, 'closed', shop));
}

function tell(look: Look, status: string, shop: string | null): string {
  if (!shop) return '';
  const message = JSON.stringify({ type: 'stripe-sandbox:3ds', status });
  return `<script nonce="${look.nonce}">parent.postMessage(${message}, ${JSON.stringify(shop)});</script>`;
}

function page(look: Look, body: string, script = ''): string {
  const text = words[look.locale];
  return `<!doctype html>
<html lang="${look.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<style nonce="${look.nonce}">${style}</style>
</head>
<body>
<main>
  <p class="notice">${text.notice}</p>
  <div class="body">
    ${body}
  </div>
</main>
${script}
</body>
</html>
`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
