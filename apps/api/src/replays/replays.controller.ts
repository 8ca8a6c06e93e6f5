import { Controller, Get, Header, Param } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { replaysApi } from '#contracts/replays';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { ReplaysService } from './replays.service.ts';

@Controller()
export class ReplaysController {
  constructor(private readonly replays: ReplaysService) {}

  @Endpoint(replaysApi.public)
  @Access('public')
  public(@Input(replaysApi.public) { slug }: ParsedRequestOf<typeof replaysApi.public>) {
    return this.replays.public(slug);
  }

  @Get('/api/public/shows/:slug/replay/chapters.vtt')
  @Header('content-type', 'text/vtt; charset=utf-8')
  @Access('public')
  chapters(@Param('slug') slug: string) {
    return this.replays.chapters(slug);
  }

  @Endpoint(replaysApi.record)
  @Access('shows.read')
  record(@CurrentMember() actor: Actor, @Input(replaysApi.record) { id }: ParsedRequestOf<typeof replaysApi.record>) {
    return this.replays.record(actor.brandId, id);
  }

  @Endpoint(replaysApi.download)
  @Access('shows.read')
  download(
    @CurrentMember() actor: Actor,
    @Input(replaysApi.download) { id }: ParsedRequestOf<typeof replaysApi.download>,
  ) {
    return this.replays.download(actor.brandId, id, actor.memberId);
  }

  @Endpoint(replaysApi.remove)
  @Access('settings.write')
  async remove(
    @CurrentMember() actor: Actor,
    @Input(replaysApi.remove) { id }: ParsedRequestOf<typeof replaysApi.remove>,
  ) {
    await this.replays.remove(actor.brandId, id, actor.memberId);
    return {};
  }
}
