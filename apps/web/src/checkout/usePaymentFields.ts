import type {
  Appearance,
  StripeElements,
  StripeExpressCheckoutElement,
  StripeExpressCheckoutElementConfirmEvent,
  StripePaymentElement,
} from '@stripe/stripe-js';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { Address, Contact, PaymentMethod, Totals } from '#contracts/checkout';
import { useLocale } from '../i18n.ts';
import type { BuyerForm } from './buyer.ts';
import { loadCheckoutStripe, type LoadedStripe } from './stripe.ts';
import { askOfWallet, buyerOfWallet, shipsTo } from './wallet.ts';

/** A token that the server can charge once, or why there is none. */
export type Tokenised = { token: string } | { refusal: 'incomplete' | 'declined'; declineCode: string };

/** What a buyer agreed to in a wallet: charged only when they press Pay. */
export interface WalletAgreed {
  token: string;
  /** What the wallet knew of the buyer; null when it was not asked. */
  buyer: BuyerForm | null;
}

export interface PaymentFields {
  /** Where Stripe's fields, and the wallet's button above them, are put. */
  mount: RefObject<HTMLDivElement | null>;
  mountWallet: RefObject<HTMLDivElement | null>;
  status: 'loading' | 'ready' | 'failed';
  /** This browser has a wallet that can pay. */
  hasWallet: boolean;
  /** What is chosen in the fields. */
  method: PaymentMethod;
  sandbox: boolean;
  stripe: LoadedStripe['stripe'] | null;
  retry: () => void;
  /** Looks whether the fields are whole, and marks what is not. */
  check: () => Promise<boolean>;
  tokenise: (contact: Contact, address: Address) => Promise<Tokenised>;
}

interface Payment {
  /** Whose account at Stripe is paid. */
  brandId: string;
  totals: Totals | null;
  methods: PaymentMethod[];
  locked: boolean;
  /** Whether the wallet is asked who and where the buyer is: not when they have said so here. */
  askBuyer: boolean;
  /** The buyer touched the fields again. */
  onChange: () => void;
  onWallet: (agreed: WalletAgreed) => void;
  onWalletRefused: (declineCode: string) => void;
}

interface Parts {
  elements: StripeElements;
  payment: StripePaymentElement;
  wallet: StripeExpressCheckoutElement;
}

/**
 * Stripe's Payment Element and, above it, its Express Checkout Element, in deferred mode: they know amount and currency before there is
 * an intent. Our own form asks for name and address, so the element asks for the means of payment alone.
 */
export function usePaymentFields(wanted: Payment): PaymentFields {
  const locale = useLocale();
  const mount = useRef<HTMLDivElement>(null);
  const mountWallet = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | null>(null);
  const [loaded, setLoaded] = useState<LoadedStripe | null>(null);
  const [status, setStatus] = useState<PaymentFields['status']>('loading');
  const [hasWallet, setHasWallet] = useState(false);
  const [method, setMethod] = useState<PaymentMethod>('card');
  const [attempt, setAttempt] = useState(0);
  const now = useRef(wanted);
  now.current = wanted;
  const amount = wanted.totals?.totalAmount ?? null;
  const currency = wanted.totals?.currency.toLowerCase() ?? null;
  const methods = wanted.methods.join();
  const { brandId } = wanted;
  const first = useRef({ amount, methods });
  first.current = amount === null || first.current.amount !== null ? first.current : { amount, methods };

  useEffect(() => {
    let current = true;
    setStatus('loading');
    loadCheckoutStripe(brandId).then(
      (answer) => current && setLoaded(answer),
      () => current && setStatus('failed'),
    );
    return () => {
      current = false;
    };
  }, [brandId, attempt]);

  useEffect(() => {
    const place = mount.current;
    if (!loaded || currency === null || first.current.amount === null || !place || !mountWallet.current) return;
    const elements = loaded.stripe.elements({
      mode: 'payment',
      amount: first.current.amount,
      currency,
      allowedPaymentMethodTypes: first.current.methods.split(','),
      locale,
      appearance: appearanceOf(place),
    });
    const payment = elements.create('payment', {
      fields: { billingDetails: { name: 'never', email: 'never', phone: 'never', address: 'never' } },
      terms: { card: 'never' },
    });
    payment.on('ready', () => setStatus('ready'));
    payment.on('loaderror', () => setStatus('failed'));
    payment.on('change', ({ value }) => {
      setMethod(value.type === 'konbini' ? 'konbini' : 'card');
      now.current.onChange();
    });
    const wallet = elements.create('expressCheckout', { buttonHeight: 48 });
    wallet.on('ready', ({ availablePaymentMethods }) => setHasWallet(availablePaymentMethods !== undefined));
    wallet.on('click', ({ resolve, reject }) => {
      const { totals, askBuyer, locked } = now.current;
      if (!totals || locked) reject();
      else resolve(askOfWallet(totals, askBuyer));
    });
    wallet.on('shippingaddresschange', ({ address, resolve, reject }) => {
      const { totals } = now.current;
      if (!totals || !shipsTo(address.country, totals.currency)) reject();
      else resolve(askOfWallet(totals, true, false));
    });
    wallet.on('confirm', (event) => void agree(event));
    const agree = async (event: StripeExpressCheckoutElementConfirmEvent) => {
      const { error: incomplete } = await elements.submit();
      const { confirmationToken, error } = incomplete
        ? { error: incomplete }
        : await loaded.stripe.createConfirmationToken({ elements });
      if (!confirmationToken) {
        event.paymentFailed();
        now.current.onWalletRefused(error?.decline_code ?? error?.code ?? 'processing_error');
        return;
      }
      now.current.onWallet({ token: confirmationToken.id, buyer: buyerOfWallet(event) });
    };
    payment.mount(place);
    wallet.mount(mountWallet.current);
    parts.current = { elements, payment, wallet };
    return () => {
      parts.current = null;
      setHasWallet(false);
      payment.destroy();
      wallet.destroy();
    };
  }, [loaded, currency, locale]);

  useEffect(() => {
    if (amount !== null) void parts.current?.elements.update({ amount, allowedPaymentMethodTypes: methods.split(',') });
    if (!methods.split(',').includes('konbini')) setMethod('card');
  }, [amount, methods]);

  useEffect(() => {
    parts.current?.payment.update({ readOnly: wanted.locked });
  }, [wanted.locked]);

  const check = useCallback(async () => (await parts.current?.elements.submit())?.error === undefined, []);
  const tokenise = useCallback(
    async (contact: Contact, address: Address): Promise<Tokenised> => {
      const made = parts.current;
      if (!loaded || !made) throw new Error('the fields are not ready');
      const { error: incomplete } = await made.elements.submit();
      if (incomplete) return refusalOf(incomplete);
      const { confirmationToken, error } = await loaded.stripe.createConfirmationToken({
        elements: made.elements,
        params: { payment_method_data: { billing_details: billingDetails(contact, address) } },
      });
      return confirmationToken ? { token: confirmationToken.id } : refusalOf(error);
    },
    [loaded],
  );

  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  const { sandbox = false, stripe = null } = loaded ?? {};
  return { mount, mountWallet, status, hasWallet, method, sandbox, stripe, retry, check, tokenise };
}

function refusalOf(error: { type: string; code?: string; decline_code?: string }): Tokenised {
  if (error.type === 'validation_error') return { refusal: 'incomplete', declineCode: '' };
  return { refusal: 'declined', declineCode: error.decline_code ?? error.code ?? 'processing_error' };
}

function billingDetails({ name, email, phone }: Contact, address: Address) {
  const { country, postalCode, region, city, line1, line2 } = address;
  return { name, email, phone, address: { country, postal_code: postalCode, state: region, city, line1, line2 } };
}

/** The look of Stripe's frames, read from the tokens where they will stand. */
function appearanceOf(place: Element): Appearance {
  const style = getComputedStyle(place);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme: 'stripe',
    variables: {
      fontFamily: style.fontFamily,
      fontSizeBase: '16px',
      colorPrimary: token('--ai'),
      colorText: token('--ink'),
      colorTextSecondary: token('--ink-2'),
      colorTextPlaceholder: token('--ink-3'),
      colorBackground: token('--surface'),
      colorDanger: token('--enji'),
      borderRadius: token('--r-2'),
      spacingUnit: '4px',
    },
    rules: {
      '.Input': { border: `1px solid ${token('--line-strong')}`, boxShadow: 'none', padding: '11px 12px' },
      '.Input:focus': { border: `1px solid ${token('--ai')}`, boxShadow: `0 0 0 1px ${token('--ai')}` },
      '.Label': { color: token('--ink-2'), fontSize: '13px' },
    },
  };
}
