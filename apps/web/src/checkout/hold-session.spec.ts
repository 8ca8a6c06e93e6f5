import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../api.ts';
import { createHoldSession, type Choice, type Held } from './hold-session.ts';

const moon = 'variant-moon';
const iron = 'variant-iron';

function one(variantId: string, quantity: number, dealId: string | null = null): Choice {
  return { variantId, quantity, dealId };
}

function held(choice: Choice): Held {
  return {
    hold: {
      id: 'hold-1',
      showId: 'show',
      offerId: 'offer',
      ...choice,
      createdAt: '2026-10-17T11:24:00.000Z',
      expiresAt: '2026-10-17T11:29:00.000Z',
      state: 'active',
      serverTime: '2026-10-17T11:24:00.000Z',
    },
    totals: {
      currency: 'JPY',
      itemsAmount: 3520 * choice.quantity,
      discountAmount: 0,
      shippingAmount: 660,
      taxAmount: 0,
      taxIncluded: true,
      taxes: [],
      totalAmount: 3520 * choice.quantity + 660,
      freeShippingFromAmount: null,
    },
  };
}

/** A server whose answers are given by hand, in any order of wishes. */
function server() {
  const asked: { key: string; choice: Choice; answer: () => void; refuse: (error: ApiError) => void }[] = [];
  const ask = ({ key, ...choice }: { key: string } & Choice) =>
    new Promise<Held>((resolve, reject) => {
      asked.push({ key, choice, answer: () => resolve(held(choice)), refuse: reject });
    });
  return { asked, ask };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const soldOut = (available: number) => new ApiError('sold_out', '', 'r-1', 409, { available });

describe('hold session', () => {
  it('takes one hold however often Buy is pressed', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1));
    session.start();
    session.start();
    session.take(one(moon, 1));
    expect(asked).toHaveLength(1);
    asked[0]?.answer();
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'held', choice: one(moon, 1) });
  });

  it('shows a change at once, sends one at a time and skips what was passed over', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1), held(one(moon, 1)));
    session.adjust(one(moon, 2));
    session.adjust(one(moon, 3));
    session.adjust(one(iron, 4));
    expect(session.state.get()).toMatchObject({ choice: one(iron, 4), adjusting: true });
    expect(asked).toHaveLength(1);
    asked[0]?.answer();
    await settled();
    expect(asked.map((one) => one.choice.quantity)).toEqual([2, 4]);
    expect(session.state.get()).toMatchObject({
      choice: { quantity: 4 },
      held: { hold: { quantity: 2 } },
      adjusting: true,
    });
    asked[1]?.answer();
    await settled();
    expect(session.state.get()).toMatchObject({ held: { hold: one(iron, 4) }, adjusting: false });
    expect(asked[0]?.key).not.toBe(asked[1]?.key);
  });

  it('goes back to what is held when a change is refused, and says what was left', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1), held(one(moon, 2)));
    session.adjust(one(moon, 3));
    asked[0]?.refuse(soldOut(0));
    await settled();
    expect(session.state.get()).toMatchObject({
      phase: 'held',
      choice: { quantity: 2 },
      adjusting: false,
      refusal: { choice: { quantity: 3 }, available: 0 },
    });
  });

  it('says sold out when the first hold is refused, and can try another variant', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1));
    session.start();
    asked[0]?.refuse(soldOut(0));
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'soldOut', available: 0 });
    session.take(one(iron, 1));
    asked[1]?.answer();
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'held', choice: { variantId: iron } });
  });

  it('asks again under the same key when the answer was lost', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1));
    session.start();
    asked[0]?.refuse(ApiError.unavailable('cut'));
    await settled();
    expect(asked).toHaveLength(2);
    expect(asked[1]?.key).toBe(asked[0]?.key);
    asked[1]?.refuse(ApiError.unavailable('cut'));
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'failed' });
  });

  it('ends, keeps what was chosen, and can be taken again', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1), held(one(moon, 2)));
    session.expire();
    expect(session.state.get()).toMatchObject({ phase: 'expired', choice: one(moon, 2) });
    session.take(one(moon, 2));
    asked[0]?.answer();
    await settled();
    expect(session.state.get().phase).toBe('held');
  });
});

describe('a hold at the price of a flash deal', () => {
  const refused = (code: 'deal_over' | 'deal_sold_out' | 'deal_limit', details: Record<string, unknown> = {}) =>
    new ApiError(code, '', 'r-1', 409, details);

  it('asks for the deal that was on screen', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1, 'deal'));
    session.start();
    expect(asked[0]?.choice).toEqual(one(moon, 1, 'deal'));
    asked[0]?.answer();
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'held', choice: { dealId: 'deal' } });
  });

  it('says why the price cannot be had, and takes the regular one when the buyer says so', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 2, 'deal'));
    session.start();
    asked[0]?.refuse(refused('deal_sold_out', { remaining: 1 }));
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'dealRefused', deal: { why: 'soldOut', remaining: 1 } });
    session.take(one(moon, 2));
    expect(asked[1]?.choice).toEqual(one(moon, 2));
    asked[1]?.refuse(refused('deal_over'));
    await settled();
    expect(session.state.get()).toMatchObject({ phase: 'dealRefused', deal: { why: 'over' } });
  });

  it('keeps what is held when the deal gives no more', async () => {
    const { asked, ask } = server();
    const session = createHoldSession(ask, one(moon, 1, 'deal'), held(one(moon, 1, 'deal')));
    session.adjust(one(moon, 2, 'deal'));
    asked[0]?.refuse(refused('deal_limit', { limit: 1, left: 0 }));
    await settled();
    expect(session.state.get()).toMatchObject({
      phase: 'held',
      choice: { quantity: 1, dealId: 'deal' },
      refusal: { deal: { why: 'limit', limit: 1, left: 0 } },
    });
  });
});
