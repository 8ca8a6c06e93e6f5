import { describe, expect, it } from '@jest/globals';
import type { Offer } from '#contracts/shows';
import { priceOf, stockOf } from './goods.ts';

function offer(sold: number, ...variants: [available: number, priceAmount: number][]): Offer {
  return {
    id: 'offer',
    position: 1,
    productId: 'product',
    name: '',
    note: '',
    description: '',
    imageUrl: null,
    currency: 'JPY',
    sold,
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

describe('stock', () => {
  it('is low at five, or at a tenth of what there was', () => {
    expect(stockOf(offer(0, [5, 100]))).toEqual({ state: 'low', available: 5 });
    expect(stockOf(offer(0, [6, 100]))).toEqual({ state: 'plenty', available: 6 });
    expect(stockOf(offer(90, [10, 100]))).toEqual({ state: 'low', available: 10 });
    expect(stockOf(offer(89, [10, 100])).state).toBe('plenty');
  });

  it('counts all variants, and one when asked for it', () => {
    const two = offer(0, [0, 100], [9, 100]);
    expect(stockOf(two).available).toBe(9);
    expect(stockOf(two, two.variants[0]).state).toBe('soldOut');
  });

  it('is sold out when nothing can be held', () => {
    expect(stockOf(offer(3, [0, 100], [-1, 100])).state).toBe('soldOut');
  });
});

describe('price', () => {
  it('is the lowest, and says whether there are higher ones', () => {
    expect(priceOf(offer(0, [1, 300], [1, 200]))).toEqual({ amount: 200, isLowest: true });
    expect(priceOf(offer(0, [1, 200], [1, 200]))).toEqual({ amount: 200, isLowest: false });
    expect(priceOf(offer(0))).toEqual({ amount: 0, isLowest: false });
  });
});
