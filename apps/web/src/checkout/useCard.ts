import type { Appearance, StripeElements, StripePaymentElement } from '@stripe/stripe-js';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { Address, Contact, Totals } from '#contracts/checkout';
import { useLocale } from '../i18n.ts';
import { loadCheckoutStripe, type LoadedStripe } from './stripe.ts';

export type CardToken = { token: string } | { refusal: 'incomplete' | 'declined'; declineCode: string };

export interface Card {
  /** Where the card fields are put. */
  mount: RefObject<HTMLDivElement | null>;
  status: 'loading' | 'ready' | 'failed';
  sandbox: boolean;
  stripe: LoadedStripe['stripe'] | null;
  retry: () => void;
  /** Checks the fields and turns them into a token that the server can charge once. */
  tokenise: (contact: Contact, address: Address) => Promise<CardToken>;
}

/**
 * Stripe's Payment Element in deferred mode: it knows amount and currency before there is an intent. Our own form asks for name and
 * address, so the element asks for the card alone. `onChange` tells that the buyer touched the card again.
 */
export function useCard(totals: Totals | null, locked: boolean, onChange: () => void): Card {
  const locale = useLocale();
  const mount = useRef<HTMLDivElement>(null);
  const parts = useRef<{ elements: StripeElements; payment: StripePaymentElement } | null>(null);
  const [loaded, setLoaded] = useState<LoadedStripe | null>(null);
  const [status, setStatus] = useState<Card['status']>('loading');
  const [attempt, setAttempt] = useState(0);
  const changed = useRef(onChange);
  changed.current = onChange;
  const amount = totals?.totalAmount ?? null;
  const currency = totals?.currency.toLowerCase() ?? null;
  const firstAmount = useRef(amount);
  firstAmount.current ??= amount;

  useEffect(() => {
    let current = true;
    setStatus('loading');
    loadCheckoutStripe().then(
      (answer) => current && setLoaded(answer),
      () => current && setStatus('failed'),
    );
    return () => {
      current = false;
    };
  }, [attempt]);

  useEffect(() => {
    const place = mount.current;
    if (!loaded || currency === null || firstAmount.current === null || !place) return;
    const elements = loaded.stripe.elements({
      mode: 'payment',
      amount: firstAmount.current,
      currency,
      allowedPaymentMethodTypes: ['card'],
      locale,
      appearance: appearanceOf(place),
    });
    const payment = elements.create('payment', {
      fields: { billingDetails: { name: 'never', email: 'never', phone: 'never', address: 'never' } },
      terms: { card: 'never' },
    });
    payment.on('ready', () => setStatus('ready'));
    payment.on('loaderror', () => setStatus('failed'));
    payment.on('change', () => changed.current());
    payment.mount(place);
    parts.current = { elements, payment };
    return () => {
      parts.current = null;
      payment.destroy();
    };
  }, [loaded, currency, locale]);

  useEffect(() => {
    if (amount !== null) void parts.current?.elements.update({ amount });
  }, [amount]);

  useEffect(() => {
    parts.current?.payment.update({ readOnly: locked });
  }, [locked]);

  const tokenise = useCallback(
    async (contact: Contact, address: Address): Promise<CardToken> => {
      const made = parts.current;
      if (!loaded || !made) throw new Error('the card fields are not ready');
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
  return { mount, status, sandbox: loaded?.sandbox ?? false, stripe: loaded?.stripe ?? null, retry, tokenise };
}

function refusalOf(error: { type: string; code?: string; decline_code?: string }): CardToken {
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
