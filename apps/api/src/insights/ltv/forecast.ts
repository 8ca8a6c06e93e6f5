import type { ValueDiagnostics } from '#contracts/ltv';
import { backTest } from '#insight/back-test';
import { expectedPurchases, probabilityAlive } from '#insight/bg-nbd';
import { summarise, type Purchase } from '#insight/customer-summary';
import { expectedSpend } from '#insight/gamma-gamma';
import { fitModels, lifetimeValue } from '#insight/lifetime-value';

const MONTHS = 12;
const WEEKS_A_MONTH = 365.25 / 7 / MONTHS;
/** The last part of the history, kept from the models to try them by. */
const HOLDOUT_SHARE = 1 / 3;

export interface ForecastInput {
  purchases: Purchase[];
  /** The last day that is observed, counted as the days of the purchases are. */
  until: number;
  discountBp: number;
}

export interface PersonForecast {
  personId: string;
  pAlive: number;
  expectedOrders: number;
  expectedOrderAmount: number;
  predictedAmount: number;
}

export interface Forecast {
  customers: number;
  repeatCustomers: number;
  diagnostics: ValueDiagnostics;
  /** Empty where there is not enough data. */
  persons: PersonForecast[];
}

/** What each customer is expected to buy in the next twelve months; some tenths of a second of pure arithmetic for 20,000 of them. */
export function forecast({ purchases, until, discountBp }: ForecastInput): Forecast {
  const summaries = summarise(purchases, until);
  const models = fitModels(summaries);
  const counts = { customers: summaries.length, repeatCustomers: summaries.filter(({ x }) => x > 0).length };
  if (!models.enough) return { ...counts, diagnostics: models, persons: [] };
  const first = purchases.reduce((least, { day }) => Math.min(least, day), until);
  const split = until - Math.floor((until - first) * HOLDOUT_SHARE);
  const horizon = {
    periods: MONTHS,
    weeksPerPeriod: WEEKS_A_MONTH,
    discount: (1 + discountBp / 10_000) ** (1 / MONTHS) - 1,
  };
  return {
    ...counts,
    diagnostics: {
      enough: true,
      purchases: models.purchases,
      spend: models.spend,
      horizonMonths: MONTHS,
      discountBp,
      backTest: tryOut(purchases, split, until),
    },
    persons: summaries.map((summary) => ({
      personId: summary.customer,
      pAlive: probabilityAlive(models.purchases.parameters, summary),
      expectedOrders: expectedPurchases(models.purchases.parameters, summary, MONTHS * WEEKS_A_MONTH),
      expectedOrderAmount: Math.round(expectedSpend(models.spend.parameters, summary)!),
      predictedAmount: Math.round(lifetimeValue(models, summary, horizon)),
    })),
  };
}

function tryOut(purchases: Purchase[], split: number, until: number) {
  const tried = backTest(purchases, split, until);
  if (!tried.enough) return tried;
  const { enough, calibrationWeeks, holdoutWeeks, total, groups } = tried;
  return { enough, calibrationWeeks, holdoutWeeks, total, groups };
}
