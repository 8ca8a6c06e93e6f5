/** What happens when a payment method is charged. */
export type Scenario =
  | { kind: 'succeeds'; disputed?: DisputeKind; refunds?: 'fail' | 'wait'; available?: true }
  | { kind: 'declines'; decline: Decline }
  | { kind: 'authenticates'; then: 'succeeds' | 'declines' };

/** How the buyer will contest the payment. An inquiry asks first and takes no money. */
export type DisputeKind = 'fraudulent' | 'product_not_received' | 'inquiry';

/** Name of a way to decline; the words are in `declines`. */
export type Decline = keyof typeof declines;

/** Stripe's documented answers to a declined charge. `decline_code` is what the issuer said, `code` what Stripe says. */
export const declines = {
  generic_decline: {
    code: 'card_declined',
    decline_code: 'generic_decline',
    advice_code: 'try_again_later',
    network_decline_code: '01',
    message: 'Your card was declined.',
  },
  insufficient_funds: {
    code: 'card_declined',
    decline_code: 'insufficient_funds',
    advice_code: 'try_again_later',
    network_decline_code: '51',
    message: 'Your card has insufficient funds.',
  },
  lost_card: {
    code: 'card_declined',
    decline_code: 'lost_card',
    advice_code: 'do_not_try_again',
    network_decline_code: '41',
    message: 'Your card was declined.',
  },
  stolen_card: {
    code: 'card_declined',
    decline_code: 'stolen_card',
    advice_code: 'do_not_try_again',
    network_decline_code: '43',
    message: 'Your card was declined.',
  },
  expired_card: {
    code: 'expired_card',
    decline_code: 'expired_card',
    advice_code: 'confirm_card_data',
    network_decline_code: '54',
    message: 'Your card has expired.',
  },
  incorrect_cvc: {
    code: 'incorrect_cvc',
    decline_code: 'incorrect_cvc',
    advice_code: 'confirm_card_data',
    network_decline_code: 'N7',
    message: "Your card's security code is incorrect.",
  },
  processing_error: {
    code: 'processing_error',
    decline_code: 'processing_error',
    advice_code: 'try_again_later',
    network_decline_code: '96',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
} as const;

interface TestCard {
  number: string;
  brand: 'visa' | 'mastercard' | 'amex' | 'jcb';
  country: string;
  funding: 'credit' | 'debit' | 'prepaid';
  scenario: Scenario;
  /** Ids that stand for this card in requests of a server. */
  ids: string[];
}

const succeeds: Scenario = { kind: 'succeeds' };
const declined = (decline: Decline): Scenario => ({ kind: 'declines', decline });

function card(
  number: string,
  scenario: Scenario,
  ids: string[],
  brand: TestCard['brand'] = 'visa',
  country = 'US',
): TestCard {
  return { number, scenario, ids, brand, country, funding: 'credit' };
}

/** Test cards as documented at https://docs.stripe.com/testing. */
const testCards: TestCard[] = [
  card('4242424242424242', succeeds, ['pm_card_visa']),
  { ...card('4000056655665556', succeeds, ['pm_card_visa_debit']), funding: 'debit' },
  card('5555555555554444', succeeds, ['pm_card_mastercard'], 'mastercard'),
  card('378282246310005', succeeds, ['pm_card_amex'], 'amex'),
  card('3566002020360505', succeeds, ['pm_card_jcb'], 'jcb', 'JP'),
  card('4000003920000003', succeeds, ['pm_card_jp'], 'visa', 'JP'),
  card('4000000000000259', { kind: 'succeeds', disputed: 'fraudulent' }, ['pm_card_createDispute']),
  card('4000000000002685', { kind: 'succeeds', disputed: 'product_not_received' }, [
    'pm_card_createDisputeProductNotReceived',
  ]),
  card('4000000000001976', { kind: 'succeeds', disputed: 'inquiry' }, ['pm_card_createDisputeInquiry']),
  card('4000000000007726', { kind: 'succeeds', refunds: 'wait' }, ['pm_card_pendingRefund']),
  card('4000000000005126', { kind: 'succeeds', refunds: 'fail' }, ['pm_card_refundFail']),
  card('4000000000000077', { kind: 'succeeds', available: true }, ['pm_card_bypassPending']),
  card('4000000000000002', declined('generic_decline'), ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined']),
  card('4000000000009995', declined('insufficient_funds'), [
    'pm_card_chargeDeclinedInsufficientFunds',
    'pm_card_visa_chargeDeclinedInsufficientFunds',
  ]),
  card('4000000000009987', declined('lost_card'), ['pm_card_visa_chargeDeclinedLostCard']),
  card('4000000000009979', declined('stolen_card'), ['pm_card_visa_chargeDeclinedStolenCard']),
  card('4000000000000069', declined('expired_card'), ['pm_card_chargeDeclinedExpiredCard']),
  card('4000000000000127', declined('incorrect_cvc'), ['pm_card_chargeDeclinedIncorrectCvc']),
  card('4000000000000119', declined('processing_error'), ['pm_card_chargeDeclinedProcessingError']),
  card('4000002760003184', { kind: 'authenticates', then: 'succeeds' }, ['pm_card_authenticationRequired']),
  card('4000000000003220', { kind: 'authenticates', then: 'succeeds' }, ['pm_card_threeDSecure2Required']),
  card('4000000000003063', { kind: 'authenticates', then: 'succeeds' }, ['pm_card_threeDSecureRequired']),
  card('4000008400001629', { kind: 'authenticates', then: 'declines' }, [
    'pm_card_threeDSecureRequiredChargeDeclined',
    'pm_card_authenticationRequiredChargeDeclined',
  ]),
];

export function cardById(id: string): TestCard | undefined {
  return testCards.find((testCard) => testCard.ids.includes(id));
}

export function cardByNumber(number: string): TestCard | undefined {
  return testCards.find((testCard) => testCard.number === number);
}

/** The check digit of card numbers (ISO/IEC 7812-1, annex B). */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
