import type { ShowInsights } from '#contracts/insights';
import type { Locale } from '#contracts/ids';
import type { Currency } from '#contracts/money';
import { formatDateTime, formatNumber, formatTime, money } from '../i18n.ts';
import type { Headline } from './answer.ts';
import type { useInsightsText } from './insights-text.ts';

export type Words = ReturnType<typeof useInsightsText>;

export function percent(share: number | null): string {
  return share === null ? '—' : formatNumber(share, { style: 'percent', maximumFractionDigits: 1 });
}

/** "14分20秒" · "14 min 20 s"; from an hour on "1時間4分" · "1 h 4 min". */
export function durationWords(seconds: number, locale: Locale): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const [h, m, s] = locale === 'ja' ? ['時間', '分', '秒'] : [' h', ' min', ' s'];
  const gap = locale === 'ja' ? '' : ' ';
  if (hours > 0) return `${formatNumber(hours)}${h}${minutes > 0 ? `${gap}${minutes}${m}` : ''}`;
  return minutes > 0 ? `${minutes}${m}${rest > 0 ? `${gap}${rest}${s}` : ''}` : `${rest}${s}`;
}

/** "8万円", "¥80,000" in English short: "80k". Round values of an axis only. */
export function axisMoney(amount: number, currency: Currency, locale: Locale): string {
  if (amount === 0) return '0';
  if (currency === 'JPY' && locale === 'ja' && amount >= 10_000) return `${formatNumber(amount / 10_000)}万円`;
  if (currency === 'JPY' && amount >= 10_000) return `${formatNumber(amount / 1000)}k`;
  return money(amount, currency);
}

interface Lead {
  ask: string;
  sentence: string;
  evidence: string | null;
  /** The one number: the words around its name, the number, and what it stands beside. */
  number: { before: string; after: string; amount: string; below: string } | null;
}

/** The headline in words. */
export function leadOf(figures: ShowInsights, { answer, bestMinute }: Headline, t: Words, locale: Locale): Lead {
  const { show, netAmount, orders, buyers } = figures;
  const time = (at: number | string) => formatTime(at, show.timeZone);
  const yen = (amount: number) => money(amount, show.currency);
  const best = bestMinute ? t.bestMinute(time(bestMinute.at), yen(bestMinute.netAmount)) : null;
  const ordersBy = t.ordersBy(formatNumber(orders), formatNumber(buyers));
  const total = { before: '', after: '', amount: yen(netAmount), below: ordersBy };
  const soFar = { before: t.soFar, after: t.soFarAfter, amount: yen(netAmount), below: ordersBy };
  const past = { ask: t.askPast, evidence: best, number: total };
  switch (answer.kind) {
    case 'notStarted':
      return {
        ask: t.askBefore,
        sentence: t.notStarted,
        evidence: t.notStartedSub(formatDateTime(show.startsAt, show.timeZone)),
        number: null,
      };
    case 'live':
      return {
        ask: t.askNow,
        sentence: t.liveNow(formatNumber(answer.viewers)),
        evidence: t.liveNowSub,
        number: soFar,
      };
    case 'livePin': {
      const since = durationWords(Math.max(0, (Date.parse(figures.asOf) - answer.since) / 1000), locale);
      const sold = t.livePinSub(since, formatNumber(answer.orders), yen(answer.amount));
      return {
        ask: t.askNow,
        sentence: t.livePin(answer.product),
        evidence: answer.orders > 0 ? sold : t.livePinNone(since),
        number: soFar,
      };
    }
    case 'nobodyCame':
      return { ...past, sentence: t.nobodyCame, number: null };
    case 'noSales':
      return {
        ...past,
        sentence: t.noSales(formatNumber(answer.viewers)),
        evidence: t.noSalesSub(formatNumber(answer.clickers), formatNumber(answer.holders)),
      };
    case 'allReturned':
      return { ...past, sentence: t.allReturned(formatNumber(answer.orders)), evidence: null };
    case 'fewOrders':
      return {
        ...past,
        sentence: t.fewOrders(formatNumber(answer.orders), yen(answer.amount)),
        evidence: t.fewOrdersSub,
      };
    case 'pin':
    case 'window': {
      const [from, to] = [time(answer.span.from), time(answer.span.to)];
      const share = formatNumber(answer.share, { style: 'percent', maximumFractionDigits: 0 });
      const minutes = formatNumber(answer.minutes);
      const words =
        answer.kind === 'pin'
          ? {
              sentence: t.pin(answer.product, minutes, share),
              before: t.productSpan(answer.product, from, to),
              after: t.productSpanAfter(answer.product, from, to),
            }
          : {
              sentence: t.window(from, minutes, share),
              before: t.spanOf(from, to),
              after: t.spanAfter(from, to),
            };
      const { sentence, before, after } = words;
      const number = { before, after, amount: yen(answer.amount), below: t.whole(yen(netAmount)) };
      return { ...past, sentence, number };
    }
  }
}

/** "+20.5%", "−3件", as more or less than the last show; null when there is nothing to compare with. */
export function change(
  now: number | null,
  before: number | null | undefined,
  say: (difference: number) => string,
): string | null {
  if (now === null || before === null || before === undefined) return null;
  const difference = now - before;
  const said = say(Math.abs(difference));
  // Less than what is shown of it is no change.
  const sign = said === say(0) ? '±' : difference > 0 ? '+' : '−';
  return `${sign}${said}`;
}

/** "日本標準時" · "Japan Standard Time": whose clock the times of a page are. */
export function zoneName(timeZone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts();
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}
