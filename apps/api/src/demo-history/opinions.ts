import { surveyScale, type SurveyKind } from '#contracts/surveys';
import type { Random } from '#insight/simulate';
import { aComment, pick } from './words.ts';

/** Whether people would recommend the shop, on the first evening and on the last; between them it changes evenly. */
export const TRUE_RECOMMENDATION = { promoters: [0.44, 0.56], detractors: [0.21, 0.13] } as const;
/** How many of four points an evening gains on the first one, on average, as a share. */
export const TRUE_SATISFACTION = 0.8;
/** The same of a product, in the order of the catalogue. */
export const TRUE_QUALITY = [0.9, 0.84, 0.92, 0.95, 0.8, 0.88, 0.72, 0.82] as const;

const IMPROVES = 0.05;
const DEAL_PLEASES = 0.04;
/** Somebody wanted it and came too late. */
const SOLD_OUT_ANNOYS = 0.06;
const COMMENTS = { good: 0.02, fair: 0.04, bad: 0.12 } as const;

export interface Opinion {
  score: number;
  comment: string | null;
}

/** All answers of a kind: what they said, and what the distributions that they were drawn from lead one to expect. */
export interface Told {
  /** By score, from the lowest. */
  counts: number[];
  /** Of all answers together: the sum of what each is worth on average (see `worth`), and of its variances. */
  expected: number;
  variance: number;
}

/** What the crowd thinks when it is asked, and keeps what it was made to say. */
export class Opinions {
  readonly told = new Map(
    (['nps', 'csat', 'stars'] as const).map((kind): [SurveyKind, Told] => {
      const [lowest, highest] = surveyScale[kind];
      return [kind, { counts: Array.from({ length: highest - lowest + 1 }, () => 0), expected: 0, variance: 0 }];
    }),
  );

  constructor(private readonly random: Random) {}

  /** @param reached share of the history that is over */
  recommendation(reached: number): Opinion {
    const { random } = this;
    const between = ([first, last]: readonly [number, number]) => first + (last - first) * reached;
    const promoters = between(TRUE_RECOMMENDATION.promoters);
    const detractors = between(TRUE_RECOMMENDATION.detractors);
    const drawn = random();
    const scores = drawn < promoters ? [9, 10, 10] : drawn < promoters + detractors ? [2, 4, 5, 5, 6, 6] : [7, 8, 8];
    const mean = promoters - detractors;
    return this.#say('nps', pick(scores, random), { mean, variance: promoters + detractors - mean ** 2 });
  }

  /** Of an evening. */
  satisfaction(reached: number, { hasDeal, hasScarce }: { hasDeal: boolean; hasScarce: boolean }): Opinion {
    const chance =
      TRUE_SATISFACTION + IMPROVES * reached + (hasDeal ? DEAL_PLEASES : 0) - (hasScarce ? SOLD_OUT_ANNOYS : 0);
    // Satisfied is who gives 4 or 5: three or four points of four.
    const mean = chance ** 4 + 4 * chance ** 3 * (1 - chance);
    return this.#say('csat', this.#points(chance), { mean, variance: mean * (1 - mean) });
  }

  /** @param place in the catalogue */
  ofProduct(place: number): Opinion {
    const chance = TRUE_QUALITY[place % TRUE_QUALITY.length]!;
    return this.#say('stars', this.#points(chance), { mean: 1 + 4 * chance, variance: 4 * chance * (1 - chance) });
  }

  /** From 1 to 5. */
  #points(chance: number): number {
    return 1 + [1, 2, 3, 4].filter(() => this.random() < chance).length;
  }

  #say(kind: SurveyKind, score: number, { mean, variance }: { mean: number; variance: number }): Opinion {
    const told = this.told.get(kind)!;
    told.counts[score - surveyScale[kind][0]]! += 1;
    told.expected += mean;
    told.variance += variance;
    const tone = toneOf(kind, score);
    return { score, comment: this.random() < COMMENTS[tone] ? aComment(kind, tone, this.random) : null };
  }
}

/** Those of a score: 9 and 10, 4 and 5 are good. */
function toneOf(kind: SurveyKind, score: number): 'good' | 'fair' | 'bad' {
  const [good, fair] = kind === 'nps' ? [9, 7] : [4, 3];
  return score >= good ? 'good' : score >= fair ? 'fair' : 'bad';
}
