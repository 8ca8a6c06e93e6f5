import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concurrency } from './concurrency.ts';

const minute = 60_000;
const stretch = (person: string, from: number, to: number) => ({ person, from, to });

describe('concurrency', () => {
  it('counts people at an instant, not over a minute', () => {
    const { peak, peakAt, curve } = concurrency(
      [stretch('kei', 0, 30_000), stretch('rin', 30_000, 90_000), stretch('aoi', 70_000, 80_000)],
      0,
      2 * minute,
    );
    expect(peak).toBe(2);
    expect(peakAt).toBe(70_000);
    expect(curve).toEqual([1, 2]);
  });

  it('counts a person with two devices once, and devices where they are given', () => {
    const phone = stretch('kei', 0, 40_000);
    const laptop = stretch('kei', 20_000, minute);
    expect(concurrency([phone, laptop], 0, minute)).toEqual({ peak: 1, peakAt: 0, curve: [1] });
    const devices = [phone, laptop].map((one, i) => ({ ...one, person: `kei ${i}` }));
    expect(concurrency(devices, 0, minute)).toEqual({ peak: 2, peakAt: 20_000, curve: [2] });
  });

  it('carries who stays through minutes in which nobody comes or goes', () => {
    expect(concurrency([stretch('kei', 10_000, 5 * minute)], 0, 5 * minute).curve).toEqual([1, 1, 1, 1, 1]);
  });

  it('cuts what lies outside the show', () => {
    expect(concurrency([stretch('kei', -minute, 30_000)], 0, minute)).toEqual({ peak: 1, peakAt: 0, curve: [1] });
  });

  it('knows no peak without viewers', () => {
    expect(concurrency([], 0, minute)).toEqual({ peak: 0, peakAt: null, curve: [0] });
  });

  it('finds what counting at every millisecond finds', () => {
    const moment = fc.integer({ min: -5, max: 45 });
    const stretches = fc.array(fc.record({ person: fc.constantFrom('kei', 'rin', 'aoi'), from: moment, to: moment }));
    fc.assert(
      fc.property(stretches, fc.integer({ min: 1, max: 9 }), (all, bucket) => {
        const at = Array.from({ length: 40 }, (_, t) => {
          return new Set(all.filter(({ from, to }) => from <= t && t < to).map(({ person }) => person)).size;
        });
        const peak = Math.max(...at);
        expect(concurrency(all, 0, 40, bucket)).toEqual({
          peak,
          peakAt: peak === 0 ? null : at.indexOf(peak),
          curve: Array.from({ length: Math.ceil(40 / bucket) }, (_, i) =>
            Math.max(...at.slice(i * bucket, (i + 1) * bucket)),
          ),
        });
      }),
      { numRuns: 500 },
    );
  });
});
