import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { viewerAccountApi } from '#contracts/viewer-account';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentViewer } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { ViewerAccountService } from '../people/index.ts';
import { ordersOfViewers } from './my-orders.queries.ts';

@Controller()
export class MyOrdersController {
  constructor(
    private readonly database: Database,
    private readonly accounts: ViewerAccountService,
  ) {}

  /** A guest's are of this browser, a signed-in viewer's of all in which they are. */
  @Endpoint(viewerAccountApi.orders)
  @Access('guest')
  async orders(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.orders) { brandId, after }: ParsedRequestOf<typeof viewerAccountApi.orders>,
  ) {
    const viewerIds = await this.accounts.subjectsOf(brandId, viewerId);
    return ordersOfViewers(this.database, brandId, viewerIds, after ?? null);
  }
}
