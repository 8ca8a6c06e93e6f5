import { describe, expect, it } from '@jest/globals';
import type { Quote } from '#contracts/checkout';
import { ApiError } from '../api.ts';
import { createCartSession } from './cart-session.ts';

const totals = {
  currency: 'JPY' as const,
  itemsAmount: 7260,
  discountAmount: 0,
  shippingAmount: 660,
  taxAmount: 720,
  taxIncluded: true,
  taxes: [],
  totalAmount: 7920,
  freeShippingFromAmount: null,
};

function quote(...holdIds: string[]): Quote {
  const line = {
    showId: 's',
    offerId: 'o',
    variantId: 'v',
    productName: '',
    variantName: '',
    imageUrl: null,
    listAmount: 3630,
    unitAmount: 3630,
    taxRateBp: 1000,
    quantity: 1,
  };
  const lines = holdIds.map((holdId) => ({ ...line, holdId }));
  return { lines, coupons: [], totals, expiresAt: '2026-11-22T11:00:00.000Z' };
}

const refused = (code: ApiError['code'], details = {}) => new ApiError(code, '', 'r-1', 409, details);

/** A server that gives these answers in turn. */
function session(...answers: (Quote | ApiError)[]) {
  const keys: string[] = [];
  const asked: string[][] = [];
  const give = () => {
    const answer = answers.shift();
    if (!answer) throw new Error('no answer was prepared');
    if (answer instanceof ApiError) throw answer;
    return Promise.resolve(answer);
  };
  const made = createCartSession({
    hold: async (key) => {
      keys.push(key);
      return give();
    },
    quote: async (holdIds) => {
      asked.push(holdIds);
      return give();
    },
  });
  return { ...made, keys, asked };
}

describe('the cart on its way to Pay', () => {
  it('holds every line', async () => {
    const cart = session(quote('h1', 'h2'));
    await cart.checkout();
    expect(cart.state.get()).toEqual({ phase: 'held', quote: quote('h1', 'h2') });
  });

  it('names the line that has too little', async () => {
    const error = refused('sold_out', { variantId: 'v2', available: 1 });
    const cart = session(error);
    await cart.checkout();
    expect(cart.state.get()).toEqual({ phase: 'cart', refusal: { variantId: 'v2', available: 1, error } });
  });

  it('asks under the same key when the answer was lost, and under another at the next press', async () => {
    const cart = session(ApiError.unavailable('cut'), ApiError.unavailable('cut'), quote('h1'));
    await cart.checkout();
    expect(cart.state.get()).toMatchObject({ phase: 'cart', refusal: { variantId: null } });
    await cart.checkout();
    expect(cart.state.get().phase).toBe('held');
    expect(cart.keys[0]).toBe(cart.keys[1]);
    expect(cart.keys[2]).not.toBe(cart.keys[0]);
  });

  it('takes two presses for one', async () => {
    const cart = session(quote('h1'));
    await Promise.all([cart.checkout(), cart.checkout()]);
    expect(cart.keys).toHaveLength(1);
  });

  it('is over when the server says so', async () => {
    const cart = session(quote('h1'), refused('hold_expired'), quote('h2'));
    await cart.checkout();
    await cart.refresh();
    expect(cart.asked).toEqual([['h1']]);
    expect(cart.state.get()).toEqual({ phase: 'expired', quote: quote('h1') });
    await cart.checkout();
    expect(cart.state.get()).toEqual({ phase: 'held', quote: quote('h2') });
  });
});
