import { Controller } from '@nestjs/common';
import { dealsApi } from '#contracts/deals';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { CouponsService } from './coupons.service.ts';
import { DealsService } from './deals.service.ts';

@Controller()
export class DealsController {
  constructor(
    private readonly deals: DealsService,
    private readonly coupons: CouponsService,
  ) {}

  @Endpoint(dealsApi.start)
  @Access('shows.host')
  start(@CurrentMember() actor: Actor, @Input(dealsApi.start) input: ParsedRequestOf<typeof dealsApi.start>) {
    return this.deals.start(actor, input);
  }

  @Endpoint(dealsApi.end)
  @Access('shows.host')
  end(@CurrentMember() actor: Actor, @Input(dealsApi.end) { id }: ParsedRequestOf<typeof dealsApi.end>) {
    return this.deals.end(actor, id);
  }

  @Endpoint(dealsApi.coupons)
  @Access('catalog.read')
  async list(@CurrentMember() actor: Actor) {
    return { coupons: await this.coupons.list(actor.brandId) };
  }

  @Endpoint(dealsApi.createCoupon)
  @Access('catalog.write')
  create(
    @CurrentMember() actor: Actor,
    @Input(dealsApi.createCoupon) input: ParsedRequestOf<typeof dealsApi.createCoupon>,
  ) {
    return this.coupons.create(actor.brandId, input);
  }

  @Endpoint(dealsApi.archiveCoupon)
  @Access('catalog.write')
  async archive(
    @CurrentMember() actor: Actor,
    @Input(dealsApi.archiveCoupon) { id }: ParsedRequestOf<typeof dealsApi.archiveCoupon>,
  ) {
    await this.coupons.archive(actor.brandId, id);
    return {};
  }
}
