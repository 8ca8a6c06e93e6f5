import type { types } from 'mediasoup';
import { logger } from '#platform/logger';
import { arrivalOf } from './arrival.ts';
import { BoxSplitter } from './boxes.ts';
import type { Fragment, Init } from './fragments.ts';
import { ExactLengths } from './exact-lengths.ts';
import { Feed } from './feed.ts';
import { Ffmpeg, OUTPUT_OFFSET_SECONDS } from './ffmpeg.ts';
import type { VideoCodec } from './rtp.ts';

const KEYFRAME_EVERY_MS = 2_000;
const TURN_EVERY_MS = 2_000;

export interface RunOutlet {
  init(init: Init): void;
  /** @param arrivedAt when its first picture arrived, on the clock of `performance.now()` */
  fragment(fragment: Fragment, arrivedAt: number): void;
  /** Once: ffmpeg is gone. */
  ended(reason: string): void;
}

/**
 * One ffmpeg and the feed before it. What it plays can be replaced while it runs; its codec cannot.
 */
export class Run {
  readonly codec: VideoCodec;
  readonly #outlet: RunOutlet;
  readonly #feed: Feed;
  #ffmpeg: Ffmpeg | null = null;
  #init: Init | null = null;
  #early: { kind: 'video' | 'audio'; packet: Buffer }[] = [];
  #video: types.Consumer | null = null;
  #audio: types.Consumer | null = null;
  readonly #lengths = new ExactLengths((fragment, init) => this.#fragment(fragment, init));
  #keyframes: NodeJS.Timeout;
  #turnedAt = -Infinity;
  #over = false;
  #ending = false;

  constructor(codec: VideoCodec, ffmpegPath: string, outlet: RunOutlet) {
    this.codec = codec;
    this.#outlet = outlet;
    this.#feed = new Feed(codec, {
      send: (kind, packet) => {
        if (this.#ffmpeg) this.#ffmpeg.send(kind, packet);
        else this.#early.push({ kind, packet });
      },
      requestKeyframe: () => this.#requestKeyframe(),
    });
    this.#keyframes = setInterval(() => this.#requestKeyframe(), KEYFRAME_EVERY_MS);
    this.#start(ffmpegPath).catch((error: unknown) => this.#ended(String(error)));
  }

  get pid(): number | undefined {
    return this.#ffmpeg?.pid;
  }

  /** It was told to end, so that its end is no fault. */
  get ending(): boolean {
    return this.#ending;
  }

  setVideo(consumer: types.Consumer | null): void {
    if (this.#video === consumer) return;
    this.#video?.removeAllListeners('rtp');
    this.#video = consumer;
    this.#feed.replaceVideo();
    consumer?.on('rtp', (packet) => this.#feed.video(packet));
    this.#requestKeyframe();
  }

  /** @param muted nothing will come of it now */
  setAudio(consumer: types.Consumer | null, muted: boolean): void {
    if (this.#audio !== consumer) {
      this.#audio?.removeAllListeners('rtp');
      this.#audio = consumer;
      consumer?.on('rtp', (packet) => this.#feed.audio(packet));
    }
    this.#feed.replaceAudio(consumer !== null && !muted);
  }

  /** Writes out what it has, and ends. */
  end(): void {
    this.#ending = true;
    this.#stopFeeding();
    if (this.#ffmpeg) this.#ffmpeg.end();
    else this.#ended('ended before it began');
  }

  async #start(path: string): Promise<void> {
    const splitter = new BoxSplitter(
      // It begins with the first fragment of it: those before it are still on their way.
      () => undefined,
      (fragment, init) => this.#lengths.take(fragment, init),
    );
    const ffmpeg = await Ffmpeg.start(path, this.codec, {
      onOutput: (bytes) => {
        try {
          splitter.push(bytes);
        } catch (error) {
          logger.error({ err: error }, 'ffmpeg writes what is no MP4');
          ffmpeg.kill();
        }
      },
      onEnd: ({ code, signal, said }) => this.#ended(`${signal ?? code}${said && `: ${said}`}`),
    });
    this.#ffmpeg = ffmpeg;
    if (this.#over) return ffmpeg.kill();
    for (const { kind, packet } of this.#early) ffmpeg.send(kind, packet);
    this.#early = [];
  }

  #fragment(fragment: Fragment, init: Init): void {
    if (this.#over) return;
    if (init !== this.#init) this.#outlet.init((this.#init = init));
    const startsAt = fragment.startsAt === null ? 0 : fragment.startsAt - OUTPUT_OFFSET_SECONDS;
    const arrivedAt = arrivalOf(this.#feed.originMs, startsAt, performance.now());
    if (fragment.startsAt !== null && arrivedAt - this.#turnedAt >= TURN_EVERY_MS) {
      this.#turnedAt = arrivedAt;
      this.#feed.turn();
    }
    this.#outlet.fragment(fragment, arrivedAt);
  }

  #requestKeyframe(): void {
    // A consumer that closed meanwhile rejects.
    this.#video?.requestKeyFrame().catch(() => undefined);
  }

  #stopFeeding(): void {
    clearInterval(this.#keyframes);
    this.#feed.close();
    this.#video?.removeAllListeners('rtp');
    this.#audio?.removeAllListeners('rtp');
  }

  #ended(reason: string): void {
    if (this.#over) return;
    this.#lengths.flush();
    this.#over = true;
    this.#stopFeeding();
    this.#outlet.ended(reason);
  }
}
