import { beforeEach, describe, expect, it } from '@jest/globals';
import { forgetPurchase, placedPurchase, purchaseOf, writePurchase } from './purchase-record.ts';

/** What a browser keeps; the module's own memory is all that there is without it. */
beforeEach(() => {
  for (const holds of [['a'], ['b'], ['a', 'b']]) forgetPurchase(purchaseOf(holds).key);
});

describe('the record of a purchase', () => {
  it('has one key for the same holds, however they are ordered', () => {
    expect(purchaseOf(['a', 'b']).key).toBe(purchaseOf(['b', 'a']).key);
  });

  it('is another for other holds, as long as no order has them', () => {
    expect(purchaseOf(['a']).key).not.toBe(purchaseOf(['a', 'b']).key);
    expect(placedPurchase(['a'])).toBeNull();
  });

  it('is the one of the order that has any of the holds', () => {
    const record = { ...purchaseOf(['a', 'b']), orderId: 'o' };
    writePurchase(record);
    expect(purchaseOf(['a'])).toEqual(record);
    expect(placedPurchase(['b'])).toEqual(record);
    forgetPurchase(record.key);
    expect(placedPurchase(['b'])).toBeNull();
  });
});
