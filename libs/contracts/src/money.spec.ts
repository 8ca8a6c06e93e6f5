import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Amount, Currency, currencyExponents, formatMoney, parseMoney, toDecimalString } from './money.ts';

const MOST = 99_999_999;
const amounts = fc.integer({ min: 0, max: MOST });
const currencies = fc.constantFrom(...Currency.options);
const locales = fc.constantFrom('ja', 'en');

describe('the exponent table', () => {
  it('knows every currency, as ISO 4217 and the browser do', () => {
    expect(Object.keys(currencyExponents)).toEqual(Currency.options);
    for (const currency of Currency.options) {
      const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
      expect([currency, currencyExponents[currency]]).toEqual([currency, maximumFractionDigits]);
    }
  });
});

describe('an amount', () => {
  it.each([0, 1, MOST])('may be %d', (amount) => expect(Amount.safeParse(amount).success).toBe(true));
  it.each([-1, 0.5, MOST + 1, NaN, Infinity, '1', null])('is never %p', (amount) =>
    expect(Amount.safeParse(amount).success).toBe(false),
  );
});

describe('toDecimalString', () => {
  it.each([
    [1250, 2, '12.50'],
    [5, 2, '0.05'],
    [0, 3, '0.000'],
    [3520, 0, '3520'],
    [-1, 2, '-0.01'],
  ])('writes %d with %d places as %s', (amount, exponent, text) =>
    expect(toDecimalString(amount, exponent)).toBe(text),
  );

  it('keeps every digit and nothing else, at any size', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(0, 2, 3), (amount, exponent) => {
        const text = toDecimalString(amount, exponent);
        expect(text).toMatch(new RegExp(`^-?\\d+${exponent > 0 ? `\\.\\d{${exponent}}` : ''}$`));
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(amount));
      }),
    );
  });
});

describe('formatMoney', () => {
  it.each([
    [3520, 'JPY', 'ja', '¥3,520'],
    [3520, 'JPY', 'en', '¥3,520'],
    [1250, 'USD', 'en', '$12.50'],
    [1250, 'EUR', 'en', '€12.50'],
    [0, 'JPY', 'ja', '¥0'],
  ] as const)('writes %d %s in %s as %s', (amount, currency, locale, text) =>
    expect(formatMoney(amount, currency, locale)).toBe(text),
  );

  it('shows the digits of the amount in order, never rounded', () => {
    fc.assert(
      fc.property(amounts, currencies, locales, (amount, currency, locale) => {
        const digits = formatMoney(amount, currency, locale).replace(/\D/g, '');
        expect(digits).toBe(toDecimalString(amount, currencyExponents[currency]).replace('.', ''));
      }),
    );
  });
});

describe('parseMoney', () => {
  it('reads back what was written, with and without separators', () => {
    fc.assert(
      fc.property(amounts, currencies, (amount, currency) => {
        const exponent = currencyExponents[currency];
        const plain = toDecimalString(amount, exponent);
        const [whole, fraction] = plain.split('.');
        const grouped = BigInt(whole!).toLocaleString('en') + (fraction === undefined ? '' : `.${fraction}`);
        expect([parseMoney(plain, currency), parseMoney(grouped, currency)]).toEqual([amount, amount]);
      }),
    );
  });

  it('takes fewer decimals than the currency has, and refuses more', () => {
    expect([parseMoney('12', 'USD'), parseMoney('12.5', 'USD'), parseMoney(' 12.50 ', 'USD')]).toEqual([
      1200, 1250, 1250,
    ]);
    expect([parseMoney('12.505', 'USD'), parseMoney('12.0', 'JPY'), parseMoney('1.2345', 'KWD')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('reads what a Japanese keyboard writes, and refuses a comma that is none of thousands', () => {
    expect(['３５２０', '¥3,520', '３、５２０円'.slice(0, -1)].map((text) => parseMoney(text, 'JPY'))).toEqual([
      3520, 3520, 3520,
    ]);
    expect(['12,50', '1,2345', ',500', '1,,000'].map((text) => parseMoney(text, 'EUR'))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(parseMoney('1,234.5', 'EUR')).toBe(123_450);
  });

  it('answers an allowed amount or null to whatever a person types', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d.,eE+\- ]{0,14}$/)), currencies, (text, currency) => {
        const amount = parseMoney(text, currency);
        expect(amount === null || Amount.safeParse(amount).success).toBe(true);
      }),
    );
  });

  it.each(['', ' ', '.', '.5', '5.', '-1', '+1', '1e3', '0x10', '1.2.3', '999999999'])('refuses %p', (text) =>
    expect(parseMoney(text, 'JPY')).toBeNull(),
  );
});
