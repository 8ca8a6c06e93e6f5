import type { ShowState } from '#contracts/shows';
import { AppError } from '#platform/app-error';

/** Which state may follow which. `starting` falls back when no media came; `ended` is final. */
const transitions: Record<ShowState, readonly ShowState[]> = {
  scheduled: ['starting'],
  starting: ['live', 'scheduled', 'ended'],
  live: ['ended'],
  ended: [],
};

/** @throws show_ended, or show_transition { from, to } */
export function assertTransition(from: ShowState, to: ShowState): void {
  if (transitions[from].includes(to)) return;
  if (from === 'ended') throw new AppError('show_ended');
  throw new AppError('show_transition', { from, to });
}
