/** A part of a sprite sheet, in its pixels. */
export interface Thumbnail {
  from: number;
  to: number;
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /^(\d{2}):(\d{2}):(\d{2}\.\d{3}) --> (\d{2}):(\d{2}):(\d{2}\.\d{3})\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/;

/** Of a WebVTT track, with addresses relative to its own. */
export function parseThumbnails(track: string, trackUrl: string): Thumbnail[] {
  return track.split('\n\n').flatMap((block) => {
    const cue = CUE.exec(block.trim());
    if (!cue) return [];
    const seconds = (hours: string, minutes: string, rest: string) =>
      Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
    const [x, y, width, height] = cue.slice(8, 12).map(Number) as [number, number, number, number];
    const [from, to] = [seconds(cue[1]!, cue[2]!, cue[3]!), seconds(cue[4]!, cue[5]!, cue[6]!)];
    return [{ from, to, url: new URL(cue[7]!, trackUrl).href, x, y, width, height }];
  });
}

export function thumbnailAt(thumbnails: Thumbnail[], position: number): Thumbnail | null {
  return thumbnails.findLast(({ from }) => from <= position) ?? null;
}
