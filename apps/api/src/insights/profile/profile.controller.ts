import { Controller } from '@nestjs/common';
import { customersApi } from '#contracts/customers';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { ProfileService } from './profile.service.ts';

@Controller()
export class ProfileController {
  constructor(private readonly profiles: ProfileService) {}

  @Endpoint(customersApi.profile)
  @Access('insights.read')
  profile(
    @CurrentMember() actor: Actor,
    @Input(customersApi.profile) { id }: ParsedRequestOf<typeof customersApi.profile>,
  ) {
    return this.profiles.profile(actor, id);
  }

  @Endpoint(customersApi.timeline)
  @Access('insights.read')
  timeline(
    @CurrentMember() actor: Actor,
    @Input(customersApi.timeline) input: ParsedRequestOf<typeof customersApi.timeline>,
  ) {
    return this.profiles.timeline(actor, input);
  }
}
