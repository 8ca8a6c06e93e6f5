import { useCallback, useEffect, useState } from 'react';
import { settingsApi, type Seller } from '#contracts/settings';
import { call } from '../api.ts';

/** What the brand says of itself as a seller. */
export type SellerState = { state: 'loading' } | { state: 'failed' } | { state: 'known'; seller: Seller };

/** Kept for the page: it changes seldom, and the last look before Pay must not wait for it. */
const known = new Map<string, Seller>();

export function useSeller(brandSlug: string): SellerState & { retry: () => void } {
  const [answer, setAnswer] = useState<SellerState>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    call(settingsApi.sellerPage, { slug: brandSlug }, { signal: abort.signal }).then(
      ({ seller }) => {
        known.set(brandSlug, seller);
        setAnswer({ state: 'known', seller });
      },
      () => !abort.signal.aborted && setAnswer({ state: 'failed' }),
    );
    return () => abort.abort();
  }, [brandSlug, attempt]);
  const retry = useCallback(() => {
    setAnswer({ state: 'loading' });
    setAttempt((before) => before + 1);
  }, []);
  const seller = known.get(brandSlug);
  return { ...(seller && answer.state !== 'known' ? { state: 'known' as const, seller } : answer), retry };
}
