import type { Locale } from '#contracts/ids';
import { formatMoney } from '#contracts/money';
import type { StaffOrder } from '#contracts/orders';

/** The reduced rate of Japan's consumption tax (軽減税率): food and drink, newspapers. */
const REDUCED_BP = 800;

const tags = { ja: 'ja-JP', en: 'en-GB' } as const;

/** "2026年11月22日" · "22 November 2026", of the brand's own calendar. */
export function paperDate(time: string | Date, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'long', timeZone }).format(new Date(time));
}

export function paperMoney(amount: number, order: Pick<StaffOrder, 'currency'>, locale: Locale): string {
  return formatMoney(amount, order.currency, tags[locale]);
}

/** Whether a rate is to be marked as reduced, as a qualified invoice must (適格請求書). */
export function isReduced(rateBp: number, order: Pick<StaffOrder, 'currency'>): boolean {
  return order.currency === 'JPY' && rateBp === REDUCED_BP;
}

/** The lines of an address as they stand on an envelope. */
export function envelope({ address, name }: Pick<StaffOrder, 'address' | 'name'>, locale: Locale): string[] {
  const { country, postalCode, region, city, line1, line2 } = address;
  if (country === 'JP' && locale === 'ja')
    return [`〒${postalCode}`, `${region}${city}${line1}`, line2].filter(Boolean);
  return [name, line1, line2, `${city}, ${region} ${postalCode}`, country].filter(Boolean);
}
