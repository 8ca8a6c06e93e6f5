import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { settingsApi } from '#contracts/settings';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from './access.ts';
import { BrandSettingsService } from './brand-settings.service.ts';

@Controller()
export class BrandSettingsController {
  constructor(private readonly settings: BrandSettingsService) {}

  @Endpoint(settingsApi.selling)
  @Access('catalog.read')
  selling(@CurrentMember() actor: Actor) {
    return this.settings.read(actor.brandId);
  }

  @Endpoint(settingsApi.saveSelling)
  @Access('settings.write')
  saveSelling(
    @CurrentMember() actor: Actor,
    @Input(settingsApi.saveSelling) input: ParsedRequestOf<typeof settingsApi.saveSelling>,
  ) {
    return this.settings.save(actor.brandId, input);
  }

  @Endpoint(settingsApi.sellerPage)
  @Access('public')
  sellerPage(@Input(settingsApi.sellerPage) { slug }: ParsedRequestOf<typeof settingsApi.sellerPage>) {
    return this.settings.sellerPage(slug);
  }
}
