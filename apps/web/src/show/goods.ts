import type { Offer, OfferVariant, PublicShow } from '#contracts/shows';

/** What a card says of an offer's stock. `low`: so few are left that it is worth saying; stock is never rounded. */
export type StockState = { state: 'plenty' | 'low' | 'soldOut'; available: number };

const LOW_COUNT = 5;
const LOW_SHARE = 0.1;

export function stockOf(offer: Offer, variant?: OfferVariant): StockState {
  const available = variant
    ? variant.available
    : offer.variants.reduce((sum, one) => sum + Math.max(0, one.available), 0);
  if (available <= 0) return { state: 'soldOut', available: 0 };
  const low = available <= LOW_COUNT || available <= LOW_SHARE * (available + offer.sold);
  return { state: low ? 'low' : 'plenty', available };
}

/** The lowest price, and whether other variants cost more. */
export function priceOf(offer: Offer): { amount: number; isLowest: boolean } {
  const prices = offer.variants.map((variant) => variant.priceAmount);
  const amount = Math.min(...prices);
  return { amount: Number.isFinite(amount) ? amount : 0, isLowest: prices.some((price) => price > amount) };
}

/** When each offer was first on screen, for "shown at" and for telling the coming ones from the shown ones. */
export function shownAt(show: PublicShow): Map<string, string> {
  const first = new Map<string, string>();
  for (const pin of show.pins) {
    if (!first.has(pin.offerId)) first.set(pin.offerId, pin.pinnedAt);
  }
  return first;
}
