import type { types } from 'mediasoup';
import type { IncidentKind } from '#contracts/media';
import { logger } from '#platform/logger';
import type { Fragment, Init } from './fragments.ts';
import { Layers } from './layers.ts';
import { LowerRuns, type LowerOutlet } from './lower-runs.ts';
import { Run } from './run.ts';
import type { VideoCodec } from './rtp.ts';

const RESTARTS_MS = [0, 200, 500, 1_000, 2_000];
/** What ran for so long is not counted among the failures of a row. */
const STEADY_MS = 20_000;

export interface PackagingOutlet {
  ffmpegPath: string;
  /** @param run whose fragments come now */
  init(init: Init, run: object): void;
  fragment(fragment: Fragment, arrivedAt: number): void;
  /** No more fragments of this ffmpeg. */
  paused(): void;
  incident(kind: IncidentKind, details: Record<string, string | number>): void;
  /** What is packaged of lower layers, where the host sends several. */
  lower: LowerOutlet;
}

/**
 * What is packaged of one broadcast: it follows the programme, keeps an ffmpeg running for it, and starts another when that dies.
 */
export class BroadcastPackaging {
  readonly #router: types.Router;
  readonly #outlet: PackagingOutlet;
  #video: types.Producer | null = null;
  #audio: types.Producer | null = null;
  readonly #consumers = new Map<string, Promise<types.Consumer>>();
  readonly #layers = new Map<string, Layers>();
  readonly #lower: LowerRuns;
  #shown: Shown = { layers: null, picture: null, sound: null, muted: true };
  #transport: Promise<types.DirectTransport> | null = null;
  #run: Run | null = null;
  #runStartedAt = 0;
  #ended: Promise<void> = Promise.resolve();
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #told = new Set<IncidentKind>();
  #closing = false;
  #updating: Promise<void>;

  /** @param before what has to be over first */
  constructor(router: types.Router, before: Promise<void>, outlet: PackagingOutlet) {
    this.#router = router;
    this.#updating = before;
    this.#outlet = outlet;
    this.#lower = new LowerRuns(outlet.ffmpegPath, outlet.lower);
  }

  /** Of the ffmpeg that runs now, for whoever watches over it. */
  get pid(): number | undefined {
    return this.#run?.pid;
  }

  /** What is to be seen and heard from now on. */
  show(video: types.Producer | null, audio: types.Producer | null): void {
    if (audio !== this.#audio) {
      this.#audio?.observer.off('pause', this.#update).off('resume', this.#update);
      audio?.observer.on('pause', this.#update).on('resume', this.#update);
    }
    this.#video = video;
    this.#audio = audio;
    this.#update();
  }

  /** @returns when the last fragment was handed on */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    this.#run?.end();
    await this.#ended;
    await this.#lower.end();
  }

  /** One after the other: consumers are made meanwhile. */
  readonly #update = (): void => {
    this.#updating = this.#updating
      .then(() => this.#follow())
      .catch((error: unknown) => {
        // The router went away, most often: the broadcast is over.
        if (!this.#closing) logger.warn({ err: error }, 'the packager could not follow the stage');
      });
  };

  async #follow(): Promise<void> {
    if (this.#closing) return;
    const [video, audio] = [this.#video, this.#audio];
    const codec = video ? codecOf(video) : this.#run?.codec;
    // Pictures begin it. While they are away, it goes on with what was seen last.
    if (!codec) return;
    if (this.#run && this.#run.codec !== codec) {
      this.#run.end();
      await this.#ended;
    }
    const isSimulcast = video?.type === 'simulcast' && codec === 'h264';
    // As the run does, renditions go on with what was seen last while pictures are away.
    const layers = isSimulcast ? await this.#layersOf(video) : video ? null : this.#shown.layers;
    const picture = video && !layers ? await this.#consume(video) : null;
    const sound = audio ? await this.#consume(audio) : null;
    if (this.#closing) return;
    this.#shown = { layers, picture, sound, muted: audio?.paused ?? true };
    if (!this.#run && this.#failures === 0) this.#start(codec);
    this.#show();
  }

  /** Without delay: a layer that leads does so from this packet on. */
  #show(): void {
    const run = this.#run;
    if (!run || this.#closing) return;
    const { layers, picture, sound, muted } = this.#shown;
    run.setVideo(layers ? layers.lead : picture);
    run.setAudio(sound, muted);
    this.#lower.follow(run, layers, sound, muted);
  }

  #start(codec: VideoCodec): Run {
    if (codec === 'vp8') this.#tell('transcoding', { codec: 'VP8' });
    let finish: () => void = () => undefined;
    this.#ended = new Promise((resolve) => (finish = resolve));
    this.#runStartedAt = performance.now();
    const run: Run = new Run(codec, this.#outlet.ffmpegPath, {
      init: (init) => this.#outlet.init(init, run),
      fragment: (fragment, arrivedAt) => {
        if (this.#failures > 0 && performance.now() - this.#runStartedAt > STEADY_MS) this.#failures = 0;
        this.#outlet.fragment(fragment, arrivedAt);
      },
      ended: (reason) => {
        const planned = this.#closing || this.#run !== run || run.ending;
        if (this.#run === run) this.#run = null;
        void this.#lower.end();
        this.#outlet.paused();
        finish();
        if (!planned) this.#failed(codec, reason);
      },
    });
    this.#run = run;
    return run;
  }

  #failed(codec: VideoCodec, reason: string): void {
    const wait = RESTARTS_MS[this.#failures];
    this.#failures += 1;
    logger.warn({ reason, failures: this.#failures }, 'ffmpeg ended by itself');
    if (wait === undefined) {
      this.#outlet.incident('packager_gone', { failures: this.#failures });
      return;
    }
    this.#outlet.incident('packager_restarted', { failures: this.#failures });
    this.#retry = setTimeout(() => {
      if (this.#closing || this.#run) return;
      this.#start(codec);
      this.#update();
    }, wait);
  }

  async #layersOf(producer: types.Producer): Promise<Layers> {
    const consumer = await this.#consume(producer, true);
    let layers = this.#layers.get(producer.id);
    if (!layers) {
      layers = new Layers(consumer, () => this.#shown.layers === layers && this.#show());
      this.#layers.set(producer.id, layers);
      consumer.observer.once('close', () => this.#layers.delete(producer.id));
    }
    return layers;
  }

  async #consume(producer: types.Producer, pipe = false): Promise<types.Consumer> {
    const known = this.#consumers.get(producer.id);
    if (known) return known;
    this.#transport ??= this.#router.createDirectTransport();
    const transport = await this.#transport;
    const made = transport.consume({
      producerId: producer.id,
      rtpCapabilities: this.#router.rtpCapabilities,
      ignoreDtx: false,
      pipe,
    });
    this.#consumers.set(producer.id, made);
    const forget = () => this.#consumers.delete(producer.id);
    made.then((consumer) => consumer.observer.once('close', forget), forget);
    return made;
  }

  #tell(kind: IncidentKind, details: Record<string, string | number>): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#outlet.incident(kind, details);
  }
}

/** What a run is to be given. */
interface Shown {
  /** Of a host who sends several, which take the place of a picture. */
  layers: Layers | null;
  picture: types.Consumer | null;
  sound: types.Consumer | null;
  muted: boolean;
}

function codecOf(producer: types.Producer): VideoCodec {
  return producer.rtpParameters.codecs[0]?.mimeType.toLowerCase() === 'video/vp8' ? 'vp8' : 'h264';
}
