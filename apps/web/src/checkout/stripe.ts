import { checkoutApi } from '#contracts/checkout';
import { call, sandboxFetch } from '../api.ts';
import { locale } from '../i18n.ts';
import type { CheckoutStripe } from './purchase.ts';

/** Stripe's browser library, or the sandbox behind the same interface. */
export interface LoadedStripe {
  stripe: CheckoutStripe;
  sandbox: boolean;
}

let loading: Promise<LoadedStripe> | null = null;

/** Loaded once per page, when the first buy sheet opens; after a failure the next call tries again. */
export function loadCheckoutStripe(): Promise<LoadedStripe> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<LoadedStripe> {
  const { publishableKey, sandboxUrl } = await call(checkoutApi.config, {});
  if (sandboxUrl !== null) {
    const { createSandboxStripe } = await import('./sandbox-stripe.ts');
    const stripe = createSandboxStripe({
      publishableKey,
      apiUrl: sandboxUrl,
      locale: locale.get(),
      fetch: sandboxFetch,
    });
    return { stripe, sandbox: true };
  }
  const { loadStripe } = await import('@stripe/stripe-js/pure');
  const stripe = await loadStripe(publishableKey);
  if (!stripe) throw new Error('Stripe needs a browser');
  return { stripe, sandbox: false };
}
