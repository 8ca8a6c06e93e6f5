import type Hls from 'hls.js';

const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 120_000;
/** Who falls back within this time of trying could not hold the larger picture. */
const HELD_MS = 20_000;
/** hls.js takes a rendition for less than what it believes the line to carry. */
const ENOUGH = 1.2;

/**
 * Lets a player change its rendition in time. hls.js goes by an average of what the line carried, weighed by the time that each download took, and of those
 * that ended: a line that becomes narrow is taken for the wide one through many stalls, and parts of a small picture, which arrive at once, do not outweigh a
 * bad moment for minutes. So when the picture stalls, what was measured is forgotten and the next smaller one taken; and as long as less than the largest
 * that fits is played, it is forgotten once in a while. Each time that this was too early, it waits twice as long.
 */
export function measureAnew(hls: Hls, { Events, ErrorDetails }: Pick<typeof Hls, 'Events' | 'ErrorDetails'>): void {
  let wait = FIRST_WAIT_MS;
  let level = -1;
  let since = 0;
  /** @param bitrate to go by until something is measured */
  const forget = (bitrate: number) => {
    since = performance.now();
    hls.bandwidthEstimate = bitrate;
  };
  let triedAt = -Infinity;
  hls.on(Events.LEVEL_SWITCHED, (_event, { level: now }) => {
    since = performance.now();
    if (now < level) wait = since - triedAt > HELD_MS ? FIRST_WAIT_MS : Math.min(2 * wait, LONGEST_WAIT_MS);
    level = now;
  });
  hls.on(Events.ERROR, (_event, { details }) => {
    const smaller = hls.levels[Math.max(0, hls.loadLevel - 1)];
    if (details === ErrorDetails.BUFFER_STALLED_ERROR && smaller) forget(smaller.maxBitrate * ENOUGH);
  });
  hls.on(Events.FRAG_BUFFERED, () => {
    if (hls.loadLevel >= hls.maxAutoLevel || performance.now() - since < wait) return;
    forget(hls.bandwidthEstimate);
    triedAt = since;
  });
}
