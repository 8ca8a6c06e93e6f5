import { Controller } from '@nestjs/common';
import { collectorApi } from '#contracts/collector';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { Rejections } from './rejections.ts';
import { WriteKeysService } from './write-keys.service.ts';

/** The back office of the collector. What events come in by is `collector.edge.ts`. */
@Controller()
export class CollectorController {
  constructor(
    private readonly writeKeys: WriteKeysService,
    private readonly rejected: Rejections,
  ) {}

  @Endpoint(collectorApi.keys)
  @Access('settings.write')
  keys(@CurrentMember() actor: Actor) {
    return this.writeKeys.list(actor.brandId);
  }

  @Endpoint(collectorApi.createKey)
  @Access('settings.write')
  createKey(
    @CurrentMember() actor: Actor,
    @Input(collectorApi.createKey) { kind, name }: ParsedRequestOf<typeof collectorApi.createKey>,
  ) {
    return this.writeKeys.create(actor, kind, name);
  }

  @Endpoint(collectorApi.revokeKey)
  @Access('settings.write')
  revokeKey(
    @CurrentMember() actor: Actor,
    @Input(collectorApi.revokeKey) { id }: ParsedRequestOf<typeof collectorApi.revokeKey>,
  ) {
    return this.writeKeys.revoke(actor, id);
  }

  @Endpoint(collectorApi.newUserSecret)
  @Access('settings.write')
  newUserSecret(@CurrentMember() actor: Actor) {
    return this.writeKeys.newUserSecret(actor);
  }

  @Endpoint(collectorApi.rejections)
  @Access('insights.read')
  async rejections(@CurrentMember() actor: Actor) {
    return { rejections: await this.rejected.list(actor.brandId) };
  }
}
