import { describe, expect, it } from '@jest/globals';
import { headline } from './answer.ts';
import { at, evening, pin } from './figures.spec-support.ts';

describe('headline', () => {
  it('names the pin that earned most, with its share and its span', () => {
    const sales = { 12: 30_000, 31: 100_000, 32: 120_000, 34: 146_960, 45: 200_000, 50: 300_000 };
    const figures = evening(64, sales, { pins: [pin('湯のみ', 4, 12, 30_000), pin('急須', 31, 41, 366_960)] });
    const { answer, bestMinute, span } = headline(figures);
    expect(answer).toEqual({
      kind: 'pin',
      product: '急須',
      minutes: 10,
      share: 366_960 / 896_960,
      amount: 366_960,
      span: { from: Date.parse(at(31)), to: Date.parse(at(41)) },
    });
    expect(bestMinute?.at).toBe(at(50));
    expect(span).toEqual({ from: Date.parse(at(31)), to: Date.parse(at(41)) });
  });

  it('names the best ten minutes when pins explain little', () => {
    const sales = { 5: 10_000, 20: 50_000, 24: 60_000, 29: 40_000, 40: 40_000 };
    const { answer } = headline(evening(60, sales, { pins: [pin('小鉢', 4, 8, 10_000)] }));
    expect(answer).toMatchObject({ kind: 'window', minutes: 10, amount: 150_000, share: 0.75 });
    expect(answer).toMatchObject({ span: { from: Date.parse(at(20)), to: Date.parse(at(30)) } });
  });

  it('counts instead of comparing when there are few orders, or a show too short to have a best part', () => {
    expect(headline(evening(60, { 3: 5000, 9: 5000 })).answer).toEqual({
      kind: 'fewOrders',
      orders: 2,
      amount: 10_000,
    });
    const short = evening(8, { 1: 100, 2: 100, 3: 100, 4: 100, 5: 100, 6: 100 });
    expect(headline(short).answer).toEqual({ kind: 'fewOrders', orders: 6, amount: 600 });
  });

  it('says so when nothing was sold, nobody came, or all was given back', () => {
    expect(headline(evening(30, {})).answer).toEqual({ kind: 'noSales', viewers: 200, clickers: 50, holders: 18 });
    expect(headline(evening(0, {}, { viewers: 0 })).answer).toEqual({ kind: 'nobodyCame' });
    expect(headline(evening(30, {}, { orders: 4, netAmount: 0 })).answer).toEqual({ kind: 'allReturned', orders: 4 });
  });

  it('tells of now while the show is live', () => {
    const live = { ...evening(10, {}).show, state: 'live' as const, endedAt: null };
    const pinned = evening(10, { 8: 7700 }, { show: live, pins: [pin('マグ', 2, 5, 0), pin('急須', 6, null, 7700)] });
    expect(headline(pinned).answer).toEqual({
      kind: 'livePin',
      product: '急須',
      since: Date.parse(at(6)),
      orders: 3,
      amount: 7700,
    });
    expect(headline(evening(10, {}, { show: live, viewersNow: 12 })).answer).toEqual({ kind: 'live', viewers: 12 });
  });

  it('promises nothing before the show', () => {
    const show = { ...evening(1, {}).show, state: 'scheduled' as const, liveSince: null, endedAt: null };
    expect(headline(evening(0, {}, { show })).answer).toEqual({ kind: 'notStarted' });
  });
});
