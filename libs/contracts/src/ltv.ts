import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';
import { Currency } from './money.ts';

/** Basis points: 10000 is all of it. */
const Share = z.int().check(z.minimum(0), z.maximum(10_000));

export const ValueSettings = z.object({
  marginBp: z.nullable(Share), // of net sales; null: not said, and no margin is shown
  discountBp: Share, // a year's
});
export type ValueSettings = z.infer<typeof ValueSettings>;

const Fit = z.object({
  parameters: z.record(z.string(), z.number()),
  standardErrors: z.nullable(z.record(z.string(), z.number())),
  logLikelihood: z.number(),
  converged: z.boolean(),
  iterations: z.int(),
  customers: z.int(), // that the likelihood was summed over
});

const NotEnoughData = z.object({
  enough: z.literal(false),
  reason: z.enum(['customers', 'repeatCustomers', 'weeks', 'purchases_fit', 'spend_fit']),
  needed: z.optional(z.number()),
  found: z.optional(z.number()),
});

/** Days of purchase and what was spent on them, as forecast from the calibration and as it came. Amounts in minor units. */
const Comparison = z.object({
  customers: z.int(),
  predictedPurchases: z.number(),
  actualPurchases: z.number(),
  purchasesError: z.nullable(z.number()), // (predicted − actual) / actual
  predictedSpend: z.number(),
  actualSpend: z.number(),
  spendError: z.nullable(z.number()),
});

const BackTest = z.object({
  enough: z.literal(true),
  calibrationWeeks: z.number(),
  holdoutWeeks: z.number(),
  total: Comparison,
  groups: z.array(z.extend(Comparison, { x: z.int() })), // by repeat purchases in the calibration; 7: seven or more
});

/** Of BG/NBD (how often, for how long) and Gamma-Gamma (how much). Times in weeks. */
export const ValueDiagnostics = z.discriminatedUnion('enough', [
  z.object({
    enough: z.literal(true),
    purchases: Fit,
    spend: z.extend(Fit, { correlation: z.nullable(z.number()) }), // of how often and how much: the model supposes none
    horizonMonths: z.int(),
    discountBp: Share,
    backTest: z.discriminatedUnion('enough', [BackTest, NotEnoughData]),
  }),
  NotEnoughData,
]);
export type ValueDiagnostics = z.infer<typeof ValueDiagnostics>;

/** One version of the forecast. */
export const ValueModel = z.object({
  id: Id,
  fittedAt: Time,
  durationMs: z.int(),
  observedUntil: z.iso.date(), // last whole day in the brand's zone
  customers: z.int(),
  repeatCustomers: z.int(),
  meanPAlive: z.nullable(z.number()),
  predictedAmount: z.nullable(z.int()), // of all customers together
  diagnostics: ValueDiagnostics,
});
export type ValueModel = z.infer<typeof ValueModel>;

export const LtvReport = z.object({
  currency: Currency,
  settings: ValueSettings,
  model: z.nullable(ValueModel), // the last; null before the first
  fitting: z.boolean(), // a fit is due or under way
  earlier: z.array(
    z.pick(ValueModel, { id: true, fittedAt: true, customers: true, meanPAlive: true, predictedAmount: true }),
  ), // latest first
});
export type LtvReport = z.infer<typeof LtvReport>;

export const ltvApi = {
  read: endpoint('GET', '/api/insights/ltv', Empty, LtvReport),
  /** Fits anew with what is known by the end of yesterday: in a job, which the reply does not wait for. */
  fit: endpoint('POST', '/api/insights/ltv/fits', Empty, LtvReport),
  saveSettings: endpoint('PUT', '/api/insights/ltv/settings', ValueSettings, LtvReport),
};
