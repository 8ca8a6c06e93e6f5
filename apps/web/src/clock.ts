import { useSyncExternalStore } from 'react';

/**
 * The server's clock as this browser knows it. Every running time in the house ends at a server time, and phones are
 * often minutes wrong, so nothing compares a server time with Date.now() directly.
 */
let offsetMs = 0;
let bestRoundTripMs = Infinity;
let learntAt = 0;
const SAMPLE_LIFETIME_MS = 5 * 60_000;

export function serverNow(): number {
  return Date.now() + offsetMs;
}

/**
 * Takes the `serverTime` of a reply. The sample with the shortest round trip wins, because its middle is the best guess of when
 * the server looked at its clock; after five minutes any sample replaces it, since clocks drift.
 */
export function learnServerTime(serverTime: string, sentAt: number, receivedAt: number): void {
  const roundTripMs = Math.max(0, receivedAt - sentAt);
  const server = Date.parse(serverTime);
  if (Number.isNaN(server)) return;
  if (roundTripMs > bestRoundTripMs && receivedAt - learntAt < SAMPLE_LIFETIME_MS) return;
  offsetMs = server - (sentAt + receivedAt) / 2;
  bestRoundTripMs = roundTripMs;
  learntAt = receivedAt;
}

interface Ticker {
  subscribe: (listener: () => void) => () => void;
  now: () => number;
}

const tickers = new Map<number, Ticker>();

/** One timer per period for the whole page, so that all figures of a screen change in the same moment. */
function ticker(periodMs: number): Ticker {
  const known = tickers.get(periodMs);
  if (known) return known;
  const listeners = new Set<() => void>();
  const floor = () => Math.floor(serverNow() / periodMs) * periodMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = floor();
  const tick = () => {
    current = floor();
    timer = setTimeout(tick, periodMs - (serverNow() % periodMs) + 1);
    for (const listener of listeners) listener();
  };
  const made: Ticker = {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        current = floor();
        timer = setTimeout(tick, periodMs - (serverNow() % periodMs) + 1);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearTimeout(timer);
      };
    },
    now: () => (listeners.size === 0 ? floor() : current),
  };
  tickers.set(periodMs, made);
  return made;
}

/** Server time in milliseconds, rounded down to the period; renders again each period. */
export function useNow(periodMs = 1000): number {
  const { subscribe, now } = ticker(periodMs);
  return useSyncExternalStore(subscribe, now);
}

/**
 * Whole seconds until a server time, never below 0: a timer that starts at the full figure and reaches 0 at its end.
 * @param startsAt our guess of the server's clock may lie a little before it, and nobody has more than the whole
 */
export function useSecondsLeft(startsAt: string, endsAt: string): number {
  useNow(1000);
  const end = Date.parse(endsAt);
  return Math.max(0, Math.ceil((end - Math.max(serverNow(), Date.parse(startsAt))) / 1000));
}
