import type { Pin } from '#contracts/shows';

/** A pin on the line of the show so far. `at` is 0..1 on the line. */
export interface Tick {
  pinId: string;
  offerId: string;
  pinnedAt: string;
  at: number;
  current: boolean;
  /** False when its words would run into the next stroke: the stroke alone is then drawn. */
  labelled: boolean;
}

export interface LineOfShow {
  from: number;
  to: number;
  ticks: Tick[];
}

const LONGEST_MS = 2 * 3600_000;
const AHEAD_SHARE = 0.08;

/**
 * The line from the first picture to the planned end. A show without an end, over its time or very long shows its last two hours and
 * leaves some room ahead. `labelWidth` answers the share of the line that a pin's words take.
 */
export function lineOfShow(
  times: { liveSince: number; endsAt: number | null; now: number },
  pins: Pin[],
  labelWidth: (pin: Pin) => number,
): LineOfShow {
  const planned = times.endsAt !== null && times.endsAt > times.now && times.endsAt - times.liveSince <= LONGEST_MS;
  const from = planned ? times.liveSince : Math.max(times.liveSince, times.now - LONGEST_MS * (1 - AHEAD_SHARE));
  const passed = Math.max(60_000, times.now - from);
  const to = planned && times.endsAt !== null ? times.endsAt : from + passed / (1 - AHEAD_SHARE);
  const ticks: Tick[] = [];
  let freeUntil = 1;
  for (const pin of pins.toReversed()) {
    const pinnedAt = Date.parse(pin.pinnedAt);
    if (pinnedAt < from) continue;
    const at = Math.min(1, (pinnedAt - from) / (to - from));
    const current = pin.unpinnedAt === null;
    const labelled = at + labelWidth(pin) <= freeUntil;
    freeUntil = at;
    ticks.push({ pinId: pin.id, offerId: pin.offerId, pinnedAt: pin.pinnedAt, at, current, labelled });
  }
  return { from, to, ticks: ticks.toReversed() };
}
