/** What a receiver has counted since its stream began. */
export interface Received {
  at: number;
  received: number;
  lost: number;
  /** Seconds that the picture stood still. */
  frozen: number;
}

const WINDOW_MS = 10_000;
const JUDGED_FROM_MS = 8_000;
const FROZEN_SHARE = 0.25;
const LOST_SHARE = 0.1;

/** Whether a line has been losing for so long that a path which may repair more is the better one. A single bad second does not count. */
export class LineQuality {
  #seen: Received[] = [];

  isUnsteady(now: Received): boolean {
    const last = this.#seen.at(-1);
    // A new stream begins to count at 0, and a page that slept has missed what happened.
    if (last && (now.received < last.received || now.frozen < last.frozen || now.at - last.at > WINDOW_MS)) {
      this.#seen = [];
    }
    this.#seen.push(now);
    while (now.at - this.#seen[0]!.at > WINDOW_MS) this.#seen.shift();
    const first = this.#seen[0]!;
    if (now.at - first.at < JUDGED_FROM_MS) return false;
    const lost = Math.max(0, now.lost - first.lost);
    const all = lost + (now.received - first.received);
    return (
      (now.frozen - first.frozen) * 1000 >= FROZEN_SHARE * (now.at - first.at) || (all > 0 && lost / all >= LOST_SHARE)
    );
  }

  forget(): void {
    this.#seen = [];
  }
}
