export type Method = 'card' | 'konbini';

/** What is said of the payment when its Elements are made, or updated. */
export interface PaymentSettings {
  amount?: number;
  currency?: string;
  allowedPaymentMethodTypes?: string[];
  excludedPaymentMethodTypes?: string[];
}

const leastAtKonbini = 120;
const mostAtKonbini = 300_000;

/** Of what the shop allows, that with which this payment can be made; konbini takes yen, within Stripe's limits. */
export function methodsFor(settings: PaymentSettings, order: string[] = []): Method[] {
  const {
    amount = 0,
    currency = 'jpy',
    allowedPaymentMethodTypes: allowed,
    excludedPaymentMethodTypes: excluded,
  } = settings;
  const konbini = currency.toLowerCase() === 'jpy' && amount >= leastAtKonbini && amount <= mostAtKonbini;
  const place = (method: Method) => (order.includes(method) ? order.indexOf(method) : order.length);
  return (['card', 'konbini'] as const)
    .filter((method) => (method === 'konbini' ? konbini : true))
    .filter((method) => (allowed?.includes(method) ?? true) && !excluded?.includes(method))
    .sort((a, b) => place(a) - place(b));
}
