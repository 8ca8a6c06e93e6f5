import type { TaxLine, Totals } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import { AppError } from '#platform/app-error';
import type { SellingTerms } from '../accounts/index.ts';

/** What a price depends on besides the goods. */
export type PriceRules = Pick<
  SellingTerms,
  | 'currency'
  | 'pricesIncludeTax'
  | 'taxRounding'
  | 'taxRates'
  | 'shippingBasis'
  | 'shippingRates'
  | 'freeShippingFromAmount'
>;

export interface TotalsLine {
  unitAmount: number;
  quantity: number;
  taxRateBp: number;
  weightGrams: number;
}

/** The least that a card can be charged, in minor units (docs.stripe.com/currencies, minimum charge amounts). */
const leastCharge: Record<Currency, number> = { JPY: 50, USD: 50, EUR: 50, KWD: 200 };
const MOST_CHARGE = 99_999_999;

const amountOf = (lines: TotalsLine[]) => lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);

/**
 * What the buyer pays, in minor units. Coupons take off the goods; shipping, which bears the standard rate, is looked up and may be free by
 * what is left. The tax is rounded once per rate, over all that bears it, as Japan's invoice system asks (適格請求書: one
 * rounding per invoice and rate): taxable × rate / (1 + rate) where prices contain it, taxable × rate where they do not.
 * @param discountAmount what coupons take off, at most the goods
 */
export function totalsOf(rules: PriceRules, lines: TotalsLine[], discountAmount = 0): Totals {
  const itemsAmount = amountOf(lines);
  const shippingAmount = shippingOf(rules, lines, itemsAmount - discountAmount);
  const taxes = taxesOf(rules, lines, discountAmount, shippingAmount);
  const taxAmount = taxes.reduce((sum, tax) => sum + tax.taxAmount, 0);
  return {
    currency: rules.currency,
    itemsAmount,
    discountAmount,
    shippingAmount,
    taxAmount,
    taxIncluded: rules.pricesIncludeTax,
    taxes,
    totalAmount: itemsAmount - discountAmount + shippingAmount + (rules.pricesIncludeTax ? 0 : taxAmount),
    freeShippingFromAmount: rules.freeShippingFromAmount,
  };
}

/** @throws amount_not_chargeable { minimum, maximum, totalAmount } */
export function requireChargeable({ currency, totalAmount }: Totals): void {
  const minimum = leastCharge[currency];
  if (totalAmount < minimum || totalAmount > MOST_CHARGE) {
    throw new AppError('amount_not_chargeable', { minimum, maximum: MOST_CHARGE, totalAmount });
  }
}

function shippingOf(rules: PriceRules, lines: TotalsLine[], goodsAmount: number): number {
  if (rules.freeShippingFromAmount !== null && goodsAmount >= rules.freeShippingFromAmount) return 0;
  const weight = lines.reduce((sum, line) => sum + line.weightGrams * line.quantity, 0);
  const value = { flat: 0, weight, amount: goodsAmount }[rules.shippingBasis];
  return rules.shippingRates.findLast(({ fromValue }) => fromValue <= value)?.amount ?? 0;
}

function taxesOf(rules: PriceRules, lines: TotalsLine[], discountAmount: number, shippingAmount: number): TaxLine[] {
  const byRate = Map.groupBy(lines, (line) => line.taxRateBp);
  const rates = [...byRate.keys()].sort((a, b) => b - a);
  const goods = rates.map((rate) => amountOf(byRate.get(rate)!));
  const shares = apportion(discountAmount, goods);
  const taxable = new Map(rates.map((rate, index) => [rate, goods[index]! - shares[index]!]));
  const { standard } = rules.taxRates;
  if (shippingAmount > 0) taxable.set(standard, (taxable.get(standard) ?? 0) + shippingAmount);
  return [...taxable]
    .sort(([a], [b]) => b - a)
    .map(([rateBp, taxableAmount]) => ({ rateBp, taxableAmount, taxAmount: taxOf(rules, rateBp, taxableAmount) }));
}

/**
 * What a refund of a sale gives back of each of its rates, by their share of what was paid and tax included (`taxableAmount`), and the tax in
 * it, rounded once per rate. The parts add up to the refund.
 * @param amount at most what was paid
 */
export function returnedTaxes(
  { taxes, taxIncluded }: Pick<Totals, 'taxes' | 'taxIncluded'>,
  taxRounding: PriceRules['taxRounding'],
  amount: number,
): TaxLine[] {
  const paid = taxes.map(({ taxableAmount, taxAmount }) => taxableAmount + (taxIncluded ? 0 : taxAmount));
  const rules = { pricesIncludeTax: true, taxRounding };
  return apportion(amount, paid).flatMap((part, index) => {
    if (part === 0) return [];
    const { rateBp, taxAmount } = taxes[index]!;
    // What is given back as a whole had the tax that its invoice says.
    const returned = part === paid[index] ? taxAmount : taxOf(rules, rateBp, part);
    return [{ rateBp, taxableAmount: part, taxAmount: returned }];
  });
}

/** Exact: a product of an amount below 10^10 and a rate below 10^4 is a whole number that a double holds. */
function taxOf(
  { pricesIncludeTax, taxRounding }: Pick<PriceRules, 'pricesIncludeTax' | 'taxRounding'>,
  rateBp: number,
  taxableAmount: number,
): number {
  const divisor = pricesIncludeTax ? 10_000 + rateBp : 10_000;
  const product = taxableAmount * rateBp;
  const down = Math.floor(product / divisor);
  const rest = product - down * divisor;
  if (taxRounding === 'up') return rest > 0 ? down + 1 : down;
  if (taxRounding === 'half_up') return rest * 2 >= divisor ? down + 1 : down;
  return down;
}

/**
 * Divides `amount` among parts in proportion, by the largest remainder: the shares add up, and none passes its part.
 * @param amount at most the sum of the parts
 */
export function apportion(amount: number, parts: number[]): number[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (sum === 0 || amount === 0) return parts.map(() => 0);
  const exact = parts.map((part) => BigInt(amount) * BigInt(part));
  const shares = exact.map((product) => Number(product / BigInt(sum)));
  let left = amount - shares.reduce((total, share) => total + share, 0);
  const byRemainder = parts
    .map((_, index) => index)
    .sort((a, b) => Number((exact[b]! % BigInt(sum)) - (exact[a]! % BigInt(sum))));
  for (const index of byRemainder) {
    if (left === 0) break;
    if (shares[index]! < parts[index]!) {
      shares[index]! += 1;
      left -= 1;
    }
  }
  return shares;
}
