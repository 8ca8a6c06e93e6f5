import { readH264, readRtp, readVp8 } from './rtp-packet.ts';

/** What one look at a stream saw. */
export interface Sight {
  width: number | null;
  height: number | null;
  profile: number | null;
  fps: number | null;
  /** Frames are sent in another order than they are shown in. */
  bFrames: boolean;
}

const CLOCK = 90_000;
const FEWEST_FRAMES = 10;
/** A single frame out of order may be an encoder's slip at a change of its settings. */
const FEWEST_BACKWARDS = 2;

/**
 * A short look at a video stream, packet by packet as it comes. What is out of order on the way is put back by its sequence numbers
 * first: only what was sent out of order counts.
 */
export class StreamLook {
  readonly #codec: string;
  readonly #packets: { order: number; timestamp: number }[] = [];
  #last: number | null = null;
  #size: Pick<Sight, 'width' | 'height'> = { width: null, height: null };
  #profile: number | null = null;
  #keyframe: number | null = null;

  /** @param codec `video/H264` or `video/VP8` */
  constructor(codec: string) {
    this.#codec = codec.toLowerCase();
  }

  get packets(): number {
    return this.#packets.length;
  }

  /** @returns whether a keyframe begins with this packet */
  take(bytes: Buffer): boolean {
    const packet = readRtp(bytes);
    if (!packet || packet.payload.length === 0) return false;
    this.#packets.push({ order: this.#orderOf(packet.sequence), timestamp: packet.timestamp });
    const start = this.#codec === 'video/h264' ? readH264(packet.payload) : readVp8(packet.payload);
    if (start.width !== null) this.#size = { width: start.width, height: start.height };
    this.#profile = start.profile ?? this.#profile;
    // Of several slices each begins the same picture.
    if (!start.keyframe || packet.timestamp === this.#keyframe) return false;
    this.#keyframe = packet.timestamp;
    return true;
  }

  get sight(): Sight {
    const inOrder = this.#packets.toSorted((a, b) => a.order - b.order);
    let frames = 0;
    let backwards = 0;
    let before: number | null = null;
    let at = 0; // since the first frame
    let newest = 0;
    for (const { timestamp } of inOrder) {
      if (before === timestamp) continue;
      // Timestamps go round at 32 bits.
      const step: number = before === null ? 0 : (timestamp - before) | 0;
      if (step < 0) backwards += 1;
      frames += 1;
      at += step;
      newest = Math.max(newest, at);
      before = timestamp;
    }
    const enough = frames >= FEWEST_FRAMES && newest > 0;
    return {
      ...this.#size,
      profile: this.#profile,
      fps: enough ? Math.round((10 * (frames - 1) * CLOCK) / newest) / 10 : null,
      bFrames: backwards >= FEWEST_BACKWARDS,
    };
  }

  /** Sequence numbers go round at 16 bits. */
  #orderOf(sequence: number): number {
    const last: number = this.#last ?? sequence;
    const step = ((sequence - (last & 0xffff) + 0x18000) & 0xffff) - 0x8000;
    const order = last + step;
    this.#last = Math.max(last, order);
    return order;
  }
}
