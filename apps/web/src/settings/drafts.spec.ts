import { describe, expect, it } from '@jest/globals';
import type { SellingSettings } from '#contracts/settings';
import {
  liveDraft,
  needsSoleProprietor,
  readLive,
  readReplay,
  readSeller,
  readShipping,
  readTax,
  registrationNumberOf,
  replayDraft,
  sellerDraft,
  shippingDraft,
  taxDraft,
} from './drafts.ts';

const seller = {
  ...{ name: '', representative: '', address: '', phone: '', email: '' },
  ...{ priceNote: '', paymentNote: '', deliveryNote: '', returnNote: '' },
};
const settings: SellingSettings = {
  currency: 'JPY',
  tax: { pricesIncludeTax: true, rounding: 'down', rates: { standard: 1000, reduced: 825, zero: 0 } },
  shipping: {
    basis: 'weight',
    rates: [
      { fromValue: 0, amount: 500 },
      { fromValue: 1000, amount: 900 },
    ],
    freeFromAmount: 8800,
  },
  privacy: { consentMode: 'none' },
  live: { dealGraceMs: { instant: 1500, smooth: 8000 }, waitlistOfferSeconds: 180 },
  replay: { keepDays: 90, sells: true },
  display: { seller, registrationNumber: 'T7000012050002' },
};

describe('a section while it is typed', () => {
  it('is what was saved', () => {
    expect(readTax(taxDraft(settings)).input).toEqual(settings.tax);
    expect(readShipping(shippingDraft(settings), 'JPY').input).toEqual(settings.shipping);
    expect(readLive(liveDraft(settings)).input).toEqual(settings.live);
    expect(readReplay(replayDraft(settings)).input).toEqual(settings.replay);
    expect(readReplay({ keepDays: ' ', sells: 'no' }).input).toEqual({ keepDays: null, sells: false });
    expect([...readReplay({ keepDays: '0', sells: 'no' }).issues!]).toEqual(['keepDays']);
    expect(readSeller(sellerDraft(settings)).input).toEqual({ ...settings.display, soleProprietor: false });
    expect(taxDraft(settings)).toMatchObject({ standard: '10', reduced: '8.25' });
    expect(liveDraft(settings)).toEqual({ instant: '1.5', smooth: '8', offer: '180' });
  });

  it('reads percent, seconds and money as people type them', () => {
    expect(readTax({ ...taxDraft(settings), standard: '１０％', reduced: '8.5' }).input?.rates).toEqual({
      ...{ standard: 1000, reduced: 850, zero: 0 },
    });
    const dollars = {
      ...settings,
      currency: 'USD' as const,
      shipping: { ...settings.shipping, basis: 'amount' as const },
    };
    const draft = { ...shippingDraft(dollars), freeFrom: ' ' };
    expect(draft.rows.map(({ from }) => from)).toEqual(['0.00', '10.00']);
    expect(readShipping(draft, 'USD').input).toMatchObject({ rates: dollars.shipping.rates, freeFromAmount: null });
  });

  it('names what it cannot read', () => {
    const draft = taxDraft(settings);
    expect(readTax({ ...draft, standard: 'ten', reduced: '8.255' }).issues).toEqual(
      new Set(['rates.standard', 'rates.reduced']),
    );
    expect(readLive({ instant: '31', smooth: '', offer: '10' }).issues).toEqual(
      new Set(['dealGraceMs.instant', 'dealGraceMs.smooth', 'waitlistOfferSeconds']),
    );
    const shipping = shippingDraft(settings);
    const rows = [shipping.rows[0]!, { ...shipping.rows[1]!, from: 'x', amount: '-' }];
    expect(readShipping({ ...shipping, rows, freeFrom: 'x' }, 'JPY').issues).toEqual(
      new Set(['rates.1.fromValue', 'rates.1.amount', 'freeFromAmount']),
    );
  });

  it('asks a flat rate for one amount, and forgets no table', () => {
    const draft = { ...shippingDraft(settings), basis: 'flat' as const };
    expect(readShipping(draft, 'JPY').input?.rates).toEqual([{ fromValue: 0, amount: 500 }]);
    expect(draft.rows).toHaveLength(2);
  });
});

describe('a registration number', () => {
  it('is understood as it was pasted', () => {
    for (const typed of ['T7000012050002', 't 7000-0120-50002', 'Ｔ７００００１２０５０００２', '7000012050002']) {
      expect(registrationNumberOf(typed)).toBe('T7000012050002');
    }
    expect(registrationNumberOf(' ')).toBe('');
  });

  it('with another check digit is asked about', () => {
    const draft = { ...sellerDraft(settings), registrationNumber: 'T7000012050003' };
    expect(needsSoleProprietor(draft)).toBe(true);
    expect(readSeller(draft).issues).toEqual(new Set(['registrationNumber']));
    expect(readSeller({ ...draft, soleProprietor: true }).input).toMatchObject({ soleProprietor: true });
    expect(readSeller({ ...draft, registrationNumber: 'T123', soleProprietor: true }).issues).toEqual(
      new Set(['registrationNumber']),
    );
    expect(readSeller({ ...draft, registrationNumber: '' }).input).toMatchObject({ registrationNumber: null });
  });
});
