import { describe, expect, it } from '@jest/globals';
import { isLow, leftOf } from './stock.ts';

const offer = (sold: number, ...left: number[]) => ({
  sold,
  variants: left.map((available, index) => ({
    variantId: `0192f000-0000-7000-8000-00000000000${index}`,
    name: '',
    swatch: null,
    imageUrl: null,
    priceAmount: 100,
    available,
    waiting: 0,
  })),
});

describe('stock in the studio', () => {
  it('counts all variants', () => {
    expect(leftOf(offer(0, 3, 0, 4))).toBe(7);
  });

  it('is low at five, or at a tenth of what there was', () => {
    expect(isLow(offer(0, 6))).toBe(false);
    expect(isLow(offer(0, 2, 3))).toBe(true);
    expect(isLow(offer(90, 10))).toBe(true);
    expect(isLow(offer(80, 20))).toBe(false);
    expect(isLow(offer(0, 0))).toBe(true);
  });
});
