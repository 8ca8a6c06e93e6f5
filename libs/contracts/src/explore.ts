import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Time } from './ids.ts';

/** Questions about the log that a marketer makes up. PostgreSQL answers them, or ClickHouse where there is one. */
const Name = z.string().check(z.minLength(1), z.maxLength(100));
const YEAR_SECONDS = 366 * 86_400;

export const exploreApi = {
  /** Persons who took the first step, the first two, and so on. */
  funnel: endpoint(
    'POST',
    '/api/insights/explore/funnel',
    z.object({
      steps: z.array(Name).check(z.minLength(1), z.maxLength(8)),
      windowSeconds: z.int().check(z.minimum(1), z.maximum(YEAR_SECONDS)),
      from: Time,
      to: Time,
    }),
    z.object({
      steps: z.array(
        z.object({
          name: z.string(),
          persons: z.int(),
          ofFirst: z.nullable(z.number()),
          ofPrevious: z.nullable(z.number()), // null for the first step too
        }),
      ),
    }),
  ),
  /** Sessions that began within the period, and visit frequency: sessions / persons. */
  sessions: endpoint(
    'GET',
    '/api/insights/explore/sessions',
    z.object({ from: Time, to: Time }),
    z.object({ sessions: z.int(), persons: z.int(), frequency: z.nullable(z.number()) }),
  ),
  watchTime: endpoint(
    'GET',
    '/api/insights/explore/shows/:id/watch-time',
    z.object({ id: Id }),
    z.object({
      seconds: z.number(),
      views: z.int(),
      viewers: z.int(),
      perView: z.nullable(z.number()),
      perViewer: z.nullable(z.number()),
    }),
  ),
  /** Cohorts of persons by their activity. Cells of intervals that are not over are null. */
  cohorts: endpoint(
    'POST',
    '/api/insights/explore/cohorts',
    z.object({
      unit: z.enum(['day', 'week', 'month']),
      name: z.nullable(Name),
      from: z.iso.date(), // a day of the first cohort
      to: z.iso.date(), // a day of the last cohort
      horizon: z.int().check(z.minimum(0), z.maximum(60)),
      cohorts: z.enum(['first', 'recurring']),
      counting: z.enum(['exact', 'rolling']),
    }),
    z.object({
      cohorts: z.array(
        z.object({
          interval: z.int(),
          size: z.int(),
          cells: z.array(z.nullable(z.object({ active: z.int(), rate: z.nullable(z.number()) }))),
        }),
      ),
    }),
  ),
};
