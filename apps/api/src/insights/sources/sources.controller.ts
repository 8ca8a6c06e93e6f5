import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { sourcesApi } from '#contracts/sources';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { Database } from '../../database/index.ts';
import { referralFigures, sourceRows } from './sources.queries.ts';

@Controller()
export class SourcesController {
  constructor(private readonly database: Database) {}

  @Endpoint(sourcesApi.read)
  @Access('insights.read')
  async read(
    @CurrentMember() { brandId }: Actor,
    @Input(sourcesApi.read) { from, to }: ParsedRequestOf<typeof sourcesApi.read>,
  ) {
    const window = { brandId, from, to };
    return {
      sources: await sourceRows(this.database, window),
      referral: await referralFigures(this.database, window),
    };
  }
}
