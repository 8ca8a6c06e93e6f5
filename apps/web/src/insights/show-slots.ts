import type { ShowCurve } from '#contracts/insights';
import type { Slot } from './charts/index.ts';

/** What happened in one step of the chart's time: people by their peak, all else by its sum. */
export interface SlotFigures {
  viewers: number;
  netAmount: number;
  orders: number;
  messages: number;
  hearts: number;
  clicks: number;
}

const STEPS = [1, 10, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
const MOST_SLOTS = 120;

/** Seconds for one step of a chart of so long a time: by the second for a few minutes, by the minute for an evening. */
export function stepSeconds(milliseconds: number, most = MOST_SLOTS): number {
  return STEPS.find((step) => milliseconds / 1000 / step <= most) ?? 86_400;
}

/** The figures of each slot. */
export function inSlots(curve: ShowCurve, slots: readonly Slot[]): SlotFigures[] {
  const start = Date.parse(curve.from);
  const figures = slots.map(() => ({ viewers: 0, netAmount: 0, orders: 0, messages: 0, hearts: 0, clicks: 0 }));
  const first = slots[0];
  if (!first) return figures;
  const length = first.to - first.from;
  const indexOf = (second: number) => Math.floor((start + second * 1000 - first.from) / length);
  const end = Math.ceil((Date.parse(curve.to) - start) / 1000);
  for (const [index, [second, people]] of curve.viewers.entries()) {
    const until = (curve.viewers[index + 1]?.[0] ?? end) - 1;
    for (let slot = Math.max(0, indexOf(second)); slot <= Math.min(slots.length - 1, indexOf(until)); slot += 1) {
      const one = figures[slot];
      if (one) one.viewers = Math.max(one.viewers, people);
    }
  }
  for (const [second, netAmount, orders, messages, hearts, clicks] of curve.events) {
    const one = figures[indexOf(second)];
    if (!one) continue;
    one.netAmount += netAmount;
    one.orders += orders;
    one.messages += messages;
    one.hearts += hearts;
    one.clicks += clicks;
  }
  return figures;
}

/** People second by second, as a line to draw. */
export function lineOf(curve: ShowCurve, shift = 0): { at: number; value: number }[] {
  const start = Date.parse(curve.from) + shift;
  const points = curve.viewers.map(([second, value]) => ({ at: start + second * 1000, value }));
  return [...points, { at: Date.parse(curve.to) + shift, value: points.at(-1)?.value ?? 0 }];
}
