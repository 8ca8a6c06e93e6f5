import { describe, expect, it } from '@jest/globals';
import { declineReason } from './decline.ts';

describe('declineReason', () => {
  it('names what the buyer can do something about', () => {
    expect(declineReason('insufficient_funds')).toBe('funds');
    expect(declineReason('incorrect_cvc')).toBe('securityCode');
    expect(declineReason('payment_intent_authentication_failure')).toBe('authentication');
  });

  it('does not tell a thief why a stolen card was refused', () => {
    expect(declineReason('stolen_card')).toBe('general');
    expect(declineReason('fraudulent')).toBe('general');
  });

  it('takes an unknown code as a plain refusal', () => {
    expect(declineReason('something_new')).toBe('general');
    expect(declineReason('toString')).toBe('general');
  });
});
