import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A short clip as an encoder for WebRTC makes it: H264 without B-frames, a keyframe each half second, and Opus. */
export async function makeClip(folder: string): Promise<string> {
  const path = join(folder, 'clip.mp4');
  await promisify(execFile)(process.env.FFMPEG_PATH ?? 'ffmpeg', [
    ...['-y', '-loglevel', 'error'],
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-f', 'lavfi', '-i', 'sine=sample_rate=48000', '-t', '4'],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-profile:v',
      'baseline',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '15',
      '-bf',
      '0',
    ],
    // A router knows a keyframe by the parameter sets before it.
    ...['-bsf:v', 'dump_extra=freq=keyframe', '-c:a', 'libopus', '-ac', '2', path],
  ]);
  return path;
}
