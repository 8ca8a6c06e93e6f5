import type {
  ConfirmationToken,
  PaymentIntent,
  Stripe,
  StripeElements,
  StripeError,
  StripeExpressCheckoutElementOptions,
  StripePaymentElementOptions,
} from '@stripe/stripe-js';
import { showPage } from './sandbox-dialog.ts';
import type { Locale } from './sandbox-dom.ts';
import { type PaymentSettings, methodsFor } from './sandbox-methods.ts';
import { SandboxPayment } from './sandbox-payment.ts';
import { SandboxWallet, type WalletPayment } from './sandbox-wallet.ts';

/*
 * The browser half of the stand-in for Stripe: the part of Stripe.js that the shop uses, with fields, a wallet and
 * dialogs of its own. Loaded only when the server says that there is no real Stripe behind it.
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
  locale: Locale;
  fetch: typeof fetch;
}

const words = {
  ja: {
    connection: '決済の窓口につながりませんでした。請求はありません。もう一度お試しください。',
    notAuthenticated: 'ご本人の確認ができませんでした。請求はありません。別のカードでもお支払いいただけます。',
  },
  en: {
    connection: 'The payment service did not answer. You have not been charged. Please try again.',
    notAuthenticated: 'You could not be authenticated. You have not been charged. You may use another card.',
  },
} as const;

type Settings = PaymentSettings & { locale?: string };

/** What one call of `elements()` made. */
interface Group {
  payment: SandboxPayment | null;
  wallet: SandboxWallet | null;
  /** What the buyer has just agreed to in the wallet: it goes before what stands in the fields, once. */
  agreed: WalletPayment | null;
}

/** Stands behind the same interface as `loadStripe`'s answer, so that the shop has one code path. */
export function createSandboxStripe(options: SandboxStripeOptions): SandboxStripe {
  const groups = new WeakMap<StripeElements, Group>();

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

  const elements = (given: Settings = {}): StripeElements => {
    let settings = given;
    const made: Group = { payment: null, wallet: null, agreed: null };
    const locale = given.locale === 'ja' || given.locale === 'en' ? given.locale : options.locale;
    const listeners: (() => void)[] = [];
    const money = (amount: number) => displayAmount(amount, settings.currency ?? 'jpy', locale);
    const group = {
      create(type: string, wishes: object = {}) {
        if (type === 'payment') {
          if (made.payment) throw new Error('Can only create one payment element.');
          const offer = (order: string[]) => methodsFor(settings, order);
          const forget = () => (made.payment = null);
          made.payment = new SandboxPayment(locale, wishes as StripePaymentElementOptions, offer, forget);
          return made.payment;
        }
        if (type !== 'expressCheckout') throw new Error(`The Stripe sandbox has no ${type} element.`);
        if (made.wallet) throw new Error('Can only create one expressCheckout element.');
        const around = {
          allowed: () => methodsFor(settings).includes('card'),
          total: () => money(settings.amount ?? 0),
          money,
          onPayment: (agreed: WalletPayment | null) => (made.agreed = agreed),
        };
        const forget = () => (made.wallet = null);
        made.wallet = new SandboxWallet(locale, wishes as StripeExpressCheckoutElementOptions, around, forget);
        return made.wallet;
      },
      getElement: (type: string) =>
        type === 'payment' ? made.payment : type === 'expressCheckout' ? made.wallet : null,
      update: async (change: object) => {
        settings = { ...settings, ...change };
        made.payment?.refresh();
        for (const listener of listeners) listener();
      },
      on: (_: 'update-end', listener: () => void) => void listeners.push(listener),
      fetchUpdates: async () => ({}),
      submit: async () => {
        if (made.agreed) return { selectedPaymentMethod: 'google_pay' };
        const error = made.payment?.check();
        return error ? { error } : { selectedPaymentMethod: made.payment?.value()?.type };
      },
    } satisfies Pick<StripeElements, 'update' | 'on' | 'fetchUpdates' | 'submit'> &
      Record<'create' | 'getElement', unknown>;
    // StripeElements has an overload of `create` for every element that Stripe sells; ours throws for all but two.
    groups.set(group as unknown as StripeElements, made);
    return group as unknown as StripeElements;
  };

  return {
    elements: elements as Stripe['elements'],
    retrievePaymentIntent,

    createConfirmationToken: async ({ elements: group, params }) => {
      const made = groups.get(group);
      const agreed = made?.agreed ?? null;
      const error = agreed ? undefined : made?.payment?.check();
      if (error) return { error };
      const data = agreed ? { type: 'card', card: agreed.card } : made?.payment?.value();
      if (!made || !data) throw new Error('These elements have nothing to pay with.');
      made.agreed = null;
      const billing = { ...agreed?.billing, ...params?.payment_method_data?.billing_details };
      const answer = await call<ConfirmationToken>('POST', '/v1/confirmation_tokens', {
        payment_method_data: { ...data, billing_details: billing },
        return_url: params?.return_url ?? window.location.href,
        shipping: params?.shipping ?? agreed?.shipping,
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
      const voucher = (next as VoucherAction).konbini_display_details?.hosted_voucher_url;
      if (voucher) {
        await showPage('voucher', `${options.apiUrl}${new URL(voucher).pathname}`, options.locale);
        return retrievePaymentIntent(action.clientSecret);
      }
      const source = (next.use_stripe_sdk as { source?: string } | undefined)?.source ?? '';
      const page = `${options.apiUrl}/3ds/${source}`;
      // To close the bank's page counts as a failed authentication, as at Stripe.
      if ((await showPage('authentication', page, options.locale)) === 'closed')
        await options.fetch(`${page}/fail?frame=1`, { method: 'POST', mode: 'no-cors' }).catch(() => undefined);
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

/** Stripe.js has no type for it. */
type VoucherAction = { konbini_display_details?: { hosted_voucher_url: string | null } };

function displayAmount(amount: number, currency: string, locale: Locale): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: currency.toUpperCase() });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}

/** Stripe's form encoding: `a[b]=1`. What is null or undefined is left out. */
function flatten(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, string][] => {
    const name = prefix ? `${prefix}[${key}]` : key;
    if (item === null || item === undefined) return [];
    return typeof item === 'object' ? flatten(item, name) : [[name, String(item as string | number | boolean)]];
  });
}
