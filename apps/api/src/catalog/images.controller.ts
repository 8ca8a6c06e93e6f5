import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MultipartFile } from '@fastify/multipart';
import * as z from 'zod/mini';
import type { UploadedImage } from '#contracts/catalog';
import { Id } from '#contracts/ids';
import { AppError } from '#platform/app-error';
import { validate } from '#platform/validate';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { IMAGE_WIDTHS, ImagesService } from './images.service.ts';

const Width = z._default(z.coerce.number().check(z.refine((width) => IMAGE_WIDTHS.includes(width as never))), 640);
const ImageQuery = z.object({ id: Id, w: Width });

@Controller('/api/images')
export class ImagesController {
  constructor(private readonly images: ImagesService) {}

  @Post()
  @HttpCode(200)
  @Access('catalog.write')
  async upload(@CurrentMember() actor: Actor, @Req() request: FastifyRequest): Promise<UploadedImage> {
    if (!request.isMultipart()) throw missingFile();
    const part: MultipartFile | undefined = await request.file();
    if (!part) throw missingFile();
    const bytes = await part.toBuffer();
    // The plugin refuses most of what is too large, but not when the limit is met with the last chunk.
    if (part.file.truncated) throw new AppError('payload_too_large');
    return this.images.add(actor.brandId, bytes);
  }

  @Get(':id')
  @Access('public')
  async read(@Param('id') id: string, @Query('w') w: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const query = validate(ImageQuery, { id, w });
    const bytes = await this.images.read(query.id, query.w as (typeof IMAGE_WIDTHS)[number]);
    await reply
      .header('Content-Type', 'image/webp')
      .header('Cache-Control', 'public, max-age=31536000, immutable')
      .send(bytes);
  }
}

function missingFile(): AppError {
  return new AppError('invalid_request', { issues: [{ path: 'file', message: 'one multipart file is needed' }] });
}
