import type { RoomState } from './room.ts';

/** Who went further back than this has left live on purpose: pins follow their picture, and prices are those of now. */
const LIVE_WITHIN_MS = 10_000;

/**
 * The room as it was when the picture on a screen was taken: a pin comes and goes with its frame, and a deal begins and ends with its
 * own. Stock, chat and the rest are of now. A deal's times are moved by the delay, so that all that counts them down goes on comparing
 * them with the server's clock.
 */
export function roomAsSeen(state: RoomState, behindMs: number, now: number): RoomState {
  const { show } = state;
  if (!show) return state;
  const then = now - behindMs;
  const pins = show.pins
    .filter(({ pinnedAt }) => Date.parse(pinnedAt) <= then)
    .map((pin) => (pin.unpinnedAt !== null && Date.parse(pin.unpinnedAt) > then ? { ...pin, unpinnedAt: null } : pin));
  const seen: RoomState = { ...state, path: 'smooth', show: { ...show, pins } };
  if (behindMs > LIVE_WITHIN_MS) return seen;
  const later = (time: string) => new Date(Date.parse(time) + behindMs).toISOString();
  const deals = state.deals
    .filter(({ startsAt }) => Date.parse(startsAt) <= then)
    .map((deal) => ({ ...deal, startsAt: later(deal.startsAt), endsAt: later(deal.endsAt) }));
  return { ...seen, deals };
}

/** When the picture reaches the next pin or deal that is known and not yet seen: in so many milliseconds, or null. */
export function nextSeen(state: RoomState, behindMs: number, now: number): number | null {
  const then = now - behindMs;
  const times = [
    ...(state.show?.pins ?? []).flatMap(({ pinnedAt, unpinnedAt }) => [pinnedAt, unpinnedAt]),
    ...state.deals.map(({ startsAt }) => startsAt),
  ].flatMap((time) => (time !== null && Date.parse(time) > then ? [Date.parse(time) - then] : []));
  return times.length > 0 ? Math.min(...times) : null;
}
