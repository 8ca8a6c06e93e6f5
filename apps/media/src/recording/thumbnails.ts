import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from './ffmpeg.ts';

export const THUMBNAILS = 'thumbnails.vtt';
const SHEET = /^thumbnails-(\d{3})\.jpg$/;

/** One picture, and how many of them a sheet has across and down. */
export const thumbnail = { width: 160, height: 90, columns: 5, rows: 5 } as const;
const MOST = 300;
const SHORTEST_SECONDS = 2;

/** Seconds from one thumbnail to the next: a long show has no more of them than a page wants to load. */
export function thumbnailEvery(seconds: number): number {
  return Math.max(SHORTEST_SECONDS, Math.ceil(seconds / MOST));
}

/** WebVTT that says which part of which sheet belongs to which stretch. */
export function thumbnailTrack(seconds: number, sheets: string[]): string {
  const every = thumbnailEvery(seconds);
  const { width, height, columns, rows } = thumbnail;
  const count = Math.min(Math.max(1, Math.ceil(seconds / every)), sheets.length * columns * rows);
  const cues = Array.from({ length: count }, (_, index) => {
    const place = index % (columns * rows);
    const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
    const to = index === count - 1 ? seconds : (index + 1) * every;
    const sheet = sheets[Math.floor(index / (columns * rows))]!;
    return `${vttTime(index * every)} --> ${vttTime(to)}\n${sheet}#xywh=${x},${y},${width},${height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

export function vttTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${rest}`;
}

/** From keyframes only, which is a fraction of decoding the show. */
export async function makeThumbnails(folder: string, video: string, seconds: number): Promise<void> {
  const { width, height, columns, rows } = thumbnail;
  const scaled = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const filters = [
    `fps=1/${thumbnailEvery(seconds)}:start_time=0:round=up`,
    `${scaled},pad=${width}:${height}:-1:-1`,
    `tile=${columns}x${rows}`,
  ];
  for (const name of await readdir(folder)) if (SHEET.test(name)) await rm(join(folder, name));
  await ffmpeg(
    ['-skip_frame', 'nokey', '-i', video, '-an', '-vf', filters.join(','), '-q:v', '5', 'thumbnails-%03d.jpg'],
    folder,
  );
  const sheets = (await readdir(folder)).filter((name) => SHEET.test(name)).sort();
  await writeFile(join(folder, `${THUMBNAILS}.unfinished`), thumbnailTrack(seconds, sheets));
  await rename(join(folder, `${THUMBNAILS}.unfinished`), join(folder, THUMBNAILS));
}
