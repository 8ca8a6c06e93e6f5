import { describe, expect, it } from '@jest/globals';
import { hasCheckDigitOfCorporation, missingOfSeller, Seller, ShippingSettings } from './settings.ts';

describe('the check digit of a corporate number', () => {
  // The National Tax Agency's own number, and such as can be reckoned in the head.
  it.each(['7000012050002', 'T7000012050002', '8000000000001', '7000000000010', '9000000000000'])(
    'fits %s',
    (number) => {
      expect(hasCheckDigitOfCorporation(number)).toBe(true);
    },
  );

  it('finds each single digit that was mistyped, but a 9 for a 0', () => {
    const number = '7000012050002';
    for (let place = 0; place < number.length; place += 1) {
      for (let digit = 0; digit <= 9; digit += 1) {
        const wrong = number.slice(0, place) + String(digit) + number.slice(place + 1);
        const same = digit % 9 === Number(number[place]) % 9;
        if (!same) expect([wrong, hasCheckDigitOfCorporation(wrong)]).toEqual([wrong, false]);
      }
    }
  });

  it('is none of what has no 13 digits', () => {
    for (const text of ['', 'T', '700001205000', '70000120500020'])
      expect(hasCheckDigitOfCorporation(text)).toBe(false);
  });
});

describe("the seller's page", () => {
  it('misses what is empty or blank', () => {
    const seller = Seller.parse({ name: '器の渚', phone: '   ' });
    expect(missingOfSeller(seller)).toHaveLength(8);
    expect(missingOfSeller(seller)).not.toContain('name');
    expect(missingOfSeller(seller)).toContain('phone');
  });
});

describe('a shipping table', () => {
  const pathsOf = (basis: string, from: number[], freeFromAmount: number | null = null) => {
    const rates = from.map((fromValue) => ({ fromValue, amount: 500 }));
    const parsed = ShippingSettings.safeParse({ basis, rates, freeFromAmount });
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  };

  it.each([
    ['amount', [0, 3000, 10_000], []],
    ['weight', [1, 500], ['rates.0.fromValue']],
    ['weight', [0, 500, 500], ['rates.2.fromValue']],
    ['weight', [0, 500, 200, 300], ['rates.2.fromValue']],
    ['weight', [0, -1], ['rates.1.fromValue', 'rates.1.fromValue']],
    ['flat', [0], []],
    ['flat', [0, 500], ['rates']],
    ['flat', [], ['rates', 'rates']],
  ])('by %s from %p has faults at %p', (basis, from, paths) => expect(pathsOf(basis, from)).toEqual(paths));

  it('is not free from nothing', () => expect(pathsOf('flat', [0], 0)).toEqual(['freeFromAmount']));
});
