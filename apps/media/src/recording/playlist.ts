import type { TimeMap } from '#contracts/time-map';
import type { RecordedPart } from './manifest.ts';

/** Where clock and playhead differ by more than this, a new stretch of the map begins. */
const MOST_DRIFT_MS = 500;

/** The whole show as a VOD playlist over its parts, each a file that is read by ranges. */
export function vodPlaylist(parts: RecordedPart[]): string {
  const longest = Math.max(...parts.flatMap(({ segments }) => segments.map(({ seconds }) => seconds)));
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longest))}`];
  lines.push('#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD');
  parts.forEach((part, index) => {
    if (index > 0) lines.push('#EXT-X-DISCONTINUITY');
    lines.push(`#EXT-X-MAP:URI="${part.file}",BYTERANGE="${part.initLength}@0"`);
    for (const { seconds, at, length, offset } of part.segments) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(at).toISOString()}`);
      lines.push(`#EXTINF:${seconds.toFixed(5)},`, `#EXT-X-BYTERANGE:${length}@${offset}`, part.file);
    }
  });
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}

/** From playhead to clock: a stretch for each run without a jump. */
export function timeMapOf(parts: RecordedPart[]): TimeMap {
  const spans: { position: number; at: number; seconds: number }[] = [];
  let position = 0;
  for (const part of parts) {
    for (const [index, { at, seconds }] of part.segments.entries()) {
      const span = spans.at(-1);
      const goesOn = index > 0 && span && Math.abs(span.at + span.seconds * 1000 - at) <= MOST_DRIFT_MS;
      if (goesOn) span.seconds += seconds;
      else spans.push({ position, at, seconds });
      position += seconds;
    }
  }
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  return spans.map((span) => ({
    position: rounded(span.position),
    at: new Date(span.at).toISOString(),
    seconds: rounded(span.seconds),
  }));
}

export function secondsOf(parts: RecordedPart[]): number {
  return parts.reduce((sum, { segments }) => sum + segments.reduce((part, { seconds }) => part + seconds, 0), 0);
}
