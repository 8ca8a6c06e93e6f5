import type { CustomerMetric, CustomerTime, LifecycleStage } from '#contracts/customers';
import { texts } from '../../i18n.ts';

/** Words that the list, a person's page and journeys share. */
export const useCustomerWords = texts({
  ja: {
    new: '新規',
    fan: 'ファン',
    repeater: 'リピーター',
    loyal: '常連',
    at_risk: '離れかけ',
    lost: '離れた',
    orders: '注文回数',
    netAmount: '純額',
    gmvAmount: '総額（GMV）',
    averageAmount: '1回あたり',
    shows: '見た配信',
    watchSeconds: '視聴時間',
    visits: '訪問',
    messages: 'コメント',
    clicks: '商品に触れた回数',
    engagementScore: '関わりの点数',
    r: 'R 最近さ',
    f: 'F 回数',
    m: 'M 金額',
    pAlive: '続いている確率',
    predictedAmount: '12か月の予測額',
    firstSeenAt: 'はじめて来た日',
    lastSeenAt: '最後に来た日',
    firstOrderAt: 'はじめての購入',
    lastOrderAt: '最後の購入',
    nobody: '名前の分からない方',
    person: (name: string) => `${name} 様`,
    times: (count: string) => `${count}回`,
    minutes: (count: string) => `${count}分`,
    hours: (hours: string, minutes: string) => `${hours}時間${minutes}分`,
  },
  en: {
    new: 'New',
    fan: 'Fan',
    repeater: 'Repeater',
    loyal: 'Loyal',
    at_risk: 'At risk',
    lost: 'Lost',
    orders: 'Orders',
    netAmount: 'Net sales',
    gmvAmount: 'GMV',
    averageAmount: 'Per order',
    shows: 'Shows watched',
    watchSeconds: 'Watch time',
    visits: 'Visits',
    messages: 'Comments',
    clicks: 'Product clicks',
    engagementScore: 'Engagement score',
    r: 'R recency',
    f: 'F frequency',
    m: 'M amount',
    pAlive: 'P(alive)',
    predictedAmount: 'Predicted, 12 months',
    firstSeenAt: 'First seen',
    lastSeenAt: 'Last seen',
    firstOrderAt: 'First order',
    lastOrderAt: 'Last order',
    nobody: 'Somebody without a name',
    person: (name) => name,
    times: (count) => count,
    minutes: (count) => `${count} min`,
    hours: (hours, minutes) => `${hours} h ${minutes} min`,
  },
});

type Words = ReturnType<typeof useCustomerWords>;
export const metricName = (t: Words, metric: CustomerMetric | CustomerTime): string => t[metric];
export const stageTones = {
  new: 'plain',
  fan: 'ai',
  repeater: 'ai',
  loyal: 'matsu',
  at_risk: 'yama',
  lost: 'line',
} as const satisfies Record<LifecycleStage, string>;

/** "58分", "3時間12分". */
export function watchWords(t: Words, seconds: number, format: (value: number) => string): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? t.minutes(format(minutes)) : t.hours(format(Math.floor(minutes / 60)), format(minutes % 60));
}
