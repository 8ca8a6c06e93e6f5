import type { Totals } from '#contracts/checkout';
import type { Currency } from '#contracts/money';

export interface PriceRules {
  currency: Currency;
  taxRateBp: number;
  shippingAmount: number;
  freeShippingFromAmount: number | null;
}

/**
 * What the buyer pays, in minor units. Prices and shipping contain the tax, which is therefore taken out of the total:
 * total × rate / (1 + rate), rounded down once for the whole (the customary reading of Japan's consumption tax).
 */
export function totalsOf(rules: PriceRules, lines: { unitAmount: number; quantity: number }[]): Totals {
  const itemsAmount = lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  const free = rules.freeShippingFromAmount !== null && itemsAmount >= rules.freeShippingFromAmount;
  const shippingAmount = free ? 0 : rules.shippingAmount;
  const totalAmount = itemsAmount + shippingAmount;
  return {
    currency: rules.currency,
    itemsAmount,
    shippingAmount,
    taxAmount: Math.floor((totalAmount * rules.taxRateBp) / (10_000 + rules.taxRateBp)),
    totalAmount,
    freeShippingFromAmount: rules.freeShippingFromAmount,
  };
}
