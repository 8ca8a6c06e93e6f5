import type {
  ConfirmationToken,
  PaymentIntent,
  Stripe,
  StripeElements,
  StripeError,
  StripePaymentElement,
} from '@stripe/stripe-js';
import { SandboxCard, addStyle, child } from './sandbox-card.ts';

/*
 * The browser half of the stand-in for Stripe: the part of Stripe.js that the shop uses, with fields and a 3D Secure
 * dialog of its own. Loaded only when the server says that there is no real Stripe behind it.
 */

export type SandboxStripe = Pick<
  Stripe,
  'elements' | 'createConfirmationToken' | 'handleNextAction' | 'retrievePaymentIntent'
>;

export interface SandboxStripeOptions {
  publishableKey: string;
  /** Origin of the stand-in. */
  apiUrl: string;
  /** Of the fields, unless their Elements say another, and of the 3D Secure dialog. */
  locale: 'ja' | 'en';
  fetch: typeof fetch;
}

const words = {
  ja: {
    connection: '決済の窓口につながりませんでした。請求はありません。もう一度お試しください。',
    notAuthenticated: 'ご本人の確認ができませんでした。請求はありません。別のカードでもお支払いいただけます。',
    authentication: '本人認証（3Dセキュア）',
    close: '閉じる',
  },
  en: {
    connection: 'The payment service did not answer. You have not been charged. Please try again.',
    notAuthenticated: 'You could not be authenticated. You have not been charged. You may use another card.',
    authentication: '3D Secure authentication',
    close: 'Close',
  },
} as const;

const style = `
.sandbox-3ds { width: min(480px, 100vw - 16px); max-width: none; height: min(520px, 100dvh - 16px); max-height: none; margin: auto; padding: 0; border: 1px solid var(--line-strong); border-radius: var(--r-3); background: var(--surface); color: var(--ink); overflow: hidden; box-shadow: var(--shadow-2); }
.sandbox-3ds::backdrop { background: rgb(10 12 13 / .64); }
.sandbox-3ds-frame { display: grid; grid-template-rows: auto 1fr; height: 100%; }
.sandbox-3ds-head { display: flex; align-items: center; justify-content: space-between; padding-left: 16px; border-bottom: 1px solid var(--line); font: var(--text-14); }
.sandbox-3ds-head button { min-width: 44px; min-height: 44px; padding: 0 16px; border: 0; border-radius: var(--r-2); background: none; color: var(--ai); font: inherit; cursor: pointer; }
.sandbox-3ds-head button:focus-visible { outline: none; box-shadow: inset 0 0 0 2px var(--ai); }
.sandbox-3ds iframe { width: 100%; height: 100%; border: 0; }
`;

/** Stands behind the same interface as `loadStripe`'s answer, so that the shop has one code path. */
export function createSandboxStripe(options: SandboxStripeOptions): SandboxStripe {
  const cards = new WeakMap<StripeElements, SandboxCard>();

  async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    params: object,
  ): Promise<{ value: T } | { error: StripeError }> {
    const form = new URLSearchParams(flatten(params)).toString();
    try {
      const answer = await options.fetch(`${options.apiUrl}${path}${method === 'GET' ? `?${form}` : ''}`, {
        method,
        headers: {
          authorization: `Bearer ${options.publishableKey}`,
          ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        body: method === 'POST' ? form : undefined,
      });
      const body = (await answer.json()) as T & { error?: StripeError };
      return answer.ok ? { value: body } : { error: body.error ?? { type: 'api_error' } };
    } catch {
      return { error: { type: 'api_connection_error', message: words[options.locale].connection } };
    }
  }

  const retrievePaymentIntent: SandboxStripe['retrievePaymentIntent'] = async (clientSecret) => {
    const id = clientSecret.split('_secret_')[0] ?? '';
    const answer = await call<PaymentIntent>('GET', `/v1/payment_intents/${id}`, { client_secret: clientSecret });
    return 'error' in answer ? answer : { paymentIntent: answer.value };
  };

  const elements = (settings?: { locale?: string }): StripeElements => {
    let card: SandboxCard | null = null;
    const locale = settings?.locale === 'ja' || settings?.locale === 'en' ? settings.locale : options.locale;
    const listeners: (() => void)[] = [];
    const group = {
      create(type: string): StripePaymentElement {
        if (type !== 'payment') throw new Error(`The Stripe sandbox has no ${type} element.`);
        if (card) throw new Error('Can only create one payment element.');
        card = new SandboxCard(locale, () => (card = null));
        cards.set(group as unknown as StripeElements, card);
        return card;
      },
      getElement: (type: string) => (type === 'payment' ? card : null),
      update: async () => {
        for (const listener of listeners) listener();
      },
      on: (_: 'update-end', listener: () => void) => void listeners.push(listener),
      fetchUpdates: async () => ({}),
      submit: async () => {
        const error = card?.check();
        return error ? { error } : { selectedPaymentMethod: 'card' };
      },
    } satisfies Pick<StripeElements, 'update' | 'on' | 'fetchUpdates' | 'submit'> &
      Record<'create' | 'getElement', unknown>;
    // StripeElements has an overload of `create` for every element that Stripe sells; ours throws for all but one.
    return group as unknown as StripeElements;
  };

  return {
    elements: elements as Stripe['elements'],
    retrievePaymentIntent,

    createConfirmationToken: async ({ elements: group, params }) => {
      const card = cards.get(group);
      if (!card) throw new Error('These elements have no payment element.');
      const error = card.check();
      if (error) return { error };
      const answer = await call<ConfirmationToken>('POST', '/v1/confirmation_tokens', {
        payment_method_data: {
          type: 'card',
          billing_details: params?.payment_method_data?.billing_details,
          card: card.value(),
        },
        return_url: params?.return_url ?? window.location.href,
        shipping: params?.shipping,
      });
      return 'error' in answer ? answer : { confirmationToken: answer.value };
    },

    handleNextAction: async (action) => {
      if (!('clientSecret' in action)) throw new Error('The Stripe sandbox handles PaymentIntents only.');
      const before = await retrievePaymentIntent(action.clientSecret);
      if (before.error) return { error: before.error };
      const next = before.paymentIntent.next_action;
      if (before.paymentIntent.status !== 'requires_action' || !next)
        throw new Error('handleNextAction: The PaymentIntent supplied is not in the requires_action state.');
      if (next.redirect_to_url?.url) {
        window.location.assign(next.redirect_to_url.url);
        return new Promise(() => undefined); // the page goes away
      }
      const source = (next.use_stripe_sdk as { source?: string } | undefined)?.source ?? '';
      await authenticate(`${options.apiUrl}/3ds/${source}`, options);
      const after = await retrievePaymentIntent(action.clientSecret);
      if (after.error) return { error: after.error };
      const { status, last_payment_error: last } = after.paymentIntent;
      if (status === 'succeeded' || status === 'processing') return { paymentIntent: after.paymentIntent };
      const type = last?.type === 'card_error' ? 'card_error' : 'invalid_request_error';
      const code = last?.code ?? 'payment_intent_authentication_failure';
      const message = type === 'card_error' ? last?.message : words[options.locale].notAuthenticated;
      const error: StripeError = {
        type,
        code,
        decline_code: last?.decline_code,
        message,
        payment_intent: after.paymentIntent,
      };
      return { error };
    },
  };
}

/**
 * Shows the stand-in's 3D Secure page in a dialog until it says that it is over. Escape does nothing, for a key must not
 * end a payment; Close does, and counts as a failed authentication, as at Stripe.
 */
async function authenticate(page: string, { apiUrl, locale, fetch }: SandboxStripeOptions): Promise<void> {
  addStyle('3ds', style);
  const text = words[locale];
  const dialog = document.createElement('dialog');
  dialog.className = 'sandbox-3ds';
  dialog.dataset.theme = 'light';
  dialog.setAttribute('aria-label', text.authentication);
  const column = child(dialog, 'div', 'sandbox-3ds-frame');
  const head = child(column, 'div', 'sandbox-3ds-head');
  child(head, 'span', '', text.authentication);
  const close = child(head, 'button', '', text.close);
  close.type = 'button';
  const frame = child(column, 'iframe', '');
  frame.title = text.authentication;
  frame.src = `${page}?frame=1&locale=${locale}`;
  frame.addEventListener('load', () => frame.focus());
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  // Chromium lets a second Escape through; the key itself is stopped.
  dialog.addEventListener('keydown', (event) => event.key === 'Escape' && event.preventDefault());
  const focused = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();

  const closed = await new Promise<boolean>((resolve) => {
    const listen = (event: MessageEvent<{ type?: string } | null>) => {
      if (event.origin !== new URL(apiUrl).origin || event.source !== frame.contentWindow) return;
      if (event.data?.type !== 'stripe-sandbox:3ds') return;
      window.removeEventListener('message', listen);
      resolve(false);
    };
    window.addEventListener('message', listen);
    close.addEventListener('click', () => {
      window.removeEventListener('message', listen);
      resolve(true);
    });
  });
  if (closed) await fetch(`${page}/fail?frame=1`, { method: 'POST', mode: 'no-cors' }).catch(() => undefined);
  dialog.close();
  dialog.remove();
  if (focused instanceof HTMLElement) focused.focus();
}

/** Stripe's form encoding: `a[b]=1`. What is null or undefined is left out. */
function flatten(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, string][] => {
    const name = prefix ? `${prefix}[${key}]` : key;
    if (item === null || item === undefined) return [];
    return typeof item === 'object' ? flatten(item, name) : [[name, String(item as string | number | boolean)]];
  });
}
