import type { ShowInsights } from '#contracts/insights';
import { MINUTE_MS, type Span } from './answer.ts';
import { bucketMinutes, timeTicks, valueTicks } from './charts/axis.ts';
import { inBuckets, type Bucket } from './buckets.ts';

type Minute = ShowInsights['minutes'][number];

/** Where things stand in the chart, in pixels from its upper left corner. */
export const place = {
  height: 300,
  peopleTop: 24,
  peopleBottom: 138,
  moneyTop: 160,
  axis: 232,
  tickLabel: 250,
  pinLine: 262,
  pinPicture: 268,
  pictureSize: 30,
  right: 16,
} as const;

const SHORTEST_MINUTES = 10;
const THINNEST_BAR = 4.4; // an hour by the minute on a phone of 390

export interface Timeline {
  left: number;
  right: number;
  span: Span;
  bucketSize: number;
  buckets: Bucket[];
  x: (time: number) => number;
  people: (count: number) => number;
  money: (amount: number) => number;
  peopleTicks: number[];
  moneyTicks: number[];
  timeTicks: number[];
}

/** Lays a show out on a width. A show that has just begun has room to grow: it is drawn on ten minutes at least. */
export function timeline(
  minutes: readonly Minute[],
  width: number,
  { left, offsetMinutes, peopleMax = 0 }: { left: number; offsetMinutes: number; peopleMax?: number },
): Timeline {
  const right = Math.max(left + 1, width - place.right);
  const from = Date.parse(minutes[0]?.at ?? '1970-01-01T00:00:00Z');
  const end = Date.parse(minutes.at(-1)?.at ?? '1970-01-01T00:00:00Z') + MINUTE_MS;
  const span = { from, to: Math.max(end, from + SHORTEST_MINUTES * MINUTE_MS) };
  const length = (span.to - span.from) / MINUTE_MS;
  const bucketSize = bucketMinutes(length, right - left, THINNEST_BAR);
  const buckets = inBuckets(minutes, bucketSize);
  const peopleTicks = valueTicks(Math.max(peopleMax, ...buckets.map((bucket) => bucket.viewers)));
  const moneyTicks = valueTicks(Math.max(0, ...buckets.map((bucket) => bucket.netAmount)), 2);
  const scale = (ticks: number[], top: number, bottom: number) => {
    const most = ticks.at(-1) ?? 1;
    return (value: number) => bottom - (Math.max(0, Math.min(value, most)) / most) * (bottom - top);
  };
  return {
    left,
    right,
    span,
    bucketSize,
    buckets,
    x: (time) => left + ((time - span.from) / (span.to - span.from)) * (right - left),
    people: scale(peopleTicks, place.peopleTop, place.peopleBottom),
    money: scale(moneyTicks, place.moneyTop, place.axis),
    peopleTicks,
    moneyTicks,
    timeTicks: timeTicks(span.from, span.to, right - left, 72, offsetMinutes),
  };
}

/** Buckets wider than this are drawn as steps: between two far points a slope would tell of people who were not there. */
const STEP_WIDTH = 30;

/** The line of people: a point in the middle of each bucket and one at either end, or steps where the buckets are wide. */
export function peoplePath(line: Timeline): string {
  const { buckets } = line;
  const widest = buckets[0] ? line.x(buckets[0].to) - line.x(buckets[0].from) : 0;
  if (widest > STEP_WIDTH) {
    const steps = buckets.map(({ from, to, viewers }) => {
      const y = line.people(viewers).toFixed(1);
      return `${line.x(from).toFixed(1)} ${y}L${line.x(to).toFixed(1)} ${y}`;
    });
    return `M${steps.join('L')}`;
  }
  const points = buckets.map((bucket): [number, number] => [
    line.x((bucket.from + bucket.to) / 2),
    line.people(bucket.viewers),
  ]);
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first && last) {
    points.unshift([line.x(first.from), line.people(first.viewers)]);
    points.push([line.x(last.to), line.people(last.viewers)]);
  }
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** Minutes that the zone's clock is ahead of UTC at this instant. */
export function zoneOffset(at: number, timeZone: string): number {
  const instant = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(clock.find((one) => one.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((wall - instant) / MINUTE_MS);
}

/** Minutes of an earlier show moved onto this one, so that both begin together. */
export function moved(minutes: readonly Minute[], from: number): Minute[] {
  const shift = from - Date.parse(minutes[0]?.at ?? '1970-01-01T00:00:00Z');
  return minutes.map((minute) => ({ ...minute, at: new Date(Date.parse(minute.at) + shift).toISOString() }));
}

/** The part of the show that is drawn: all of it, or its last hour. */
export function lastHour(minutes: readonly Minute[]): Minute[] {
  return minutes.slice(-60);
}
