import { ratio } from './ratio.ts';

/** A session ends after so long without a sign of life. */
export const IDLE_MS = 30 * 60_000;

export interface Session {
  person: string;
  /** Of the first and of the last sign of life, in milliseconds. */
  from: number;
  to: number;
  events: number;
}

/**
 * Sessions of each person, in the order of their beginnings. A sign of life exactly `idle` after the last still belongs to the session.
 *
 * @param signs anything that a person did, in any order, in milliseconds
 */
export function sessions(signs: Iterable<{ person: string; at: number }>, idle = IDLE_MS): Session[] {
  const found: Session[] = [];
  const current = new Map<string, Session>();
  for (const { person, at } of [...signs].sort(byTime)) {
    const session = current.get(person);
    if (session && at - session.to <= idle) {
      session.to = at;
      session.events += 1;
    } else {
      const begun = { person, from: at, to: at, events: 1 };
      current.set(person, begun);
      found.push(begun);
    }
  }
  return found;
}

/** Persons in one order too, so that the answer does not depend on the order of the signs. */
const byTime = (a: { person: string; at: number }, b: { person: string; at: number }) =>
  a.at - b.at || (a.person < b.person ? -1 : Number(a.person > b.person));

/** Sessions that began from `from` up to, but not including, `to`, over the persons who had one; null where nobody had. */
export function visitFrequency(all: Iterable<Session>, from: number, to: number): number | null {
  const within = [...all].filter((session) => session.from >= from && session.from < to);
  return ratio(within.length, new Set(within.map(({ person }) => person)).size);
}
