import type { Pin } from '#contracts/shows';
import { positionAt, type TimeMap } from '#contracts/time-map';

/** A stretch of the replay in which an offer was on screen; seconds of the playhead. */
export interface Chapter {
  pinId: string;
  offerId: string;
  from: number;
  to: number;
}

const SHORTEST_SECONDS = 1;

/** What was up for no time, or only while nothing was transmitted, is none. */
export function chaptersOf(pins: Pin[], map: TimeMap, seconds: number): Chapter[] {
  return pins.flatMap(({ id, offerId, pinnedAt, unpinnedAt }) => {
    const from = positionAt(map, Date.parse(pinnedAt));
    const to = unpinnedAt === null ? seconds : Math.min(seconds, positionAt(map, Date.parse(unpinnedAt)));
    return to - from < SHORTEST_SECONDS ? [] : [{ pinId: id, offerId, from, to }];
  });
}

/** What was on screen at a position; null for nothing. */
export function chapterAt(chapters: Chapter[], position: number): Chapter | null {
  return chapters.findLast(({ from, to }) => from <= position && position < to) ?? null;
}
