import { useEffect, useReducer } from 'react';
import type { Deal } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { serverNow } from '../../clock.ts';
import { dealOnScreen, OVER_SAID_MS, type DealOnScreen } from './deal-on-screen.ts';

/** What each offer's deal looks like now; draws again in the moment in which one ends, so that no screen goes on selling at its price. */
export function useDeals(deals: Deal[]): (offer: Offer, variantId?: string) => DealOnScreen | null {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const now = serverNow();
  const next = deals
    .flatMap(({ endsAt }) => [Date.parse(endsAt), Date.parse(endsAt) + OVER_SAID_MS])
    .filter((moment) => moment > now)
    .reduce((first, moment) => Math.min(first, moment), Infinity);
  useEffect(() => {
    if (next === Infinity) return;
    const timer = setTimeout(drawAgain, next - serverNow() + 1);
    return () => clearTimeout(timer);
  });
  return (offer, variantId) => dealOnScreen(deals, offer, variantId, now);
}
