import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { insightsApi } from '#contracts/insights';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { InsightsService } from './insights.service.ts';
import { ShowComparisonService } from './show/comparison.service.ts';

@Controller()
export class InsightsController {
  constructor(
    private readonly insights: InsightsService,
    private readonly comparison: ShowComparisonService,
  ) {}

  @Endpoint(insightsApi.shows)
  @Access('insights.read')
  shows(@CurrentMember() actor: Actor) {
    return this.comparison.shows(actor.brandId);
  }

  @Endpoint(insightsApi.curve)
  @Access('insights.read')
  curve(@CurrentMember() actor: Actor, @Input(insightsApi.curve) { id }: ParsedRequestOf<typeof insightsApi.curve>) {
    return this.insights.curve(actor.brandId, id);
  }

  @Endpoint(insightsApi.replay)
  @Access('insights.read')
  replay(@CurrentMember() actor: Actor, @Input(insightsApi.replay) { id }: ParsedRequestOf<typeof insightsApi.replay>) {
    return this.insights.replay(actor.brandId, id);
  }

  @Endpoint(insightsApi.show)
  @Access('insights.read')
  show(@CurrentMember() actor: Actor, @Input(insightsApi.show) { id }: ParsedRequestOf<typeof insightsApi.show>) {
    return this.insights.show(actor.brandId, id);
  }
}
