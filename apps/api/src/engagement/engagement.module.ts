import { Global, Module } from '@nestjs/common';
import { EngagementGateway } from './engagement.gateway.ts';
import { InteractionLog } from './interaction-log.ts';
import { LedgerEvents } from './ledger-events.ts';
import { RollupsService } from './rollups.service.ts';
import { RoomEventsListener } from './room-events.ts';
import { ShowBrands } from './show-brands.ts';
import { WatchLog } from './watch-log.ts';

@Global()
@Module({
  providers: [
    RoomEventsListener,
    LedgerEvents,
    EngagementGateway,
    InteractionLog,
    RollupsService,
    ShowBrands,
    WatchLog,
  ],
  exports: [InteractionLog, RollupsService, WatchLog],
})
export class EngagementModule {}
