import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Fragmented {
  init: Buffer;
  segments: { bytes: Buffer; seconds: number }[];
}

const SEGMENT_SECONDS = 1;

/** A picture of this size and a tone, in fragments of a second as a packager hands them out: each begins with a keyframe. */
export async function makeFragments(
  folder: string,
  name: string,
  seconds: number,
  size = '320x180',
): Promise<Fragmented> {
  const path = join(folder, `${name}.mp4`);
  await promisify(execFile)(process.env.FFMPEG_PATH ?? 'ffmpeg', [
    ...[
      '-y',
      '-loglevel',
      'error',
      '-f',
      'lavfi',
      '-i',
      `testsrc2=size=${size}:rate=25`,
      '-f',
      'lavfi',
      '-i',
      'sine=sample_rate=48000',
    ],
    ...[
      '-t',
      String(seconds),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '25',
      '-bf',
      '0',
      '-c:a',
      'aac',
    ],
    ...['-output_ts_offset', '10', '-movflags', 'empty_moov+default_base_moof+frag_keyframe', path],
  ]);
  const file = await readFile(path);
  await rm(path);
  const init: Buffer[] = [];
  const segments: Buffer[][] = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    const box = file.subarray(at, at + file.readUInt32BE(at));
    const type = box.toString('latin1', 4, 8);
    if (type === 'moof') segments.push([box]);
    else if (type === 'mdat') segments.at(-1)!.push(box);
    else if (type === 'ftyp' || type === 'moov') init.push(box);
  }
  return {
    init: Buffer.concat(init),
    segments: segments.map((boxes) => ({ bytes: Buffer.concat(boxes), seconds: SEGMENT_SECONDS })),
  };
}
