import type { ApiError } from '../api.ts';

/** Why a flash deal's price could not be had, with what can be had instead. */
export type DealRefusal =
  { why: 'over' } | { why: 'soldOut'; remaining: number } | { why: 'limit'; limit: number; left: number };

/** What a refusal says of the deal; null when it is about something else. */
export function dealRefusal({ code, details }: ApiError): DealRefusal | null {
  const figure = (name: string) => Math.max(0, Number(details[name] ?? 0));
  switch (code) {
    case 'deal_over':
      return { why: 'over' };
    case 'deal_sold_out':
      return { why: 'soldOut', remaining: figure('remaining') };
    case 'deal_limit':
      return { why: 'limit', limit: figure('limit'), left: figure('left') };
    default:
      return null;
  }
}

/** How many the buyer may still have at the deal's price; 0 when none. */
export function stillInDeal(refusal: DealRefusal): number {
  if (refusal.why === 'over') return 0;
  return refusal.why === 'soldOut' ? refusal.remaining : refusal.left;
}
