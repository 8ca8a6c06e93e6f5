import type Stripe from 'stripe';
import type { Context } from './context.ts';
import { emit } from './events.ts';
import { newId, seconds } from './store.ts';

/** Stripe's list price in Japan; a konbini payment costs no less than 120 yen. */
const feeShare = 0.036;
const leastKonbiniFee = 120;
/** In minor units: 1,500 yen, 15.00 dollars. Kept whatever comes of the dispute. */
export const disputeFee = 1500;
const payoutDelaySeconds = 4 * 24 * 3600;

interface Entry {
  amount: number;
  currency: string;
  type: Stripe.BalanceTransaction.Type;
  reportingCategory: string;
  source: string;
  description: string | null;
  fee?: { amount: number; description: string };
  available?: boolean;
}

/** Writes one line of the account's balance. It is settled in the currency of the charge: nothing is exchanged. */
export function addToBalance(context: Context, entry: Entry): Stripe.BalanceTransaction {
  const { amount, currency, fee } = entry;
  const line: Stripe.BalanceTransaction = {
    id: newId('txn_'),
    object: 'balance_transaction',
    amount,
    available_on: seconds() + (entry.available ? 0 : payoutDelaySeconds),
    balance_type: 'payments',
    created: seconds(),
    currency,
    description: entry.description,
    exchange_rate: null,
    fee: fee?.amount ?? 0,
    fee_details: fee
      ? [{ amount: fee.amount, application: null, currency, description: fee.description, type: 'stripe_fee' }]
      : [],
    net: amount - (fee?.amount ?? 0),
    reporting_category: entry.reportingCategory,
    source: entry.source,
    status: entry.available ? 'available' : 'pending',
    type: entry.type,
  };
  context.store.save<'balance_transaction'>(line);
  return line;
}

/** The charge with its line in the balance: what was captured, less Stripe's fee. */
export function withBalance(context: Context, charge: Stripe.Charge): Stripe.Charge {
  const konbini = charge.payment_method_details?.type === 'konbini';
  const share = Math.round(charge.amount_captured * feeShare);
  const scenario = context.store.scenarioOf(String(charge.payment_method));
  const line = addToBalance(context, {
    amount: charge.amount_captured,
    currency: charge.currency,
    type: konbini ? 'payment' : 'charge',
    reportingCategory: 'charge',
    source: charge.id,
    description: charge.description,
    fee: { amount: konbini ? Math.max(share, leastKonbiniFee) : share, description: 'Stripe processing fees' },
    available: scenario.kind === 'succeeds' && scenario.available === true,
  });
  return { ...charge, balance_transaction: line.id };
}

/** With asynchronous capture the balance is written after the payment was answered, and `charge.updated` tells of it. */
export function attachBalance(context: Context, chargeId: string): void {
  const charge = context.store.get('charge', chargeId);
  const updated = withBalance(context, charge);
  context.store.save<'charge'>(updated);
  emit(context, 'charge.updated', updated, { balance_transaction: null });
}
