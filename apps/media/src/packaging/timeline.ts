import type { Fragment, Init } from './fragments.ts';

/** What a playlist promises of its lengths, in seconds. A segment is cut before it would round to more than its target. */
export const lengths = {
  segmentTarget: 2,
  segmentCutFrom: 1.5,
  segmentAtMost: 2.45,
  partTarget: 0.23,
  /** 85 % of the target is the least that a part may have. */
  partFrom: 0.1956,
} as const;

const WINDOW = { seconds: 1_800, bytes: 256_000_000 };
/** As many of the newest stay in memory in any case. */
const SEGMENTS_HELD = 12;
/** No more of the newest segments than these have parts to offer; which can be fetched a little longer. */
const SEGMENTS_WITH_PARTS = 4;
const PARTS_KEPT = 40;

export interface Part {
  number: number;
  duration: number;
  independent: boolean;
  bytes: Buffer;
}

export interface InitSection {
  number: number;
  init: Init;
}

export interface Segment {
  sequence: number;
  broadcastId: string;
  /** When its first picture arrived at the worker, in milliseconds since 1970 on the api's clock. */
  programDateTime: number;
  discontinuity: boolean;
  init: InitSection;
  duration: number;
  parts: Part[];
  /** All parts in one; empty while it grows, null once they are to be read where they are kept. */
  bytes: Buffer | null;
  /** Where a recorder keeps the same bytes. */
  kept: Place | null;
}

/** A stretch of a file. */
export interface Place {
  path: string;
  offset: number;
  length: number;
}

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
export class Timeline {
  readonly showId: string;
  /** Part of every address, so that addresses of another process's timeline of this show are never taken for ours. */
  readonly token: string;
  readonly segments: Segment[] = [];
  readonly #events: TimelineEvents;
  readonly #window: typeof WINDOW;
  readonly #parts = new Map<number, Part>();
  readonly #inits = new Map<number, InitSection>();
  #open: Segment | null = null;
  #growing: { fragments: Buffer[]; duration: number; independent: boolean } | null = null;
  #init: InitSection | null = null;
  #nextSequence: number;
  #nextPart = 0;
  #nextInit = 0;
  #broken = false;
  #broadcastId = '';
  #bytes = 0;
  discontinuitySequence = 0;
  ended = false;
  /** Counts everything that changes a playlist. */
  version = 0;

  /** @param window seconds that can be gone back, and bytes of them in memory */
  constructor(showId: string, token: string, firstSequence: number, events: TimelineEvents, window = WINDOW) {
    this.showId = showId;
    this.token = token;
    this.#nextSequence = firstSequence;
    this.#events = events;
    this.#window = window;
  }

  /** The segment that grows. */
  get open(): Segment | null {
    return this.#open;
  }

  get nextPart(): number {
    return this.#nextPart;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** Whether more is coming now: while a host is away it is not. */
  get flowing(): boolean {
    return this.#init !== null && !this.ended;
  }

  get empty(): boolean {
    return this.segments.length === 0 && !this.#open?.parts.length;
  }

  /** A new stream of fragments, with an init of its own. What came before is closed. */
  begin(broadcastId: string, init: Init): void {
    if (this.ended) return;
    this.pause();
    this.#broadcastId = broadcastId;
    this.#init = { number: this.#nextInit++, init };
    this.#inits.set(this.#init.number, this.#init);
  }

  /** @param startedAt when its first picture arrived, in milliseconds since 1970 on the api's clock */
  add(fragment: Fragment, startedAt: number): void {
    const init = this.#init;
    if (!init || this.ended) return;
    const open = this.#open;
    if (open && fragment.duration > 0) {
      const length = open.duration + (this.#growing?.duration ?? 0);
      const atKeyframe = fragment.independent && length >= lengths.segmentCutFrom;
      if (atKeyframe || length + fragment.duration > lengths.segmentAtMost) this.#finish();
    }
    if (!this.#open) {
      // Nothing can be seen of a segment that begins without a picture.
      if (fragment.startsAt === null || (this.#broken && !fragment.independent)) return;
      this.#open = {
        sequence: this.#nextSequence++,
        broadcastId: this.#broadcastId,
        programDateTime: startedAt,
        discontinuity: this.#broken,
        init,
        duration: 0,
        parts: [],
        bytes: Buffer.alloc(0),
        kept: null,
      };
      this.#broken = false;
    }
    this.#growing ??= { fragments: [], duration: 0, independent: false };
    if (this.#growing.duration === 0) this.#growing.independent = fragment.independent;
    this.#growing.fragments.push(fragment.bytes);
    this.#growing.duration += fragment.duration;
    if (this.#growing.duration >= lengths.partFrom && this.#closePart()) this.#changed();
  }

  /** Nothing more of this stream comes: its last part and segment are as long as they are, and what follows does not continue it. */
  pause(): void {
    this.#init = null;
    if (this.#open) this.#finish();
    this.#growing = null;
    this.#broken = !this.empty;
  }

  end(): void {
    if (this.ended) return;
    this.pause();
    this.ended = true;
    this.#changed();
  }

  /** Whether a playlist has this part, or the whole segment where none is named, or something later. */
  reaches(sequence: number, part?: number): boolean {
    if (this.ended) return true;
    const whole = this.segments.at(-1)?.sequence ?? -1;
    if (whole >= sequence) return true;
    return part !== undefined && this.#open?.sequence === sequence && this.#open.parts.length > part;
  }

  part(number: number): Part | undefined {
    return this.#parts.get(number);
  }

  segment(sequence: number): Segment | undefined {
    const first = this.segments[0]?.sequence;
    return first === undefined ? undefined : this.segments[sequence - first];
  }

  init(number: number): InitSection | undefined {
    return this.#inits.get(number);
  }

  #closePart(): boolean {
    const growing = this.#growing;
    const open = this.#open;
    // Sound alone goes with the pictures that come next.
    if (!growing || !open || growing.duration === 0) return false;
    this.#growing = null;
    const part: Part = {
      number: this.#nextPart++,
      duration: growing.duration,
      independent: growing.independent,
      bytes: growing.fragments.length === 1 ? growing.fragments[0]! : Buffer.concat(growing.fragments),
    };
    open.parts.push(part);
    open.duration += part.duration;
    this.#parts.set(part.number, part);
    this.#parts.delete(part.number - PARTS_KEPT);
    return true;
  }

  /** Its last part may be short, so nobody is told of it before it is known to be the last. */
  #finish(): void {
    this.#closePart();
    const open = this.#open;
    this.#open = null;
    if (!open || open.parts.length === 0) return;
    const bytes = (open.bytes = Buffer.concat(open.parts.map((part) => part.bytes)));
    let at = 0;
    for (const part of open.parts) part.bytes = bytes.subarray(at, (at += part.bytes.length));
    this.segments.push(open);
    this.#bytes += bytes.length;
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
      bytes,
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
