import type { Fragment, Init } from './fragments.ts';
import { Growth, hasReached, type InitSection, type Part, type Segment, type Track } from './segment.ts';
import { SEGMENTS_WITH_PARTS, type Timeline } from './timeline.ts';

/** Layers are encoded of the same pictures, but a keyframe of one may be asked for a picture later than that of another. */
const TOLERANCE = 0.04;
const MOST_BYTES = 128_000_000;
const SEGMENTS_HELD = 12;
/** What waits for the lead, which is never so far behind while it runs. */
const MOST_WAITING = 1_000;

/**
 * A lower layer's rendition of a show. It decides nothing: its segments have the lead's numbers, dates and discontinuities, and begin where those begin, so that a
 * player can go from one to the other at any of them. What it does not have of a segment is a gap.
 */
export class Rendition implements Track {
  readonly token: string;
  readonly #lead: Timeline;
  readonly #layer: number;
  readonly #onChange: () => void;
  readonly #growth = new Growth();
  readonly #inits = new Map<number, InitSection>();
  #segments: Segment[] = [];
  #waiting: Fragment[] = [];
  #init: InitSection | null = null;
  #nextInit = 0;
  #run: object | null = null;
  /** What came last stands in the segment before the next cut, whole. */
  #unbroken = false;
  #gone = true;
  #bytes = 0;
  version = 0;

  constructor(lead: Timeline, layer: number, onChange: () => void) {
    this.#lead = lead;
    this.#layer = layer;
    this.#onChange = onChange;
    this.token = lead.token;
  }

  get showId(): string {
    return this.#lead.showId;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get open(): Segment | null {
    return this.#growth.open;
  }

  get nextPart(): number {
    return this.#growth.nextPart;
  }

  get nextSequence(): number {
    const last = this.#segments.at(-1)?.sequence;
    return this.open ? this.open.sequence + 1 : last === undefined ? this.#lead.nextSequence : last + 1;
  }

  get discontinuitySequence(): number {
    const first = this.#segments[0]?.sequence ?? -1;
    const dropped = this.#lead.segments.filter(({ sequence, discontinuity }) => sequence < first && discontinuity);
    return this.#lead.discontinuitySequence + dropped.length;
  }

  get ended(): boolean {
    return this.#lead.ended;
  }

  /** Until a whole segment stands, and once its layer is not sent: a player that asks for it takes another then. */
  get empty(): boolean {
    return this.#gone || this.#bytes === 0;
  }

  get flowing(): boolean {
    return !this.#gone && this.#init !== null && !this.ended;
  }

  get others(): { uri: string; track: Track }[] {
    const siblings = this.#lead.others.filter(({ track }) => track !== this);
    return [{ uri: 'live.m3u8', track: this.#lead }, ...siblings].map(({ uri, track }) => ({
      uri: `../${uri}`,
      track,
    }));
  }

  /** @param run of the lead, whose time its fragments count in */
  begin(run: object, init: Init): void {
    if (this.#run !== run) this.#waiting = [];
    this.#run = run;
    this.#gone = false;
    // Another ffmpeg of the same layer most often writes the same.
    const last = this.#inits.get(this.#nextInit - 1);
    this.#init = last?.init.bytes.equals(init.bytes) ? last : { number: this.#nextInit++, init };
    this.#inits.set(this.#init.number, this.#init);
  }

  add(fragment: Fragment): void {
    if (!this.#init || this.#gone || this.ended) return;
    this.#waiting.push(fragment);
    if (this.#waiting.length > MOST_WAITING) this.#waiting = [];
    this.follow();
  }

  /** To be called when the lead has taken a fragment: it decides where segments begin. */
  follow(): void {
    const { version } = this;
    while (this.#waiting.length > 0 && this.#isDecided(this.#waiting[0]!)) this.#place(this.#waiting.shift()!);
    this.#mirror();
    if (this.version !== version) this.#onChange();
  }

  /** Its ffmpeg is no more, or the lead's. */
  pause(): void {
    this.#init = null;
    this.#run = null;
    this.#waiting = [];
    this.#finish();
    this.#unbroken = false;
    this.#tell();
  }

  /** The layer is not sent: who watches it goes on by another. */
  leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    // Half a segment would be none of the lead's length, and nobody asks for it now.
    this.#growth.abandon();
    this.pause();
  }

  /** With its lead. */
  end(): void {
    this.pause();
    this.#mirror(this.#lead.nextSequence);
    this.#tell();
  }

  reaches(sequence: number, part?: number): boolean {
    return this.#gone || this.ended || hasReached(this, sequence, part);
  }

  part(number: number): Part | undefined {
    return this.#growth.part(number);
  }

  segment(sequence: number): Segment | undefined {
    const first = this.#segments[0]?.sequence;
    return first === undefined ? undefined : this.#segments[sequence - first];
  }

  init(number: number): InitSection | undefined {
    return this.#inits.get(number);
  }

  /** Whether the lead has cut already wherever it would before this. */
  #isDecided({ startsAt }: Fragment): boolean {
    if (this.#lead.run !== this.#run) return false;
    return startsAt === null || this.#lead.reachedAt >= startsAt + TOLERANCE;
  }

  #place(fragment: Fragment): void {
    const growth = this.#growth;
    const { startsAt, independent } = fragment;
    if (startsAt !== null) {
      const now = growth.open?.sequence ?? -1;
      const target = this.#leadSegmentAt(startsAt + (independent ? TOLERANCE : -TOLERANCE));
      if (target && target.sequence > Math.max(now, this.#segments.at(-1)?.sequence ?? -1)) {
        this.#finish();
        // One that is not whole from its beginning is a gap: nobody could begin with it.
        if (this.#unbroken || (independent && Math.abs(startsAt - target.startsAt) <= TOLERANCE)) {
          this.#begin(target, startsAt, independent);
        }
      }
    }
    if (growth.open && growth.add(fragment)) this.version += 1;
  }

  #begin(of: Segment, startsAt: number, independent: boolean): void {
    const { sequence, broadcastId, discontinuity } = of;
    // Those between are gaps, whose numbers stand before it is told.
    this.#mirror(sequence);
    // Times that make no sense are given no date of their own.
    const apart = startsAt - of.startsAt;
    this.#growth.begin({
      ...{ sequence, broadcastId, discontinuity, startsAt, independent, init: this.#init! },
      programDateTime: of.programDateTime + (Math.abs(apart) <= 1 ? apart : 0) * 1_000,
    });
    this.#unbroken = true;
  }

  #leadSegmentAt(time: number): Segment | null {
    const { open, segments, runFrom } = this.#lead;
    if (open && open.startsAt <= time) return open;
    // Those of another run count another time.
    const found = segments.findLast(({ sequence, startsAt }) => sequence < runFrom || startsAt <= time);
    return found && found.sequence >= runFrom ? found : null;
  }

  #finish(): void {
    const done = this.#growth.finish();
    this.#growth.drop();
    if (!done) return;
    this.#mirror(done.sequence);
    // The lead cut a run short before it told of this one.
    if (this.#segments.at(-1) && this.#segments.at(-1)!.sequence >= done.sequence) return;
    this.#segments.push(done);
    this.#bytes += done.size;
    this.version += 1;
  }

  /** Gaps for what the lead has and this has not, up to `before`; and nothing of what the lead has let go. */
  #mirror(before = this.#lead.segments.at(-1)?.sequence ?? -1): void {
    if (this.open) before = Math.min(before, this.open.sequence);
    const init = this.#init ?? this.#segments.at(-1)?.init;
    const first = this.#lead.segments[0]?.sequence;
    if (!init || first === undefined) return;
    const from = Math.max(first, (this.#segments.at(-1)?.sequence ?? first - 1) + 1);
    for (let sequence = from; sequence < before; sequence += 1) {
      const of = this.#lead.segment(sequence);
      if (!of) return;
      this.#segments.push({ ...of, parts: [], bytes: null, kept: null, size: 0, init });
      this.version += 1;
    }
    const old = this.#segments.at(-SEGMENTS_WITH_PARTS - 1);
    if (old) old.parts = [];
    while (this.#segments.length > 0 && this.#segments[0]!.sequence < first) this.#letGo(this.#segments.shift()!);
    while (this.#bytes > MOST_BYTES && this.#segments.length > SEGMENTS_HELD) this.#letGo(this.#segments.shift()!);
  }

  #letGo(segment: Segment): void {
    this.#bytes -= segment.bytes?.length ?? 0;
    segment.bytes = null;
  }

  #tell(): void {
    this.version += 1;
    this.#onChange();
  }
}
