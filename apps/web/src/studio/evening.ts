import type { Offer, Pin } from '#contracts/shows';

/** People in the room at a time (milliseconds of the server's clock). */
export interface Sample {
  at: number;
  people: number;
}

const BUCKET_MS = 5_000;

/** Keeps the highest figure of each five seconds: an evening of three hours is then 2,160 points. */
export function withSample(samples: readonly Sample[], at: number, people: number): Sample[] {
  const bucket = Math.floor(at / BUCKET_MS) * BUCKET_MS;
  const last = samples.at(-1);
  if (last && bucket < last.at) return [...samples];
  if (last?.at === bucket) return [...samples.slice(0, -1), { at: bucket, people: Math.max(last.people, people) }];
  return [...samples, { at: bucket, people }];
}

/** Earlier figures (minutes from the server, after a reload) go before what was seen here, and never over it. */
export function withEarlier(samples: readonly Sample[], earlier: readonly Sample[]): Sample[] {
  const first = samples[0]?.at ?? Infinity;
  return [...earlier.filter((sample) => sample.at < first), ...samples];
}

export function peakOf(samples: readonly Sample[]): number {
  return samples.reduce((peak, sample) => Math.max(peak, sample.people), 0);
}

/** What was planned, in milliseconds; without a planned end, an hour. */
export interface Plan {
  start: number;
  end: number | null;
}

/**
 * The stretch that the line shows: from the start to the planned end, or past it with room for five minutes more. A show
 * that begins a day early ends after its planned length.
 */
export function spanOf(start: number, plan: Plan, now: number): { from: number; to: number } {
  const length = plan.end === null ? 60 * 60_000 : plan.end - plan.start;
  const planned = plan.end !== null && plan.end > start ? Math.min(plan.end, start + length) : start + length;
  const to = now + 5 * 60_000 > planned ? Math.max(planned, now + 5 * 60_000) : planned;
  return { from: start, to };
}

/** Round times for the axis, at least `gap` pixels apart, each with its place. */
export function ticksOf(from: number, to: number, width: number, gap: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120].map((minutes) => minutes * 60_000);
  const step = steps.find((candidate) => (candidate / (to - from)) * width >= gap) ?? 240 * 60_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** The line of people as an SVG path, from the first sample to now; empty while there are none. */
export function pathOf(
  samples: readonly Sample[],
  place: { x: (at: number) => number; y: (people: number) => number },
  now: number,
): string {
  const last = samples.at(-1);
  if (!last) return '';
  const points = samples.map(({ at, people }) => `${place.x(at).toFixed(1)} ${place.y(people).toFixed(1)}`);
  if (now > last.at) points.push(`${place.x(now).toFixed(1)} ${place.y(last.people).toFixed(1)}`);
  return `M${points.join('L')}`;
}

/** A pin on the axis: where it began, and what to write there. The same product pinned again is marked again. */
export interface Mark {
  key: string;
  at: number;
  text: string;
  now: boolean;
}

export function marksOf(pins: readonly Pin[], offers: readonly Offer[], units: (n: number) => string): Mark[] {
  return pins.flatMap((pin) => {
    const offer = offers.find((candidate) => candidate.id === pin.offerId);
    if (!offer) return [];
    const sold = offer.sold > 0 ? ` ${units(offer.sold)}` : '';
    const text = `${offer.position} ${offer.name}${sold}`;
    return [{ key: pin.id, at: Date.parse(pin.pinnedAt), text, now: pin.unpinnedAt === null }];
  });
}

/** About how wide a text of 12 px is: good enough to keep labels off each other. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letter.charCodeAt(0) > 0x2e7f ? 12 : 6.8;
  return width;
}

/** Of the labels in order of importance, those that fit on one row without touching. */
export function fitting<T extends { x: number; width: number }>(labels: readonly T[], room: number): T[] {
  const taken: T[] = [];
  for (const label of labels) {
    const free = taken.every((other) => label.x + label.width + 12 <= other.x || other.x + other.width + 12 <= label.x);
    if (free && label.x >= 0 && label.x + label.width <= room) taken.push(label);
  }
  return taken;
}
