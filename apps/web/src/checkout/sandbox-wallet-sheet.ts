import type { ClickResolveDetails, LineItem, ShippingRate } from '@stripe/stripe-js';
import { openDialog } from './sandbox-dialog.ts';
import { type Locale, addStyle, child } from './sandbox-dom.ts';

const words = {
  ja: {
    title: '練習用ウォレット',
    notice: '練習用：実際のお金は動きません',
    card: 'カード',
    contact: '連絡先',
    address: '届け先',
    total: '合計',
    pay: 'このカードで支払う',
    rejected: 'この届け先には送れません。',
    cards: ['支払える', '断られる', '3Dセキュアを求める'],
  },
  en: {
    title: 'Sandbox wallet',
    notice: 'Sandbox: no real money',
    card: 'Card',
    contact: 'Contact',
    address: 'Ship to',
    total: 'Total',
    pay: 'Pay with this card',
    rejected: 'The shop does not ship to this address.',
    cards: ['pays', 'is declined', 'asks for 3D Secure'],
  },
} as const;

const cards = ['4242424242424242', '4000000000000002', '4000002760003184'] as const;

/** Whose wallet it is. Nobody's: a name, an address and a number that are nobody's. */
export const owner = {
  name: '佐久間 晴香',
  email: 'haruka.s@example.jp',
  phone: '090-0000-0000',
  address: {
    country: 'JP',
    postal_code: '150-0001',
    state: '東京都',
    city: '渋谷区',
    line1: '神宮前0-0-0',
    line2: null,
  },
};

const style = `
.sandbox-wallet-sheet { display: grid; gap: 12px; padding: 16px; font: var(--text-14); overflow: auto; }
.sandbox-wallet-sheet p { margin: 0; }
.sandbox-wallet-notice { padding: 8px 12px; border-radius: var(--r-2); background: var(--yama-tint); color: var(--yama); font: var(--text-13); font-weight: 600; }
.sandbox-wallet-sheet dl { display: grid; gap: 8px; margin: 0; }
.sandbox-wallet-sheet dl div { display: flex; justify-content: space-between; gap: 16px; }
.sandbox-wallet-sheet dt { color: var(--ink-2); }
.sandbox-wallet-sheet dd { margin: 0; text-align: right; }
.sandbox-wallet-sheet label { display: grid; gap: 4px; color: var(--ink-2); }
.sandbox-wallet-sheet select { min-height: 44px; padding: 0 12px; border: 1px solid var(--line-strong); border-radius: var(--r-2); background: var(--surface); color: var(--ink); font: var(--text-16); }
.sandbox-wallet-sheet button { min-height: 48px; border: 0; border-radius: var(--r-2); background: var(--ai-fill); color: var(--on-ai); font: var(--text-16); font-weight: 600; cursor: pointer; }
.sandbox-wallet-sheet button:disabled { opacity: .5; cursor: default; }
.sandbox-wallet-sheet button:focus-visible, .sandbox-wallet-sheet select:focus-visible { outline: 2px solid var(--ai); outline-offset: 2px; }
.sandbox-wallet-error { color: var(--enji); }
.sandbox-wallet-error:empty { display: none; }
`;

export interface SheetOptions extends ClickResolveDetails {
  locale: Locale;
  /** Asked each time that it is shown: a change of address may change it. */
  total: () => string;
  /** How the shop's currency writes an amount. */
  money: (amount: number) => string;
  /** Tells the shop where it would go. Null when nobody asks for an address. Resolves with undefined when it cannot go there. */
  ship: (() => Promise<{ lineItems?: LineItem[]; shippingRates?: ShippingRate[] } | undefined>) | null;
}

/** The wallet's own window. Resolves with the card that the buyer pays with, or null when it is closed. */
export async function showWallet(options: SheetOptions): Promise<{ number: string; rate?: ShippingRate } | null> {
  const { locale } = options;
  const text = words[locale];
  addStyle('wallet-sheet', style);
  const { dialog, column, close, end } = openDialog(text.title, locale);
  const sheet = child(column, 'div', 'sandbox-wallet-sheet');
  child(sheet, 'p', 'sandbox-wallet-notice', text.notice);
  const label = child(sheet, 'label', '', text.card);
  const select = child(label, 'select', '');
  for (const [index, number] of cards.entries())
    child(select, 'option', '', `•••• ${number.slice(-4)}: ${text.cards[index]}`).value = number;
  const list = child(sheet, 'dl', '');
  const error = child(sheet, 'p', 'sandbox-wallet-error');
  error.setAttribute('role', 'alert');
  const pay = child(sheet, 'button', '', text.pay);
  pay.type = 'button';

  let { lineItems = [], shippingRates = [] } = options;
  const show = () => {
    list.replaceChildren();
    const row = (name: string, value: string) => {
      const place = child(list, 'div', '');
      child(place, 'dt', '', name);
      child(place, 'dd', '', value);
    };
    if (options.emailRequired || options.phoneNumberRequired) row(text.contact, `${owner.name} ${owner.email}`);
    const { postal_code: code, state, city, line1 } = owner.address;
    if (options.shippingAddressRequired) row(text.address, `〒${code} ${state}${city}${line1}`);
    for (const { name, amount } of lineItems) row(name, options.money(amount));
    if (shippingRates[0]) row(shippingRates[0].displayName, options.money(shippingRates[0].amount));
    row(text.total, options.total());
  };
  show();

  if (options.ship) {
    pay.disabled = true;
    void options.ship().then((answer) => {
      ({ lineItems = lineItems, shippingRates = shippingRates } = answer ?? {});
      show();
      pay.disabled = !answer;
      error.textContent = answer ? '' : text.rejected;
    });
  }
  const paid = await new Promise<boolean>((resolve) => {
    pay.addEventListener('click', () => resolve(true));
    close.addEventListener('click', () => resolve(false));
    dialog.addEventListener('close', () => resolve(false)); // by Escape
  });
  end();
  return paid ? { number: select.value, rate: shippingRates[0] } : null;
}
