import type { Deal } from '#contracts/deals';
import type { Offer, OfferVariant } from '#contracts/shows';
import { coversVariant, runningDeal, unitPrice } from '../../room/deals.ts';

/** How long a screen says that a deal has ended before it shows the list price alone. */
export const OVER_SAID_MS = 8_000;

/** A flash deal as a viewer sees it. `on`: its price can be had · `soldOut`: its time runs, its units are taken · `over`: it ended just now */
export interface DealOnScreen {
  deal: Deal;
  phase: 'on' | 'soldOut' | 'over';
}

export function dealOnScreen(
  deals: Deal[],
  offer: Offer,
  variantId: string | undefined,
  now: number,
): DealOnScreen | null {
  const running = runningDeal(deals, offer.id, variantId, now);
  if (running) return { deal: running, phase: dealLeft(running, offer) > 0 ? 'on' : 'soldOut' };
  const over = deals.findLast(
    (deal) => coversVariant(deal, offer.id, variantId) && Date.parse(deal.endsAt) > now - OVER_SAID_MS,
  );
  return over ? { deal: over, phase: 'over' } : null;
}

/** What an offer costs on a card: the lowest price, the list price to strike, and whether other variants cost more. */
export function shownPrice(offer: Offer, seen: DealOnScreen | null, variant?: OfferVariant) {
  const deal = seen?.phase === 'on' ? seen.deal : null;
  const prices = (variant ? [variant] : offer.variants).map((one) => ({
    amount: unitPrice(offer, one, deal),
    list: one.priceAmount,
  }));
  const lowest = prices.reduce(
    (best, price) => (price.amount < best.amount ? price : best),
    prices[0] ?? { amount: 0, list: 0 },
  );
  return {
    amount: lowest.amount,
    struck: lowest.list > lowest.amount ? lowest.list : null,
    isLowest: prices.some(({ amount }) => amount > lowest.amount),
  };
}

/** Units that can be had at the deal's price: never more than there are in stock. */
export function dealLeft(deal: Deal, offer: Offer): number {
  const stock = offer.variants
    .filter((variant) => coversVariant(deal, offer.id, variant.variantId))
    .reduce((sum, variant) => sum + Math.max(0, variant.available), 0);
  return Math.min(deal.remaining, stock);
}

/** The variant that Buy takes when none was chosen: one that can be had, in the deal if there is one. */
export function variantToBuy(offer: Offer, seen: DealOnScreen | null): OfferVariant | undefined {
  const free = offer.variants.filter((variant) => variant.available > 0);
  const inDeal =
    seen?.phase === 'on' ? free.find((variant) => coversVariant(seen.deal, offer.id, variant.variantId)) : undefined;
  return inDeal ?? free[0] ?? offer.variants[0];
}
