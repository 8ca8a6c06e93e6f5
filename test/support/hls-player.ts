import HLS from 'hls-parser';

HLS.setOptions({ strictMode: true });

type MediaPlaylist = HLS.types.MediaPlaylist;
export interface SeenSegment {
  sequence: number;
  uri: string;
  duration: number;
  discontinuity: boolean;
  /** Of its first picture. */
  at: number;
  map: string;
  /** It cannot be fetched. */
  gap: boolean;
}

/**
 * Follows a playlist as a player does, by blocking reloads, and holds every answer to the standard: what hls-parser refuses in its strict mode, what was
 * told once and is told differently later, and numbers that go back are kept in `faults`.
 */
export class HlsPlayer {
  readonly url: string;
  readonly faults: string[] = [];
  readonly segments = new Map<number, SeenSegment>();
  refreshes = 0;
  ended = false;
  #stopped = false;
  #last: MediaPlaylist | null = null;
  #following: Promise<void> = Promise.resolve();

  constructor(url: string) {
    this.url = url;
  }

  get discontinuities(): number {
    return [...this.segments.values()].filter(({ discontinuity }) => discontinuity).length;
  }

  follow(): void {
    this.#following = (async () => {
      while (!this.ended && !this.#stopped) await this.#refresh();
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#following;
  }

  async #refresh(): Promise<void> {
    const answer = await fetch(this.url + this.#question());
    const text = await answer.text();
    this.refreshes += 1;
    if (!answer.ok) {
      if (answer.status !== 404 || this.#last) this.faults.push(`${answer.status}: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return;
    }
    try {
      this.#take(HLS.parse(text) as MediaPlaylist, text);
    } catch (error) {
      this.faults.push(`${String(error)}\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The part after the last one that is known. */
  #question(): string {
    const last = this.#last?.segments.at(-1);
    if (!last) return '';
    const whole = last.uri !== undefined && last.uri !== '';
    const parts = last.parts.filter(({ hint }) => !hint).length;
    return whole
      ? `?_HLS_msn=${last.mediaSequenceNumber + 1}&_HLS_part=0`
      : `?_HLS_msn=${last.mediaSequenceNumber}&_HLS_part=${parts}`;
  }

  #take(playlist: MediaPlaylist, text: string): void {
    const before = this.#last;
    const fault = (what: string) => this.faults.push(`${what}\n${text}`);
    if (before && playlist.mediaSequenceBase! < before.mediaSequenceBase!) fault('the media sequence goes back');
    if (before && playlist.discontinuitySequenceBase! < before.discontinuitySequenceBase!)
      fault('discontinuities go back');
    if (before && playlist.targetDuration !== before.targetDuration) fault('the target changes');
    for (const segment of playlist.segments) {
      if (!segment.uri) continue;
      const seen: SeenSegment = {
        sequence: segment.mediaSequenceNumber,
        uri: segment.uri,
        duration: segment.duration,
        discontinuity: segment.discontinuity === true,
        at: segment.programDateTime!.getTime(),
        map: segment.map!.uri,
        gap: segment.gap === true,
      };
      if (Math.round(seen.duration) > playlist.targetDuration) fault(`${seen.uri} is longer than the target`);
      const known = this.segments.get(seen.sequence);
      if (known && JSON.stringify(known) !== JSON.stringify(seen)) fault(`${known.uri} is told differently`);
      const previous = this.segments.get(seen.sequence - 1);
      if (previous && !seen.discontinuity && previous.map !== seen.map)
        fault(`${seen.uri} changes its map unannounced`);
      this.segments.set(seen.sequence, seen);
    }
    this.#last = playlist;
    this.ended = playlist.endlist;
  }
}
