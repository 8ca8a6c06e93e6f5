import type { PublicShow } from '#contracts/shows';

/** The show as an iCalendar file (RFC 5545): UTC times, escaped text, lines folded at 75 octets. */
export function calendarOf(show: PublicShow, pageUrl: string, now: Date): string {
  const hour = 3600_000;
  const end = show.endsAt ?? new Date(Date.parse(show.startsAt) + hour).toISOString();
  const title = [show.title, show.subtitle].filter(Boolean).join(' ');
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Engawa//Show//EN',
    'BEGIN:VEVENT',
    `UID:${show.id}@engawa`,
    `DTSTAMP:${stamp(now.toISOString())}`,
    `DTSTART:${stamp(show.startsAt)}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${escaped(`${title} | ${show.brand.name}`)}`,
    `DESCRIPTION:${escaped(pageUrl)}`,
    `URL:${pageUrl}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(title)}`,
    'TRIGGER:-PT10M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.flatMap(folded).join('\r\n') + '\r\n';
}

export function downloadCalendar(show: PublicShow): void {
  const text = calendarOf(show, window.location.href.split(/[?#]/)[0] ?? '', new Date());
  const url = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${show.slug}.ics`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function stamp(time: string): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (mark) => `\\${mark}`).replace(/\r?\n/g, '\\n');
}

function folded(line: string): string[] {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > 75) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part];
}
