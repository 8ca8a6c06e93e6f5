import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Time } from './ids.ts';

/** CSAT: 1 to 5, satisfied by the show. NPS: 0 to 10, would recommend the brand. Stars: 1 to 5 for one product. */
export const SurveyKind = z.enum(['csat', 'nps', 'stars']);
export type SurveyKind = z.infer<typeof SurveyKind>;

/** Sent by the host with one click, asked when a viewer leaves, or asked when an order has arrived. */
export const SurveyMoment = z.enum(['room', 'leave', 'delivered']);
export type SurveyMoment = z.infer<typeof SurveyMoment>;

/** Lowest and highest score. */
export const surveyScale: Record<SurveyKind, readonly [number, number]> = { csat: [1, 5], nps: [0, 10], stars: [1, 5] };

/**
 * CSAT: answers of 4 and 5 over all. NPS: share of 9–10 less share of 0–6. Stars: mean. @param counts by score, from the lowest
 * @returns null without an answer
 */
export function surveyValue(kind: SurveyKind, counts: readonly number[]): number | null {
  const sum = (from: number, to: number) => counts.slice(from, to).reduce((total, count) => total + count, 0);
  const all = sum(0, counts.length);
  if (all === 0) return null;
  switch (kind) {
    case 'csat':
      return sum(3, 5) / all;
    case 'nps':
      return (sum(9, 11) - sum(0, 7)) / all;
    case 'stars':
      return counts.reduce((total, count, index) => total + count * (index + 1), 0) / all;
  }
}

/** What one viewer is asked now. The web owns the words of the question. */
export const Survey = z.object({
  id: Id,
  kind: SurveyKind,
  brandName: z.string(),
  showTitle: z.nullable(z.string()),
  productName: z.nullable(z.string()),
});
export type Survey = z.infer<typeof Survey>;

const counts = z.array(z.int()); // by score, from the lowest of the scale to the highest
/** A wave with its answers: one latest answer per person. */
export const SurveyResult = z.object({
  id: Id,
  kind: SurveyKind,
  moment: SurveyMoment,
  showId: z.nullable(Id),
  showTitle: z.nullable(z.string()),
  productName: z.nullable(z.string()),
  openedAt: Time,
  closedAt: z.nullable(Time),
  asked: z.int(), // people
  answers: z.int(), // people
  counts,
  /** CSAT: share of 4 and 5. NPS: −1 to 1. Stars: mean. Null without an answer. */
  value: z.nullable(z.number()),
});
export type SurveyResult = z.infer<typeof SurveyResult>;

const Comment = z.nullable(z.string().check(z.trim(), z.maxLength(500)));
const Score = z.int().check(z.minimum(0), z.maximum(10));

export const surveysApi = {
  /** Staff: asks the room now; a survey of the room that is still open is closed by it. */
  ask: endpoint(
    'POST',
    '/api/shows/:showId/surveys',
    z.object({ showId: Id, kind: SurveyKind, productId: z._default(z.nullable(Id), null) }),
    SurveyResult,
  ),
  close: endpoint('POST', '/api/surveys/:id/close', z.object({ id: Id }), SurveyResult),
  /** Staff: those of one show, newest first, with what has been answered so far. */
  ofShow: endpoint(
    'GET',
    '/api/shows/:showId/surveys',
    z.object({ showId: Id }),
    z.object({ surveys: z.array(SurveyResult) }),
  ),
  /** A viewer: what they are to be asked at this moment, null when nothing, or when they were asked already. */
  due: endpoint(
    'GET',
    '/api/shows/:showId/survey-due',
    z.object({ showId: Id, moment: z.enum(['room', 'leave']) }),
    z.object({ survey: z.nullable(Survey) }),
  ),
  /** By a viewer. Answered again within the wave, the newest counts. */
  answer: endpoint('POST', '/api/surveys/:id/answers', z.object({ id: Id, score: Score, comment: Comment }), Empty),
  /** By the signed link of a mail, without a browser that we know. */
  byLink: endpoint('GET', '/api/survey-links/:token', z.object({ token: z.string() }), z.object({ survey: Survey })),
  answerByLink: endpoint(
    'POST',
    '/api/survey-links/:token',
    z.object({ token: z.string(), score: Score, comment: Comment }),
    Empty,
  ),
  /** Staff: waves that were opened within the time, newest first. */
  results: endpoint(
    'GET',
    '/api/insights/surveys',
    z.object({ from: z.optional(Time), to: z.optional(Time) }),
    z.object({
      surveys: z.array(SurveyResult),
      comments: z.array(z.object({ surveyId: Id, score: z.int(), comment: z.string(), at: Time })),
    }),
  ),
};
