import type { Offer } from '#contracts/shows';

/** Units of all variants that can be held now. */
export function leftOf(offer: Pick<Offer, 'variants'>): number {
  return offer.variants.reduce((total, variant) => total + Math.max(0, variant.available), 0);
}

/** Five or fewer, or a tenth of what the show began with: time to say so. */
export function isLow(offer: Pick<Offer, 'variants' | 'sold'>): boolean {
  const left = leftOf(offer);
  return left <= 5 || left <= (left + offer.sold) * 0.1;
}

/** People on the waitlists of its variants. */
export function waitingFor(offer: Pick<Offer, 'variants'>): number {
  return offer.variants.reduce((people, variant) => people + variant.waiting, 0);
}
