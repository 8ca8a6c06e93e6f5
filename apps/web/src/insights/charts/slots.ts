import { formatDate, formatDuration, formatNumber, formatTime, locale } from '../../i18n.ts';
import { addDays, instantsOf, type DayRange } from './range.ts';
import type { Slot } from './types.ts';

/** A slot for each day of the range, in the brand's zone. */
export function daySlots(range: DayRange, timeZone: string): Slot[] {
  const slots: Slot[] = [];
  for (let day = range.from; day <= range.to; day = addDays(day, 1))
    slots.push(slotOf({ from: day, to: day }, timeZone));
  return slots;
}

/** A slot for each calendar month that the range touches. */
export function monthSlots(range: DayRange, timeZone: string): Slot[] {
  const slots: Slot[] = [];
  for (let month = `${range.from.slice(0, 7)}-01`; month <= range.to;) {
    const next = addDays(month, 32).slice(0, 7);
    const slot = slotOf({ from: month, to: addDays(`${next}-01`, -1) }, timeZone);
    const label = new Intl.DateTimeFormat(locale.get() === 'ja' ? 'ja-JP' : 'en-GB', {
      year: 'numeric',
      month: locale.get() === 'ja' ? 'long' : 'short',
      timeZone: 'UTC',
    }).format(new Date(`${month}T00:00:00Z`));
    slots.push({ ...slot, label });
    month = `${next}-01`;
  }
  return slots;
}

function slotOf(range: DayRange, timeZone: string): Slot {
  const { from, to } = instantsOf(range, timeZone);
  return { from: Date.parse(from), to: Date.parse(to), label: formatDate(from, timeZone) };
}

/** Slots of so many seconds of a recording. */
export function playheadSlots(length: number, seconds: number): Slot[] {
  return Array.from({ length: Math.ceil(length / seconds) }, (_, index) => ({
    ...{ from: index * seconds * 1000, to: (index + 1) * seconds * 1000 },
    label: formatDuration(index * seconds),
  }));
}

/** Slots of so many seconds from `from`; the last one may reach beyond `to`. */
export function secondSlots(from: number, to: number, seconds: number, timeZone: string): Slot[] {
  const slots: Slot[] = [];
  for (let at = from; at < to; at += seconds * 1000) {
    const label = seconds % 60 === 0 ? formatTime(at, timeZone) : `${formatTime(at, timeZone)}:${secondsOf(at)}`;
    slots.push({ from: at, to: at + seconds * 1000, label });
  }
  return slots;
}

const secondsOf = (at: number) => formatNumber(Math.floor(at / 1000) % 60, { minimumIntegerDigits: 2 });
