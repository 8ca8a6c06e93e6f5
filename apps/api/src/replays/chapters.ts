import { stretchOf, type TimeMap } from '#contracts/time-map';

export interface Shown {
  name: string;
  from: Date;
  to: Date | null;
}

/** WebVTT with a chapter for each stretch in which something was on screen; what was up for less than a second is none. */
export function chapterTrack(shown: Shown[], map: TimeMap, seconds: number): string {
  const cues = shown.flatMap(({ name, from, to }) => {
    const stretch = stretchOf(map, seconds, from.getTime(), to?.getTime() ?? null);
    return stretch ? [`${vttTime(stretch.from)} --> ${vttTime(stretch.to)}\n${escaped(name)}\n`] : [];
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function vttTime(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}

/** A name is one line of text and no markup (WebVTT, 6.4). */
function escaped(name: string): string {
  return name.replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
