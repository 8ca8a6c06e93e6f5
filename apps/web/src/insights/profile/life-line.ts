import type { Profile, WatchedShow } from '#contracts/customers';

export interface LifeMark {
  /** 0 to 1 along the line. */
  at: number;
  time: number;
}
export interface LifeBar extends LifeMark {
  netAmount: number;
  /** Of the greatest order. */
  height: number;
  isFirst: boolean;
}
export interface LifeDisc extends LifeMark {
  show: WatchedShow;
  /** Part of the show that was watched; null while it has no end or never was on air. */
  share: number;
}
export interface LifeLine {
  bars: LifeBar[];
  discs: LifeDisc[];
  months: (LifeMark & { year: number; month: number })[];
}

const DAY = 86_400_000;
const LEAST_DAYS = 28;

/** A customer's time as one straight line: from when they came, with some room before, until now. */
export function lifeLine(
  { orders, shows, person, asOf }: Profile,
  monthStarts: (from: number, to: number) => { time: number; year: number; month: number }[],
): LifeLine {
  const now = Date.parse(asOf);
  const times = [...orders.map(({ paidAt }) => Date.parse(paidAt)), ...shows.map(beginOf)];
  const first = Math.min(now, ...(person.firstSeenAt ? [Date.parse(person.firstSeenAt)] : []), ...times);
  const span = Math.max(now - first, LEAST_DAYS * DAY) * 1.04;
  const from = now - span;
  const at = (time: number) => (time - from) / span;
  const greatest = Math.max(1, ...orders.map(({ netAmount }) => netAmount));
  return {
    bars: orders.map(({ paidAt, netAmount }, index) => {
      const time = Date.parse(paidAt);
      return { at: at(time), time, netAmount, height: Math.max(0, netAmount) / greatest, isFirst: index === 0 };
    }),
    discs: shows.map((show) => ({ at: at(beginOf(show)), time: beginOf(show), show, share: shareOf(show, now) })),
    months: monthStarts(from, now).map((month) => ({ ...month, at: at(month.time) })),
  };
}

const beginOf = (show: WatchedShow) => Date.parse(show.liveSince ?? show.startsAt);

/** The part of the show that somebody watched while it was on air, up to now where it still is. */
export function shareOf({ liveSince, endedAt, watched }: WatchedShow, now: number): number {
  if (!liveSince) return 0;
  const begin = Date.parse(liveSince);
  const end = endedAt ? Date.parse(endedAt) : now;
  if (end <= begin) return 0;
  const seen = watched.reduce((sum, [from, to]) => {
    return sum + Math.max(0, Math.min(Date.parse(to), end) - Math.max(Date.parse(from), begin));
  }, 0);
  return Math.min(1, seen / (end - begin));
}

/** A disc of radius r around 0, 0, filled clockwise from the top by a share, as a path. */
export function sector(share: number, r: number): string {
  if (share >= 0.999) return `M0 ${-r}A${r} ${r} 0 1 1 0 ${r}A${r} ${r} 0 1 1 0 ${-r}Z`;
  const angle = 2 * Math.PI * share;
  const [x, y] = [r * Math.sin(angle), -r * Math.cos(angle)].map((value) => Math.round(value * 100) / 100);
  return `M0 0V${-r}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}Z`;
}
