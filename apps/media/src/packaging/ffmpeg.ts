import { spawn, type ChildProcess } from 'node:child_process';
import { feedRtp } from './feed.ts';
import type { VideoCodec } from './rtp.ts';
import { RtspLine } from './rtsp-line.ts';

/** A frame of 30 a second or more is a fragment of its own; we put together what is served. */
const FRAGMENT_MICROSECONDS = 30_000;
const ENDS_WITHIN_MS = 1_000;
/**
 * Where media time 0 lies in the output: before 0 no time can be written, and the first sound of AAC comes from before its beginning.
 */
export const OUTPUT_OFFSET_SECONDS = 10;

export interface Ears {
  onOutput(bytes: Buffer): void;
  /** Once, when its output has ended: nothing comes after this. */
  onEnd(how: { code: number | null; signal: NodeJS.Signals | null; said: string }): void;
}

/**
 * One run of ffmpeg: RTP of a feed in, fragmented MP4 out. H264 is passed on as it is; VP8 costs a transcode.
 */
export class Ffmpeg {
  readonly #process: ChildProcess;
  readonly #line: RtspLine;
  #over = false;

  private constructor(child: ChildProcess, line: RtspLine, ears: Ears) {
    this.#process = child;
    this.#line = line;
    let said = '';
    child.stdout!.on('data', (bytes: Buffer) => ears.onOutput(bytes));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
    child.on('error', (error) => (said += error.message));
    child.on('close', (code, signal) => {
      this.#over = true;
      line.close();
      ears.onEnd({ code, signal, said: said.trim() });
    });
  }

  /** @param beginsAt seconds of media time at which the first packets are, which it takes for 0 */
  static async start(path: string, codec: VideoCodec, ears: Ears, beginsAt = 0): Promise<Ffmpeg> {
    const line = await RtspLine.open(description(codec), () => made.kill());
    // Ahead of all media: both kinds count from one moment, whatever packet of each is read first.
    for (const kind of ['video', 'audio'] as const) line.send(kind, senderReport(feedRtp[kind].ssrc), true);
    const child = spawn(path, ffmpegArguments(line.url, codec, OUTPUT_OFFSET_SECONDS + beginsAt), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const made: Ffmpeg = new Ffmpeg(child, line, ears);
    return made;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(kind: 'video' | 'audio', packet: Buffer): void {
    if (!this.#over) this.#line.send(kind, packet);
  }

  /** Lets it write what it has, for a moment. */
  end(): void {
    if (this.#over) return;
    this.#process.kill('SIGTERM');
    setTimeout(() => this.kill(), ENDS_WITHIN_MS).unref();
  }

  kill(): void {
    if (!this.#over) this.#process.kill('SIGKILL');
  }
}

function ffmpegArguments(url: string, codec: VideoCodec, outputOffset: number): string[] {
  const video =
    codec === 'h264'
      ? ['-c:v', 'copy']
      : [
          ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
          ...['-pix_fmt', 'yuv420p', '-crf', '24', '-maxrate', '3M', '-bufsize', '3M'],
          ...[
            '-force_key_frames',
            'expr:gte(t,n_forced*2)',
            '-g',
            '300',
            '-sc_threshold',
            '0',
            '-vsync',
            'passthrough',
          ],
        ].flat();
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-rtsp_transport', 'tcp'],
    ...['-analyzeduration', '500k', '-probesize', '500k', '-fpsprobesize', '0'],
    ...['-reorder_queue_size', '200', '-max_delay', '200000', '-copyts', '-i', url, '-map', '0:v:0', '-map', '0:a:0'],
    ...video,
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-af', 'aresample=async=1000'],
    ...['-output_ts_offset', outputOffset.toFixed(6)],
    ...['-max_interleave_delta', '500000', '-flush_packets', '1', '-f', 'mp4'],
    ...['-movflags', '+empty_moov+default_base_moof+frag_discont', '-avoid_negative_ts', 'disabled'],
    ...['-frag_duration', String(FRAGMENT_MICROSECONDS), 'pipe:1'],
  ];
}

function description(codec: VideoCodec): string {
  const { video, audio } = feedRtp;
  const format =
    codec === 'h264'
      ? [`a=rtpmap:${video.payloadType} H264/90000`, `a=fmtp:${video.payloadType} packetization-mode=1`]
      : [`a=rtpmap:${video.payloadType} VP8/90000`];
  return [
    ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'a=control:*'],
    ...[`m=video 0 RTP/AVP ${video.payloadType}`, ...format, 'a=control:video'],
    ...[`m=audio 0 RTP/AVP ${audio.payloadType}`, `a=rtpmap:${audio.payloadType} opus/48000/2`, 'a=control:audio', ''],
  ].join('\r\n');
}

/** Timestamp 0 is the same moment for all who are told so. */
function senderReport(ssrc: number): Buffer {
  const report = Buffer.alloc(28);
  report.writeUInt32BE(0x80c8_0006, 0);
  report.writeUInt32BE(ssrc, 4);
  report.writeUInt32BE(0x8000_0000, 8); // any moment, as long as it is not 0
  return report;
}
