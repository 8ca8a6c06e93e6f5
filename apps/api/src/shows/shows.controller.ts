import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { showsApi } from '#contracts/shows';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { BroadcastsService } from './broadcasts.service.ts';
import { ShowsService } from './shows.service.ts';

@Controller()
export class ShowsController {
  constructor(
    private readonly shows: ShowsService,
    private readonly broadcasts: BroadcastsService,
  ) {}

  @Endpoint(showsApi.public)
  @Access('public')
  public(@Input(showsApi.public) { slug }: ParsedRequestOf<typeof showsApi.public>) {
    return this.shows.bySlug(slug);
  }

  @Endpoint(showsApi.list)
  @Access('shows.read')
  list(@CurrentMember() actor: Actor) {
    return this.shows.list(actor.brandId);
  }

  @Endpoint(showsApi.get)
  @Access('shows.read')
  get(@CurrentMember() actor: Actor, @Input(showsApi.get) { id }: ParsedRequestOf<typeof showsApi.get>) {
    return this.shows.get(actor.brandId, id);
  }

  @Endpoint(showsApi.create)
  @Access('shows.write')
  create(@CurrentMember() actor: Actor, @Input(showsApi.create) input: ParsedRequestOf<typeof showsApi.create>) {
    return this.shows.schedule(actor.brandId, input);
  }

  @Endpoint(showsApi.update)
  @Access('shows.write')
  update(@CurrentMember() actor: Actor, @Input(showsApi.update) input: ParsedRequestOf<typeof showsApi.update>) {
    return this.shows.update(actor.brandId, input.id, input);
  }

  @Endpoint(showsApi.remove)
  @Access('shows.write')
  async remove(@CurrentMember() actor: Actor, @Input(showsApi.remove) { id }: ParsedRequestOf<typeof showsApi.remove>) {
    await this.shows.remove(actor.brandId, id);
    return {};
  }

  @Endpoint(showsApi.goLive)
  @Access('shows.host')
  goLive(@CurrentMember() actor: Actor, @Input(showsApi.goLive) input: ParsedRequestOf<typeof showsApi.goLive>) {
    return this.broadcasts.goLive(actor.brandId, input.id, actor.memberId, { plainIngest: input.plainIngest });
  }

  @Endpoint(showsApi.end)
  @Access('shows.host')
  end(@CurrentMember() actor: Actor, @Input(showsApi.end) { id }: ParsedRequestOf<typeof showsApi.end>) {
    return this.broadcasts.endShow(actor.brandId, id);
  }
}
