import type { OverviewFigures } from '#contracts/overview';

export type Answer =
  | { kind: 'none' }
  /** There were no customers to compare with. */
  | { kind: 'first'; value: number }
  | { kind: 'up' | 'down' | 'same'; value: number; difference: number; share: number };

/** Below this a difference is not one that a marketer would act on. */
const SAME_BELOW = 0.005;

/** Are customers worth more than before? */
export function answerOf(now: OverviewFigures, before: OverviewFigures | null): Answer {
  const value = now.value.value;
  if (value === null) return { kind: 'none' };
  const formerly = before?.value.value ?? null;
  if (formerly === null || formerly === 0) return { kind: 'first', value };
  const difference = value - formerly;
  const share = difference / formerly;
  const kind = Math.abs(share) < SAME_BELOW ? 'same' : share > 0 ? 'up' : 'down';
  return { kind, value, difference, share };
}
