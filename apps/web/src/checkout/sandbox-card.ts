import type { StripeError } from '@stripe/stripe-js';
import { type Locale, addStyle, child } from './sandbox-dom.ts';

export type Fault = StripeError & { type: 'validation_error'; code: string; message: string };

const words = {
  ja: {
    card: 'カード情報',
    number: 'カード番号',
    expiry: '有効期限（月 / 年）',
    cvc: 'セキュリティコード',
    incomplete_number: 'カード番号を最後まで入れてください。',
    invalid_number: 'カード番号が正しくありません。',
    incomplete_expiry: '有効期限を月と年で入れてください。',
    invalid_expiry_month_past: 'カードの有効期限が過ぎています。',
    incomplete_cvc: 'セキュリティコードを最後まで入れてください。',
  },
  en: {
    card: 'Card details',
    number: 'Card number',
    expiry: 'Expiry date (month / year)',
    cvc: 'Security code',
    incomplete_number: 'Enter the whole card number.',
    invalid_number: 'This card number is not valid.',
    incomplete_expiry: 'Enter the expiry date as month and year.',
    invalid_expiry_month_past: 'This card has expired.',
    incomplete_cvc: 'Enter the whole security code.',
  },
} as const;

const style = `
.sandbox-card { color: var(--ink); }
.sandbox-card-box { display: grid; grid-template-columns: 1fr 1fr; border: 1px solid var(--line-strong); border-radius: var(--r-2); background: var(--surface); }
.sandbox-card-field { position: relative; display: flex; align-items: center; gap: 8px; min-width: 0; }
.sandbox-card-field:first-child { grid-column: 1 / -1; border-bottom: 1px solid var(--line-strong); }
.sandbox-card-field:last-child { border-left: 1px solid var(--line-strong); }
.sandbox-card-field svg { flex: none; margin-left: 12px; }
.sandbox-card-field label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.sandbox-card-field input { flex: 1; width: 100%; min-width: 0; height: 44px; padding: 0 12px; border: 0; border-radius: var(--r-2); background: none; color: inherit; font: var(--text-16); font-variant-numeric: tabular-nums; }
.sandbox-card-field svg + input { padding-left: 0; }
.sandbox-card-field input::placeholder { color: var(--ink-3); opacity: 1; }
.sandbox-card-field input:focus { outline: none; }
.sandbox-card-field:focus-within { border-radius: var(--r-2); box-shadow: 0 0 0 2px var(--ai); }
.sandbox-card-field:has([aria-invalid='true']) { color: var(--enji); box-shadow: inset 0 0 0 1px var(--enji); }
.sandbox-card-field:has([aria-invalid='true']):focus-within { box-shadow: 0 0 0 2px var(--enji); }
.sandbox-card-cvc { -webkit-text-security: disc; }
.sandbox-card-locked .sandbox-card-box { background: var(--sunken); color: var(--ink-2); }
.sandbox-card-error { margin: 8px 0 0; color: var(--enji); font: var(--text-13); word-break: auto-phrase; }
.sandbox-card-error:empty { display: none; }
`;

type Part = 'number' | 'expiry' | 'cvc';
const parts: Part[] = ['number', 'expiry', 'cvc'];

/** What the fields tell the element that they stand in. */
export interface CardChange {
  complete: boolean;
  empty: boolean;
}

/** Labelled fields for a card. */
export class SandboxCard {
  readonly root: HTMLElement;
  private readonly inputs: Record<Part, HTMLInputElement>;
  private readonly error: HTMLElement;

  constructor(
    private readonly locale: Locale,
    private readonly onChange: (change: CardChange) => void,
  ) {
    addStyle('card', style);
    const text = words[locale];
    const id = `sandbox-card-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.root = document.createElement('div');
    this.root.className = 'sandbox-card';
    this.root.setAttribute('role', 'group');
    this.root.setAttribute('aria-label', text.card);
    const box = child(this.root, 'div', 'sandbox-card-box');
    this.error = child(this.root, 'p', 'sandbox-card-error');
    this.error.id = `${id}-error`;
    this.error.setAttribute('role', 'alert');
    const field = (part: Part, autocomplete: AutoFill, placeholder: string) => {
      const place = child(box, 'div', 'sandbox-card-field');
      child(place, 'label', '', text[part]).htmlFor = `${id}-${part}`;
      if (part === 'number') place.append(cardIcon());
      const input = child(place, 'input', `sandbox-card-${part}`);
      input.id = `${id}-${part}`;
      input.autocomplete = autocomplete;
      input.inputMode = 'numeric';
      input.placeholder = placeholder;
      input.setAttribute('aria-describedby', this.error.id);
      input.addEventListener('input', (event) => this.typed(part, (event as InputEvent).inputType ?? ''));
      input.addEventListener('blur', () => this.left(part));
      return input;
    };
    this.inputs = {
      number: field('number', 'cc-number', '1234 1234 1234 1234'),
      expiry: field('expiry', 'cc-exp', locale === 'ja' ? '月 / 年' : 'MM / YY'),
      cvc: field('cvc', 'cc-csc', 'CVC'),
    };
  }

  focus(): void {
    this.inputs.number.focus();
  }

  blur(): void {
    for (const part of parts) this.inputs[part].blur();
  }

  clear(): void {
    for (const part of parts) this.inputs[part].value = '';
    this.show(null, null);
  }

  setReadOnly(readOnly: boolean): void {
    for (const part of parts) this.inputs[part].readOnly = readOnly;
    this.root.classList.toggle('sandbox-card-locked', readOnly);
  }

  /** Shows what is missing and puts the focus there. */
  check(): Fault | undefined {
    for (const part of parts) {
      const fault = this.faultOf(part);
      if (!fault) continue;
      this.show(part, fault);
      this.inputs[part].focus();
      return fault;
    }
    return undefined;
  }

  value() {
    const [month = '', year = ''] = this.digits('expiry').match(/\d\d/g) ?? [];
    const number = this.digits('number');
    return { number, exp_month: Number(month), exp_year: 2000 + Number(year), cvc: this.digits('cvc') };
  }

  private digits(part: Part): string {
    return this.inputs[part].value.replaceAll(/\D/g, '');
  }

  private typed(part: Part, inputType: string): void {
    const input = this.inputs[part];
    const caret = input.value.slice(0, input.selectionStart ?? input.value.length).replaceAll(/\D/g, '').length;
    const formatted = formats[part](this.digits(part), inputType.startsWith('delete'), this.digits('number'));
    const padded = formatted.replaceAll(/\D/g, '').length - this.digits(part).length;
    input.value = formatted;
    const position = positionOf(formatted, caret + Math.max(0, padded));
    if (document.activeElement === input) input.setSelectionRange(position, position);
    if (input.getAttribute('aria-invalid') === 'true' && !this.faultOf(part)) this.show(part, null);
    this.onChange(this.state());
  }

  state(): CardChange {
    return {
      complete: parts.every((part) => !this.faultOf(part)),
      empty: parts.every((part) => this.digits(part) === ''),
    };
  }

  /** Says what is wrong with a field that was left half filled; an empty one is left in peace until the payment. */
  private left(part: Part): void {
    if (this.digits(part) !== '') this.show(part, this.faultOf(part) ?? null);
  }

  private show(part: Part | null, fault: Fault | null): void {
    for (const each of parts) this.inputs[each].setAttribute('aria-invalid', String(each === part && fault !== null));
    this.error.textContent = fault?.message ?? '';
  }

  private faultOf(part: Part): Fault | undefined {
    const code = faults[part](this.digits(part), this.digits('number'));
    return code && { type: 'validation_error', code, message: words[this.locale][code] };
  }
}

const isAmex = (number: string) => /^3[47]/.test(number);

const formats: Record<Part, (digits: string, deleting: boolean, number: string) => string> = {
  number: (digits) => {
    const groups = isAmex(digits) ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?/ : /^(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,4})?/;
    return (groups.exec(digits)?.slice(1) ?? []).filter(Boolean).join(' ');
  },
  expiry: (digits, deleting) => {
    const full = /^[2-9]/.test(digits) ? `0${digits}` : digits;
    const [month, year] = [full.slice(0, 2), full.slice(2, 4)];
    return year || (month.length === 2 && !deleting) ? `${month} / ${year}` : month;
  },
  cvc: (digits, _, number) => digits.slice(0, isAmex(number) ? 4 : 3),
};

type FaultCode =
  'incomplete_number' | 'invalid_number' | 'incomplete_expiry' | 'invalid_expiry_month_past' | 'incomplete_cvc';

const faults: Record<Part, (digits: string, number: string) => FaultCode | undefined> = {
  number: (digits) => {
    if (digits.length < (isAmex(digits) ? 15 : 16)) return 'incomplete_number';
    return passesLuhn(digits) ? undefined : 'invalid_number';
  },
  expiry: (digits) => {
    const [month, year] = [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2))];
    if (digits.length < 4 || month < 1 || month > 12) return 'incomplete_expiry';
    const now = new Date();
    return year * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1 ? 'invalid_expiry_month_past' : undefined;
  },
  cvc: (digits, number) => (digits.length < (isAmex(number) ? 4 : 3) ? 'incomplete_cvc' : undefined),
};

/** The check digit of card numbers (ISO/IEC 7812-1, annex B). */
function passesLuhn(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Where the caret stands after so many digits, and after the separator that follows them. */
function positionOf(formatted: string, digits: number): number {
  let seen = 0;
  let position = 0;
  while (position < formatted.length && (seen < digits || !/\d/.test(formatted[position] ?? ''))) {
    if (/\d/.test(formatted[position] ?? '')) seen += 1;
    position += 1;
  }
  return position;
}

function cardIcon(): SVGElement {
  const svg = new DOMParser().parseFromString(
    '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" ' +
      'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">' +
      '<rect width="20" height="14" x="2" y="5" rx="2"/><path d="M2 10h20M6 14h2"/></svg>',
    'image/svg+xml',
  ).documentElement;
  return svg as unknown as SVGElement;
}
