/**
 * Wall clock of the brand's time zone, as `<input type="datetime-local">` writes it (2026-11-21T20:00), to and from ISO instants.
 * A show is planned in the brand's zone even when its staff sit elsewhere.
 */

/** Minutes that the zone is ahead of UTC at this instant. */
function offsetMinutes(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((wall - Math.floor(instant / 1000) * 1000) / 60_000);
}

/** The instant at which the zone's clocks show `local`; null when the text is no date. A time skipped by summer time becomes the one an hour later. */
export function toInstant(local: string, timeZone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local)) return null;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return null;
  // The offset is that of the instant, which is not known yet: guess with the offset before the change, then mend it once.
  const before = wall - offsetMinutes(wall - 86_400_000, timeZone) * 60_000;
  const mended = wall - offsetMinutes(before, timeZone) * 60_000;
  const instant = offsetMinutes(mended, timeZone) === offsetMinutes(before, timeZone) ? mended : before;
  return new Date(instant).toISOString();
}

/** What the zone's clocks show at the instant: 2026-11-21T20:00. */
export function toLocal(instant: string, timeZone: string): string {
  const at = Date.parse(instant);
  return new Date(at + offsetMinutes(at, timeZone) * 60_000).toISOString().slice(0, 16);
}
