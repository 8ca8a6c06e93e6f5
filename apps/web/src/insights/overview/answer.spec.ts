import { describe, expect, it } from '@jest/globals';
import type { OverviewFigures } from '#contracts/overview';
import { answerOf } from './answer.ts';

const worth = (value: number | null) => ({ value: { value, part: 0, whole: 0 } }) as OverviewFigures;

describe('answerOf', () => {
  it('says whether customers are worth more than before', () => {
    expect(answerOf(worth(11_000), worth(10_000))).toEqual({
      ...{ kind: 'up', value: 11_000, difference: 1_000, share: 0.1 },
    });
    expect(answerOf(worth(9_000), worth(10_000))).toMatchObject({ kind: 'down', difference: -1_000, share: -0.1 });
    expect(answerOf(worth(10_049), worth(10_000))).toMatchObject({ kind: 'same' });
  });

  it('compares with nothing where there was nobody', () => {
    expect(answerOf(worth(null), worth(null))).toEqual({ kind: 'none' });
    expect(answerOf(worth(5_000), worth(null))).toEqual({ kind: 'first', value: 5_000 });
    expect(answerOf(worth(5_000), worth(0))).toEqual({ kind: 'first', value: 5_000 });
    expect(answerOf(worth(5_000), null)).toEqual({ kind: 'first', value: 5_000 });
  });
});
