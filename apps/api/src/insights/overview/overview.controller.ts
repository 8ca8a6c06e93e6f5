import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { overviewApi } from '#contracts/overview';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { OverviewService } from './overview.service.ts';

@Controller()
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Endpoint(overviewApi.read)
  @Access('insights.read')
  read(@CurrentMember() actor: Actor, @Input(overviewApi.read) request: ParsedRequestOf<typeof overviewApi.read>) {
    return this.overview.read(actor.brandId, request);
  }
}
