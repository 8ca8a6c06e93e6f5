import { surveyScale, surveyValue, type SurveyKind, type SurveyResult } from '#contracts/surveys';
import { formatNumber } from '../../i18n.ts';

/** All waves of one kind taken together. Somebody who answered two waves has two answers: each wave asks anew. */
export interface KindFigures {
  kind: SurveyKind;
  waves: number;
  asked: number;
  answers: number;
  counts: number[];
  value: number | null;
}

export function figuresOf(kind: SurveyKind, surveys: readonly SurveyResult[]): KindFigures {
  const [lowest, highest] = surveyScale[kind];
  const ofKind = surveys.filter((survey) => survey.kind === kind);
  const counts = Array.from({ length: highest - lowest + 1 }, (_, index) =>
    ofKind.reduce((sum, survey) => sum + (survey.counts[index] ?? 0), 0),
  );
  const sum = (of: (survey: SurveyResult) => number) => ofKind.reduce((total, survey) => total + of(survey), 0);
  return {
    kind,
    waves: ofKind.length,
    asked: sum(({ asked }) => asked),
    answers: sum(({ answers }) => answers),
    counts,
    value: surveyValue(kind, counts),
  };
}

/** Answers over those who were asked; null when nobody was. */
export function responseRate({ asked, answers }: Pick<SurveyResult, 'asked' | 'answers'>): number | null {
  return asked === 0 ? null : answers / asked;
}

/** "92%", "+38", "4.6". */
export function valueWords(kind: SurveyKind, value: number | null): string {
  if (value === null) return '—';
  switch (kind) {
    case 'csat':
      return formatNumber(value, { style: 'percent' });
    case 'nps':
      return formatNumber(Math.round(value * 100), { signDisplay: 'exceptZero' });
    case 'stars':
      return formatNumber(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }
}
