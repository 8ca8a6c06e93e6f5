import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from './ffmpeg.ts';
import type { RecordedPart } from './manifest.ts';

export const MP4 = 'show.mp4';

/** The show as one file that plays from its first byte on: nothing is encoded anew. */
export async function makeMp4(folder: string, parts: RecordedPart[]): Promise<void> {
  const unfinished = `${MP4}.unfinished`;
  const output = ['-c', 'copy', '-movflags', '+faststart', '-f', 'mp4', unfinished];
  if (parts.length === 1) await ffmpeg(['-i', parts[0]!.file, ...output], folder);
  else {
    const list = 'parts.txt';
    await writeFile(join(folder, list), parts.map(({ file }) => `file '${file}'\n`).join(''));
    await ffmpeg(['-f', 'concat', '-safe', '0', '-i', list, ...output], folder);
    await rm(join(folder, list));
  }
  await rename(join(folder, unfinished), join(folder, MP4));
}
