import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import * as z from 'zod/mini';
import { Id } from '#contracts/ids';
import { MediaFact, type MediaFactAnswer } from '#contracts/media';
import { validate } from '#platform/validate';
import { Access } from '../accounts/index.ts';
import { BroadcastsService } from './broadcasts.service.ts';

const OriginQuestion = z.object({ broadcastId: Id });

@Controller('/api/media')
export class MediaFactsController {
  constructor(private readonly broadcasts: BroadcastsService) {}

  @Post('facts')
  @HttpCode(200)
  @Access('service')
  async take(@Body() body: unknown): Promise<MediaFactAnswer> {
    return this.broadcasts.onFact(validate(MediaFact, body));
  }

  /** Where a media process fetches a broadcast that another one has. */
  @Post('origin')
  @HttpCode(200)
  @Access('service')
  async origin(@Body() body: unknown): Promise<{ controlUrl: string }> {
    return this.broadcasts.originOf(validate(OriginQuestion, body).broadcastId);
  }
}
