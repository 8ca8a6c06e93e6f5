import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { settingsApi } from '#contracts/settings';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { PaymentSettingsService } from './payment-settings.service.ts';

@Controller()
@Access('settings.write')
export class PaymentSettingsController {
  constructor(private readonly payments: PaymentSettingsService) {}

  @Endpoint(settingsApi.payments)
  read(@CurrentMember() actor: Actor) {
    return this.payments.read(actor.brandId);
  }

  @Endpoint(settingsApi.savePayments)
  save(
    @CurrentMember() actor: Actor,
    @Input(settingsApi.savePayments) keys: ParsedRequestOf<typeof settingsApi.savePayments>,
  ) {
    return this.payments.useOwn(actor.brandId, keys);
  }

  @Endpoint(settingsApi.clearPayments)
  clear(@CurrentMember() actor: Actor) {
    return this.payments.useInstallation(actor.brandId);
  }
}
