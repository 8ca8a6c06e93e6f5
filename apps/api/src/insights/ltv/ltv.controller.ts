import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { ltvApi } from '#contracts/ltv';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { LtvService } from './ltv.service.ts';

@Controller()
export class LtvController {
  constructor(private readonly ltv: LtvService) {}

  @Endpoint(ltvApi.read)
  @Access('insights.read')
  read(@CurrentMember() actor: Actor) {
    return this.ltv.read(actor.brandId);
  }

  @Endpoint(ltvApi.fit)
  @Access('insights.read')
  fit(@CurrentMember() actor: Actor) {
    return this.ltv.fit(actor.brandId);
  }

  @Endpoint(ltvApi.saveSettings)
  @Access('settings.write')
  saveSettings(
    @CurrentMember() actor: Actor,
    @Input(ltvApi.saveSettings) settings: ParsedRequestOf<typeof ltvApi.saveSettings>,
  ) {
    return this.ltv.saveSettings(actor.brandId, settings);
  }
}
