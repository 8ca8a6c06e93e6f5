import { describe, expect, it } from '@jest/globals';
import type { Deal } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { dealLeft, dealOnScreen, OVER_SAID_MS, shownPrice, variantToBuy } from './deal-on-screen.ts';

const start = Date.parse('2026-10-17T11:20:00Z');
const end = start + 60_000;

function deal(more: Partial<Deal> = {}): Deal {
  return {
    id: 'deal',
    offerId: 'offer',
    variantId: null,
    kind: 'percent',
    value: 20,
    quantity: 10,
    remaining: 10,
    perBuyer: 2,
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(end).toISOString(),
    ...more,
  };
}

/** Variants v0, v1 … */
function offer(...variants: [available: number, priceAmount: number][]): Offer {
  return {
    id: 'offer',
    position: 1,
    productId: 'product',
    name: '',
    note: '',
    description: '',
    imageUrl: null,
    currency: 'JPY',
    sold: 0,
    variants: variants.map(([available, priceAmount], index) => ({
      variantId: `v${index}`,
      name: '',
      swatch: null,
      imageUrl: null,
      priceAmount,
      available,
      waiting: 0,
    })),
  };
}

describe('a deal on screen', () => {
  const mug = offer([5, 4400]);
  const phaseAt = (now: number, more: Partial<Deal> = {}) => dealOnScreen([deal(more)], mug, undefined, now)?.phase;

  it('runs until the millisecond of its end, is said to be over for a moment, and is gone', () => {
    expect(phaseAt(end - 1)).toBe('on');
    expect(phaseAt(end)).toBe('over');
    expect(phaseAt(end + OVER_SAID_MS - 1)).toBe('over');
    expect(phaseAt(end + OVER_SAID_MS)).toBeUndefined();
  });

  it('runs although our clock says that it has not begun', () => {
    expect(phaseAt(start - 3_000)).toBe('on');
  });

  it('is sold out when its units are, or the stock', () => {
    expect(phaseAt(start, { remaining: 0 })).toBe('soldOut');
    expect(dealOnScreen([deal()], offer([0, 4400]), undefined, start)?.phase).toBe('soldOut');
    expect(dealLeft(deal({ remaining: 7 }), mug)).toBe(5);
    expect(dealLeft(deal({ remaining: 3 }), mug)).toBe(3);
  });

  it('gives way to a new one of the same offer', () => {
    const first = deal({ id: 'first', endsAt: new Date(start + 1_000).toISOString() });
    expect(dealOnScreen([first, deal()], mug, undefined, start + 2_000)?.deal.id).toBe('deal');
  });

  it('concerns its own variant only', () => {
    const two = offer([3, 4400], [3, 4400]);
    const ofSecond = [deal({ variantId: 'v1' })];
    expect(dealOnScreen(ofSecond, two, 'v0', start)).toBeNull();
    expect(dealOnScreen(ofSecond, two, 'v1', start)?.phase).toBe('on');
    expect(variantToBuy(two, dealOnScreen(ofSecond, two, undefined, start))?.variantId).toBe('v1');
    expect(variantToBuy(two, null)?.variantId).toBe('v0');
  });
});

describe('the price on a card', () => {
  it('is the lowest, with the list price struck, while the deal can be had', () => {
    const mug = offer([5, 4400]);
    expect(shownPrice(mug, dealOnScreen([deal()], mug, undefined, start))).toEqual({
      amount: 3520,
      struck: 4400,
      isLowest: false,
    });
    for (const over of [
      dealOnScreen([deal({ remaining: 0 })], mug, undefined, start),
      dealOnScreen([deal()], mug, undefined, end),
      null,
    ])
      expect(shownPrice(mug, over)).toEqual({ amount: 4400, struck: null, isLowest: false });
  });

  it('strikes the price of the variant that it shows', () => {
    const two = offer([5, 4400], [5, 6000]);
    const seen = dealOnScreen([deal({ kind: 'price', value: 4000, variantId: 'v1' })], two, undefined, start);
    expect(shownPrice(two, seen)).toEqual({ amount: 4000, struck: 6000, isLowest: true });
    expect(shownPrice(two, seen, two.variants[0])).toEqual({ amount: 4400, struck: null, isLowest: false });
  });
});
