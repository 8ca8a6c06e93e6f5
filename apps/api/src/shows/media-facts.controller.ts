import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { MediaFact } from '#contracts/media';
import { validate } from '#platform/validate';
import { Access } from '../accounts/index.ts';
import { BroadcastsService } from './broadcasts.service.ts';

@Controller('/api/media')
export class MediaFactsController {
  constructor(private readonly broadcasts: BroadcastsService) {}

  @Post('facts')
  @HttpCode(200)
  @Access('service')
  async take(@Body() body: unknown): Promise<object> {
    await this.broadcasts.onFact(validate(MediaFact, body));
    return {};
  }
}
