import { DEAL_MAX_SECONDS, DEAL_MIN_SECONDS, dealPrice, type dealsApi } from '#contracts/deals';
import type { RequestOf } from '#contracts/endpoint';
import { currencyExponents, parseMoney, toDecimalString } from '#contracts/money';
import type { Offer, OfferVariant } from '#contracts/shows';
import { leftOf } from '../stock.ts';

/** A flash deal as the host types it. */
export interface DealDraft {
  variantId: string | null;
  kind: 'percent' | 'price';
  percent: string;
  price: string;
  quantity: string;
  perBuyer: string;
  duration: string;
}

export type DealField = 'value' | 'quantity' | 'perBuyer' | 'duration';
export type DealTerms = Omit<RequestOf<typeof dealsApi.start>, 'showId' | 'offerId'>;

/** Terms that carry over from one deal of an evening to the next. */
export type DealHabit = Pick<DealDraft, 'kind' | 'percent' | 'perBuyer' | 'duration'>;

const MAX_QUANTITY = 100_000;
const MAX_PER_BUYER = 10;
const FIRST: DealHabit = { kind: 'percent', percent: '20', perBuyer: '2', duration: '5:00' };
/** So many at most, unless the host types more: a deal that sells the whole stock is a decision of their own. */
const FIRST_QUANTITY = 10;

/** What the form begins with, so that a second press may start the deal: the terms of the last one, or the house's. */
export function firstDraft(offer: Offer, habit: DealHabit = FIRST): DealDraft {
  const lowest = Math.min(...offer.variants.map(({ priceAmount }) => priceAmount));
  const price = dealPrice(lowest, { kind: 'percent', value: 20 });
  return {
    ...habit,
    variantId: null,
    price: toDecimalString(price, currencyExponents[offer.currency]),
    quantity: String(Math.max(1, Math.min(FIRST_QUANTITY, leftOf(offer)))),
  };
}

/** The variants that a deal of this draft is for. */
export function variantsOf(draft: DealDraft, offer: Offer): OfferVariant[] {
  return offer.variants.filter(({ variantId }) => draft.variantId === null || draft.variantId === variantId);
}

/** What was typed as terms, or the fields that are no such thing. */
export function readDraft(draft: DealDraft, offer: Offer): { terms: DealTerms } | { faults: Set<DealField> } {
  const lowest = Math.min(...variantsOf(draft, offer).map(({ priceAmount }) => priceAmount));
  const value = draft.kind === 'percent' ? whole(draft.percent, 99) : parseMoney(draft.price, offer.currency);
  const quantity = whole(draft.quantity, MAX_QUANTITY);
  const perBuyer = whole(draft.perBuyer, MAX_PER_BUYER);
  const seconds = parseDuration(draft.duration);
  const faults = new Set<DealField>();
  if (value === null || value < 1 || (draft.kind === 'price' && value >= lowest)) faults.add('value');
  if (quantity === null) faults.add('quantity');
  if (perBuyer === null) faults.add('perBuyer');
  if (seconds === null) faults.add('duration');
  if (faults.size > 0 || value === null || quantity === null || perBuyer === null || seconds === null)
    return { faults };
  return { terms: { variantId: draft.variantId, kind: draft.kind, value, quantity, perBuyer, seconds } };
}

/** List price and deal price of each variant that the draft is for, each pair once; empty while there is no such price. */
export function pricesOf(draft: DealDraft, offer: Offer): { list: number; now: number }[] {
  const read = readDraft({ ...draft, quantity: '1', perBuyer: '1', duration: '1:00' }, offer);
  if ('faults' in read) return [];
  const lists = new Set(variantsOf(draft, offer).map(({ priceAmount }) => priceAmount));
  return [...lists].sort((a, b) => a - b).map((list) => ({ list, now: dealPrice(list, read.terms) }));
}

/** Seconds of "5:00" or of "90"; null when it is no time, or not one that a deal may last. */
export function parseDuration(text: string): number | null {
  const match = /^(?:(\d{1,2}):([0-5]\d)|(\d{1,4}))$/.exec(text.trim());
  if (!match) return null;
  const seconds = match[3] === undefined ? Number(match[1]) * 60 + Number(match[2]) : Number(match[3]);
  return seconds >= DEAL_MIN_SECONDS && seconds <= DEAL_MAX_SECONDS ? seconds : null;
}

function whole(text: string, most: number): number | null {
  if (!/^\d{1,6}$/.test(text.trim())) return null;
  const number = Number(text);
  return number >= 1 && number <= most ? number : null;
}
