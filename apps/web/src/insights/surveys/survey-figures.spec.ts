import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SurveyResult } from '#contracts/surveys';
import { locale } from '../../i18n.ts';
import { figuresOf, responseRate, valueWords } from './survey-figures.ts';

const wave = (part: Partial<SurveyResult>): SurveyResult => ({
  id: '01a20000-0000-7000-8000-000000000001',
  kind: 'csat',
  moment: 'room',
  showId: null,
  showTitle: null,
  productName: null,
  openedAt: '2026-10-17T11:00:00.000Z',
  closedAt: null,
  asked: 0,
  answers: 0,
  counts: [],
  value: null,
  ...part,
});

beforeAll(() => locale.set('en'));

describe('waves taken together', () => {
  it('add their answers up before the figure is computed', () => {
    const surveys = [
      wave({ asked: 10, answers: 4, counts: [0, 0, 0, 0, 4], value: 1 }),
      wave({ asked: 6, answers: 4, counts: [4, 0, 0, 0, 0], value: 0 }),
      wave({ kind: 'nps', asked: 50, answers: 2, counts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], value: 0 }),
    ];
    const figures = figuresOf('csat', surveys);
    expect(figures).toEqual({ kind: 'csat', waves: 2, asked: 16, answers: 8, counts: [4, 0, 0, 0, 4], value: 0.5 });
    expect(responseRate(figures)).toBe(0.5);
  });

  it('are no figure where there are none', () => {
    expect(figuresOf('stars', [])).toMatchObject({ waves: 0, counts: [0, 0, 0, 0, 0], value: null });
    expect(responseRate({ asked: 0, answers: 0 })).toBeNull();
    expect(valueWords('stars', null)).toBe('—');
  });
});

it('writes a figure as its kind is read', () => {
  expect(valueWords('csat', 0.916)).toBe('92%');
  expect(valueWords('nps', 0.375)).toBe('+38');
  expect(valueWords('nps', -0.5)).toBe('-50');
  expect(valueWords('nps', 0)).toBe('0');
  expect(valueWords('stars', 4)).toBe('4.0');
});
