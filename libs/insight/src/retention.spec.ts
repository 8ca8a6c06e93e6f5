import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { churnByModel, churnRate, cohortRetention, retentionRate, type CohortOptions } from './retention.ts';

/** kei came in intervals 0, 1 and 3; rin in 0; aoi in 1 and 2. */
const activity = [
  ...[0, 1, 3].map((interval) => ({ person: 'kei', interval })),
  { person: 'rin', interval: 0 },
  ...[1, 2].map((interval) => ({ person: 'aoi', interval })),
];
const options: CohortOptions = { from: 0, to: 2, horizon: 3, finished: 3, cohorts: 'first', counting: 'exact' };
const rates = (changes: Partial<CohortOptions>) =>
  cohortRetention(activity, { ...options, ...changes }).map(({ size, cells }) => [
    size,
    ...cells.map((cell) => cell && cell.rate),
  ]);

describe('cohortRetention', () => {
  it('is exact by the interval in which one first came', () => {
    expect(rates({})).toEqual([
      [2, 1, 0.5, 0, 0.5],
      [1, 1, 1, 0, null],
      [0, null, null, null, null],
    ]);
  });

  it('is rolling: there or later', () => {
    expect(rates({ counting: 'rolling' })).toEqual([
      [2, 1, 0.5, 0.5, 0.5],
      [1, 1, 1, 0, null],
      [0, null, null, null, null],
    ]);
  });

  it('has whoever came in an interval, where cohorts recur', () => {
    expect(rates({ cohorts: 'recurring' })).toEqual([
      [2, 1, 0.5, 0, 0.5],
      [2, 1, 0.5, 0.5, null],
      [1, 1, 0, null, null],
    ]);
  });

  it('leaves a cell that is not over without a figure, and one that is over with 0', () => {
    const [first] = cohortRetention(activity, { ...options, finished: 2 });
    expect(first!.cells).toEqual([{ active: 2, rate: 1 }, { active: 1, rate: 0.5 }, { active: 0, rate: 0 }, null]);
    expect(cohortRetention(activity, { ...options, finished: -1 })[0]!.cells).toEqual([null, null, null, null]);
  });

  it('finds what asking for each cell finds', () => {
    const people = ['kei', 'rin', 'aoi', 'ren'];
    const rows = fc.array(fc.record({ person: fc.constantFrom(...people), interval: fc.integer({ min: 0, max: 8 }) }));
    const kinds = fc.record({
      cohorts: fc.constantFrom('first' as const, 'recurring' as const),
      counting: fc.constantFrom('exact' as const, 'rolling' as const),
    });
    fc.assert(
      fc.property(rows, kinds, (all, { cohorts, counting }) => {
        const was = (person: string, test: (interval: number) => boolean) =>
          all.some((row) => row.person === person && test(row.interval));
        for (const { interval, size, cells } of cohortRetention(all, {
          from: 0,
          to: 8,
          horizon: 4,
          finished: 7,
          cohorts,
          counting,
        })) {
          const members = people.filter(
            (person) =>
              was(person, (at) => at === interval) && (cohorts === 'recurring' || !was(person, (at) => at < interval)),
          );
          expect(size).toBe(members.length);
          for (const [k, cell] of cells.entries()) {
            const there = members.filter((person) =>
              was(person, (at) => (counting === 'exact' ? at === interval + k : at >= interval + k)),
            );
            const rate = members.length === 0 ? null : there.length / members.length;
            expect(cell).toEqual(interval + k > 7 ? null : { active: there.length, rate });
          }
        }
      }),
    );
  });
});

describe('retention and churn', () => {
  it('are as published', () => {
    expect(retentionRate({ atStart: 600, atEnd: 620, gained: 100 })).toBeCloseTo(0.867, 3);
    expect(churnRate(new Set(['kei', 'rin', 'aoi', 'ren']), new Set(['rin', 'mio']))).toBe(0.75);
    expect(churnByModel([1, 0.5, 0.3])).toBeCloseTo(0.4, 12);
  });

  it('of nobody are unknown', () => {
    expect(retentionRate({ atStart: 0, atEnd: 5, gained: 5 })).toBeNull();
    expect(churnRate(new Set(), new Set(['kei']))).toBeNull();
    expect(churnByModel([])).toBeNull();
  });
});
