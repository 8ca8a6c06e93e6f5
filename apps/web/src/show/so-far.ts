import type { Pin } from '#contracts/shows';

/** A pin on the line of the show so far. `at` is 0..1 on the line. */
export interface Tick {
  pinId: string;
  offerId: string;
  pinnedAt: string;
  at: number;
  current: boolean;
  /** Where its words stand; `none` when they would run into the next stroke. The current pin near the end has them at its left. */
  words: 'right' | 'left' | 'none';
}

export interface LineOfShow {
  from: number;
  to: number;
  ticks: Tick[];
}

const LONGEST_MS = 2 * 3600_000;
const AHEAD_SHARE = 0.14;

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
  const spots = pins
    .filter((pin) => Date.parse(pin.pinnedAt) >= from)
    .map((pin) => ({ pin, at: Math.min(1, (Date.parse(pin.pinnedAt) - from) / (to - from)), width: labelWidth(pin) }));
  const all = placed(spots, true);
  const mute = all.filter(({ words }) => words === 'none').length;
  // Many strokes without words tell nothing: a crowded line shows only what it can name.
  return { from, to, ticks: mute > all.length / 2 ? placed(spots, false) : all };
}

interface Spot {
  pin: Pin;
  at: number;
  width: number;
}

/** From the newest to the oldest, so that the newest keep their words. */
function placed(spots: Spot[], keepMute: boolean): Tick[] {
  const ticks: Tick[] = [];
  let freeUntil = 1;
  for (const { pin, at, width } of spots.toReversed()) {
    const current = pin.unpinnedAt === null;
    const tick = { pinId: pin.id, offerId: pin.offerId, pinnedAt: pin.pinnedAt, at, current };
    if (current && at + width > freeUntil) {
      ticks.push({ ...tick, words: 'left' });
      freeUntil = at - width;
    } else if (at + width <= freeUntil) {
      ticks.push({ ...tick, words: 'right' });
      freeUntil = at;
    } else if (keepMute && at <= freeUntil) {
      ticks.push({ ...tick, words: 'none' });
      freeUntil = at;
    }
  }
  return ticks.reverse();
}
