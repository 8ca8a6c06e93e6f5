import { ratio } from './ratio.ts';

/** CSAT: answers of 4 or 5 on a scale of 1..5, over all answers. */
export function csat(scores: readonly number[]): number | null {
  return ratio(scores.filter((score) => score >= 4).length, scores.length);
}

/** One answer, 0..10, to a question that is asked in waves. `sequence` orders answers of one moment. */
export interface NpsAnswer {
  person: string;
  wave: string;
  score: number;
  at: number;
  sequence: number;
}

export interface Nps {
  promoters: number;
  passives: number;
  detractors: number;
  /** Per cent of 9–10 minus per cent of 0–6, from −100 to 100, not rounded. 7–8 count below the line only. */
  score: number | null;
}

/** Net promoter score. Of several answers of one person in one wave only the latest counts. */
export function nps(answers: Iterable<NpsAnswer>): Nps {
  const latest = new Map<string, NpsAnswer>();
  for (const answer of answers) {
    const key = JSON.stringify([answer.person, answer.wave]);
    const known = latest.get(key);
    if (!known || isLater(answer, known)) latest.set(key, answer);
  }
  const scores = [...latest.values()].map(({ score }) => score);
  const promoters = scores.filter((score) => score >= 9).length;
  const detractors = scores.filter((score) => score <= 6).length;
  return {
    promoters,
    passives: scores.length - promoters - detractors,
    detractors,
    score: ratio(100 * (promoters - detractors), scores.length),
  };
}

const isLater = (one: NpsAnswer, other: NpsAnswer) =>
  one.at > other.at || (one.at === other.at && one.sequence > other.sequence);

/**
 * The published rules of the engagement score. Whoever changes a number raises the version, which is stored beside every score. Keys
 * are names of the interaction log, and minutes of watching.
 */
export const ENGAGEMENT_RULES = {
  version: 1,
  /** After so many days without a deed of its kind, what it gave is worth half. */
  halfLifeDays: 30,
  weights: {
    'Live Joined': 2,
    'Minutes Watched': 1,
    'Chat Sent': 3,
    'Reaction Sent': 1,
    'Product Viewed': 1,
    'Product Clicked': 2,
    'Product Added': 3,
    'Checkout Started': 4,
    'Order Completed': 8,
    'Survey Answered': 3,
    'Referral Accepted': 6,
  },
} as const;

export type EngagementKind = keyof typeof ENGAGEMENT_RULES.weights;

/** How often a person did something, and how many days ago for the last time. */
export interface Habit {
  count: number;
  daysSinceLast: number;
}

/** Σ weight × ln(1 + count) × 0.5 ^ (days since the last / half-life). 0 for who did nothing; it has no upper end. */
export function engagementScore(habits: Partial<Record<EngagementKind, Habit>>): number {
  const { halfLifeDays, weights } = ENGAGEMENT_RULES;
  return Object.entries(weights).reduce((score, [kind, weight]) => {
    const habit = habits[kind as EngagementKind];
    if (!habit) return score;
    return score + weight * Math.log1p(habit.count) * 0.5 ** (Math.max(0, habit.daysSinceLast) / halfLifeDays);
  }, 0);
}
