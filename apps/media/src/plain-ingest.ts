import type { types } from 'mediasoup';
import { AppError } from '#platform/app-error';
import { answering } from './refusal.ts';

interface Streams {
  videoSsrc: number;
  audioSsrc: number;
}

interface Ports {
  address: string;
  videoPort: number;
  videoRtcpPort: number;
  audioPort: number;
  audioRtcpPort: number;
}

interface Outlet {
  publish(source: 'camera' | 'microphone', producer: types.Producer): void;
  /** Media began to flow, or can no longer. */
  changed(): void;
}

const ADDRESS = '127.0.0.1';

/** Fixed by the contract of `ingest.plain`, so that an encoder needs no negotiation. */
const rtp = {
  video: (ssrc: number): types.RtpParameters => ({
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: 102,
        clockRate: 90_000,
        parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
      },
    ],
    encodings: [{ ssrc }],
  }),
  audio: (ssrc: number): types.RtpParameters => ({
    codecs: [
      { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2, parameters: { 'sprop-stereo': 1 } },
    ],
    encodings: [{ ssrc }],
  }),
};

/**
 * Plain RTP of an encoder on this machine: H264 and Opus, each to its own pair of loopback ports. The first packet tells
 * where it comes from (comedia), so that the encoder needs to know only where to send.
 */
export class PlainIngest {
  /** The ports to send to, once the producers stand. */
  readonly opened: Promise<Ports>;
  readonly #router: types.Router;
  readonly #streams: Streams;
  readonly #outlet: Outlet;
  readonly #transports: types.PlainTransport[] = [];
  #heard = false;
  #closed = false;

  constructor(router: types.Router, streams: Streams, outlet: Outlet) {
    this.#router = router;
    this.#streams = streams;
    this.#outlet = outlet;
    this.opened = this.#open();
  }

  get flowing(): boolean {
    return this.#heard && !this.#closed;
  }

  isFor({ videoSsrc, audioSsrc }: Streams): boolean {
    return !this.#closed && this.#streams.videoSsrc === videoSsrc && this.#streams.audioSsrc === audioSsrc;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const transport of this.#transports) transport.close();
    this.#outlet.changed();
  }

  async #open(): Promise<Ports> {
    const { videoSsrc, audioSsrc } = this.#streams;
    for (const [path, ssrc] of Object.entries(this.#streams)) {
      if (ssrc < 1 || ssrc > 0xffff_ffff) {
        throw new AppError('invalid_request', { issues: [{ path, message: 'not a 32 bit number above 0' }] });
      }
    }
    const [video, audio] = [await this.#listen(), await this.#listen()];
    const camera = await answering('videoSsrc', () =>
      video.produce({ kind: 'video', rtpParameters: rtp.video(videoSsrc) }),
    );
    const microphone = await answering('audioSsrc', () =>
      audio.produce({ kind: 'audio', rtpParameters: rtp.audio(audioSsrc) }),
    );
    this.#outlet.publish('camera', camera);
    this.#outlet.publish('microphone', microphone);
    return {
      address: ADDRESS,
      videoPort: video.tuple.localPort,
      videoRtcpPort: video.rtcpTuple!.localPort,
      audioPort: audio.tuple.localPort,
      audioRtcpPort: audio.rtcpTuple!.localPort,
    };
  }

  async #listen(): Promise<types.PlainTransport> {
    const transport = await answering('ingest', () =>
      this.#router.createPlainTransport({
        listenInfo: { protocol: 'udp', ip: ADDRESS },
        rtcpMux: false,
        comedia: true,
      }),
    );
    if (this.#closed) {
      transport.close();
      throw new AppError('unavailable');
    }
    this.#transports.push(transport);
    transport.once('tuple', () => {
      this.#heard = true;
      this.#outlet.changed();
    });
    return transport;
  }
}
