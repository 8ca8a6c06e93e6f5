import type { Stretch } from '#insight/concurrency';

/** One device's stretch of watching by one person. */
export interface DeviceStretch extends Stretch {
  device: string;
}

export interface Span {
  from: number;
  to: number;
}

export const overlap = (a: Span, b: Span) => Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));

/** Each person's stretches within the show, those of several tabs and devices joined where they meet. In order of their begin. */
export function joined(stretches: readonly Stretch[], start: number, end: number): Stretch[] {
  const open = new Map<string, Stretch>();
  const all: Stretch[] = [];
  for (const { person, from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const part = { person, from: Math.max(from, start), to: Math.min(to, end) };
    if (part.to <= part.from) continue;
    const last = open.get(person);
    if (last && part.from <= last.to) {
      last.to = Math.max(last.to, part.to);
    } else {
      open.set(person, part);
      all.push(part);
    }
  }
  return all;
}

/** When each person had watched for so long in all; absent who never did. @param stretches joined ones */
export function watchedFor(stretches: readonly Stretch[], milliseconds: number): Map<string, number> {
  const sum = new Map<string, number>();
  const reached = new Map<string, number>();
  for (const { person, from, to } of stretches) {
    const before = sum.get(person) ?? 0;
    const after = before + to - from;
    sum.set(person, after);
    if (before < milliseconds && after >= milliseconds) reached.set(person, from + milliseconds - before);
  }
  return reached;
}

/** Time within any of the spans, which may overlap. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}
export const lengthOf = (spans: readonly Span[]) =>
  spans.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
export const isWithin = (at: number, spans: readonly Span[]) => spans.some(({ from, to }) => at >= from && at < to);
