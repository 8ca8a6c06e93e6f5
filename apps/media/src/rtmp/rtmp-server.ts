import { randomInt } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { Admission } from '../admission.ts';
import { ApiCallback } from '../api-callback.ts';
import type { Broadcast } from '../broadcast.ts';
import { Broadcasts } from '../broadcasts.ts';
import { EncoderWatch } from '../encoder/encoder-watch.ts';
import { flvHeader, flvTag, videoCodecOf } from './flv.ts';
import { RtmpInput } from './rtmp-input.ts';

/** How long a connection may take to say what it wants, and be silent later. */
const OPENING_MS = 10_000;
const SILENT_MS = 10_000;
const MOST_CONNECTIONS = 32;
/** What waits for ffmpeg; an encoder that outruns it by so much is dropped. */
const MOST_WAITING = 8 * 1024 * 1024;
const AUDIO = 8;
const VIDEO = 9;
/** Pictures for so long without a sound: there is none. */
const SOUNDLESS_MS = 500;

/** Takes encoders that speak RTMP only: the stream's name is the show's key. */
@Injectable()
export class RtmpServer {
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly admission: Admission,
    private readonly api: ApiCallback,
  ) {}

  /** @throws when the port is taken */
  async start(port: number): Promise<void> {
    const server = createServer((socket) => this.#connect(socket));
    server.maxConnections = MOST_CONNECTIONS;
    server.listen(port, config.host);
    await once(server, 'listening');
    this.#server = server;
    logger.info({ port }, 'RTMP is taken');
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(socket: Socket): void {
    this.#sockets.add(socket);
    const sending = new RtmpSending(socket, (sent) => this.#begin(socket, sent));
    socket.setTimeout(OPENING_MS, () => socket.destroy());
    socket.on('data', (bytes) => sending.take(bytes));
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      this.#sockets.delete(socket);
      sending.close();
    });
  }

  /** @throws AppError as `Admission` does */
  async #begin(socket: Socket, { key, codec, hasSound }: Sent): Promise<Outlet> {
    if (codec !== 'H264') {
      await this.admission.refuse(
        { key, protocol: 'rtmp' },
        { kind: 'wrong_codec', details: { field: 'video', offered: codec } },
      );
      throw new AppError('unsupported_media', { field: 'video', offered: codec });
    }
    const claims = await this.admission.admit({ key, protocol: 'rtmp' });
    const broadcast = await this.broadcasts.find(claims);
    const watch = new EncoderWatch(broadcast.router, 'rtmp', (incident, details) =>
      this.api.report({ type: 'incident', broadcastId: claims.broadcastId, incident, details }),
    );
    broadcast.encoder = watch;
    const participant = broadcast.join(claims, { push: () => undefined, close: () => socket.destroy() });
    const streams = { videoSsrc: randomInt(1, 0x3fff_ffff), audioSsrc: randomInt(0x4000_0000, 0x7fff_ffff) };
    const ports = await participant.ingestPlain(streams);
    for (const producer of broadcast.producers.values()) watch.watch(producer);
    socket.setTimeout(SILENT_MS);
    logger.info({ broadcastId: claims.broadcastId }, 'encoder came by RTMP');
    return { broadcast, ffmpeg: bridge(streams, ports, hasSound) };
  }
}

/** What is known of a sender before it is let in. */
interface Sent {
  key: string;
  codec: string;
  hasSound: boolean;
}

interface Outlet {
  broadcast: Broadcast;
  ffmpeg: ChildProcess;
}

/** One sender: what it sends waits until it is let in, and then goes to ffmpeg. */
class RtmpSending {
  readonly #socket: Socket;
  readonly #begin: (sent: Sent) => Promise<Outlet>;
  readonly #input: RtmpInput;
  #key = '';
  #waiting: Buffer[] = [flvHeader()];
  #waitingBytes = 0;
  #outlet: Outlet | null = null;
  #codec: string | null = null;
  #hasSound = false;
  #firstPictureAt: number | null = null;
  #asked = false;
  #closed = false;

  constructor(socket: Socket, begin: (sent: Sent) => Promise<Outlet>) {
    this.#socket = socket;
    this.#begin = begin;
    this.#input = new RtmpInput({
      publish: (_app, key) => {
        this.#key = key;
      },
      media: (type, time, data) => this.#media(type, time, data),
      output: (bytes) => void socket.write(bytes),
    });
  }

  take(bytes: Buffer): void {
    try {
      this.#input.take(bytes);
    } catch (error) {
      logger.debug({ err: error }, 'an RTMP connection is dropped');
      this.#socket.destroy();
    }
  }

  close(): void {
    this.#closed = true;
    this.#outlet?.ffmpeg.stdin!.end();
    this.#outlet?.ffmpeg.kill('SIGKILL');
    this.#outlet?.broadcast.end('encoder_stopped');
  }

  #media(type: number, time: number, data: Buffer): void {
    const tag = flvTag(type, time, data);
    const stdin = this.#outlet?.ffmpeg.stdin;
    if (stdin) {
      stdin.write(tag);
      if (stdin.writableLength > MOST_WAITING) this.#socket.destroy();
      return;
    }
    this.#waiting.push(tag);
    this.#waitingBytes += tag.length;
    if (this.#waitingBytes > MOST_WAITING) return void this.#socket.destroy();
    if (type === AUDIO) this.#hasSound = true;
    if (type === VIDEO) {
      this.#codec ??= videoCodecOf(data);
      this.#firstPictureAt ??= time;
    }
    const isSoundless = time - (this.#firstPictureAt ?? time) >= SOUNDLESS_MS;
    if (this.#codec === null || this.#asked || !(this.#hasSound || isSoundless)) return;
    this.#asked = true;
    this.#open({ key: this.#key, codec: this.#codec, hasSound: this.#hasSound }).catch((error: unknown) => {
      logger.info({ err: error }, 'an encoder is turned away');
      this.#socket.destroy();
    });
  }

  async #open(sent: Sent): Promise<void> {
    const outlet = await this.#begin(sent);
    this.#outlet = outlet;
    outlet.ffmpeg.stdin!.on('error', () => this.#socket.destroy());
    outlet.ffmpeg.on('error', () => this.#socket.destroy());
    outlet.ffmpeg.on('close', () => this.#socket.destroy());
    for (const tag of this.#waiting) outlet.ffmpeg.stdin!.write(tag);
    this.#waiting = [];
    if (this.#closed) this.close();
  }
}

type Ports = Record<'videoPort' | 'videoRtcpPort' | 'audioPort' | 'audioRtcpPort', number> & { address: string };

interface Streams {
  videoSsrc: number;
  audioSsrc: number;
}

/** H264 as it comes, AAC to Opus where there is any, both as RTP to this process. */
function bridge({ videoSsrc, audioSsrc }: Streams, ports: Ports, hasSound: boolean): ChildProcess {
  const to = (payloadType: number, ssrc: number, port: number, rtcpPort: number) => [
    ...['-f', 'rtp', '-payload_type', String(payloadType), '-ssrc', String(ssrc)],
    `rtp://${ports.address}:${port}?rtcpport=${rtcpPort}&pkt_size=1200`,
  ];
  const opus = ['-c:a', 'libopus', '-ac', '2', '-ar', '48000', '-b:a', '128k', '-application', 'lowdelay'];
  return spawn(
    config.ffmpegPath ?? 'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-fflags', '+genpts+nobuffer', '-probesize', '100k'],
      ...['-analyzeduration', '1000000', '-f', 'flv', '-i', 'pipe:0'],
      ...['-map', '0:v:0', '-c:v', 'copy', '-bsf:v', 'h264_mp4toannexb'],
      ...to(102, videoSsrc, ports.videoPort, ports.videoRtcpPort),
      ...(hasSound ? ['-map', '0:a:0', ...opus, ...to(100, audioSsrc, ports.audioPort, ports.audioRtcpPort)] : []),
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
}
