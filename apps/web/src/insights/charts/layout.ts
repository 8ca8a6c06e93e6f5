import { scaleLinear } from '@visx/scale';
import { PLAYHEAD_MINUTES, timeTicks, valueTicks } from './axis.ts';
import { zoneOffset } from './zone.ts';
import type { Panel, Slot } from './types.ts';

/** Pixels around and between the panels. */
const place = { top: 24, gap: 22, left: 56, right: 16, axisLabels: 24, lane: 44 } as const;
export const laneAt = { line: 6, picture: 12, size: 30 } as const;

const DAY_MS = 86_400_000;

export interface PanelLayout {
  panel: Panel;
  top: number;
  bottom: number;
  ticks: number[];
  y: (value: number) => number;
}

export interface ChartLayout {
  left: number;
  right: number;
  from: number;
  to: number;
  height: number;
  axis: number;
  lane: number;
  x: (time: number) => number;
  /** Where a slot's point stands. */
  middle: (index: number) => number;
  panels: PanelLayout[];
  timeTicks: { at: number; label: string | null }[];
}

interface Room {
  width: number;
  from: number;
  to: number;
  hasLane: boolean;
  timeZone: string | null;
}

/** Lays panels out over one time axis; each has its own axis of values, from 0. */
export function layOut(slots: readonly Slot[], panels: readonly Panel[], room: Room): ChartLayout {
  const { width, from, to } = room;
  const left = place.left;
  const right = Math.max(left + 1, width - place.right);
  const x = scaleLinear({ domain: [from, Math.max(to, from + 1)], range: [left, right] });
  let top: number = place.top;
  const laid = panels.map((panel): PanelLayout => {
    const height = panel.height ?? (panels.length === 1 ? 160 : 100);
    const ticks = valueTicks(greatest(panel), height > 90 ? 3 : 2);
    const bottom = top + height;
    const y = scaleLinear({ domain: [0, ticks.at(-1) ?? 1], range: [bottom, top], clamp: true });
    const one = { panel, top, bottom, ticks, y: (value: number) => y(value) };
    top = bottom + place.gap;
    return one;
  });
  const axis = laid.at(-1)?.bottom ?? place.top;
  return {
    ...{ left, right, from, to, axis },
    lane: axis + place.axisLabels,
    height: axis + place.axisLabels + (room.hasLane ? place.lane : 4),
    x: (time) => x(time),
    middle: (index) => {
      const slot = slots[index];
      return slot ? x((slot.from + slot.to) / 2) : left;
    },
    panels: laid,
    timeTicks: ticksOf(slots, { ...room, left, right }),
  };
}

function greatest({ series, mark }: Panel): number {
  const values = series.flatMap(({ values, curve }) => [
    ...values.map((value) => value ?? 0),
    ...(curve ?? []).map(({ value }) => value),
  ]);
  return values.reduce((most, value) => Math.max(most, value), mark?.value ?? 0);
}

/** Hours and minutes fall on the brand's clock; days and longer are named by their own slots. */
function ticksOf(slots: readonly Slot[], room: Room & { left: number; right: number }): ChartLayout['timeTicks'] {
  const { from, to, left, right, timeZone } = room;
  const first = slots[0];
  if (!first) return [];
  if (first.to - first.from < DAY_MS - 3_600_000) {
    const clock = timeZone === null ? { finer: PLAYHEAD_MINUTES } : { offsetMinutes: zoneOffset(from, timeZone) };
    const ticks = timeTicks(from, to, right - left, 72, clock);
    return ticks.map((at) => ({ at, label: null }));
  }
  const longest = Math.max(...slots.map(({ label }) => label.length));
  const every = Math.max(
    1,
    Math.ceil(slots.length / Math.max(1, Math.floor((right - left) / Math.max(64, longest * 11)))),
  );
  return slots
    .filter((_, index) => index % every === 0)
    .map((slot) => ({ at: (slot.from + slot.to) / 2, label: slot.label }));
}
