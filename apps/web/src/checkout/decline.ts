/** What a buyer can do about a refused card; the words for each are in checkout-text.ts. */
export type DeclineReason =
  'general' | 'funds' | 'expired' | 'number' | 'securityCode' | 'authentication' | 'unsupported' | 'retry';

const reasons = new Map<string, DeclineReason>(
  Object.entries({
    insufficient_funds: 'funds',
    card_velocity_exceeded: 'funds',
    withdrawal_count_limit_exceeded: 'funds',
    expired_card: 'expired',
    invalid_expiry_month: 'expired',
    invalid_expiry_year: 'expired',
    incorrect_number: 'number',
    invalid_number: 'number',
    invalid_account: 'number',
    incorrect_cvc: 'securityCode',
    invalid_cvc: 'securityCode',
    authentication_required: 'authentication',
    authentication_not_handled: 'authentication',
    payment_intent_authentication_failure: 'authentication',
    card_not_supported: 'unsupported',
    currency_not_supported: 'unsupported',
    transaction_not_allowed: 'unsupported',
    service_not_allowed: 'unsupported',
    issuer_not_available: 'retry',
    processing_error: 'retry',
    reenter_transaction: 'retry',
    try_again_later: 'retry',
    approve_with_id: 'retry',
  } as const),
);

/**
 * Groups Stripe's decline codes by what helps. Codes that hint at fraud or a lost card stay 'general' on purpose: the person at
 * the keyboard may not be the owner of the card.
 */
export function declineReason(declineCode: string): DeclineReason {
  return reasons.get(declineCode) ?? 'general';
}
