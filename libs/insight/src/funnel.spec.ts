import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { funnel, furthestStep, type Deed } from './funnel.ts';

interface Named extends Deed {
  name: string;
}

/** 'view@0 buy@5' of one person, sequences in the order of writing. */
const log = (line: string, person = 'kei'): Named[] =>
  line.split(' ').map((word, sequence) => {
    const [name, at] = word.split('@');
    return { person, name: name!, at: Number(at), sequence };
  });
const is = (name: string) => (deed: Named) => deed.name === name;
const steps = ['view', 'click', 'buy'].map(is);

describe('furthestStep', () => {
  it.each([
    ['view@0 click@1 buy@2', 3, 'in order'],
    ['buy@0 click@1 view@2', 1, 'not in order'],
    ['click@0 buy@1', 0, 'without the first step'],
    ['view@0 buy@1', 1, 'with a step left out'],
    ['view@0 click@4 buy@10', 3, 'at the edge of the window'],
    ['view@0 click@4 buy@11', 2, 'past the window'],
    ['view@0 view@2 click@3 buy@12', 3, 'begun again: the later start has time left'],
    ['view@0 click@1 view@2 buy@3', 3, 'begun again in the middle: the first attempt goes on'],
    ['view@0 click@9 view@20 click@21 buy@22', 3, 'the second attempt is the better'],
    ['view@0 click@1 view@20', 2, 'the first attempt is the better'],
    ['view@5 click@5 buy@5', 3, 'at one moment, by sequence'],
    ['click@5 view@5 buy@5', 1, 'at one moment, against the sequence'],
    ['other@0 view@1 other@2 click@3 other@4 buy@5', 3, 'with other deeds between'],
  ])('%s: %d, %s', (line, expected) => {
    expect(furthestStep(log(line), steps, 10)).toBe(expected);
    expect(furthestStep(log(line).toReversed(), steps, 10)).toBe(expected);
  });

  it('asks for two deeds where one step is there twice', () => {
    const twice = [is('view'), is('view')];
    expect(furthestStep(log('view@0'), twice, 10)).toBe(1);
    expect(furthestStep(log('view@0 view@0'), twice, 10)).toBe(2);
    expect(furthestStep(log('view@0 view@11'), twice, 10)).toBe(1);
  });

  it('does not take what shares a sequence for later', () => {
    const together = log('view@0 click@0').map((deed) => ({ ...deed, sequence: 1 }));
    expect(furthestStep(together, steps, 10)).toBe(1);
  });

  it('finds what trying every attempt finds', () => {
    const deed = fc.record({
      person: fc.constant('kei'),
      at: fc.integer({ min: 0, max: 12 }),
      sequence: fc.integer({ min: 0, max: 3 }),
      name: fc.constantFrom('view', 'click', 'buy', 'other'),
    });
    const conditions = fc.array(
      fc.constantFrom(is('view'), is('click'), is('buy'), (one: Named) => one.name !== 'other'),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 12 }),
        conditions,
        fc.integer({ min: 0, max: 12 }),
        (deeds, wanted, window) => {
          expect(furthestStep(deeds, wanted, window)).toBe(byTryingAll(deeds, wanted, window));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** The definition, word for word: every chain of deeds from every start. */
function byTryingAll(deeds: Named[], wanted: ((deed: Named) => boolean)[], window: number): number {
  const goOn = (first: Named, last: Named, taken: number): number => {
    const later = deeds.filter(
      (deed) =>
        (deed.at > last.at || (deed.at === last.at && deed.sequence > last.sequence)) &&
        deed.at <= first.at + window &&
        wanted[taken]?.(deed),
    );
    return Math.max(taken, ...later.map((deed) => goOn(first, deed, taken + 1)));
  };
  return Math.max(0, ...deeds.filter((deed) => wanted[0]!(deed)).map((first) => goOn(first, first, 1)));
}

describe('funnel', () => {
  it('counts persons, each once', () => {
    const deeds = [
      ...log('view@0 click@1 buy@2 view@3 click@4 buy@5'),
      ...log('view@0 click@3', 'rin'),
      ...log('view@1', 'aoi'),
    ];
    expect(funnel(deeds, steps, 10)).toEqual([
      { persons: 3, ofFirst: 1, ofPrevious: null },
      { persons: 2, ofFirst: 2 / 3, ofPrevious: 2 / 3 },
      { persons: 1, ofFirst: 1 / 3, ofPrevious: 1 / 2 },
    ]);
  });

  it('knows no share of nobody', () => {
    expect(funnel([], steps, 10)).toEqual([
      { persons: 0, ofFirst: null, ofPrevious: null },
      { persons: 0, ofFirst: null, ofPrevious: null },
      { persons: 0, ofFirst: null, ofPrevious: null },
    ]);
  });
});
