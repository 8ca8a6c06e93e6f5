import { describe, expect, it } from '@jest/globals';
import { repeatBuyers, secondOrders } from './repeat.ts';

const day = 86_400_000;
const orders = (days: Record<string, number[]>) =>
  Object.entries(days).flatMap(([person, on]) => on.map((at) => ({ person, at: at * day })));
const days = (from: number, to: number) => ({ from: from * day, to: to * day });

describe('secondOrders', () => {
  const all = orders({ kei: [40, 10], rin: [10, 41], aoi: [12], mio: [3, 11, 12] });

  it('asks whether first-time buyers came again in time, edge included', () => {
    expect(secondOrders(all, days(10, 20), 30, 100 * day)).toEqual({
      firstTimeBuyers: 3,
      repeated: 1,
      pending: 0,
      rate: 1 / 3,
    });
  });

  it('has no rate while somebody may still come', () => {
    expect(secondOrders(all, days(10, 20), 30, 42 * day)).toMatchObject({ repeated: 1, pending: 1, rate: null });
    expect(secondOrders(all, days(10, 20), 30, 43 * day)).toMatchObject({ pending: 0, rate: 1 / 3 });
  });

  it('knows no rate of nobody', () => {
    expect(secondOrders(all, days(50, 60), 30, 100 * day)).toMatchObject({ firstTimeBuyers: 0, rate: null });
  });

  it('counts a second order of the same moment', () => {
    expect(secondOrders(orders({ kei: [1, 1] }), days(0, 2), 30, 100 * day).rate).toBe(1);
  });
});

describe('repeatBuyers', () => {
  const all = orders({ kei: [1, 12], rin: [11], aoi: [11, 13], mio: [2], ren: [25] });

  it('counts those of the window whose order was not their first', () => {
    expect(repeatBuyers(all, days(10, 20))).toEqual({
      buyers: 3,
      repeatBuyers: 2,
      customersToDate: 4,
      cumulativeRate: 2 / 4,
      share: 2 / 3,
    });
  });

  it('knows no rate of nobody', () => {
    expect(repeatBuyers([], days(0, 1))).toMatchObject({ buyers: 0, cumulativeRate: null, share: null });
  });
});
