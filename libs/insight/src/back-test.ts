import { expectedPurchases } from './bg-nbd.ts';
import { summarise, type CustomerSummary, type Purchase } from './customer-summary.ts';
import { expectedSpend } from './gamma-gamma.ts';
import { fitModels, type LifetimeModels, type NotEnoughData } from './lifetime-value.ts';
import { ratio } from './ratio.ts';

/** What a forecast said, and what came of it. */
export interface Comparison {
  customers: number;
  /** Days of purchase in the hold-out. */
  predictedPurchases: number;
  actualPurchases: number;
  /** (predicted − actual) / actual as a share; null where nobody bought. */
  purchasesError: number | null;
  /** In minor units, predicted ones not rounded. */
  predictedSpend: number;
  actualSpend: number;
  spendError: number | null;
}

export interface BackTest {
  enough: true;
  calibrationWeeks: number;
  holdoutWeeks: number;
  /** As fitted on the calibration alone. */
  models: LifetimeModels;
  total: Comparison;
  /** By purchases after the first within the calibration: 0, 1, … 6, and 7 for seven or more. Groups without customers are left out. */
  groups: ({ x: number } & Comparison)[];
}

const LAST_GROUP = 7;

/**
 * Tells the models only what was known at the end of day `split`, lets them forecast up to the end of day `until`, and puts beside
 * it what the same customers then bought. Customers who first came after `split` are in neither.
 */
export function backTest(purchases: readonly Purchase[], split: number, until: number): BackTest | NotEnoughData {
  const calibration = summarise(purchases, split);
  const models = fitModels(calibration);
  if (!models.enough) return models;
  const holdoutWeeks = (until - split) / 7;
  const held = heldOut(purchases, split, until);
  const outcomes = calibration.map((customer) =>
    outcomeOf(models, customer, holdoutWeeks, held.get(customer.customer)),
  );
  const groups = Map.groupBy(outcomes, ({ x }) => Math.min(x, LAST_GROUP));
  return {
    enough: true,
    calibrationWeeks: calibration.reduce((most, { T }) => Math.max(most, T), 0),
    holdoutWeeks,
    models,
    total: compare(outcomes),
    groups: [...groups].sort(([a], [b]) => a - b).map(([x, members]) => ({ x, ...compare(members) })),
  };
}

interface Held {
  days: Set<number>;
  spend: number;
}

function heldOut(purchases: readonly Purchase[], split: number, until: number): Map<string, Held> {
  const held = new Map<string, Held>();
  for (const { customer, day, amount } of purchases) {
    if (day <= split || day > until) continue;
    const own = held.get(customer) ?? { days: new Set<number>(), spend: 0 };
    own.days.add(day);
    own.spend += amount;
    held.set(customer, own);
  }
  return held;
}

function outcomeOf({ purchases, spend }: LifetimeModels, customer: CustomerSummary, weeks: number, held?: Held) {
  const predictedPurchases = expectedPurchases(purchases.parameters, customer, weeks);
  return {
    x: customer.x,
    predictedPurchases,
    actualPurchases: held?.days.size ?? 0,
    predictedSpend: predictedPurchases * expectedSpend(spend.parameters, customer)!,
    actualSpend: held?.spend ?? 0,
  };
}

function compare(outcomes: ReturnType<typeof outcomeOf>[]): Comparison {
  const sum = (key: keyof (typeof outcomes)[number]) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const [predictedPurchases, actualPurchases] = [sum('predictedPurchases'), sum('actualPurchases')];
  const [predictedSpend, actualSpend] = [sum('predictedSpend'), sum('actualSpend')];
  return {
    customers: outcomes.length,
    predictedPurchases,
    actualPurchases,
    purchasesError: ratio(predictedPurchases - actualPurchases, actualPurchases),
    predictedSpend,
    actualSpend,
    spendError: ratio(predictedSpend - actualSpend, actualSpend),
  };
}
