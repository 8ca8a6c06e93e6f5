import { expect, it } from '@jest/globals';
import { surveyValue, type SurveyKind } from '#contracts/surveys';
import { seededRandom } from '#insight/simulate';
import { Opinions, TRUE_QUALITY, TRUE_RECOMMENDATION } from './opinions.ts';

const MANY = 20_000;
const said = (opinions: Opinions, kind: SurveyKind) => {
  const { counts, expected, variance } = opinions.told.get(kind)!;
  const answers = counts.reduce((sum, count) => sum + count, 0);
  return {
    answers,
    value: surveyValue(kind, counts)!,
    expected: expected / answers,
    error: Math.sqrt(variance) / answers,
  };
};

it('answers as the distributions say, and knows what they say', () => {
  const opinions = new Opinions(seededRandom(1));
  for (let number = 0; number < MANY; number += 1) {
    opinions.recommendation(number / MANY);
    opinions.satisfaction(number / MANY, { hasDeal: number % 7 > 4, hasScarce: number % 3 === 1 });
    opinions.ofProduct(number % 11);
  }
  for (const kind of ['nps', 'csat', 'stars'] as const) {
    const { answers, value, expected, error } = said(opinions, kind);
    expect(answers).toBe(MANY);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.01);
    expect(Math.abs(value - expected)).toBeLessThan(3 * error);
  }
});

it('likes the shop better at the end, and each product in its own way', () => {
  const share = (place: 0 | 1) => TRUE_RECOMMENDATION.promoters[place] - TRUE_RECOMMENDATION.detractors[place];
  for (const reached of [0, 1] as const) {
    const opinions = new Opinions(seededRandom(2));
    for (let number = 0; number < MANY; number += 1) opinions.recommendation(reached);
    const { value, error } = said(opinions, 'nps');
    expect(Math.abs(value - share(reached))).toBeLessThan(3 * error);
  }
  const opinions = new Opinions(seededRandom(3));
  for (let number = 0; number < MANY; number += 1) opinions.ofProduct(6);
  const { value, error } = said(opinions, 'stars');
  expect(Math.abs(value - (1 + 4 * TRUE_QUALITY[6]))).toBeLessThan(3 * error);
});

it('writes some words beside some answers', () => {
  const opinions = new Opinions(seededRandom(4));
  const all = Array.from({ length: 1000 }, () => opinions.ofProduct(0));
  const words = all.flatMap(({ comment }) => comment ?? []);
  expect(words.length).toBeGreaterThan(5);
  expect(words.length).toBeLessThan(60);
  for (const text of words) expect(text.length).toBeGreaterThan(3);
});
