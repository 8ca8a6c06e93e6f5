import { setTimeout as sleep } from 'node:timers/promises';
import type { types } from 'mediasoup';
import type { Encoder } from '#contracts/ingest';
import type { IncidentKind } from '#contracts/media';
import { logger } from '#platform/logger';
import { StreamLook } from './stream-look.ts';

/** Longer between two keyframes, and who joins waits too long for a picture. */
const LONGEST_INTERVAL_MS = 2_500;
const LOOK_MS = 2_000;
const LONGEST_LOOK_MS = 12_000;
const PAUSE_MS = 12_000;
const FIGURES_MS = 2_000;
/** Baseline, main and high of H264: what browsers decode. */
const playable = new Set([66, 77, 100]);

type Report = (incident: IncidentKind, details: Record<string, string | number>) => void;
type Protocol = Encoder['protocol'];

/**
 * Watches what an encoder sends, for the studio. Its packets are looked at for two seconds in each quarter of a minute, which costs a
 * router nothing between; each fault is reported once, and again only after it was gone.
 */
export class EncoderWatch {
  readonly #router: types.Router;
  readonly #report: Report;
  readonly #stop = new AbortController();
  readonly #faults = new Map<IncidentKind, boolean>();
  #state: Encoder;

  constructor(router: types.Router, protocol: Protocol, report: Report) {
    this.#router = router;
    this.#report = report;
    this.#state = { protocol, video: null, audio: null };
    router.observer.once('close', () => this.#stop.abort());
  }

  get state(): Encoder {
    return this.#state;
  }

  /** From now on, until the producer ends. */
  watch(producer: types.Producer): void {
    const run = async () => {
      const looks = producer.kind === 'video' ? this.#looks(producer) : null;
      await Promise.all([this.#figures(producer), looks]);
    };
    run().catch((error: unknown) => {
      // Closed under a question: the broadcast is over.
      if (!this.#stop.signal.aborted && !producer.closed) logger.warn({ err: error }, 'an encoder is not watched');
    });
  }

  async #figures(producer: types.Producer): Promise<void> {
    const codec = producer.rtpParameters.codecs[0]!.mimeType.split('/')[1]!;
    while (!producer.closed) {
      const stats = await producer.getStats();
      const kbps = Math.round(stats.reduce((sum, { bitrate }) => sum + bitrate, 0) / 1000);
      if (producer.kind === 'audio') this.#state = { ...this.#state, audio: { codec, kbps } };
      else {
        const layers = Math.max(1, stats.filter(({ bitrate }) => bitrate > 0).length);
        const { width = null, height = null, fps = null } = this.#state.video ?? {};
        this.#state = { ...this.#state, video: { codec, width, height, fps, kbps, layers } };
      }
      await this.#pause(FIGURES_MS);
    }
  }

  async #looks(producer: types.Producer): Promise<void> {
    const transport = await this.#router.createDirectTransport();
    const rtpCapabilities = this.#router.rtpCapabilities as types.RtpCapabilities;
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true });
    if (consumer.type === 'simulcast') {
      await consumer.setPreferredLayers({ spatialLayer: producer.rtpParameters.encodings!.length - 1 });
    }
    while (!consumer.closed) {
      await this.#look(producer, consumer);
      await this.#pause(PAUSE_MS);
    }
  }

  /** Asks for a keyframe when one has come: an encoder that is deaf to that shows its own interval. */
  async #look(producer: types.Producer, consumer: types.Consumer): Promise<void> {
    const look = new StreamLook(producer.rtpParameters.codecs[0]!.mimeType);
    const keyframes: number[] = [];
    const take = (packet: Buffer) => {
      if (!look.take(packet)) return;
      keyframes.push(performance.now());
      if (keyframes.length === 1) consumer.requestKeyFrame().catch(() => undefined);
    };
    const beganAt = performance.now();
    consumer.on('rtp', take);
    try {
      await consumer.resume();
      while (!consumer.closed) {
        await this.#pause(250);
        const spent = performance.now() - (keyframes[0] ?? beganAt);
        if (spent > (keyframes.length > 1 ? LOOK_MS : LONGEST_LOOK_MS)) break;
      }
      if (!consumer.closed) await consumer.pause();
    } finally {
      consumer.off('rtp', take);
    }
    if (keyframes.length > 0) this.#judge(look, keyframes);
  }

  #judge(look: StreamLook, keyframes: number[]): void {
    const { width, height, fps, profile, bFrames } = look.sight;
    const { video } = this.#state;
    if (video) {
      this.#state = {
        ...this.#state,
        video: { ...video, width: width ?? video.width, height: height ?? video.height, fps },
      };
    }
    const [first, second] = keyframes;
    const intervalMs = second === undefined ? LONGEST_LOOK_MS : Math.round(second - first!);
    this.#fault('keyframe_interval', intervalMs > LONGEST_INTERVAL_MS, { intervalMs });
    if (profile !== null) this.#fault('wrong_codec', !playable.has(profile), { codec: `H264, profile ${profile}` });
    // The worst comes last, as the studio shows the last.
    this.#fault('b_frames', bFrames, {});
  }

  #fault(kind: IncidentKind, isSo: boolean, details: Record<string, string | number>): void {
    if (isSo && !this.#faults.get(kind)) this.#report(kind, details);
    this.#faults.set(kind, isSo);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal });
  }
}
