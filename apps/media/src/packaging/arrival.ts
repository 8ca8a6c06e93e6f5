/** No picture takes so long from the worker through ffmpeg. */
const MOST_DELAY_MS = 30_000;

/**
 * When a picture arrived, on the clock of `now`. An encoder's B-frames give times that no date can hold; of such a picture it is known
 * only that it is here now.
 * @param originMs when the picture of media time 0 arrived
 * @param startsAt media time in seconds
 */
export function arrivalOf(originMs: number, startsAt: number, now: number): number {
  const arrivedAt = originMs + startsAt * 1_000;
  return Math.abs(now - arrivedAt) <= MOST_DELAY_MS ? arrivedAt : now;
}
