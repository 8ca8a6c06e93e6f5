import { lengths, type InitSection, type Part, type Segment, type Track } from './segment.ts';

/** How far from the end a client should stay that plays parts: three of them at least, and a little for its line. */
const PART_HOLD_BACK = 0.9;
const HOLD_BACK = lengths.segmentTarget * 3;
/** A client that has the playlist may leave out what is older. */
const SKIP_UNTIL = lengths.segmentTarget * 6;
/** With the one that grows they reach three targets back, and the standard wants no more. */
const WHOLE_SEGMENTS_WITH_PARTS = 2;

const seconds = (value: number) => value.toFixed(5);

/**
 * A media playlist as RFC 8216bis says. With `skip`, a delta update: old segments are only counted.
 */
export function renderPlaylist(timeline: Track, skip = false): string {
  const { segments, open, token } = timeline;
  const skipped = skip ? skippable(timeline) : 0;
  const withParts = timeline.ended ? segments.length : segments.length - WHOLE_SEGMENTS_WITH_PARTS;
  const first = segments[0] ?? open;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${lengths.segmentTarget}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=${SKIP_UNTIL},HOLD-BACK=${HOLD_BACK},PART-HOLD-BACK=${PART_HOLD_BACK}`,
    `#EXT-X-PART-INF:PART-TARGET=${lengths.partTarget}`,
    `#EXT-X-MEDIA-SEQUENCE:${first?.sequence ?? timeline.nextSequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${timeline.discontinuitySequence}`,
  ];
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
  let map: InitSection | null = skipped > 0 ? segments[skipped - 1]!.init : null;
  for (let index = skipped; index < segments.length; index += 1) {
    const segment = segments[index]!;
    lines.push(...headOf(segment, map, token));
    map = segment.init;
    if (index >= withParts) for (const part of segment.parts) lines.push(partLine(part, token));
    if (isGap(segment)) lines.push('#EXT-X-GAP');
    lines.push(`#EXTINF:${seconds(segment.duration)},`, `${token}/s${segment.sequence}.m4s`);
  }
  if (timeline.ended) lines.push('#EXT-X-ENDLIST');
  else if (open && open.parts.length > 0) {
    lines.push(...headOf(open, map, token));
    for (const part of open.parts) lines.push(partLine(part, token));
  }
  if (timeline.flowing) lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${token}/p${timeline.nextPart}.m4s"`);
  for (const { uri, track } of timeline.others) lines.push(...reportLine(uri, track));
  return `${lines.join('\n')}\n`;
}

/** How far another rendition is, so that who goes over to it asks for the right part at once. */
function reportLine(uri: string, { segments, open, ended }: Track): string[] {
  // Not of a first part: hls.js takes its number, 0, for none and asks for another.
  const growing = open && open.parts.length > 1 ? open : null;
  const last = growing ?? segments.at(-1);
  if (!last || ended) return [];
  const part = last.parts.length > 0 ? `,LAST-PART=${last.parts.length - 1}` : '';
  return [`#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last.sequence}${part}`];
}

/** Nothing of it can be fetched. */
export const isGap = ({ bytes, kept }: Segment) => bytes === null && kept === null;

function headOf(segment: Segment, map: InitSection | null, token: string): string[] {
  const lines: string[] = [];
  if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
  if (segment.init !== map) lines.push(`#EXT-X-MAP:URI="${token}/i${segment.init.number}.mp4"`);
  lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTime).toISOString()}`);
  return lines;
}

/** A picture that stood longer than a part may be long makes a part that is longer than it says. */
function partLine({ number, duration, independent }: Part, token: string): string {
  const length = Math.min(duration, lengths.partTarget);
  return `#EXT-X-PART:DURATION=${seconds(length)},URI="${token}/p${number}.m4s"${independent ? ',INDEPENDENT=YES' : ''}`;
}

/** How many segments lie further from the end than the boundary. */
function skippable({ segments, open }: Track): number {
  let behind = open?.duration ?? 0;
  let index = segments.length;
  while (index > 0 && behind < SKIP_UNTIL) behind += segments[--index]!.duration;
  return index;
}
