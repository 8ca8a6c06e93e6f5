import { toInstant } from '../../staff/zoned-time.ts';

/** Whole days of the brand's zone, both included: "2026-10-26" to "2026-11-22". */
export interface DayRange {
  from: string;
  to: string;
}

export const presets = [7, 28, 90] as const;
const LONGEST_DAYS = 731;

/** The day that the zone's calendar shows at this instant. */
export function dayOf(at: number | string | Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(at));
}

/** The day that is so many later; months and summer time do the right thing, as these are days of a calendar. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function countDays({ from, to }: DayRange): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}

/** The last so many days, today included. */
export function lastDays(days: number, today: string): DayRange {
  return { from: addDays(today, 1 - days), to: today };
}

/** As long as the given one, and right before it. */
export function before({ from, to }: DayRange): DayRange {
  return { from: addDays(from, -countDays({ from, to })), to: addDays(from, -1) };
}

/** When its first day begins and when the day after its last one begins, as instants. */
export function instantsOf({ from, to }: DayRange, timeZone: string): { from: string; to: string } {
  const begin = (day: string) => toInstant(`${day}T00:00`, timeZone) ?? `${day}T00:00:00.000Z`;
  return { from: begin(from), to: begin(addDays(to, 1)) };
}

/** Why a range cannot be had; null when it can. */
export function faultOf({ from, to }: DayRange): 'wrongRange' | 'tooLong' | null {
  if (!isDay(from) || !isDay(to) || from > to) return 'wrongRange';
  return countDays({ from, to }) > LONGEST_DAYS ? 'tooLong' : null;
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** What the address says; the last 28 days with a comparison where it says nothing that holds. */
export function rangeFrom(search: URLSearchParams, today: string): { range: DayRange; compared: boolean } {
  const asked = { from: search.get('from') ?? '', to: search.get('to') ?? '' };
  const range = faultOf(asked) === null ? asked : lastDays(Number(search.get('days')) || 28, today);
  return { range: faultOf(range) === null ? range : lastDays(28, today), compared: search.get('compare') !== '0' };
}
