import type { TimelineEntry } from '#contracts/customers';

/** What happened on one day: some of it in a show, told under it, some elsewhere. */
export interface DayGroup {
  day: string;
  parts: { showId: string | null; entries: TimelineEntry[] }[];
}

/**
 * Entries by day, the newest day first; within a day in the order in which they happened, those of one show together where its first one stands.
 * @param dayOf the day of an instant in the brand's zone
 */
export function groupByDay(entries: readonly TimelineEntry[], dayOf: (time: string) => string): DayGroup[] {
  const days = Map.groupBy(entries, ({ at }) => dayOf(at));
  return [...days].map(([day, ofDay]) => {
    const parts: DayGroup['parts'] = [];
    for (const entry of ofDay.toReversed()) {
      const last = parts.at(-1);
      const part =
        entry.showId === null
          ? last?.showId === null
            ? last
            : undefined
          : parts.find(({ showId }) => showId === entry.showId);
      if (part) part.entries.push(entry);
      else parts.push({ showId: entry.showId, entries: [entry] });
    }
    return { day, parts };
  });
}
