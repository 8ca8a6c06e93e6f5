import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { ingestApi, IngestRequest } from '#contracts/ingest';
import type { GrantClaims } from '#contracts/media';
import { Endpoint, Input } from '#platform/endpoint';
import { validate } from '#platform/validate';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { IngestService } from './ingest.service.ts';

@Controller()
export class IngestController {
  constructor(private readonly ingest: IngestService) {}

  @Endpoint(ingestApi.get)
  @Access('shows.host')
  get(@CurrentMember() actor: Actor, @Input(ingestApi.get) { id }: ParsedRequestOf<typeof ingestApi.get>) {
    return this.ingest.setup(actor.brandId, id);
  }

  @Endpoint(ingestApi.renew)
  @Access('shows.host')
  renew(@CurrentMember() actor: Actor, @Input(ingestApi.renew) { id }: ParsedRequestOf<typeof ingestApi.renew>) {
    return this.ingest.renew(actor, id);
  }

  /** An encoder stands at a media process. */
  @Post('/api/media/ingest')
  @HttpCode(200)
  @Access('service')
  async admit(@Body() body: unknown): Promise<{ claims: GrantClaims | null }> {
    return { claims: await this.ingest.admit(validate(IngestRequest, body)) };
  }
}
