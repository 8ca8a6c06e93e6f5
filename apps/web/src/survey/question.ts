import type { Survey, SurveyKind } from '#contracts/surveys';
import { useSurveyText } from './texts.ts';

type Words = ReturnType<typeof useSurveyText>;

/** The question of a survey. A show that is still on is asked of as it is. */
export function questionOf({ kind, brandName, productName }: Survey, t: Words, isOn: boolean): string {
  switch (kind) {
    case 'csat':
      return isOn ? t.csatNow : t.csat;
    case 'nps':
      return t.nps({ brand: brandName });
    case 'stars':
      return productName === null ? t.starsPlain : t.stars({ product: productName });
  }
}

/** What a score means, for who cannot see where it stands. */
export function meaningOf(kind: SurveyKind, score: number, t: Words): string {
  switch (kind) {
    case 'csat':
      return [t.csat1, t.csat2, t.csat3, t.csat4, t.csat5][score - 1] ?? String(score);
    case 'nps':
      return t.points({ score });
    case 'stars':
      return t.starCount({ score });
  }
}

/** The words at both ends of the scale. */
export function endsOf(kind: SurveyKind, t: Words): [lowest: string, highest: string] {
  switch (kind) {
    case 'csat':
      return [t.lowestCsat, t.highestCsat];
    case 'nps':
      return [t.lowestNps, t.highestNps];
    case 'stars':
      return [t.lowestStars, t.highestStars];
  }
}
