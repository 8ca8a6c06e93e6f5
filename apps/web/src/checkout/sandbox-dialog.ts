import { type Locale, addStyle, child } from './sandbox-dom.ts';

const words = {
  ja: { authentication: '本人認証（3Dセキュア）', voucher: 'コンビニでのお支払い', close: '閉じる' },
  en: { authentication: '3D Secure authentication', voucher: 'Pay at a convenience store', close: 'Close' },
} as const;

const style = `
.sandbox-dialog { width: min(480px, 100vw - 16px); max-width: none; max-height: calc(100dvh - 16px); margin: auto; padding: 0; border: 1px solid var(--line-strong); border-radius: var(--r-3); background: var(--surface); color: var(--ink); box-shadow: var(--shadow-2); }
.sandbox-dialog::backdrop { background: rgb(10 12 13 / .64); }
.sandbox-dialog-page { height: min(720px, 100dvh - 16px); overflow: hidden; }
.sandbox-dialog-column { display: grid; grid-template-rows: auto 1fr; height: 100%; }
.sandbox-dialog-head { display: flex; align-items: center; justify-content: space-between; padding-left: 16px; border-bottom: 1px solid var(--line); font: var(--text-14); }
.sandbox-dialog-head button { min-width: 44px; min-height: 44px; padding: 0 16px; border: 0; border-radius: var(--r-2); background: none; color: var(--ai); font: inherit; cursor: pointer; }
.sandbox-dialog-head button:focus-visible { outline: none; box-shadow: inset 0 0 0 2px var(--ai); }
.sandbox-dialog iframe { width: 100%; height: 100%; border: 0; }
`;

/** An open dialog with a title and a button that closes it. `end` gives the focus back to where it was. */
export function openDialog(title: string, locale: Locale) {
  addStyle('dialog', style);
  const dialog = document.createElement('dialog');
  dialog.className = 'sandbox-dialog';
  dialog.setAttribute('aria-label', title);
  const column = child(dialog, 'div', 'sandbox-dialog-column');
  const head = child(column, 'div', 'sandbox-dialog-head');
  child(head, 'span', '', title);
  const close = child(head, 'button', '', words[locale].close);
  close.type = 'button';
  const focused = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return {
    dialog,
    column,
    close,
    end: () => {
      dialog.close();
      dialog.remove();
      if (focused instanceof HTMLElement) focused.focus();
    },
  };
}

/**
 * Shows a page of the stand-in's in a dialog until it says that it is over, or the buyer closes it. Escape does nothing, for a key
 * must not end a payment.
 */
export async function showPage(
  kind: 'authentication' | 'voucher',
  page: string,
  locale: Locale,
): Promise<'over' | 'closed'> {
  const title = words[locale][kind];
  const { dialog, column, close, end } = openDialog(title, locale);
  dialog.classList.add('sandbox-dialog-page');
  dialog.dataset.theme = 'light';
  const frame = child(column, 'iframe', '');
  frame.title = title;
  frame.src = `${page}?frame=1&locale=${locale}`;
  frame.addEventListener('load', () => frame.focus());
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  // Chromium lets a second Escape through; the key itself is stopped.
  dialog.addEventListener('keydown', (event) => event.key === 'Escape' && event.preventDefault());

  const message = kind === 'authentication' ? 'stripe-sandbox:3ds' : 'stripe-sandbox:voucher';
  const how = await new Promise<'over' | 'closed'>((resolve) => {
    const listen = (event: MessageEvent<{ type?: string } | null>) => {
      if (event.origin !== new URL(page).origin || event.source !== frame.contentWindow) return;
      if (event.data?.type !== message) return;
      window.removeEventListener('message', listen);
      resolve('over');
    };
    window.addEventListener('message', listen);
    close.addEventListener('click', () => {
      window.removeEventListener('message', listen);
      resolve('closed');
    });
  });
  end();
  return how;
}
