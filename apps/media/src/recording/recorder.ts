import { randomUUID } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull, requireRoom } from '#platform/disk';
import { logger } from '#platform/logger';
import { MANIFEST, partLine, segmentLine, type RecordedPart } from './manifest.ts';

/** A finished segment of a show as the packager hands it out; a new `init` or a discontinuity begins a new part. */
export interface FinishedSegment {
  broadcastId: string;
  init: Buffer;
  bytes: Buffer;
  seconds: number;
  at: number; // milliseconds since the epoch, of its first frame
  discontinuity: boolean;
  /** Told when the bytes are in a file, and where. */
  keptAt?: (place: { path: string; offset: number; length: number }) => void;
}

export interface RecorderLimits {
  /** So much stays free on the disk. */
  keepFreeBytes: number;
  /** What a slow disk may leave waiting in memory. */
  mostWaitingBytes: number;
}

/** Why a recording stopped while the show went on. */
export type StopReason = 'disk_full' | 'disk_slow' | 'disk_failed';

interface OpenPart extends Omit<RecordedPart, 'segments'> {
  init: Buffer;
  handle: FileHandle;
  length: number;
}

/**
 * Writes the segments of one show as they come: first the bytes, then the line that says that they are there, so that a process that is
 * killed loses at most the segment under way. A disk that takes no more stops the recording of this broadcast, and nothing else.
 */
export class ShowRecorder {
  readonly #folder: string;
  readonly #limits: RecorderLimits;
  readonly #onStop: (broadcastId: string, reason: StopReason) => void;
  #writing: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #part: OpenPart | null = null;
  #manifest: FileHandle | null = null;
  #stoppedFor: string | null = null;

  constructor(folder: string, limits: RecorderLimits, onStop: (broadcastId: string, reason: StopReason) => void) {
    this.#folder = folder;
    this.#limits = limits;
    this.#onStop = onStop;
  }

  take(segment: FinishedSegment): void {
    if (this.#stoppedFor === segment.broadcastId) return;
    if (this.#waitingBytes + segment.bytes.length > this.#limits.mostWaitingBytes) {
      this.#stop(segment.broadcastId, 'disk_slow');
      return;
    }
    this.#waitingBytes += segment.bytes.length;
    this.#writing = this.#writing
      .then(() => this.#write(segment))
      .catch(async (error: unknown) => {
        await this.#dropPart();
        const full = isDiskFull(error);
        if (!full) logger.error({ err: error, folder: this.#folder }, 'the recording could not be written');
        this.#stop(segment.broadcastId, full ? 'disk_full' : 'disk_failed');
      })
      .finally(() => (this.#waitingBytes -= segment.bytes.length));
  }

  /** Resolves when all that was taken is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#part?.handle.close();
    await this.#manifest?.close();
    this.#part = this.#manifest = null;
  }

  async #write(segment: FinishedSegment): Promise<void> {
    if (this.#stoppedFor === segment.broadcastId) return;
    await mkdir(this.#folder, { recursive: true });
    await requireRoom(this.#folder, segment.bytes.length, this.#limits.keepFreeBytes);
    let part = this.#part;
    if (!part || segment.discontinuity || part.broadcastId !== segment.broadcastId || !part.init.equals(segment.init)) {
      part = await this.#begin(segment);
    }
    await writeAll(part.handle, segment.bytes);
    const { seconds, at, bytes } = segment;
    const written = { offset: part.length, length: bytes.length, seconds, at };
    part.length += bytes.length;
    await this.#note(segmentLine(part.file, written));
    segment.keptAt?.({ path: join(this.#folder, part.file), offset: written.offset, length: bytes.length });
  }

  async #begin({ broadcastId, init, at }: FinishedSegment): Promise<OpenPart> {
    await this.#part?.handle.close();
    this.#part = null;
    const file = `${at}-${randomUUID().slice(0, 8)}.mp4`;
    const handle = await open(join(this.#folder, file), 'wx');
    this.#part = { file, broadcastId, initLength: init.length, init, handle, length: init.length };
    await writeAll(handle, init);
    await this.#note(partLine(this.#part));
    return this.#part;
  }

  async #note(line: string): Promise<void> {
    this.#manifest ??= await open(join(this.#folder, MANIFEST), 'a');
    await writeAll(this.#manifest, Buffer.from(line));
  }

  #stop(broadcastId: string, reason: StopReason): void {
    if (this.#stoppedFor === broadcastId) return;
    this.#stoppedFor = broadcastId;
    this.#onStop(broadcastId, reason);
  }

  /** What was written in half stays behind the last line of the manifest, where nobody reads it. */
  async #dropPart(): Promise<void> {
    const part = this.#part;
    this.#part = null;
    await part?.handle.close().catch(() => undefined);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, null);
    done += bytesWritten;
  }
}
