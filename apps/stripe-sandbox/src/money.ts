import { StripeError, invalidRequest } from './errors.ts';

/** The currencies in which Stripe charges cards (https://docs.stripe.com/currencies). */
const currencies = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp ' +
    'cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr ' +
    'isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn ' +
    'myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle ' +
    'sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
);
const withoutMinorUnit = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));
const withThreeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

/** Least charge in minor units, as documented; other currencies have a least amount too, which depends on the day's rate. */
const least: Record<string, number> = {
  usd: 50, aed: 200, aud: 50, brl: 50, cad: 50, chf: 50, czk: 1500, dkk: 250, eur: 50, gbp: 30, hkd: 400, huf: 17500,
  inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200, sek: 300, sgd: 50, thb: 1000,
}; // prettier-ignore

function exponent(currency: string): number {
  if (withoutMinorUnit.has(currency)) return 0;
  return withThreeDecimals.has(currency) ? 3 : 2;
}

/** Refuses what cannot be charged. Answers the currency as Stripe keeps it, in small letters. */
export function checkMoney(amount: number, currency: string): string {
  const code = currency.toLowerCase();
  if (!currencies.has(code)) {
    const supported = [...currencies].join(', ');
    throw invalidRequest(
      `Invalid currency: ${currency}. Stripe currently supports these currencies: ${supported}`,
      'currency',
    );
  }
  if (amount < 1)
    throw invalidRequest('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  const minimum = least[code];
  if (minimum !== undefined && amount < minimum)
    throw amountError('amount_too_small', `at least ${displayAmount(minimum, code)}`, code);
  if (amount > 99_999_999)
    throw amountError('amount_too_large', `no more than ${displayAmount(99_999_999, code)}`, code);
  // Three-decimal currencies must end in 0: card networks settle two decimals.
  if (exponent(code) === 3 && amount % 10 !== 0)
    throw invalidRequest(`Invalid amount: ${amount}. Amounts in ${code} must be divisible by 10.`, 'amount');
  return code;
}

function amountError(code: string, words: string, currency: string): StripeError {
  return invalidRequest(`Amount must be ${words} ${currency}`, 'amount', code);
}

export function displayAmount(amount: number, currency: string): string {
  const value = amount / 10 ** exponent(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: exponent(currency),
  }).format(value);
}
