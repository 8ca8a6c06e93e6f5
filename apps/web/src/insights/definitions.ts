import type { Locale } from '#contracts/ids';
import { metrics, type MetricId } from '#contracts/metrics';

export type Metric = MetricId;

export const surveyMetrics = ['csat', 'nps', 'stars', 'responseRate'] as const satisfies readonly Metric[];
export const sourceMetrics = [
  ...(['source', 'kFactor', 'customerReferralRate', 'orderReferralRate', 'ctr', 'sourceConversion'] as const),
  ...(['gmv', 'netSales'] as const),
] as const satisfies readonly Metric[];

export const customerMetrics = [
  ...([
    'stage',
    'netSales',
    'rfm',
    'watchTime',
    'engagementScore',
    'valueForecast',
    'pAlive',
    'cohortRetention',
  ] as const),
] as const satisfies readonly Metric[];
export const journeyMetrics = ['journey', 'orders', 'netSales'] as const satisfies readonly Metric[];

interface Definition {
  name: string;
  /** What is counted, exactly. */
  text: string;
}

const inLanguage = (locale: Locale) =>
  Object.fromEntries(
    Object.entries(metrics).map(([id, { name, text }]) => [id, { name: name[locale], text: text[locale] }]),
  ) as Record<Metric, Definition>;

/** Names and definitions of all figures, as docs/METRICS.md has them. */
export const definitions: Record<Locale, Record<Metric, Definition>> = { ja: inLanguage('ja'), en: inLanguage('en') };
