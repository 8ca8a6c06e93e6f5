import { useStore } from '@nanostores/react';
import { atom, computed, type ReadableAtom } from 'nanostores';
import type { Locale } from '#contracts/ids';
import { formatMoney, type Currency } from '#contracts/money';

const STORAGE_KEY = 'engawa.locale';

function firstLocale(): Locale {
  if (typeof window === 'undefined') return 'ja';
  const asked = new URLSearchParams(window.location.search).get('lang');
  if (asked === 'ja' || asked === 'en') return asked;
  const kept = readStored();
  if (kept) return kept;
  for (const language of navigator.languages) {
    if (language.startsWith('ja')) return 'ja';
    if (language.startsWith('en')) return 'en';
  }
  return 'ja';
}

function readStored(): Locale | null {
  try {
    const kept = localStorage.getItem(STORAGE_KEY);
    return kept === 'ja' || kept === 'en' ? kept : null;
  } catch {
    return null; // storage is closed in some private windows
  }
}

export const locale = atom<Locale>(firstLocale());

if (typeof document !== 'undefined') {
  locale.subscribe((value) => {
    document.documentElement.lang = value;
  });
}

export function setLocale(value: Locale): void {
  locale.set(value);
  try {
    localStorage.setItem(STORAGE_KEY, value);
  } catch {
    // The choice then lasts for this page only.
  }
}

export function useLocale(): Locale {
  return useStore(locale);
}

// Parameters of a message function are whatever its author says; `never` accepts every such function.
type Message = string | ((...args: never[]) => string);
type SameShape<T> = {
  [K in keyof T]: T[K] extends (...args: infer Args) => unknown ? (...args: Args) => string : string;
};

export interface Texts<T> {
  (): SameShape<T>;
  /** Outside React: the words of the current language. */
  get: () => SameShape<T>;
  store: ReadableAtom<SameShape<T>>;
}

/**
 * The words of one place in both languages. `en` must have the keys of `ja`, and where a message takes parameters the same ones:
 * a missing translation does not compile. Answers a hook.
 */
export function texts<T extends Record<string, Message>>(words: { ja: T; en: NoInfer<SameShape<T>> }): Texts<T> {
  const byLocale = words as unknown as Record<Locale, SameShape<T>>; // T is its own shape, which the compiler cannot see
  const store = computed(locale, (code) => byLocale[code]);
  const hook = () => useStore(store);
  return Object.assign(hook, { get: () => store.get(), store });
}

const tags = { ja: 'ja-JP', en: 'en-GB' } as const;

/** "10月17日(土) 20:00" · "Sat 17 Oct 20:00", in the reader's zone unless one is named. */
export function formatDateTime(time: string | number | Date, timeZone?: string): string {
  return `${formatDate(time, timeZone)} ${formatTime(time, timeZone)}`;
}

/** "10月17日(土)" · "Sat 17 Oct", with the year when it is not this one. */
export function formatDate(time: string | number | Date, timeZone?: string): string {
  const code = locale.get();
  const date = new Date(time);
  const withYear = date.getFullYear() !== new Date().getFullYear();
  const options: Intl.DateTimeFormatOptions = {
    month: code === 'ja' ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
    timeZone,
    ...(withYear ? { year: 'numeric' } : {}),
  };
  return new Intl.DateTimeFormat(tags[code], options).format(date).replace(',', '');
}

/** "20:00" in both languages. */
export function formatTime(time: string | number | Date, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(
    new Date(time),
  );
}

/** Seconds as "3:42" or "1:04:10". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(tags[locale.get()], options).format(value);
}

/** "¥3,520", "$12.50". `amount` is in minor units. */
export function money(amount: number, currency: Currency): string {
  return formatMoney(amount, currency, tags[locale.get()]);
}

/** For `lang` on text that people wrote: kana tells Japanese; of all else nothing is claimed. */
export function langOf(text: string): 'ja' | undefined {
  return /[\u3040-\u30ff]/.test(text) ? 'ja' : undefined;
}
