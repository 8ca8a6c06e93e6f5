import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { identityApi } from '#contracts/identity';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { identityOf } from './identity.queries.ts';
import { IdentityService } from './identity.service.ts';

@Controller()
export class IdentityController {
  constructor(
    private readonly database: Database,
    private readonly identity: IdentityService,
  ) {}

  @Endpoint(identityApi.get)
  @Access('people.read')
  get(
    @CurrentMember() { brandId }: Actor,
    @Input(identityApi.get) { personId }: ParsedRequestOf<typeof identityApi.get>,
  ) {
    return identityOf(this.database, brandId, personId);
  }

  @Endpoint(identityApi.undoMerge)
  @Access('people.write')
  async undoMerge(
    @CurrentMember() { brandId, memberId }: Actor,
    @Input(identityApi.undoMerge) { personId, mergeId }: ParsedRequestOf<typeof identityApi.undoMerge>,
  ) {
    await this.identity.undoMerge(brandId, mergeId, memberId);
    return identityOf(this.database, brandId, personId);
  }

  @Endpoint(identityApi.redoMerge)
  @Access('people.write')
  async redoMerge(
    @CurrentMember() { brandId, memberId }: Actor,
    @Input(identityApi.redoMerge) { personId, mergeId }: ParsedRequestOf<typeof identityApi.redoMerge>,
  ) {
    await this.identity.redoMerge(brandId, mergeId, memberId);
    return identityOf(this.database, brandId, personId);
  }

  @Endpoint(identityApi.unlink)
  @Access('people.write')
  async unlink(
    @CurrentMember() { brandId, memberId }: Actor,
    @Input(identityApi.unlink) { personId, linkId }: ParsedRequestOf<typeof identityApi.unlink>,
  ) {
    await this.identity.unlink(brandId, linkId, memberId);
    return identityOf(this.database, brandId, personId);
  }
}
