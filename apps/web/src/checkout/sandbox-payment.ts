import type { StripePaymentElement, StripePaymentElementOptions } from '@stripe/stripe-js';
import { type Fault, SandboxCard } from './sandbox-card.ts';
import { Listeners, type Locale, addStyle, child, placeOf } from './sandbox-dom.ts';
import type { Method } from './sandbox-methods.ts';

const words = {
  ja: {
    methods: '支払い方法',
    card: 'カード',
    konbini: 'コンビニ払い',
    konbiniText: '注文のあとに出るお支払い番号で、コンビニのレジで現金でお支払いください。',
  },
  en: {
    methods: 'Payment method',
    card: 'Card',
    konbini: 'Convenience store',
    konbiniText: 'After you order you get a payment code. Pay with it in cash at a convenience store in Japan.',
  },
} as const;

const style = `
.sandbox-payment { display: grid; gap: 12px; }
.sandbox-payment-methods { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 8px; margin: 0; padding: 0; border: 0; min-width: 0; }
.sandbox-payment-methods legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.sandbox-payment-methods label { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 0 12px; border: 1px solid var(--line-strong); border-radius: var(--r-2); background: var(--surface); color: var(--ink); font: var(--text-14); cursor: pointer; }
.sandbox-payment-methods label:has(:checked) { border-color: var(--ai); box-shadow: inset 0 0 0 1px var(--ai); }
.sandbox-payment-methods label:has(:focus-visible) { box-shadow: 0 0 0 2px var(--ai); }
.sandbox-payment-methods input { accent-color: var(--ai); margin: 0; }
.sandbox-payment-konbini { margin: 0; color: var(--ink-2); font: var(--text-14); word-break: auto-phrase; }
.sandbox-payment [hidden] { display: none; }
`;

type Handler = (event: never) => unknown;

/** What the buyer pays with, as the stand-in wants it. */
export type PaymentData = { type: 'card'; card: ReturnType<SandboxCard['value']> } | { type: 'konbini' };

/** Stands behind the interface of Stripe's Payment Element: a choice of methods, when there is one, and the fields of a card. */
export class SandboxPayment implements StripePaymentElement {
  private readonly root = document.createElement('div');
  private readonly choice: HTMLFieldSetElement;
  private readonly card: SandboxCard;
  private readonly konbini: HTMLElement;
  private readonly listeners = new Listeners();
  private readonly name = `sandbox-payment-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  private methods: Method[] = [];
  private chosen: Method | null = null;

  /** `offer` says which methods there are, in the order that the shop wants; it is asked again when the payment changes. */
  constructor(
    private readonly locale: Locale,
    private options: StripePaymentElementOptions,
    private readonly offer: (order: string[]) => Method[],
    private readonly onDestroy: () => void,
  ) {
    addStyle('payment', style);
    this.root.className = 'sandbox-payment';
    this.choice = child(this.root, 'fieldset', 'sandbox-payment-methods');
    child(this.choice, 'legend', '', words[locale].methods);
    this.card = new SandboxCard(locale, () => this.tell());
    this.root.append(this.card.root);
    this.konbini = child(this.root, 'p', 'sandbox-payment-konbini', words[locale].konbiniText);
    this.root.addEventListener('focusin', () => this.emit('focus'));
    this.root.addEventListener('focusout', () => this.emit('blur'));
    this.root.addEventListener('keydown', (event) => event.key === 'Escape' && this.emit('escape'));
    this.refresh();
    if (options.readOnly) this.update({ readOnly: true });
  }

  mount(place: string | HTMLElement): void {
    placeOf(place).replaceChildren(this.root);
    setTimeout(() => {
      if (!this.root.isConnected) return;
      this.emit('ready');
      this.tellMethods();
    });
  }

  unmount(): void {
    this.root.remove();
  }

  destroy(): void {
    this.unmount();
    this.listeners.clear();
    this.onDestroy();
  }

  focus(): void {
    if (this.chosen === 'card') this.card.focus();
    else this.choice.querySelector<HTMLInputElement>('input:checked')?.focus();
  }

  blur(): void {
    if (this.root.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
  }

  clear(): void {
    this.card.clear();
  }

  collapse(): this {
    return this;
  }

  update(options: Partial<StripePaymentElementOptions>): this {
    this.options = { ...this.options, ...options };
    if (options.readOnly !== undefined) {
      this.card.setReadOnly(options.readOnly);
      this.choice.disabled = options.readOnly;
    }
    if (options.paymentMethodOrder) this.refresh();
    return this;
  }

  on(type: string, handler: Handler): this {
    this.listeners.add(type, handler);
    return this;
  }

  once(type: string, handler: Handler): this {
    this.listeners.add(type, handler, true);
    return this;
  }

  off(type: string, handler?: Handler): this {
    this.listeners.remove(type, handler);
    return this;
  }

  /** Offers what the payment now allows. What was chosen stays chosen while it is there. */
  refresh(): void {
    const methods = this.offer(this.options.paymentMethodOrder ?? []);
    if (methods.join() === this.methods.join()) return;
    this.methods = methods;
    this.choice.querySelectorAll('label').forEach((label) => label.remove());
    for (const method of methods) {
      const label = child(this.choice, 'label', '');
      const radio = child(label, 'input', '');
      radio.type = 'radio';
      radio.name = this.name;
      radio.value = method;
      radio.addEventListener('change', () => this.choose(method));
      label.append(words[this.locale][method]);
    }
    this.choice.hidden = methods.length < 2;
    const next = this.chosen && methods.includes(this.chosen) ? this.chosen : (methods[0] ?? null);
    this.choose(next);
    if (this.root.isConnected) this.tellMethods();
  }

  /** Shows what is missing and puts the focus there. */
  check(): Fault | undefined {
    return this.chosen === 'card' ? this.card.check() : undefined;
  }

  value(): PaymentData | null {
    if (this.chosen === 'card') return { type: 'card', card: this.card.value() };
    return this.chosen && { type: this.chosen };
  }

  private choose(method: Method | null): void {
    const before = this.chosen;
    this.chosen = method;
    this.card.root.hidden = method !== 'card';
    this.konbini.hidden = method !== 'konbini';
    for (const radio of this.choice.querySelectorAll('input')) radio.checked = radio.value === method;
    if (before !== null && before !== method) this.tell();
  }

  private tell(): void {
    if (!this.chosen) return;
    const state = this.chosen === 'card' ? this.card.state() : { complete: true, empty: false };
    this.emit('change', { ...state, collapsed: false, value: { type: this.chosen } });
  }

  private tellMethods(): void {
    const paymentMethods = Object.fromEntries(this.methods.map((method) => [method, { available: true }]));
    this.emit('availablepaymentmethodschange', { paymentMethods });
  }

  private emit(type: string, event: object = {}): void {
    this.listeners.emit(type, { elementType: 'payment', ...event });
  }
}
