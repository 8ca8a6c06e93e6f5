import { describe, expect, it } from '@jest/globals';
import type { PublicOrder } from '#contracts/checkout';
import { ApiError } from '../api.ts';
import { purchase, settle, type PurchaseSteps, type PurchaseWish } from './purchase.ts';

const wish: PurchaseWish = {
  key: 'purchase-key-1',
  holdIds: ['hold-1'],
  couponCodes: [],
  locale: 'ja',
  paymentMethod: 'card',
  contact: { email: 'haruka.s@example.jp', name: '佐久間 晴香', phone: '090-1234-5678' },
  address: { country: 'JP', postalCode: '154-0017', region: '東京都', city: '世田谷区', line1: '1-2-3', line2: '' },
  expectedTotalAmount: 7700,
};

type PaymentStatus = NonNullable<PublicOrder['payment']>['status'];

function order(change: Partial<PublicOrder> = {}, status: PaymentStatus = 'processing'): PublicOrder {
  return {
    id: 'order-1',
    number: 'E-7F3K2M',
    state: 'pending',
    payment: { clientSecret: 'secret', status, voucherUrl: null },
    failure: null,
    cancelReason: null,
    lines: [],
    totals: {
      currency: 'JPY',
      itemsAmount: 7040,
      discountAmount: 0,
      shippingAmount: 660,
      taxAmount: 700,
      taxIncluded: true,
      taxes: [],
      totalAmount: 7700,
      freeShippingFromAmount: null,
    },
    coupons: [],
    refundedAmount: 0,
    paymentMethod: 'card',
    payBy: null,
    shipping: null,
    email: wish.contact.email,
    shipTo: { name: wish.contact.name, address: wish.address },
    showSlug: 'kamadashi',
    brandName: '器の渚',
    placedAt: '2026-10-17T11:26:00.000Z',
    paidAt: null,
    statusUrl: '/orders/order-1?key=k',
    ...change,
  };
}

type Answer = PublicOrder | ApiError;

/** A shop that gives these answers in turn, the last one for ever. */
function shop(placed: Answer[], looked: Answer[], challenge: 'passed' | 'failed' | 'thrown' = 'passed') {
  const seen = { placed: [] as { key: string; confirmationTokenId: string }[], looks: 0, waits: 0, challenges: 0 };
  const give = (answers: Answer[], index: number): PublicOrder => {
    const answer = answers[Math.min(index, answers.length - 1)];
    if (answer instanceof ApiError) throw answer;
    if (!answer) throw new Error('no answer was prepared');
    return answer;
  };
  const steps: PurchaseSteps = {
    placeOrder: async (request) => {
      seen.placed.push(request);
      return give(placed, seen.placed.length - 1);
    },
    refresh: async () => give(looked, seen.looks++),
    handleNextAction: async () => {
      seen.challenges++;
      if (challenge === 'thrown') throw new Error('frame was blocked');
      return (challenge === 'failed' ? { error: { type: 'invalid_request_error' } } : {}) as never;
    },
    wait: async () => void seen.waits++,
    onPlaced: () => undefined,
  };
  return { steps, seen };
}

const paid = order({ state: 'paid', payment: null, paidAt: '2026-10-17T11:26:03.000Z' });
const refusedWith = (code: ApiError['code'], details = {}) => new ApiError(code, '', 'r-1', 409, details);

describe('purchase', () => {
  it('waits until the card company has decided', async () => {
    const { steps, seen } = shop([order()], [order(), order(), paid]);
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({ kind: 'paid', order: paid });
    expect(seen.looks).toBe(3);
  });

  it('takes the buyer through 3-D Secure once', async () => {
    const { steps, seen } = shop([order({}, 'requires_action')], [order(), paid]);
    expect((await purchase(wish, 'ctoken_1', steps)).kind).toBe('paid');
    expect(seen.challenges).toBe(1);
  });

  it('says what the server knows of a failed challenge', async () => {
    const declined = order(
      { failure: { declineCode: 'payment_intent_authentication_failure' } },
      'requires_payment_method',
    );
    const { steps } = shop([order({}, 'requires_action')], [declined], 'failed');
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({
      kind: 'declined',
      declineCode: 'payment_intent_authentication_failure',
    });
  });

  it('says declined when Stripe refused before there was a payment', async () => {
    const refused = order({ payment: null, failure: { declineCode: 'expired_card' } });
    expect(await purchase(wish, 'ctoken_1', shop([refused], []).steps)).toEqual({
      kind: 'declined',
      declineCode: 'expired_card',
    });
  });

  it('lets the buyer try again when the challenge was closed or could not be shown', async () => {
    const { steps } = shop([order({}, 'requires_action')], [order({}, 'requires_action')], 'thrown');
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({
      kind: 'declined',
      declineCode: 'authentication_required',
    });
  });

  it('believes the server when it was paid although the challenge seemed to fail', async () => {
    const { steps } = shop([order({}, 'requires_action')], [paid], 'failed');
    expect((await purchase(wish, 'ctoken_1', steps)).kind).toBe('paid');
  });

  it('sends the same key and the same card again when there is no answer', async () => {
    const { steps, seen } = shop([ApiError.unavailable('cut'), ApiError.unavailable('cut'), paid], [paid]);
    expect((await purchase(wish, 'ctoken_1', steps)).kind).toBe('paid');
    expect(seen.placed.map(({ key, confirmationTokenId }) => [key, confirmationTokenId])).toEqual(
      Array(3).fill(['purchase-key-1', 'ctoken_1']),
    );
  });

  it('does not call an unanswered order a failed one', async () => {
    const { steps } = shop([ApiError.unavailable('cut')], [paid]);
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({ kind: 'interrupted', cause: 'offline' });
  });

  it('keeps looking through lost answers, and after a minute says that the page will show the result', async () => {
    const { steps, seen } = shop([order()], [ApiError.unavailable('cut')]);
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({ kind: 'pending', order: order() });
    expect(seen.waits).toBeGreaterThanOrEqual(60);
  });

  it.each([
    [
      refusedWith('payment_failed', { declineCode: 'insufficient_funds' }),
      { kind: 'declined', declineCode: 'insufficient_funds' },
    ],
    [refusedWith('price_changed'), { kind: 'priceChanged' }],
    [refusedWith('hold_expired'), { kind: 'holdExpired' }],
    [refusedWith('sold_out', { available: 0 }), { kind: 'soldOut' }],
  ])('gives a refusal its own face: %#', async (answer, outcome) => {
    const { steps, seen } = shop([answer], [paid]);
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual(outcome);
    expect(seen.placed).toHaveLength(1);
  });

  it('tells an ended hold from a payment that was given back', async () => {
    const ended = shop([order()], [order({ state: 'canceled', cancelReason: 'hold_expired' }, 'canceled')]);
    expect((await purchase(wish, 'ctoken_1', ended.steps)).kind).toBe('holdExpired');
    const late = shop([order()], [order({ state: 'refunded', cancelReason: 'refunded_late', payment: null })]);
    expect((await purchase(wish, 'ctoken_1', late.steps)).kind).toBe('canceled');
  });

  it('shows a voucher, and does not wait for days until it is paid', async () => {
    const voucher = order({ paymentMethod: 'konbini', payBy: '2026-10-20T14:59:59.000Z' }, 'requires_action');
    voucher.payment = { clientSecret: 'secret', status: 'requires_action', voucherUrl: 'https://pay.example/v' };
    const { steps, seen } = shop([voucher], [voucher]);
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({ kind: 'voucher', order: voucher });
    expect(seen).toMatchObject({ challenges: 1, waits: 0 });
    expect(await settle(voucher, steps, true)).toEqual({ kind: 'voucher', order: voucher });
    expect(seen.challenges).toBe(1);
  });

  it('says paid when the voucher was paid while it was shown', async () => {
    const voucher = order({ paymentMethod: 'konbini' }, 'requires_action');
    voucher.payment = { clientSecret: 'secret', status: 'requires_action', voucherUrl: 'https://pay.example/v' };
    expect((await purchase(wish, 'ctoken_1', shop([voucher], [paid]).steps)).kind).toBe('paid');
  });

  it('names a coupon that was refused with the order', async () => {
    const details = { code: 'AKI10', reason: 'used_up' };
    const { steps } = shop([refusedWith('coupon_refused', details)], []);
    expect(await purchase(wish, 'ctoken_1', steps)).toEqual({ kind: 'couponRefused', details });
  });
});
