import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { parseRtp, startsKeyframe } from './rtp.ts';

/** Without the largest for so long at the beginning, another is shown. */
const WAITS_FOR_LARGEST_MS = 500;
/** A layer that is silent for so long while another comes is not sent. */
const SILENT_MS = 1_000;
const LOOK_MS = 200;

/** RTP of one source, as a consumer of a DirectTransport gives it. */
export interface RtpStream {
  on(event: 'rtp', listener: (packet: Buffer) => void): unknown;
  off(event: 'rtp', listener: (packet: Buffer) => void): unknown;
  requestKeyFrame(): Promise<void>;
}

class Layer extends EventEmitter<{ rtp: [Buffer] }> implements RtpStream {
  readonly index: number;
  readonly requestKeyFrame: () => Promise<void>;
  heardAt = -Infinity;

  /** @param index 0 is the smallest */
  constructor(index: number, requestKeyFrame: () => Promise<void>) {
    super();
    this.index = index;
    this.requestKeyFrame = requestKeyFrame;
  }
}

/**
 * A simulcast's layers apart. They come by one pipe consumer, which asks for keyframes of all of them at once.
 */
export class Layers {
  /** The smallest first. */
  readonly all: readonly Layer[];
  readonly #bySsrc: ReadonlyMap<number, Layer>;
  readonly #onChange: () => void;
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  #lead: Layer | null = null;
  #firstAt: number | null = null;
  #sent = '';

  /** @param onChange another layer leads, or one is sent that was not, or no longer; before a packet of it is handed on */
  constructor(consumer: PipeConsumer, onChange: () => void, clock: () => number = () => performance.now()) {
    const { encodings } = consumer.rtpParameters;
    this.all = encodings!.map((_, index) => new Layer(index, () => consumer.requestKeyFrame()));
    this.#bySsrc = new Map(encodings!.map(({ ssrc }, index) => [ssrc!, this.all[index]!]));
    this.#onChange = onChange;
    this.#clock = clock;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    consumer.on('rtp', (packet) => this.#take(packet));
    consumer.observer.once('close', () => clearInterval(this.#timer));
  }

  /** The largest that is sent; null before the first keyframe. */
  get lead(): Layer | null {
    return this.#lead;
  }

  /** While none is sent, as where a host is paused, none is missed. */
  isSent(layer: Layer): boolean {
    const newest = Math.max(...this.all.map(({ heardAt }) => heardAt));
    return newest > -Infinity && newest - layer.heardAt < SILENT_MS;
  }

  /** Once in a while. */
  look(): void {
    const largest = this.all.findLast((layer) => this.isSent(layer)) ?? null;
    const waited = this.#firstAt !== null && this.#clock() - this.#firstAt > WAITS_FOR_LARGEST_MS;
    const before = this.#lead;
    if (largest && waited && (!before || !this.isSent(before))) this.#lead = largest;
    const sent = this.all.map((layer) => this.isSent(layer)).join();
    if (before === this.#lead && sent === this.#sent) return;
    this.#sent = sent;
    this.#onChange();
  }

  #take(packet: Buffer): void {
    const layer = packet.length < 12 ? undefined : this.#bySsrc.get(packet.readUInt32BE(8));
    if (!layer) return;
    this.#firstAt ??= this.#clock();
    layer.heardAt = this.#clock();
    // A larger one leads from a keyframe on, so that not a picture is missed. At first the largest is waited for.
    const isLarger = this.#lead ? layer.index > this.#lead.index : layer === this.all.at(-1);
    if (isLarger && beginsKeyframe(packet)) {
      this.#lead = layer;
      this.#onChange();
    }
    layer.emit('rtp', packet);
  }
}

type PipeConsumer = Pick<types.Consumer, 'rtpParameters' | 'requestKeyFrame' | 'on'> & {
  observer: Pick<types.ConsumerObserver, 'once'>;
};

function beginsKeyframe(packet: Buffer): boolean {
  const parsed = parseRtp(packet);
  return parsed !== null && startsKeyframe('h264', parsed.payload);
}
