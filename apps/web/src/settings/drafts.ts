import { type Currency, currencyExponents, parseMoney, toDecimalString } from '#contracts/money';
import {
  DisplaySettings,
  hasCheckDigitOfCorporation,
  LiveSettings,
  ReplaySettings,
  type Seller,
  type SellingInput,
  type SellingSettings,
  ShippingSettings,
  TaxSettings,
} from '#contracts/settings';
import { randomId } from '../random-id.ts';
import { issuePaths, type Issues } from '../staff/form-issues.ts';

/** Sections while they are typed: figures are the texts in the fields, and are read only when they are saved. */
export interface TaxDraft {
  pricesIncludeTax: boolean;
  rounding: SellingSettings['tax']['rounding'];
  /** Percent. */
  standard: string;
  reduced: string;
}

export interface ShippingDraft {
  basis: SellingSettings['shipping']['basis'];
  rows: ShippingRow[];
  /** Empty: never free. */
  freeFrom: string;
}

export interface ShippingRow {
  /** Steady while rows are added and removed. */
  key: string;
  from: string;
  amount: string;
}

/** Seconds. */
export interface LiveDraft {
  instant: string;
  smooth: string;
  offer: string;
}

export interface ReplayDraft {
  /** Empty: for good. */
  keepDays: string;
  sells: 'yes' | 'no';
}

export interface SellerDraft {
  seller: Seller;
  registrationNumber: string;
  soleProprietor: boolean;
}

/** What a section's fields say, or the paths of those that do not say it. */
export type Read<Name extends keyof SellingInput> =
  { input: NonNullable<SellingInput[Name]>; issues: null } | { input: null; issues: Issues };

const plain = (text: string) => text.normalize('NFKC').replaceAll(/[,、\s]/g, '');

/** A number with up to `decimals` places as a whole number of its smallest part ("8.25", 2: 825); NaN for what is none. */
function parseScaled(text: string, decimals: number): number {
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(plain(text).replace(/%$/, ''));
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > decimals) return Number.NaN;
  return Number(match[1] + fraction.padEnd(decimals, '0'));
}

/** "10", "8.25": without zeros that say nothing. */
function trimmed(value: number, decimals: number): string {
  const [whole, fraction = ''] = toDecimalString(value, decimals).split('.');
  const said = fraction.replace(/0+$/, '');
  return said === '' ? whole! : `${whole}.${said}`;
}

export function taxDraft({ tax }: SellingSettings): TaxDraft {
  const { pricesIncludeTax, rounding, rates } = tax;
  return { pricesIncludeTax, rounding, standard: trimmed(rates.standard, 2), reduced: trimmed(rates.reduced, 2) };
}

export function readTax(draft: TaxDraft): Read<'tax'> {
  const rates = { standard: parseScaled(draft.standard, 2), reduced: parseScaled(draft.reduced, 2), zero: 0 };
  const { pricesIncludeTax, rounding } = draft;
  const parsed = TaxSettings.safeParse({ pricesIncludeTax, rounding, rates });
  return parsed.success
    ? { input: parsed.data, issues: null }
    : { input: null, issues: issuePaths(parsed.error.issues) };
}

export function shippingDraft({ shipping, currency }: SellingSettings): ShippingDraft {
  const money = (amount: number) => toDecimalString(amount, currencyExponents[currency]);
  return {
    basis: shipping.basis,
    rows: shipping.rates.map(({ fromValue, amount }) => ({
      key: randomId(),
      from: shipping.basis === 'amount' ? money(fromValue) : String(fromValue),
      amount: money(amount),
    })),
    freeFrom: shipping.freeFromAmount === null ? '' : money(shipping.freeFromAmount),
  };
}

export function readShipping(draft: ShippingDraft, currency: Currency): Read<'shipping'> {
  const { basis, freeFrom } = draft;
  const money = (text: string) => parseMoney(text, currency) ?? Number.NaN;
  // A flat rate is the first row; the others stay in the draft, for a change of mind.
  const rows = basis === 'flat' ? draft.rows.slice(0, 1) : draft.rows;
  const rates = rows.map(({ from, amount }, index) => ({
    fromValue: index === 0 ? 0 : basis === 'amount' ? money(from) : parseScaled(from, 0),
    amount: money(amount),
  }));
  const freeFromAmount = freeFrom.trim() === '' ? null : money(freeFrom);
  const parsed = ShippingSettings.safeParse({ basis, rates, freeFromAmount });
  return parsed.success
    ? { input: parsed.data, issues: null }
    : { input: null, issues: issuePaths(parsed.error.issues) };
}

export function liveDraft({ live }: SellingSettings): LiveDraft {
  const { dealGraceMs, waitlistOfferSeconds } = live;
  return {
    instant: trimmed(dealGraceMs.instant, 3),
    smooth: trimmed(dealGraceMs.smooth, 3),
    offer: String(waitlistOfferSeconds),
  };
}

export function readLive({ instant, smooth, offer }: LiveDraft): Read<'live'> {
  const parsed = LiveSettings.safeParse({
    dealGraceMs: { instant: parseScaled(instant, 3), smooth: parseScaled(smooth, 3) },
    waitlistOfferSeconds: parseScaled(offer, 0),
  });
  return parsed.success
    ? { input: parsed.data, issues: null }
    : { input: null, issues: issuePaths(parsed.error.issues) };
}

export function replayDraft({ replay }: SellingSettings): ReplayDraft {
  return { keepDays: replay.keepDays === null ? '' : String(replay.keepDays), sells: replay.sells ? 'yes' : 'no' };
}

export function readReplay({ keepDays, sells }: ReplayDraft): Read<'replay'> {
  const parsed = ReplaySettings.safeParse({
    keepDays: keepDays.trim() === '' ? null : parseScaled(keepDays, 0),
    sells: sells === 'yes',
  });
  return parsed.success
    ? { input: parsed.data, issues: null }
    : { input: null, issues: issuePaths(parsed.error.issues) };
}

export function sellerDraft({ display }: SellingSettings): SellerDraft {
  const { seller, registrationNumber } = display;
  const number = registrationNumber ?? '';
  return {
    seller,
    registrationNumber: number,
    soleProprietor: number !== '' && !hasCheckDigitOfCorporation(number),
  };
}

/** T7000012050002 of what was typed or pasted: "Ｔ７０００－０１２０５０００２", or the digits alone. */
export function registrationNumberOf(typed: string): string {
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '');
  return /^\d/.test(text) ? `T${text}` : text;
}

/** Whether the number could be a sole proprietor's only: its form is right and its check digit is not a corporation's. */
export function needsSoleProprietor({ registrationNumber }: SellerDraft): boolean {
  const number = registrationNumberOf(registrationNumber);
  return /^T\d{13}$/.test(number) && !hasCheckDigitOfCorporation(number);
}

export function readSeller(draft: SellerDraft): Read<'display'> {
  const registrationNumber = registrationNumberOf(draft.registrationNumber) || null;
  const parsed = DisplaySettings.safeParse({ seller: draft.seller, registrationNumber });
  if (!parsed.success) return { input: null, issues: issuePaths(parsed.error.issues) };
  if (needsSoleProprietor(draft) && !draft.soleProprietor)
    return { input: null, issues: new Set(['registrationNumber']) };
  return { input: { ...parsed.data, soleProprietor: needsSoleProprietor(draft) }, issues: null };
}
