import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/* What the pages of the sandbox that a buyer sees have in common: that of the bank, and that of the store. */

export type Locale = 'ja' | 'en';

export interface Look {
  locale: Locale;
  /** Of the page's own style and script. */
  nonce: string;
}

const notice = { ja: '練習用：実際のお金は動きません', en: 'Sandbox: no real money' } as const;

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

/** A whole page. `title` is escaped, `body` is not. `message` is told to the window around the frame, when its origin is given. */
export function page(
  look: Look,
  parts: { title: string; body: string; message?: object; parent?: string | null },
): string {
  const { title, body, message, parent } = parts;
  const script =
    message && parent
      ? `<script nonce="${look.nonce}">parent.postMessage(${JSON.stringify(message)}, ${JSON.stringify(parent)});</script>`
      : '';
  return `<!doctype html>
<html lang="${look.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style nonce="${look.nonce}">${style}</style>
</head>
<body>
<main>
  <p class="notice">${notice[look.locale]}</p>
  <div class="body">
    ${body}
  </div>
</main>
${script}
</body>
</html>
`;
}

export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/** `framedBy`: the one origin whose pages may frame it. `returnsTo`: the origin to which its form may lead. */
export function sendPage(
  response: ServerResponse,
  answer: { status: number; html: string; nonce: string; framedBy: string; returnsTo?: string },
): void {
  const { status, html, nonce, framedBy, returnsTo } = answer;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; ` +
      `form-action 'self'${returnsTo ? ` ${returnsTo}` : ''}; frame-ancestors ${framedBy}`,
  });
  response.end(html);
}

export function localeOf(url: URL, request: IncomingMessage): Locale {
  const asked = url.searchParams.get('locale') ?? request.headers['accept-language'] ?? '';
  return /^ja\b/i.test(asked) ? 'ja' : 'en';
}

export function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
