import type { WaitlistEntry } from '#contracts/checkout';

/** A place as the server has just told it. What is given up is forgotten; a lapsed turn stays until its viewer has read of it. */
export function withPlace(known: WaitlistEntry[], entry: WaitlistEntry): WaitlistEntry[] {
  const others = known.filter(({ id }) => id !== entry.id);
  return entry.state === 'left' ? others : [...others, entry];
}

/** All open places of a viewer, as asked for. A turn that was known and is not among them any more is over: its own clock tells how. */
export function allPlaces(known: WaitlistEntry[], open: WaitlistEntry[]): WaitlistEntry[] {
  const ids = new Set(open.map(({ id }) => id));
  return [...known.filter((entry) => entry.state !== 'waiting' && !ids.has(entry.id)), ...open];
}

/** Turns whose time is over and which were not bought, without those that wait again. */
export function lapsedPlaces(
  entries: WaitlistEntry[],
  now: number,
  isSold: (holdId: string) => boolean,
): WaitlistEntry[] {
  return entries.filter((entry) => {
    if (entries.some((other) => other.state === 'waiting' && other.variantId === entry.variantId)) return false;
    if (entry.state === 'lapsed') return true;
    if (entry.state !== 'offered' || !entry.hold || entry.hold.state !== 'active') return false;
    return Date.parse(entry.hold.expiresAt) <= now && !isSold(entry.hold.id);
  });
}
