import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import type { UploadedImage } from '#contracts/catalog';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { isDiskFull, requireRoom } from '#platform/disk';
import { Database } from '../database/index.ts';
import { Image } from './product.entity.ts';

export const MAX_IMAGE_BYTES = 15 * 1024 * 1024;
const MAX_IMAGE_PIXELS = 50_000_000;
export const IMAGE_WIDTHS = [160, 320, 640, 1280] as const;
export type ImageWidth = (typeof IMAGE_WIDTHS)[number];

/** Pictures are decoded and encoded anew, so that nothing but pixels of what was sent is ever served. */
@Injectable()
export class ImagesService {
  readonly #folder = join(config.dataDir, 'images');

  constructor(private readonly database: Database) {}

  /** @throws invalid_request for what is no raster picture, payload_too_large past the limits, storage_full */
  async add(brandId: string, bytes: Buffer): Promise<UploadedImage> {
    const id = uuid();
    const folder = join(this.#folder, id);
    let size: { width: number; height: number };
    try {
      const picture = sharp(bytes, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error' });
      const { format } = await picture.metadata();
      if (!format || !['jpeg', 'png', 'webp', 'heif', 'avif'].includes(format)) throw new Error(`format ${format}`);
      await mkdir(folder, { recursive: true });
      await requireRoom(folder, bytes.length, config.keepFreeBytes);
      const largest = await picture
        .rotate()
        .resize({ width: 1280, withoutEnlargement: true })
        .webp({ quality: 84 })
        .toBuffer({ resolveWithObject: true });
      size = { width: largest.info.width, height: largest.info.height };
      for (const width of IMAGE_WIDTHS) {
        const encoded =
          width === 1280
            ? largest.data
            : await sharp(largest.data).resize({ width, withoutEnlargement: true }).webp({ quality: 82 }).toBuffer();
        // Written aside and renamed: a reader never sees half a picture.
        await writeFile(join(folder, `${width}.part`), encoded);
        await rename(join(folder, `${width}.part`), join(folder, `${width}.webp`));
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (isDiskFull(error)) throw new AppError('storage_full');
      const message = error instanceof Error ? error.message : '';
      if (/pixel limit/.test(message)) throw new AppError('payload_too_large');
      throw new AppError('invalid_request', {
        issues: [{ path: 'file', message: 'not a JPEG, PNG, WebP, AVIF or HEIC picture' }],
      });
    }
    await this.database.repository(Image).insert({ id, brandId, ...size, createdAt: new Date() });
    return { imageId: id, url: `/api/images/${id}`, ...size };
  }

  /** @returns WebP bytes of at most this width. @throws not_found */
  async read(id: string, width: ImageWidth): Promise<Buffer> {
    try {
      return await readFile(join(this.#folder, id, `${width}.webp`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('not_found');
      throw error;
    }
  }
}
