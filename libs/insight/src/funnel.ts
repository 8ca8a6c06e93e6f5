import { ratio } from './ratio.ts';

/** Something that a person did, at a moment in milliseconds; `sequence` orders what happened at one moment, as the server saw it. */
export interface Deed {
  person: string;
  at: number;
  sequence: number;
}

export interface FunnelStep {
  /** Persons whose best attempt came at least this far. */
  persons: number;
  /** Of those who took the first step; null where nobody did. */
  ofFirst: number | null;
  /** Of those who took the step before; null where nobody did, and for the first step. */
  ofPrevious: number | null;
}

/**
 * How many persons took the first step, the first two, and so on. An attempt begins with any deed of the first step, and each later
 * step must be strictly later than the one before it, by (at, sequence), and no later than `window` milliseconds after the first, edge
 * included. Other deeds in between do not matter. A person counts by their best attempt. A deed may be of several steps, but is one step
 * of an attempt only.
 *
 * @param deeds in any order
 * @param steps what a deed must be to be that step
 */
export function funnel<D extends Deed>(
  deeds: Iterable<D>,
  steps: ((deed: D) => boolean)[],
  window: number,
): FunnelStep[] {
  const reached = new Array<number>(steps.length).fill(0);
  for (const own of Map.groupBy(deeds, ({ person }) => person).values()) {
    const furthest = furthestStep(own, steps, window);
    for (let step = 0; step < furthest; step += 1) reached[step]! += 1;
  }
  return reached.map((persons, step) => ({
    persons,
    ofFirst: ratio(persons, reached[0]!),
    ofPrevious: step === 0 ? null : ratio(persons, reached[step - 1]!),
  }));
}

/** How many steps one person's best attempt took: 0 where they did not take the first. */
export function furthestStep<D extends Deed>(
  deeds: readonly D[],
  steps: ((deed: D) => boolean)[],
  window: number,
): number {
  // Of all attempts that took a step, only the one that began last can matter: it has the most time left.
  const begun: (number | undefined)[] = [];
  for (const moment of moments(deeds)) {
    const at = moment[0]!.at;
    // From the last step to the first, so that one moment moves an attempt by one step only.
    for (let step = steps.length - 1; step >= 0; step -= 1) {
      const begins = step === 0 ? at : begun[step - 1];
      if (begins === undefined || at - begins > window || !moment.some((deed) => steps[step]!(deed))) continue;
      begun[step] = Math.max(begins, begun[step] ?? begins);
    }
  }
  return begun.length;
}

/** Deeds in order, those with the same (at, sequence) together: none of them is later than another. */
function moments<D extends Deed>(deeds: readonly D[]): D[][] {
  const sorted = deeds.toSorted((a, b) => a.at - b.at || a.sequence - b.sequence);
  const grouped: D[][] = [];
  for (const deed of sorted) {
    const last = grouped.at(-1);
    if (last && last[0]!.at === deed.at && last[0]!.sequence === deed.sequence) last.push(deed);
    else grouped.push([deed]);
  }
  return grouped;
}
