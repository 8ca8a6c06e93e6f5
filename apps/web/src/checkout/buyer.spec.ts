import { describe, expect, it } from '@jest/globals';
import {
  addressLine,
  buyerFaults,
  emptyBuyer,
  formatPostalCode,
  serverFaults,
  toAddress,
  toContact,
  type BuyerForm,
} from './buyer.ts';

const haruka: BuyerForm = {
  email: 'haruka.s@example.jp',
  phone: '090-1234-5678',
  name: '佐久間 晴香',
  country: 'JP',
  postalCode: '154-0017',
  region: '東京都',
  city: '世田谷区',
  line1: '世田谷1-2-3',
  line2: '',
};

describe('formatPostalCode', () => {
  it('reads what Japanese keyboards and old letters give', () => {
    for (const typed of ['1540017', '154-0017', '１５４００１７', '１５４ー００１７', '〒154-0017', ' 154 0017 ']) {
      expect(formatPostalCode(typed, 'JP')).toBe('154-0017');
    }
  });

  it('leaves a code that is not yet whole, and codes of other countries', () => {
    expect(formatPostalCode('154-00', 'JP')).toBe('154-00');
    expect(formatPostalCode('sw1a 1aa', 'GB')).toBe('SW1A 1AA');
  });
});

describe('buyerFaults', () => {
  it('finds nothing in a whole form', () => {
    expect(buyerFaults(haruka)).toEqual({});
  });

  it('asks for every empty field but the optional one', () => {
    expect(buyerFaults(emptyBuyer('JPY'))).toEqual({
      email: 'missing',
      phone: 'missing',
      name: 'missing',
      postalCode: 'missing',
      region: 'missing',
      city: 'missing',
      line1: 'missing',
    });
  });

  it('tells a malformed field from a missing one', () => {
    expect(buyerFaults({ ...haruka, email: 'haruka.s', postalCode: '154-001', phone: 'いえ' })).toEqual({
      email: 'malformed',
      postalCode: 'malformed',
      phone: 'malformed',
    });
  });

  it('takes full-width telephone numbers', () => {
    const form = { ...haruka, phone: '０９０ー１２３４ー５６７８' };
    expect(buyerFaults(form)).toEqual({});
    expect(toContact(form).phone).toBe('090-1234-5678');
  });
});

describe('serverFaults', () => {
  it('maps the paths of a refused request to fields, in both spellings', () => {
    const issues = [{ path: 'contact.email', message: '' }, { path: ['address', 'city'] }, { path: 'holdId' }, null];
    expect(serverFaults({ issues })).toEqual({ email: 'malformed', city: 'malformed' });
    expect(serverFaults({})).toEqual({});
  });
});

describe('addressLine', () => {
  it('follows the order of the reader', () => {
    expect(addressLine(toAddress(haruka), 'ja')).toBe('154-0017 東京都世田谷区世田谷1-2-3');
    expect(addressLine(toAddress({ ...haruka, line2: '渚荘 201' }), 'ja')).toBe(
      '154-0017 東京都世田谷区世田谷1-2-3 渚荘 201',
    );
    expect(addressLine(toAddress(haruka), 'en')).toBe('世田谷1-2-3, 世田谷区, Tokyo 154\u2060-\u20600017');
  });
});
