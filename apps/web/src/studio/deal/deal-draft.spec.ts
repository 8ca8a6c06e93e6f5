import { describe, expect, it } from '@jest/globals';
import type { Offer } from '#contracts/shows';
import { firstDraft, parseDuration, pricesOf, readDraft, type DealDraft } from './deal-draft.ts';

function offer(prices: number[], available = 30): Offer {
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
    variants: prices.map((priceAmount, index) => ({
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

const mug = offer([4400]);
const faultsOf = (more: Partial<DealDraft>, of = mug) => {
  const read = readDraft({ ...firstDraft(of), ...more }, of);
  return 'faults' in read ? [...read.faults] : [];
};

describe('a deal as typed', () => {
  it('can be started as it stands', () => {
    expect(readDraft(firstDraft(mug), mug)).toEqual({
      terms: { variantId: null, kind: 'percent', value: 20, quantity: 10, perBuyer: 2, seconds: 300 },
    });
    expect(firstDraft(offer([4400], 3)).quantity).toBe('3');
    expect(firstDraft(offer([4400], 0)).quantity).toBe('1');
  });

  it('is refused field by field', () => {
    expect(faultsOf({ percent: '0' })).toEqual(['value']);
    expect(faultsOf({ percent: '100' })).toEqual(['value']);
    expect(faultsOf({ percent: '12.5' })).toEqual(['value']);
    expect(faultsOf({ kind: 'price', price: '4400' })).toEqual(['value']);
    expect(faultsOf({ kind: 'price', price: '0' })).toEqual(['value']);
    expect(faultsOf({ kind: 'price', price: '39.9' })).toEqual(['value']);
    expect(faultsOf({ quantity: '0', perBuyer: '11', duration: '9' })).toEqual(['quantity', 'perBuyer', 'duration']);
    expect(faultsOf({ kind: 'price', price: '3,520' })).toEqual([]);
  });

  it('is below the price of the cheapest variant that it is for', () => {
    const two = offer([4400, 6000]);
    expect(faultsOf({ kind: 'price', price: '5000' }, two)).toEqual(['value']);
    expect(faultsOf({ kind: 'price', price: '5000', variantId: 'v1' }, two)).toEqual([]);
    expect(faultsOf({ kind: 'price', price: '5000', variantId: 'v0' }, two)).toEqual(['value']);
  });

  it('shows what the goods will cost', () => {
    const two = offer([4400, 4400, 5555]);
    expect(pricesOf(firstDraft(two), two)).toEqual([
      { list: 4400, now: 3520 },
      { list: 5555, now: 4444 },
    ]);
    expect(pricesOf({ ...firstDraft(two), percent: 'x' }, two)).toEqual([]);
  });

  it('lasts from 10 seconds to 20 minutes', () => {
    expect(['0:10', '10', '1:30', '20:00', '1200'].map(parseDuration)).toEqual([10, 10, 90, 1200, 1200]);
    expect(['0:09', '9', '20:01', '1201', '1:60', '', '-5', '5分'].map(parseDuration)).toEqual(Array(8).fill(null));
  });
});
