import { readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

export const MANIFEST = 'manifest.jsonl';

/** A whole fragment of the recording: it begins with a keyframe. Times in milliseconds since the epoch, offsets in bytes. */
export interface RecordedSegment {
  offset: number;
  length: number;
  seconds: number;
  at: number;
}

/** A stretch that was packaged in one go, as one fragmented MP4: its initialisation stands first, its segments follow. */
export interface RecordedPart {
  file: string;
  broadcastId: string;
  initLength: number;
  segments: RecordedSegment[];
}

type Line =
  | { part: string; broadcastId: string; init: number }
  | { segment: string; offset: number; length: number; seconds: number; at: number };

export const partLine = (part: Omit<RecordedPart, 'segments'>): string =>
  encode({ part: part.file, broadcastId: part.broadcastId, init: part.initLength });
export const segmentLine = (file: string, segment: RecordedSegment): string => encode({ segment: file, ...segment });

/** A line begins with its own line break: one that a killed process left unfinished cannot swallow the next. */
function encode(line: Line): string {
  return `\n${JSON.stringify(line)}`;
}

/** Parts in the order of the clock. What is not whole, or not in its file, is left out; `lengthOf` answers a file's bytes. */
export function partsOf(manifest: string, lengthOf: (file: string) => number): RecordedPart[] {
  const parts = new Map<string, RecordedPart>();
  for (const text of manifest.split('\n')) {
    const line = decoded(text);
    if (!line) continue;
    if ('part' in line) {
      parts.set(line.part, { file: line.part, broadcastId: line.broadcastId, initLength: line.init, segments: [] });
      continue;
    }
    const { segment: file, offset, length, seconds, at } = line;
    if (offset + length <= lengthOf(file)) parts.get(file)?.segments.push({ offset, length, seconds, at });
  }
  return [...parts.values()]
    .filter(({ segments }) => segments.length > 0)
    .sort((a, b) => a.segments[0]!.at - b.segments[0]!.at);
}

function decoded(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/** What is on disk of a show; nothing for one that was never recorded. */
export async function readRecording(folder: string): Promise<RecordedPart[]> {
  const manifest = await readFile(join(folder, MANIFEST), 'utf8').catch(() => '');
  const lengths = new Map<string, number>();
  for (const { file } of partsOf(manifest, () => Infinity)) {
    lengths.set(file, await stat(join(folder, file)).then(({ size }) => size, () => 0)); // prettier-ignore
  }
  return partsOf(manifest, (file) => lengths.get(file) ?? 0);
}

/** Cuts off what a killed process has left behind the last whole segment: no reader of the whole file should meet it. */
export async function trimRecording(folder: string, parts: RecordedPart[]): Promise<void> {
  for (const { file, segments } of parts) {
    const { offset, length } = segments.at(-1)!;
    await truncate(join(folder, file), offset + length);
  }
}
