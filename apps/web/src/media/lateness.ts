/**
 * Who keeps to live is shown a pin or a deal no later than this after it came, however long the picture stands still. The picture of
 * LL-HLS is 2 s late, and jumps to live before it is this late; a deal is open for as long after its end, unless a brand says otherwise.
 */
export const LATEST_MS = 8_000;
/** A delay that moves by less changes nothing that is seen. */
const WORTH_MS = 250;

interface PictureByPlaylist {
  /** Milliseconds from the server to the screen; grows while the picture stands still, and is null while there is none. */
  latencyMs: number | null;
  wentBack: boolean;
}

/**
 * By how many milliseconds the room on a screen is later than the room itself, so that a pin comes with its frame: as late as the
 * picture, or as far back as the viewer went. A picture that stands still holds nothing back for long.
 * @param before what it was until now
 */
export function lateness({ latencyMs, wentBack }: PictureByPlaylist, before: number): number {
  const wanted = wentBack && latencyMs !== null ? latencyMs : Math.min(latencyMs ?? before, LATEST_MS);
  return Math.abs(wanted - before) < WORTH_MS ? before : wanted;
}
