import { logger } from '#platform/logger';
import { arrivalOf } from './arrival.ts';
import { BoxSplitter } from './boxes.ts';
import type { Fragment, Init } from './fragments.ts';
import { ExactLengths } from './exact-lengths.ts';
import { Feed, feedRtp, type FeedOutlet } from './feed.ts';
import { Ffmpeg, OUTPUT_OFFSET_SECONDS, type Ears } from './ffmpeg.ts';
import type { RtpStream } from './layers.ts';
import type { VideoCodec } from './rtp.ts';

const KEYFRAME_EVERY_MS = 2_000;
const TURN_EVERY_MS = 2_000;
const TIMESTAMP_AT = 4;

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
  readonly #lead: Run | null;
  readonly #feed: Feed;
  #ffmpeg: Ffmpeg | null = null;
  #init: Init | null = null;
  #early: { kind: 'video' | 'audio'; packet: Buffer }[] = [];
  #video: RtpStream | null = null;
  #audio: RtpStream | null = null;
  #muted = false;
  readonly #lengths = new ExactLengths((fragment, init) => this.#fragment(fragment, init));
  readonly #keyframes: NodeJS.Timeout | undefined;
  readonly #onVideo = (packet: Buffer): void => this.#feed.video(packet);
  readonly #onAudio = (packet: Buffer): void => this.#feed.audio(packet);
  #turnedAt = -Infinity;
  #started = false;
  #over = false;
  #ending = false;

  /** @param lead the run of the largest layer, where this is of a lower one: it counts time with that, which asks for keyframes of all */
  constructor(codec: VideoCodec, ffmpegPath: string, outlet: RunOutlet, lead: Run | null = null) {
    this.codec = codec;
    this.#outlet = outlet;
    this.#lead = lead;
    const feedOutlet: FeedOutlet = {
      send: (kind, packet) => {
        countFrom(packet, this.#feed.origin[kind]);
        if (this.#ffmpeg) this.#ffmpeg.send(kind, packet);
        else this.#early.push({ kind, packet });
        // A lower layer's begins when it is known where it is in its lead's time.
        if (lead && !this.#started) this.#start(ffmpegPath);
      },
      requestKeyframe: () => this.#requestKeyframe(),
    };
    this.#feed = new Feed(codec, feedOutlet, lead && lead.#feed);
    if (!lead) this.#keyframes = setInterval(() => this.#requestKeyframe(), KEYFRAME_EVERY_MS);
    if (!lead) this.#start(ffmpegPath);
  }

  get pid(): number | undefined {
    return this.#ffmpeg?.pid;
  }

  /** It was told to end, so that its end is no fault. */
  get ending(): boolean {
    return this.#ending;
  }

  setVideo(stream: RtpStream | null): void {
    if (this.#video === stream) return;
    this.#video?.off('rtp', this.#onVideo);
    this.#video = stream;
    this.#feed.replaceVideo();
    stream?.on('rtp', this.#onVideo);
    this.#requestKeyframe();
  }

  /** @param muted nothing will come of it now */
  setAudio(stream: RtpStream | null, muted: boolean): void {
    if (this.#audio === stream && this.#muted === muted) return;
    this.#muted = muted;
    if (this.#audio !== stream) {
      this.#audio?.off('rtp', this.#onAudio);
      this.#audio = stream;
      stream?.on('rtp', this.#onAudio);
    }
    this.#feed.replaceAudio(stream !== null && !muted);
  }

  /** Writes out what it has, and ends. */
  end(): void {
    this.#ending = true;
    this.#stopFeeding();
    if (this.#ffmpeg) this.#ffmpeg.end();
    else this.#ended('ended before it began');
  }

  #start(path: string): void {
    this.#started = true;
    this.#startFfmpeg(path).catch((error: unknown) => this.#ended(String(error)));
  }

  async #startFfmpeg(path: string): Promise<void> {
    const splitter = new BoxSplitter(
      // It begins with the first fragment of it: those before it are still on their way.
      () => undefined,
      (fragment, init) => this.#lengths.take(fragment, init),
    );
    const beginsAt = this.#feed.origin.video / feedRtp.video.clockRate;
    const ears: Ears = {
      onOutput: (bytes) => {
        try {
          splitter.push(bytes);
        } catch (error) {
          logger.error({ err: error }, 'ffmpeg writes what is no MP4');
          ffmpeg.kill();
        }
      },
      onEnd: ({ code, signal, said }) => this.#ended(`${signal ?? code}${said && `: ${said}`}`),
    };
    const ffmpeg = await Ffmpeg.start(path, this.codec, ears, beginsAt);
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
    if (!this.#lead) this.#video?.requestKeyFrame().catch(() => undefined);
  }

  #stopFeeding(): void {
    clearInterval(this.#keyframes);
    this.#feed.close();
    this.#video?.off('rtp', this.#onVideo);
    this.#audio?.off('rtp', this.#onAudio);
  }

  #ended(reason: string): void {
    if (this.#over) return;
    this.#lengths.flush();
    this.#over = true;
    this.#stopFeeding();
    this.#outlet.ended(reason);
  }
}

/** ffmpeg takes the first time for 0, and one that is 0 for none at all: it would count from the second then. */
function countFrom(packet: Buffer, origin: number): void {
  packet.writeUInt32BE((packet.readUInt32BE(TIMESTAMP_AT) - origin + 1) >>> 0, TIMESTAMP_AT);
}
