import { checkoutApi } from '#contracts/checkout';
import { call, sandboxFetch } from '../api.ts';
import { locale } from '../i18n.ts';
import type { CheckoutStripe } from './purchase.ts';

/** Stripe's browser library, or the sandbox behind the same interface. */
export interface LoadedStripe {
  stripe: CheckoutStripe;
  sandbox: boolean;
}

const loading = new Map<string, Promise<LoadedStripe>>();

/** Loaded once per page and brand, when the first sheet opens; after a failure the next call tries again. */
export function loadCheckoutStripe(brandId: string): Promise<LoadedStripe> {
  const known = loading.get(brandId);
  if (known) return known;
  const fresh = load(brandId).catch((error: unknown) => {
    loading.delete(brandId);
    throw error;
  });
  loading.set(brandId, fresh);
  return fresh;
}

async function load(brandId: string): Promise<LoadedStripe> {
  const { publishableKey, sandboxUrl } = await call(checkoutApi.config, { brandId });
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
