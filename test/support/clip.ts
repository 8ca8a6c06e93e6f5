import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ffmpeg = (args: string[]) => promisify(execFile)(process.env.FFMPEG_PATH ?? 'ffmpeg', args);

/** A short clip as an encoder for WebRTC makes it: H264 without B-frames, a keyframe each half second, and Opus. */
export async function makeClip(folder: string, name = 'clip.mp4', size = '320x180', seconds = 4): Promise<string> {
  const path = join(folder, name);
  await ffmpeg([
    ...['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=30`],
    ...['-f', 'lavfi', '-i', 'sine=sample_rate=48000', '-t', String(seconds)],
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

/** The same of a phone that is turned every two seconds. */
export async function makeTurningClip(folder: string): Promise<string> {
  const halves = [await makeClip(folder, 'wide.ts', '320x180', 2), await makeClip(folder, 'tall.ts', '180x320', 2)];
  const path = join(folder, 'turning.mkv');
  await ffmpeg(['-y', '-loglevel', 'error', '-i', `concat:${halves.join('|')}`, '-c', 'copy', path]);
  return path;
}
