import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { insightsApi } from '#contracts/insights';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { InsightsService } from './insights.service.ts';

@Controller()
export class InsightsController {
  constructor(private readonly insights: InsightsService) {}

  @Endpoint(insightsApi.show)
  @Access('insights.read')
  show(@CurrentMember() actor: Actor, @Input(insightsApi.show) { id }: ParsedRequestOf<typeof insightsApi.show>) {
    return this.insights.show(actor.brandId, id);
  }
}
