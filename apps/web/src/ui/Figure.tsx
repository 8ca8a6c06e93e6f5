import { useLocale } from '../i18n.ts';
import { money } from '../i18n.ts';
import type { Currency } from '#contracts/money';

/** An amount of money, in the words of the current language. */
export function Figure({ amount, currency, className }: { amount: number; currency: Currency; className?: string }) {
  useLocale();
  return <span className={className}>{money(amount, currency)}</span>;
}
