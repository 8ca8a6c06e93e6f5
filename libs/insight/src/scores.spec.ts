import { describe, expect, it } from '@jest/globals';
import { csat, ENGAGEMENT_RULES, engagementScore, nps, type NpsAnswer } from './scores.ts';

describe('csat', () => {
  it('is the share of 4 and 5', () => {
    expect(csat([5, 4, 3, 1])).toBe(0.5);
    expect(csat([])).toBeNull();
  });
});

describe('nps', () => {
  let people = 0;
  const answer = (score: number, changes: Partial<NpsAnswer> = {}): NpsAnswer => ({
    person: `p${(people += 1)}`,
    wave: 'autumn',
    score,
    at: 0,
    sequence: 0,
    ...changes,
  });

  it('is promoters minus detractors in per cent of all', () => {
    expect(nps([9, 10, 10, 8, 7, 6, 0].map((score) => answer(score)))).toEqual({
      promoters: 3,
      passives: 2,
      detractors: 2,
      score: 100 / 7,
    });
    expect(nps([answer(6)]).score).toBe(-100);
    expect(nps([answer(10)]).score).toBe(100);
  });

  it('hears each person once in a wave: the latest answer', () => {
    const kei = (score: number, at: number, sequence: number, wave = 'autumn') =>
      answer(score, { person: 'kei', at, sequence, wave });
    expect(nps([kei(9, 5, 2), kei(0, 5, 1), kei(3, 1, 9)])).toMatchObject({ promoters: 1, detractors: 0, score: 100 });
    expect(nps([kei(9, 5, 2), kei(0, 9, 1, 'winter')])).toMatchObject({ promoters: 1, detractors: 1, score: 0 });
  });

  it('of nobody is unknown', () => {
    expect(nps([])).toEqual({ promoters: 0, passives: 0, detractors: 0, score: null });
  });
});

describe('engagementScore', () => {
  it('sums what one did, each kind by its weight, its logarithm and its age', () => {
    const { weights, halfLifeDays } = ENGAGEMENT_RULES;
    expect(engagementScore({})).toBe(0);
    expect(engagementScore({ 'Chat Sent': { count: 4, daysSinceLast: 0 } })).toBeCloseTo(
      weights['Chat Sent'] * Math.log(5),
      12,
    );
    const both = engagementScore({
      'Chat Sent': { count: 4, daysSinceLast: halfLifeDays },
      'Order Completed': { count: 1, daysSinceLast: 2 * halfLifeDays },
    });
    expect(both).toBeCloseTo(
      (weights['Chat Sent'] * Math.log(5)) / 2 + (weights['Order Completed'] * Math.log(2)) / 4,
      12,
    );
  });

  it('takes a clock that runs ahead for today', () => {
    const habit = (daysSinceLast: number) => engagementScore({ 'Chat Sent': { count: 1, daysSinceLast } });
    expect(habit(-0.5)).toBe(habit(0));
  });
});
