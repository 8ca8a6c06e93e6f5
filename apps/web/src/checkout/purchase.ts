import type { Stripe } from '@stripe/stripe-js';
import type { Address, Contact, PaymentMethod, PublicOrder } from '#contracts/checkout';
import { ApiError } from '../api.ts';

/** The parts of Stripe's browser library that a purchase needs; the sandbox has the same. */
export type CheckoutStripe = Pick<Stripe, 'elements' | 'createConfirmationToken' | 'handleNextAction'>;

/** What the buyer agreed to by pressing Pay. */
export interface PurchaseWish {
  key: string;
  holdIds: string[];
  couponCodes: string[];
  locale: 'ja' | 'en';
  paymentMethod: PaymentMethod;
  contact: Contact;
  address: Address;
  expectedTotalAmount: number;
}

/** How an attempt to pay came out. Each has its own face on the sheet. */
export type PurchaseOutcome =
  | { kind: 'paid'; order: PublicOrder }
  | { kind: 'declined'; declineCode: string }
  /** The order is safe at the server, the card company has not answered yet: its page will show the result. */
  | { kind: 'pending'; order: PublicOrder }
  /** To be paid at a shop, with the voucher, until `payBy`. */
  | { kind: 'voucher'; order: PublicOrder }
  | { kind: 'priceChanged' }
  | { kind: 'couponRefused'; details: Record<string, unknown> }
  | { kind: 'holdExpired' }
  | { kind: 'soldOut' }
  /** The payment was given back or called off; nothing is owed. */
  | { kind: 'canceled'; order: PublicOrder }
  | { kind: 'invalid'; details: Record<string, unknown> }
  /** No answer: whether the order exists is unknown. The same wish sent again goes on with it. */
  | { kind: 'interrupted'; cause: 'offline' | 'payment' }
  | { kind: 'failed'; error: ApiError };

export interface PurchaseSteps {
  placeOrder: (wish: PurchaseWish & { confirmationTokenId: string }) => Promise<PublicOrder>;
  refresh: (orderId: string) => Promise<PublicOrder>;
  handleNextAction: CheckoutStripe['handleNextAction'];
  wait: (ms: number) => Promise<void>;
  /** The order exists: a reload can now find it. */
  onPlaced: (order: PublicOrder) => void;
}

const POLL_MS = 1000;
const SETTLE_POLLS = 60;
const PLACE_TRIES = 4;

/**
 * From a tokenised card to an outcome. Sending is repeated while there is no answer, under the same key and with the same card, so
 * that a lost answer never becomes a second order or a second charge.
 */
export async function purchase(
  wish: PurchaseWish,
  confirmationTokenId: string,
  steps: PurchaseSteps,
): Promise<PurchaseOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const order = await steps.placeOrder({ ...wish, confirmationTokenId });
      steps.onPlaced(order);
      return await settle(order, steps);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const outcome = refused(error);
      const mayRepeat = outcome.kind === 'interrupted' || error.code === 'rate_limited';
      if (!mayRepeat || attempt === PLACE_TRIES) return outcome;
      await steps.wait(pauseBefore(error, attempt));
    }
  }
}

/**
 * Looks at a placed order until the card company has decided, taking the buyer through 3-D Secure, or to the voucher, when it is asked
 * for. A voucher is not waited for: it is paid on another day.
 * @param again after a reload: the voucher was shown before
 */
export async function settle(placed: PublicOrder, steps: PurchaseSteps, again = false): Promise<PurchaseOutcome> {
  let order = placed;
  let challenge: 'open' | 'passed' | 'failed' = 'open';
  for (let poll = 0; poll <= SETTLE_POLLS; poll++) {
    const outcome = decided(order);
    if (outcome) return outcome;
    const { payment } = order;
    if (isVoucher(order)) {
      if (again || challenge !== 'open' || !payment) return { kind: 'voucher', order };
      challenge = (await passChallenge(payment.clientSecret, steps)) ? 'passed' : 'failed';
    } else if (payment?.status === 'requires_action' && challenge === 'open') {
      challenge = (await passChallenge(payment.clientSecret, steps)) ? 'passed' : 'failed';
    } else if (payment?.status === 'requires_action' && challenge === 'failed') {
      return { kind: 'declined', declineCode: order.failure?.declineCode ?? 'authentication_required' };
    } else {
      await steps.wait(POLL_MS);
    }
    order = await lookAgain(order, steps);
  }
  return { kind: 'pending', order };
}

function decided(order: PublicOrder): PurchaseOutcome | null {
  switch (order.state) {
    case 'paid':
      return { kind: 'paid', order };
    case 'refunded':
      return { kind: 'canceled', order };
    case 'canceled':
      return order.cancelReason === 'hold_expired' ? { kind: 'holdExpired' } : { kind: 'canceled', order };
    case 'pending': {
      // Stripe may refuse before there is a payment at all: then only the failure says so.
      const declined = order.payment ? order.payment.status === 'requires_payment_method' : order.failure !== null;
      return declined ? { kind: 'declined', declineCode: order.failure?.declineCode ?? 'generic_decline' } : null;
    }
  }
}

/** A voucher waits to be paid. */
function isVoucher({ state, paymentMethod, payment }: PublicOrder): boolean {
  return state === 'pending' && paymentMethod === 'konbini' && (payment?.voucherUrl ?? null) !== null;
}

async function passChallenge(clientSecret: string, steps: PurchaseSteps): Promise<boolean> {
  try {
    const { error } = await steps.handleNextAction({ clientSecret });
    return error === undefined;
  } catch {
    return false; // Stripe's library throws when its frame could not be loaded; the server is asked what came of it
  }
}

/** A failed look changes nothing: the next one is a second away, and the order is at the server. */
async function lookAgain(order: PublicOrder, steps: PurchaseSteps): Promise<PublicOrder> {
  try {
    return await steps.refresh(order.id);
  } catch (error) {
    if (error instanceof ApiError) return order;
    throw error;
  }
}

function refused(error: ApiError): PurchaseOutcome {
  switch (error.code) {
    case 'payment_failed':
      return { kind: 'declined', declineCode: String(error.details.declineCode ?? 'generic_decline') };
    case 'price_changed':
      return { kind: 'priceChanged' };
    case 'coupon_refused':
      return { kind: 'couponRefused', details: error.details };
    case 'hold_expired':
      return { kind: 'holdExpired' };
    case 'sold_out':
      return { kind: 'soldOut' };
    case 'invalid_request':
      return { kind: 'invalid', details: error.details };
    case 'unavailable':
      return { kind: 'interrupted', cause: 'offline' };
    case 'payment_unavailable':
      return { kind: 'interrupted', cause: 'payment' };
    default:
      return { kind: 'failed', error };
  }
}

function pauseBefore(error: ApiError, attempt: number): number {
  const asked = Number(error.details.retryAfterMs);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, 10_000) : 1000 * 2 ** (attempt - 1);
}
