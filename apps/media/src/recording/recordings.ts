import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Recording } from '#contracts/media';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { ApiCallback } from '../api-callback.ts';
import { Bucket, fromDisk, type StoredObject } from './bucket.ts';
import { readRecording, trimRecording, type RecordedPart } from './manifest.ts';
import { MP4, makeMp4 } from './mp4.ts';
import { secondsOf, timeMapOf, vodPlaylist } from './playlist.ts';
import { ShowRecorder, type FinishedSegment } from './recorder.ts';
import { makeThumbnails, THUMBNAILS } from './thumbnails.ts';

export const PLAYLIST = 'replay.m3u8';
/** Says of a replay that it stands in the bucket: its files are no longer here. */
const MOVED = 'moved.json';
/** What viewers fetch, and nothing else of the folder. */
const PUBLIC_FILE = /^(replay\.m3u8|thumbnails\.vtt|thumbnails-\d{3}\.jpg|\d{13}-[0-9a-f]{8}\.mp4)$/;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

type Ready = Extract<Recording, { state: 'ready' }>;

interface Moved {
  ready: Ready;
  names: string[];
}

const types: Record<string, string> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
  vtt: 'text/vtt; charset=utf-8',
  jpg: 'image/jpeg',
};

/** What a file is served as. A replay may be deleted, so that nobody keeps it for long. */
export function metaOf(name: string): { contentType: string; cacheControl: string } {
  const seconds = /^(thumbnails|\d)/.test(name) ? 86_400 : 60;
  return {
    contentType: types[name.split('.').at(-1)!]!,
    cacheControl: name === MP4 ? 'private, no-store' : `public, max-age=${seconds}`,
  };
}

/** From the segments of a show to its replay: on disk while it is on, then whole, then where it is kept. */
@Injectable()
export class Recordings {
  readonly #recorders = new Map<string, ShowRecorder>();
  readonly #finishing = new Map<string, Promise<void>>();
  readonly #bucket = config.s3 ? new Bucket(config.s3) : null;
  /** Work for ffmpeg and the bucket, one show at a time. */
  #heavy: Promise<void> = Promise.resolve();
  #closed = false;
  /** Resolves when the packager has handed out the last segment of a show. */
  awaitEnd: (showId: string) => Promise<void> = () => Promise.resolve();

  constructor(private readonly api: ApiCallback) {}

  take(showId: string, segment: FinishedSegment): void {
    if (!config.recording || this.#closed) return;
    let recorder = this.#recorders.get(showId);
    if (!recorder) {
      const limits = { keepFreeBytes: config.keepFreeBytes, mostWaitingBytes: MOST_WAITING_BYTES };
      recorder = new ShowRecorder(folderOf(showId), limits, (broadcastId, reason) => {
        logger.warn({ showId, broadcastId, reason }, 'the recording stopped, the show goes on');
        this.api.report({ type: 'incident', broadcastId, incident: 'disk_full', details: { reason } });
      });
      this.#recorders.set(showId, recorder);
    }
    recorder.take(segment);
  }

  /** Takes up what an earlier process of this folder left to be done. */
  async resume(): Promise<void> {
    const shows = await readdir(join(config.dataDir, 'recordings')).catch(() => []);
    for (const showId of shows) {
      const folder = folderOf(showId);
      if (!(await exists(join(folder, PLAYLIST)))) continue;
      const parts = await readRecording(folder);
      if (parts.length === 0) continue;
      const { hasMp4, hasThumbnails } = await readyOf(folder, parts);
      if (!hasMp4 || !hasThumbnails || this.#bucket) this.#later(showId, () => this.#complete(showId, folder, parts));
    }
  }

  /** Makes the replay of a show that is over, and tells the api. Asked while it is at it, it goes on; asked again later, it says what there is. */
  finish(showId: string): void {
    if (this.#finishing.has(showId) || this.#closed) return;
    const work = this.#finish(showId)
      .catch((error: unknown) => logger.error({ err: error, showId }, 'the replay could not be made'))
      .finally(() => this.#finishing.delete(showId));
    this.#finishing.set(showId, work);
  }

  /** Whatever there is of a show goes, here and in the bucket; then the api is told. */
  remove(showId: string): void {
    this.#later(showId, async () => {
      await this.#recorders.get(showId)?.close();
      this.#recorders.delete(showId);
      await this.#finishing.get(showId);
      const folder = folderOf(showId);
      const names = (await readMoved(folder))?.names ?? (await filesOf(folder));
      if (this.#bucket) for (const name of names) await this.#bucket.remove(keyOf(showId, name));
      await rm(folder, { recursive: true, force: true });
      this.#tell(showId, { state: 'removed' });
    });
  }

  /**
   * A file of a replay for a viewer, or the MP4 for the brand.
   * @throws not_found; RangeError for a range out of bounds
   */
  async open(showId: string, name: string, range: string | undefined): Promise<StoredObject> {
    if (!PUBLIC_FILE.test(name) && name !== MP4) throw new AppError('not_found');
    const folder = folderOf(showId);
    const moved = await readMoved(folder);
    // What is still being recorded is not to be read past the playlist of the live show.
    const isWhole = moved !== null || (await exists(join(folder, PLAYLIST)));
    const found = !isWhole
      ? null
      : ((await fromDisk(join(folder, name), range)) ??
        (moved && (await this.#bucket?.get(keyOf(showId, name), range))));
    if (!found) throw new AppError('not_found');
    return found;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#recorders.values()].map((recorder) => recorder.close()));
    this.#bucket?.close();
  }

  async #finish(showId: string): Promise<void> {
    this.#tell(showId, { state: 'progress' });
    const folder = folderOf(showId);
    const moved = await readMoved(folder);
    if (moved) return this.#tell(showId, moved.ready);
    await this.awaitEnd(showId);
    await this.#recorders.get(showId)?.close();
    this.#recorders.delete(showId);
    const parts = await readRecording(folder);
    if (parts.length === 0) return this.#tell(showId, { state: 'failed', reason: 'nothing_recorded' });
    await trimRecording(folder, parts);
    await writeWhole(join(folder, PLAYLIST), vodPlaylist(parts));
    const ready = await readyOf(folder, parts);
    this.#tell(showId, ready);
    if (ready.hasMp4 && ready.hasThumbnails && !this.#bucket) return;
    this.#later(showId, () => this.#complete(showId, folder, parts));
  }

  /** What may come after the replay can be watched. */
  async #complete(showId: string, folder: string, parts: RecordedPart[]): Promise<void> {
    const before = await readyOf(folder, parts);
    if (!before.hasMp4) {
      await makeMp4(folder, parts).catch((error: unknown) => logger.error({ err: error, showId }, 'no MP4 was made'));
      this.#tell(showId, await readyOf(folder, parts));
    }
    if (!before.hasThumbnails) {
      const source = (await exists(join(folder, MP4))) ? MP4 : parts[0]!.file;
      await makeThumbnails(folder, source, secondsOf(parts)).catch((error: unknown) =>
        logger.error({ err: error, showId }, 'no thumbnails were made'),
      );
    }
    const whole = await readyOf(folder, parts);
    this.#tell(showId, whole);
    if (this.#bucket) await this.#move(this.#bucket, showId, folder, whole);
  }

  /** The playlist goes last: whoever finds it finds the rest. */
  async #move(bucket: Bucket, showId: string, folder: string, whole: Ready): Promise<void> {
    const names = await filesOf(folder);
    const last = (name: string) => Number(name === PLAYLIST);
    for (const name of names.sort((a, b) => last(a) - last(b))) {
      await bucket.put(keyOf(showId, name), join(folder, name), metaOf(name));
    }
    const publicUrl = config.s3?.publicUrl;
    const moved: Ready = { ...whole, storage: 's3', baseUrl: publicUrl ? `${publicUrl}/replays/${showId}` : null };
    await writeWhole(join(folder, MOVED), JSON.stringify({ ready: moved, names } satisfies Moved));
    this.#tell(showId, moved);
    for (const name of await readdir(folder)) if (name !== MOVED) await rm(join(folder, name));
  }

  #later(showId: string, work: () => Promise<void>): void {
    this.#heavy = this.#heavy.then(async () => {
      if (this.#closed) return;
      await work().catch((error: unknown) => logger.error({ err: error, showId }, 'work on a recording failed'));
    });
  }

  #tell(showId: string, recording: Recording): void {
    this.api.report({ type: 'recording', showId, recording });
  }
}

/** The MP4 stands apart from what a bucket may show to everybody. */
const keyOf = (showId: string, name: string) => `${name === MP4 ? 'masters' : 'replays'}/${showId}/${name}`;

/** What of a folder goes into the bucket. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => PUBLIC_FILE.test(name) || name === MP4);
}

const folderOf = (showId: string) => join(config.dataDir, 'recordings', showId);

async function readyOf(folder: string, parts: RecordedPart[]): Promise<Ready> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return {
    state: 'ready',
    baseUrl: null,
    storage: 'disk',
    seconds: Math.round(secondsOf(parts) * 1000) / 1000,
    bytes,
    map: timeMapOf(parts),
    broadcastIds: [...new Set(parts.map(({ broadcastId }) => broadcastId))],
    hasMp4: await exists(join(folder, MP4)),
    hasThumbnails: await exists(join(folder, THUMBNAILS)),
  };
}

async function readMoved(folder: string): Promise<Moved | null> {
  const text = await readFile(join(folder, MOVED), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Moved);
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.unfinished`, text);
  await rename(`${path}.unfinished`, path);
}
