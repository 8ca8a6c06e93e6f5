import * as z from 'zod/mini';

/** Decimal places of a currency's minor unit (ISO 4217). Stripe's amounts follow the same table for these. */
export const currencyExponents = { JPY: 0, USD: 2, EUR: 2, KWD: 3 } as const;

export const Currency = z.enum(['JPY', 'USD', 'EUR', 'KWD']);
export type Currency = z.infer<typeof Currency>;

/** An amount in minor units (1 = ¥1, 1 cent, 0.001 KWD). Never a fraction. */
export const Amount = z.int().check(z.minimum(0), z.maximum(99_999_999));
export type Amount = z.infer<typeof Amount>;

export const Money = z.object({ amount: Amount, currency: Currency });
export type Money = z.infer<typeof Money>;

/**
 * "¥3,520", "$12.50". `amount` is in minor units; the decimal point is placed by the exponent table and never by a
 * division that could round.
 */
export function formatMoney(amount: number, currency: Currency, locale: string): string {
  const exponent = currencyExponents[currency];
  return moneyFormat(currency, locale)
    .format(toDecimalString(amount, exponent) as Intl.StringNumericLiteral)
    .replace('\uFFE5', '¥'); // the full-width yen sign of Japanese locale data
}

/** Making one takes a hundred times as long as using it. There are as many as currencies in languages. */
const moneyFormats = new Map<string, Intl.NumberFormat>();
function moneyFormat(currency: Currency, locale: string): Intl.NumberFormat {
  const name = `${locale} ${currency}`;
  let format = moneyFormats.get(name);
  if (!format) {
    const exponent = currencyExponents[currency];
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: exponent,
      maximumFractionDigits: exponent,
    });
    moneyFormats.set(name, format);
  }
  return format;
}

/** "12.50" of 1250 and 2: exact at every size, because no binary fraction is met. */
export function toDecimalString(amount: number, exponent: number): string {
  const sign = amount < 0 ? '-' : '';
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * Minor units of what a person typed ("12.5" USD is 1250), full-width digits and a currency sign included; null when it is no such amount or has
 * too many decimals. A comma stands between thousands and nowhere else: "12,50" might mean two things, and is refused.
 */
export function parseMoney(text: string, currency: Currency): number | null {
  const exponent = currencyExponents[currency];
  const plain = text
    .normalize('NFKC')
    .replaceAll('、', ',')
    .replaceAll(/[¥$€\s]/g, '');
  const match = /^(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d+))?$/.exec(plain);
  if (!match) return null;
  const fraction = match[2] ?? '';
  if (fraction.length > exponent) return null;
  const amount = Number(match[1]!.replaceAll(',', '') + fraction.padEnd(exponent, '0'));
  return amount <= 99_999_999 ? amount : null;
}
