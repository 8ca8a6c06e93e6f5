import { describe, expect, it } from '@jest/globals';
import { ShowState } from '#contracts/shows';
import { AppError } from '#platform/app-error';
import { assertTransition } from './show-states.ts';

describe('assertTransition', () => {
  const legal = ['scheduled→starting', 'starting→live', 'starting→scheduled', 'starting→ended', 'live→ended'];
  const pairs = ShowState.options.flatMap((from) => ShowState.options.map((to) => [from, to] as const));

  it.each(pairs)('%s → %s', (from, to) => {
    const move = () => assertTransition(from, to);
    if (legal.includes(`${from}→${to}`)) expect(move).not.toThrow();
    else expect(move).toThrow(new AppError(from === 'ended' ? 'show_ended' : 'show_transition'));
  });
});
