import { dealPrice, type Deal } from '#contracts/deals';
import type { Offer, OfferVariant } from '#contracts/shows';

/** Whether a deal is for this variant; without one, whether it is for any of the offer. */
export function coversVariant(deal: Deal, offerId: string, variantId?: string): boolean {
  return (
    deal.offerId === offerId && (variantId === undefined || deal.variantId === null || deal.variantId === variantId)
  );
}

/** The deal that runs at this time of the server, sold out or not. A deal that the server told of has begun, whatever our clock says. */
export function runningDeal(deals: Deal[], offerId: string, variantId: string | undefined, now: number): Deal | null {
  return deals.find((deal) => coversVariant(deal, offerId, variantId) && Date.parse(deal.endsAt) > now) ?? null;
}

/** The deal at whose price a variant can be had now. */
export function openDeal(deals: Deal[], offerId: string, variantId: string | undefined, now: number): Deal | null {
  const deal = runningDeal(deals, offerId, variantId, now);
  return deal && deal.remaining > 0 ? deal : null;
}

/** What a variant costs, under a deal when it is for that variant. */
export function unitPrice(offer: Offer, variant: OfferVariant, deal: Deal | null): number {
  return deal && coversVariant(deal, offer.id, variant.variantId)
    ? dealPrice(variant.priceAmount, deal)
    : variant.priceAmount;
}
