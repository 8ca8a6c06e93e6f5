import { Address, Contact } from '#contracts/checkout';
import type { Locale } from '#contracts/ids';
import type { Currency } from '#contracts/money';
import { prefectureName } from './prefectures.ts';

/** What the buyer types, as typed: one flat record, so that a field, its fault and its autocomplete share one name. */
export interface BuyerForm {
  email: string;
  phone: string;
  name: string;
  country: string;
  postalCode: string;
  region: string;
  city: string;
  line1: string;
  line2: string;
}
export type BuyerField = keyof BuyerForm;

/** 'missing' asks for the field, 'malformed' asks to look at it again. */
export type BuyerFault = 'missing' | 'malformed';
export type BuyerFaults = Partial<Record<BuyerField, BuyerFault>>;

export const contactFields: readonly BuyerField[] = ['email', 'phone'];
export const addressFields: readonly BuyerField[] = [
  'name',
  'country',
  'postalCode',
  'region',
  'city',
  'line1',
  'line2',
];

const EURO_COUNTRIES = 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ');

/** Where a brand that sells in this currency ships, until brands keep shipping tables of their own. */
export function shippingCountries(currency: Currency): readonly string[] {
  switch (currency) {
    case 'JPY':
      return ['JP'];
    case 'USD':
      return ['US'];
    case 'KWD':
      return ['KW'];
    case 'EUR':
      return EURO_COUNTRIES;
  }
}

export function emptyBuyer(currency: Currency): BuyerForm {
  const country = shippingCountries(currency)[0] ?? '';
  return { email: '', phone: '', name: '', country, postalCode: '', region: '', city: '', line1: '', line2: '' };
}

export function toContact(form: BuyerForm): Contact {
  return { email: form.email.trim(), name: form.name.trim(), phone: toHalfWidth(form.phone).trim() };
}

export function toAddress(form: BuyerForm): Address {
  return {
    country: form.country,
    postalCode: formatPostalCode(form.postalCode, form.country),
    region: form.region.trim(),
    city: form.city.trim(),
    line1: form.line1.trim(),
    line2: form.line2.trim(),
  };
}

export function toBuyerForm(contact: Contact, address: Address): BuyerForm {
  return { ...contact, ...address };
}

/** Every field that the server would refuse, by the contract's own rules, with the postal code of Japan held to its seven figures. */
export function buyerFaults(form: BuyerForm): BuyerFaults {
  const faults: BuyerFaults = {};
  const issues = [
    ...(Contact.safeParse(toContact(form)).error?.issues ?? []),
    ...(Address.safeParse(toAddress(form)).error?.issues ?? []),
  ];
  for (const issue of issues) {
    const field = issue.path[0] as BuyerField;
    faults[field] ??= form[field].trim() === '' ? 'missing' : 'malformed';
  }
  if (!faults.postalCode && form.country === 'JP' && !/^\d{3}-\d{4}$/.test(toAddress(form).postalCode)) {
    faults.postalCode = 'malformed';
  }
  return faults;
}

/** Faults that the server named, such as { path: 'contact.email' } or { path: ['address', 'city'] }. */
export function serverFaults(details: Record<string, unknown>): BuyerFaults {
  const faults: BuyerFaults = {};
  const issues: unknown[] = Array.isArray(details.issues) ? details.issues : [];
  for (const issue of issues) {
    if (issue === null || typeof issue !== 'object' || !('path' in issue)) continue;
    const path = Array.isArray(issue.path) ? issue.path.map(String) : String(issue.path).split('.');
    const field = path.at(-1) ?? '';
    if ((path[0] === 'contact' || path[0] === 'address') && isBuyerField(field)) faults[field] = 'malformed';
  }
  return faults;
}

function isBuyerField(name: string): name is BuyerField {
  return contactFields.includes(name as BuyerField) || addressFields.includes(name as BuyerField);
}

/** "１５４００１７", "〒154 0017" and "1540017" are 154-0017 in Japan; elsewhere the code stays as typed, in capitals. */
export function formatPostalCode(typed: string, country: string): string {
  const plain = toHalfWidth(typed).trim().toUpperCase();
  if (country !== 'JP') return plain;
  const digits = plain.replace(/\D/g, '');
  return digits.length === 7 ? `${digits.slice(0, 3)}-${digits.slice(3)}` : plain.replace(/^〒\s*/, '');
}

/** Figures, letters and signs of a Japanese keyboard as plain ones; long vowel marks between figures are hyphens. */
function toHalfWidth(text: string): string {
  return text
    .replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/　/g, ' ')
    .replace(/(?<=\d)[ー−‐–—](?=\d)/g, '-');
}

/** The address on one line, in the order of its country and the language of the reader. */
export function addressLine(address: Address, locale: Locale): string {
  const { country, postalCode, region, city, line1, line2 } = address;
  if (country === 'JP' && locale === 'ja') return `${postalCode} ${region}${city}${line1}${line2 ? ` ${line2}` : ''}`;
  const area = country === 'JP' ? prefectureName(region, locale) : region;
  const code = postalCode.replaceAll('-', '\u2060-\u2060'); // kept on one line
  return [line1, line2, city, `${area} ${code}`].filter((part) => part !== '').join(', ');
}
