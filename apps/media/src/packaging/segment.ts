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

/** A stretch of a file. */
export interface Place {
  path: string;
  offset: number;
  length: number;
}

export interface Segment {
  sequence: number;
  broadcastId: string;
  /** When its first picture arrived at the worker, in milliseconds since 1970 on the api's clock. */
  programDateTime: number;
  /** Of its first picture, in seconds of its stream's own time. */
  startsAt: number;
  discontinuity: boolean;
  init: InitSection;
  duration: number;
  /** How many it shows. */
  pictures: number;
  size: number;
  /** It begins with a picture that needs no other. */
  independent: boolean;
  parts: Part[];
  /** All parts in one; empty while it grows, null once they are to be read where they are kept. */
  bytes: Buffer | null;
  /** Where a recorder keeps the same bytes. */
  kept: Place | null;
}

/** What can be fetched of one rendition of a show, and all that its playlist is written of. */
export interface Track {
  readonly showId: string;
  /** Part of every address, so that addresses of another process's timeline of this show are never taken for ours. */
  readonly token: string;
  readonly segments: readonly Segment[];
  readonly open: Segment | null;
  readonly nextSequence: number;
  readonly nextPart: number;
  readonly discontinuitySequence: number;
  readonly ended: boolean;
  /** There is nothing yet, or it is no longer made. */
  readonly empty: boolean;
  /** Whether more is coming now: while a host is away it is not. */
  readonly flowing: boolean;
  /** Counts everything that changes a playlist. */
  readonly version: number;
  /** Where the others of the same show are, from this one's folder. */
  readonly others: readonly { uri: string; track: Track }[];
  /** Whether a playlist has this part, or the whole segment where none is named, or something later. */
  reaches(sequence: number, part?: number): boolean;
  part(number: number): Part | undefined;
  segment(sequence: number): Segment | undefined;
  init(number: number): InitSection | undefined;
}

type Beginning = Pick<
  Segment,
  'sequence' | 'broadcastId' | 'programDateTime' | 'startsAt' | 'discontinuity' | 'init' | 'independent'
>;

/** Puts fragments together as parts, and parts as the segment that grows. */
export class Growth {
  open: Segment | null = null;
  nextPart = 0;
  readonly #parts = new Map<number, Part>();
  #growing: { fragments: Buffer[]; duration: number; pictures: number; independent: boolean } | null = null;

  /** Seconds of the open segment, with what is no part yet. */
  get length(): number {
    return (this.open?.duration ?? 0) + (this.#growing?.duration ?? 0);
  }

  begin(beginning: Beginning): void {
    this.open = { ...beginning, duration: 0, pictures: 0, size: 0, parts: [], bytes: Buffer.alloc(0), kept: null };
  }

  /** @returns whether another part can be fetched */
  add(fragment: Fragment): boolean {
    this.#growing ??= { fragments: [], duration: 0, pictures: 0, independent: false };
    const growing = this.#growing;
    if (growing.duration === 0) growing.independent = fragment.independent;
    growing.fragments.push(fragment.bytes);
    growing.duration += fragment.duration;
    growing.pictures += fragment.pictures;
    return growing.duration >= lengths.partFrom && this.#closePart();
  }

  /**
   * The open segment is whole. Its last part may be short, so nobody is told of it before it is known to be the last.
   * @returns null where there is nothing in it
   */
  finish(): Segment | null {
    this.#closePart();
    const { open } = this;
    this.open = null;
    if (!open || open.parts.length === 0) return null;
    const bytes = (open.bytes = Buffer.concat(open.parts.map((part) => part.bytes)));
    let at = 0;
    for (const part of open.parts) part.bytes = bytes.subarray(at, (at += part.bytes.length));
    return open;
  }

  /** What is no part yet is forgotten. */
  drop(): void {
    this.#growing = null;
  }

  /** The open segment comes to nothing. */
  abandon(): void {
    this.drop();
    this.open = null;
  }

  part(number: number): Part | undefined {
    return this.#parts.get(number);
  }

  #closePart(): boolean {
    const growing = this.#growing;
    const { open } = this;
    // Sound alone goes with the pictures that come next.
    if (!growing || !open || growing.duration === 0) return false;
    this.#growing = null;
    const part: Part = {
      number: this.nextPart++,
      duration: growing.duration,
      independent: growing.independent,
      bytes: growing.fragments.length === 1 ? growing.fragments[0]! : Buffer.concat(growing.fragments),
    };
    open.parts.push(part);
    open.duration += part.duration;
    open.pictures += growing.pictures;
    open.size += part.bytes.length;
    this.#parts.set(part.number, part);
    this.#parts.delete(part.number - PARTS_KEPT);
    return true;
  }
}

/** Whether a track has that part, or the whole segment where none is named, or something later. */
export function hasReached({ segments, open }: Pick<Track, 'segments' | 'open'>, sequence: number, part?: number) {
  const whole = segments.at(-1)?.sequence ?? -1;
  if (whole >= sequence) return true;
  return part !== undefined && open?.sequence === sequence && open.parts.length > part;
}
