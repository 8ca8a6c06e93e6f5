import { isGap } from './playlist.ts';
import type { Segment, Track } from './segment.ts';

/** Of so many of the newest segments a rendition's rates are told. */
const MEASURED = 10;

/**
 * The list of a show's renditions, the largest first, as they have been lately.
 */
export function renderMultivariant(lead: Track): string {
  const tracks = [{ uri: 'live.m3u8', track: lead }, ...lead.others];
  const shown = tracks
    .flatMap(({ uri, track }) => {
      const figures = figuresOf(track);
      return figures ? [{ uri, figures }] : [];
    })
    // The lead stays before one of its own size.
    .sort((one, other) => other.figures.pixels - one.figures.pixels);
  const lines = ['#EXTM3U', '#EXT-X-VERSION:9'];
  if (shown.every(({ figures }) => figures.independent)) lines.push('#EXT-X-INDEPENDENT-SEGMENTS');
  let frameRate = Infinity;
  let smallest = Infinity;
  for (const { uri, figures } of shown) {
    const { peak, average, init, pixels } = figures;
    // While the largest layer is not sent the next one takes its place, and is not told twice.
    if (pixels >= smallest) continue;
    smallest = pixels;
    // Players go to no larger picture of fewer frames: what was measured a little higher for the smaller one is the same rate.
    frameRate = Math.min(frameRate, figures.frameRate);
    const attributes = [
      `BANDWIDTH=${peak}`,
      `AVERAGE-BANDWIDTH=${average}`,
      ...(init.codecs ? [`CODECS="${init.codecs}"`] : []),
      `RESOLUTION=${init.width}x${init.height}`,
      `FRAME-RATE=${frameRate.toFixed(3)}`,
    ];
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, uri);
  }
  return `${lines.join('\n')}\n`;
}

function figuresOf({ segments, open }: Track) {
  const made = segments.slice(-MEASURED).filter((segment) => !isGap(segment));
  // A show that has just begun has parts only.
  if (made.length === 0 && open && open.duration > 0) made.push(open);
  const newest = made.at(-1);
  if (!newest) return null;
  const sum = (of: (segment: Segment) => number) => made.reduce((total, segment) => total + of(segment), 0);
  const seconds = sum(({ duration }) => duration);
  const rates = made.map(({ size, duration }) => (size * 8) / duration);
  return {
    init: newest.init.init,
    pixels: newest.init.init.width * newest.init.init.height,
    peak: Math.round(Math.max(...rates)),
    average: Math.round((sum(({ size }) => size) * 8) / seconds),
    frameRate: Math.max(1, Math.round(sum(({ pictures }) => pictures) / seconds)),
    independent: segments.every(({ independent }) => independent),
  };
}
