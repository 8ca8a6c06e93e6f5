import type {
  ChangeResolveDetails,
  ClickResolveDetails,
  ShippingRate,
  StripeExpressCheckoutElement,
  StripeExpressCheckoutElementClickEvent,
  StripeExpressCheckoutElementConfirmEvent,
  StripeExpressCheckoutElementOptions,
  StripeExpressCheckoutElementReadyEvent,
  StripeExpressCheckoutElementShippingAddressChangeEvent,
  StripeExpressCheckoutElementUpdateOptions,
} from '@stripe/stripe-js';
import { Listeners, type Locale, addStyle, child, placeOf } from './sandbox-dom.ts';
import { owner, showWallet } from './sandbox-wallet-sheet.ts';

const words = {
  ja: { pay: '練習用ウォレットで支払う', notice: 'Google Pay の代わりです。実際のお金は動きません。' },
  en: { pay: 'Pay with the sandbox wallet', notice: 'Stands in for Google Pay. No real money.' },
} as const;

const style = `
.sandbox-wallet { display: grid; gap: 4px; }
.sandbox-wallet button { min-height: 48px; padding: 0 16px; border: 0; border-radius: var(--r-2); background: var(--ink); color: var(--surface); font: var(--text-16); font-weight: 600; cursor: pointer; }
.sandbox-wallet button:focus-visible { outline: 2px solid var(--ai); outline-offset: 2px; }
.sandbox-wallet p { margin: 0; color: var(--ink-2); font: var(--text-13); text-align: center; }
`;

/** Stripe gives the shop so long to answer a press. */
const patienceMs = 1000;

type Handler = (event: never) => unknown;

/** What the buyer agreed to in the wallet; the next confirmation token carries it. */
export interface WalletPayment {
  card: { number: string; exp_month: number; exp_year: number; wallet: 'google_pay' };
  billing: typeof owner;
  shipping: Pick<typeof owner, 'name' | 'address'> | null;
}

export interface WalletGroup {
  /** Whether cards are allowed and thus wallets. */
  allowed: () => boolean;
  total: () => string;
  money: (amount: number) => string;
  /** The buyer has agreed; null when they press the button anew. */
  onPayment: (payment: WalletPayment | null) => void;
}

/** Stands behind the interface of Stripe's Express Checkout Element, with one button: a wallet that is nobody's. */
export class SandboxWallet implements StripeExpressCheckoutElement {
  private readonly root = document.createElement('div');
  private readonly button: HTMLButtonElement;
  private readonly listeners = new Listeners();

  constructor(
    private readonly locale: Locale,
    private options: StripeExpressCheckoutElementOptions,
    private readonly group: WalletGroup,
    private readonly onDestroy: () => void,
  ) {
    addStyle('wallet', style);
    this.root.className = 'sandbox-wallet';
    this.button = child(this.root, 'button', '', words[locale].pay);
    this.button.type = 'button';
    child(this.root, 'p', '', words[locale].notice);
    this.button.addEventListener('click', () => void this.pressed());
    this.root.addEventListener('focusin', () => this.emit('focus'));
    this.root.addEventListener('focusout', () => this.emit('blur'));
    this.root.addEventListener('keydown', (event) => event.key === 'Escape' && this.emit('escape'));
    this.update(options);
  }

  mount(place: string | HTMLElement): void {
    const target = placeOf(place);
    const available = this.isAvailable();
    target.replaceChildren(...(available ? [this.root] : []));
    const methods = { amazonPay: false, applePay: false, googlePay: true, klarna: false, link: false, paypal: false };
    const ready: Omit<StripeExpressCheckoutElementReadyEvent, 'elementType'> = {
      availablePaymentMethods: available ? methods : undefined,
    };
    setTimeout(() => target.isConnected && this.emit('ready', ready));
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
    this.button.focus();
  }

  blur(): void {
    this.button.blur();
  }

  clear(): void {
    // Nothing is typed here.
  }

  update(options: StripeExpressCheckoutElementUpdateOptions): this {
    this.options = { ...this.options, ...options };
    if (this.options.buttonHeight) this.button.style.minHeight = `${this.options.buttonHeight}px`;
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

  private isAvailable(): boolean {
    const { paymentMethods, wallets } = this.options;
    return this.group.allowed() && paymentMethods?.googlePay !== 'never' && wallets?.googlePay !== 'never';
  }

  private async pressed(): Promise<void> {
    this.group.onPayment(null);
    const details = await this.askShop();
    if (!details) return;
    const options = { ...this.options, ...details };
    const chosen = await showWallet({
      ...options,
      locale: this.locale,
      total: this.group.total,
      money: this.group.money,
      ship: options.shippingAddressRequired ? () => this.askAboutAddress() : null,
    });
    if (!chosen) {
      this.emit('cancel');
      return;
    }
    const shipping = options.shippingAddressRequired ? { name: owner.name, address: owner.address } : null;
    this.group.onPayment({
      card: { number: chosen.number, exp_month: 12, exp_year: new Date().getFullYear() + 3, wallet: 'google_pay' },
      billing: owner,
      shipping,
    });
    this.listeners.emit('confirm', this.confirmation(options, chosen.rate));
  }

  /** Undefined when the shop rejects, or says nothing in time: then the wallet does not open. */
  private askShop(): Promise<ClickResolveDetails | undefined> {
    if (!this.listeners.has('click')) return Promise.resolve({});
    return new Promise((resolve) => {
      setTimeout(() => resolve(undefined), patienceMs);
      const event: Omit<StripeExpressCheckoutElementClickEvent, 'elementType'> = {
        expressPaymentType: 'google_pay',
        resolve: (details = {}) => resolve(details),
        reject: () => resolve(undefined),
      };
      this.emit('click', event);
    });
  }

  private askAboutAddress(): Promise<ChangeResolveDetails | undefined> {
    if (!this.listeners.has('shippingaddresschange')) return Promise.resolve({});
    const { city, state, postal_code, country } = owner.address;
    return new Promise((resolve) => {
      const event: StripeExpressCheckoutElementShippingAddressChangeEvent = {
        name: owner.name,
        address: { city, state, postal_code, country },
        resolve: (details = {}) => resolve(details),
        reject: () => resolve(undefined),
      };
      this.listeners.emit('shippingaddresschange', event);
    });
  }

  private confirmation(
    options: StripeExpressCheckoutElementOptions,
    rate: ShippingRate | undefined,
  ): StripeExpressCheckoutElementConfirmEvent {
    const { name, email, phone, address } = owner;
    return {
      expressPaymentType: 'google_pay',
      billingDetails: {
        ...{ name, address },
        ...(options.emailRequired && { email }),
        ...(options.phoneNumberRequired && { phone }),
      },
      ...(options.shippingAddressRequired && { shippingAddress: { name, address } }),
      ...(rate && { shippingRate: rate }),
      paymentFailed: () => undefined, // its window is closed by now: the shop says what went wrong
    };
  }

  private emit(type: string, event: object = {}): void {
    this.listeners.emit(type, { elementType: 'expressCheckout', ...event });
  }
}
