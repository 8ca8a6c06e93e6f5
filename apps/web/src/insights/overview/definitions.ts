import type { Metric } from '../definitions.ts';

/** Figures of the overview, in the order of the page. */
export const overviewMetrics = [
  ...(['value', 'valueMargin', 'valueForecast', 'netSales', 'gmv', 'orders', 'aov', 'newReturning'] as const),
  ...(['f2', 'repeatCumulative', 'repeaterShare', 'retention', 'churn', 'churnModel', 'retentionCurve'] as const),
  ...(['visitFrequency', 'showsJoined', 'viewers', 'watchTime', 'watchPerView', 'averageWatch', 'engagement'] as const),
  ...(['productCtr', 'productUniqueCtr', 'conversion', 'ordersPerClick'] as const),
  ...(['csat', 'nps', 'customerReferralRate', 'orderReferralRate', 'backTest', 'modelFit'] as const),
] as const satisfies readonly Metric[];
