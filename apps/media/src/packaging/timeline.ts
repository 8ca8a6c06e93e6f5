import type { Fragment, Init } from './fragments.ts';
import {
  Growth,
  hasReached,
  lengths,
  type InitSection,
  type Part,
  type Place,
  type Segment,
  type Track,
} from './segment.ts';

const WINDOW = { seconds: 1_800, bytes: 256_000_000 };
/** As many of the newest stay in memory in any case. */
const SEGMENTS_HELD = 12;
/** No more of the newest segments than these have parts to offer; which can be fetched a little longer. */
export const SEGMENTS_WITH_PARTS = 4;

/** What a recorder is told. Everything that it is given may be kept; nothing may be changed. */
export interface FinishedSegment {
  showId: string;
  broadcastId: string;
  sequence: number;
  /** Seconds. */
  duration: number;
  programDateTime: number;
  /** It does not continue what came before: another broadcast, or another ffmpeg. */
  discontinuity: boolean;
  /** The ftyp and moov for it; the same object as long as it is the same. */
  init: Init;
  /** One or more moof and mdat. */
  bytes: Buffer;
  /** To be called when a file has the bytes: for who goes back they can be read there, and leave memory when it is short. */
  keptAt(place: Place): void;
}

export interface TimelineEvents {
  /** Something can be fetched that could not before. */
  changed(): void;
  finished(segment: FinishedSegment): void;
}

/**
 * A show's segments and parts, in order, over all broadcasts and packagers that it had. It knows nothing of files, requests or processes.
 */
export class Timeline implements Track {
  readonly showId: string;
  readonly token: string;
  readonly segments: Segment[] = [];
  /** Of the same pictures at lower rates, by their layer. */
  readonly renditions = new Map<number, Track>();
  readonly #events: TimelineEvents;
  readonly #window: typeof WINDOW;
  readonly #growth = new Growth();
  readonly #inits = new Map<number, InitSection>();
  #init: InitSection | null = null;
  #nextSequence: number;
  #nextInit = 0;
  #lastRun: object | null = null;
  #broken = false;
  #broadcastId = '';
  #bytes = 0;
  discontinuitySequence = 0;
  ended = false;
  version = 0;
  /** Whose fragments it takes, so that those of other layers can be told to be of the same time. */
  run: object | null = null;
  /** The first segment of that. */
  runFrom = 0;
  /** Of its newest picture, in seconds of that stream's own time. */
  reachedAt = -Infinity;

  /** @param window seconds that can be gone back, and bytes of them in memory */
  constructor(showId: string, token: string, firstSequence: number, events: TimelineEvents, window = WINDOW) {
    this.showId = showId;
    this.token = token;
    this.#nextSequence = firstSequence;
    this.#events = events;
    this.#window = window;
  }

  get open(): Segment | null {
    return this.#growth.open;
  }

  get nextPart(): number {
    return this.#growth.nextPart;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get flowing(): boolean {
    return this.#init !== null && !this.ended;
  }

  get empty(): boolean {
    return this.segments.length === 0 && !this.open?.parts.length;
  }

  get others(): { uri: string; track: Track }[] {
    return [...this.renditions]
      .filter(([, { empty }]) => !empty)
      .map(([layer, track]) => ({ uri: `r${layer}/live.m3u8`, track }));
  }

  /**
   * A new stream of fragments, with an init of its own. What came before is closed.
   * @param run whose fragments they are: those of one count their time from one moment
   */
  begin(broadcastId: string, init: Init, run: object | null = null): void {
    if (this.ended) return;
    this.pause();
    if (run !== this.#lastRun) this.runFrom = this.#nextSequence;
    this.run = this.#lastRun = run;
    this.#broadcastId = broadcastId;
    this.#init = { number: this.#nextInit++, init };
    this.#inits.set(this.#init.number, this.#init);
  }

  /** @param arrivedAt when its first picture arrived, in milliseconds since 1970 on the api's clock */
  add(fragment: Fragment, arrivedAt: number): void {
    const init = this.#init;
    if (!init || this.ended) return;
    const growth = this.#growth;
    const { independent, startsAt } = fragment;
    if (growth.open && fragment.duration > 0) {
      const { length } = growth;
      const atKeyframe = independent && length >= lengths.segmentCutFrom;
      if (atKeyframe || length + fragment.duration > lengths.segmentAtMost) this.#finish();
    }
    if (!growth.open) {
      // Nothing can be seen of a segment that begins without a picture.
      if (startsAt === null || (this.#broken && !independent)) return;
      growth.begin({
        ...{ sequence: this.#nextSequence++, broadcastId: this.#broadcastId, programDateTime: arrivedAt },
        ...{ startsAt, discontinuity: this.#broken, init, independent },
      });
      this.#broken = false;
    }
    if (startsAt !== null) this.reachedAt = startsAt;
    if (growth.add(fragment)) this.#changed();
  }

  /** Nothing more of this stream comes: its last part and segment are as long as they are, and what follows does not continue it. */
  pause(): void {
    this.#init = null;
    if (this.open) this.#finish();
    this.#growth.drop();
    this.run = null;
    this.reachedAt = -Infinity;
    this.#broken = !this.empty;
  }

  end(): void {
    if (this.ended) return;
    this.pause();
    this.ended = true;
    this.#changed();
  }

  reaches(sequence: number, part?: number): boolean {
    return this.ended || hasReached(this, sequence, part);
  }

  part(number: number): Part | undefined {
    return this.#growth.part(number);
  }

  segment(sequence: number): Segment | undefined {
    const first = this.segments[0]?.sequence;
    return first === undefined ? undefined : this.segments[sequence - first];
  }

  init(number: number): InitSection | undefined {
    return this.#inits.get(number);
  }

  #finish(): void {
    const open = this.#growth.finish();
    if (!open) return;
    this.segments.push(open);
    this.#bytes += open.size;
    const old = this.segments.at(-SEGMENTS_WITH_PARTS - 1);
    if (old) old.parts = [];
    this.#drop();
    this.#changed();
    const { sequence, broadcastId, duration, programDateTime, discontinuity } = open;
    const { init } = open.init;
    const { showId } = this;
    this.#events.finished({
      showId,
      broadcastId,
      sequence,
      duration,
      programDateTime,
      discontinuity,
      init,
      bytes: open.bytes!,
      keptAt: (place) => (open.kept = place),
    });
  }

  /** The oldest go when the window is full: out of memory where a recorder keeps them, else for good. */
  #drop(): void {
    const { segments } = this;
    let seconds = segments.reduce((sum, { duration }) => sum + duration, 0);
    while (segments.length > SEGMENTS_HELD && seconds > this.#window.seconds) {
      seconds -= segments[0]!.duration;
      this.#dropOldest();
    }
    while (this.#bytes > this.#window.bytes) {
      const at = segments.findIndex(({ bytes }) => bytes !== null);
      if (segments.length - at <= SEGMENTS_HELD) return;
      if (segments[at]!.kept) this.#letGo(segments[at]!);
      else for (let count = 0; count <= at; count += 1) this.#dropOldest();
    }
  }

  #dropOldest(): void {
    const oldest = this.segments.shift()!;
    this.#letGo(oldest);
    if (oldest.discontinuity) this.discontinuitySequence += 1;
    const used = this.segments[0]!.init.number;
    for (const number of this.#inits.keys()) if (number < used) this.#inits.delete(number);
  }

  #letGo(segment: Segment): void {
    this.#bytes -= segment.bytes?.length ?? 0;
    segment.bytes = null;
  }

  #changed(): void {
    this.version += 1;
    this.#events.changed();
  }
}
