import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IDLE_MS, sessions, visitFrequency } from './sessions.ts';

const signs = fc.array(fc.record({ person: fc.constantFrom('kei', 'rin'), at: fc.integer({ min: 0, max: 200 }) }), {
  maxLength: 30,
});

describe('sessions', () => {
  it('end after thirty idle minutes, edge included', () => {
    const at = [0, IDLE_MS, 2 * IDLE_MS, 3 * IDLE_MS + 1];
    expect(sessions(at.map((one) => ({ person: 'kei', at: one })))).toEqual([
      { person: 'kei', from: 0, to: 2 * IDLE_MS, events: 3 },
      { person: 'kei', from: 3 * IDLE_MS + 1, to: 3 * IDLE_MS + 1, events: 1 },
    ]);
  });

  it('of one person are not kept open by another', () => {
    const both = [
      { person: 'kei', at: 0 },
      { person: 'rin', at: IDLE_MS },
      { person: 'kei', at: IDLE_MS + 1 },
    ];
    expect(sessions(both)).toHaveLength(3);
  });

  it('are what the idle gaps leave, in any order of signs', () => {
    fc.assert(
      fc.property(signs, fc.integer({ min: 0, max: 40 }), (all, idle) => {
        const found = sessions(all, idle);
        for (const person of ['kei', 'rin']) {
          const own = all.filter((sign) => sign.person === person).map(({ at }) => at);
          // A sign begins a session where none lies within the idle time before it.
          const begins = new Set(own.filter((at) => !own.some((other) => other < at && at - other <= idle)));
          const mine = found.filter((session) => session.person === person);
          expect(new Set(mine.map(({ from }) => from))).toEqual(begins);
          expect(mine).toHaveLength(begins.size);
          expect(mine.reduce((sum, { events }) => sum + events, 0)).toBe(own.length);
          for (const { from, to, events } of mine) {
            expect(own.filter((at) => at >= from && at <= to)).toHaveLength(events);
          }
        }
        expect(sessions(all.toReversed(), idle)).toEqual(found);
      }),
    );
  });
});

describe('visitFrequency', () => {
  it('is sessions per person who came', () => {
    const all = sessions(
      [0, 1, 2].map((day) => ({ person: 'kei', at: day * 86_400_000 })).concat({ person: 'rin', at: 5 }),
    );
    expect(visitFrequency(all, 0, 2 * 86_400_000)).toBe(1.5);
    expect(visitFrequency(all, 3 * 86_400_000, 4 * 86_400_000)).toBeNull();
  });
});
