import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Config } from '#platform/config';

/** Sent as one piece, signed whole; longer files go in pieces of this size. S3 wants 5 MiB at least. */
const PIECE_BYTES = 16 * 1024 * 1024;

export interface ObjectMeta {
  contentType: string;
  cacheControl: string;
}

export interface StoredObject {
  body: Readable;
  length: number;
  /** As S3 answers a range: `bytes 0-9/100`; null for the whole. */
  contentRange: string | null;
}

/** A bucket of whatever speaks S3. */
export class Bucket {
  readonly #client: S3Client;
  readonly #name: string;

  constructor({ endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Config) {
    this.#name = bucket;
    this.#client = new S3Client({
      region,
      credentials: { accessKeyId, secretAccessKey },
      // A store of one's own is reached by one name; Amazon gives each bucket its own.
      ...(endpoint && { endpoint, forcePathStyle: true }),
      // Checksums beyond the signature are Amazon's own, and other stores refuse them.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(key: string, path: string, meta: ObjectMeta): Promise<void> {
    const { size } = await stat(path);
    const object = { Bucket: this.#name, Key: key, ContentType: meta.contentType, CacheControl: meta.cacheControl };
    if (size <= PIECE_BYTES) {
      await this.#client.send(new PutObjectCommand({ ...object, Body: await readPiece(path, 0, size) }));
      return;
    }
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(object));
    const upload = { Bucket: this.#name, Key: key, UploadId };
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let from = 0; from < size; from += PIECE_BYTES) {
        const Body = await readPiece(path, from, Math.min(PIECE_BYTES, size - from));
        const PartNumber = Parts.length + 1;
        const { ETag } = await this.#client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
        Parts.push({ PartNumber, ETag });
      }
      await this.#client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined); // what is left is paid for
      throw error;
    }
  }

  /** @returns null where there is none. @throws RangeError for a range out of bounds */
  async get(key: string, range: string | undefined): Promise<StoredObject | null> {
    try {
      const object = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key, Range: range }));
      return {
        body: object.Body as Readable,
        length: object.ContentLength ?? 0,
        contentRange: object.ContentRange ?? null,
      };
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      if (error.$metadata.httpStatusCode === 404) return null;
      if (error.$metadata.httpStatusCode === 416) throw new RangeError('out of bounds', { cause: error });
      throw error;
    }
  }

  /** What is not there is gone already. */
  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#name, Key: key }));
  }

  close(): void {
    this.#client.destroy();
  }
}

async function readPiece(path: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const piece = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(piece, done, length - done, from + done);
      if (bytesRead === 0) throw new Error(`${path} is shorter than it was`);
      done += bytesRead;
    }
    return piece;
  } finally {
    await handle.close();
  }
}

/** The same of a file on disk. @throws RangeError for a range out of bounds */
export async function fromDisk(path: string, range: string | undefined): Promise<StoredObject | null> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null) return null;
  const wanted = rangeOf(range, size);
  if (!wanted) return { body: createReadStream(path), length: size, contentRange: null };
  const [from, to] = wanted;
  return {
    body: createReadStream(path, { start: from, end: to }),
    length: to - from + 1,
    contentRange: `bytes ${from}-${to}/${size}`,
  };
}

/**
 * One range of bytes (RFC 9110, 14.1.2), first and last; null for the whole, which is also what may be answered to several ranges or to
 * what is no range. @throws RangeError for one that begins past the end
 */
export function rangeOf(header: string | undefined, size: number): [number, number] | null {
  const range = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!range || (range[1] === '' && range[2] === '')) return null;
  const [first, last] = [range[1], range[2]].map((text) => (text === '' ? null : Number(text)));
  if (first === null) {
    if (last === 0 || size === 0) throw new RangeError('out of bounds');
    return [Math.max(0, size - last!), size - 1];
  }
  if (first! >= size) throw new RangeError('out of bounds');
  if (last !== null && last! < first!) return null;
  return [first!, Math.min(last ?? size - 1, size - 1)];
}
