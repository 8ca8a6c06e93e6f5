import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Time } from './ids.ts';

/** Where somebody met the brand: 'show', 'product', 'checkout', 'order', 'survey', 'share', or `visit:<source>`. */
export const Touchpoint = z.string();

export const Journey = z.object({
  steps: z.array(Touchpoint), // ends, or begins, with the purchase
  people: z.int(),
  orders: z.int(),
  netAmount: z.int(), // of the purchase that the path belongs to
  medianSeconds: z.nullable(z.number()), // from the first step to the last
});
export type Journey = z.infer<typeof Journey>;

/** From one step to the next, at the same distance from the purchase. */
export const JourneyFlow = z.object({
  /** 1 is the step nearest to the purchase. */
  distance: z.int(),
  from: Touchpoint,
  to: Touchpoint,
  orders: z.int(), // whose path goes this way: they add up, people may go several
  people: z.int(),
  medianSeconds: z.number(),
});
export type JourneyFlow = z.infer<typeof JourneyFlow>;

export const Journeys = z.object({
  orders: z.int(),
  people: z.int(),
  journeys: z.array(Journey), // the most frequent first
  flows: z.array(JourneyFlow),
  asOf: Time,
});
export type Journeys = z.infer<typeof Journeys>;

export const journeysApi = {
  /**
   * Paths before purchases: up to `steps` touchpoints of the same person within 30 days, back to the purchase before. Or after: within 30 days, up to
   * the next purchase, which is then the last step. The same touchpoint twice in a row counts once. Days are the brand's, first and last included.
   */
  read: endpoint(
    'GET',
    '/api/insights/journeys',
    z.object({
      from: z.iso.date(),
      to: z.iso.date(),
      side: z._default(z.enum(['before', 'after']), 'before'),
      purchases: z._default(z.enum(['all', 'first', 'repeat']), 'all'),
      steps: z._default(z.coerce.number().check(z.int(), z.minimum(2), z.maximum(6)), 4),
    }),
    Journeys,
  ),
};
