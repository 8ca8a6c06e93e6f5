import type { Pin } from '#contracts/shows';
import { stretchOf, type TimeMap } from '#contracts/time-map';

/** A stretch of the replay in which an offer was on screen; seconds of the playhead. */
export interface Chapter {
  pinId: string;
  offerId: string;
  from: number;
  to: number;
}

export function chaptersOf(pins: Pin[], map: TimeMap, seconds: number): Chapter[] {
  return pins.flatMap(({ id, offerId, pinnedAt, unpinnedAt }) => {
    const stretch = stretchOf(map, seconds, Date.parse(pinnedAt), unpinnedAt === null ? null : Date.parse(unpinnedAt));
    return stretch ? [{ pinId: id, offerId, ...stretch }] : [];
  });
}

/** What was on screen at a position; null for nothing. */
export function chapterAt(chapters: Chapter[], position: number): Chapter | null {
  return chapters.findLast(({ from, to }) => from <= position && position < to) ?? null;
}
