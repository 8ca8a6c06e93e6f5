import { Global, Module } from '@nestjs/common';
import { CollectorController } from './collector/collector.controller.ts';
import { CollectorService } from './collector/collector.service.ts';
import { Identities } from './collector/identities.ts';
import { ProductIds } from './collector/product-ids.ts';
import { Rejections } from './collector/rejections.ts';
import { WriteKeysService } from './collector/write-keys.service.ts';
import { EngagementGateway } from './engagement.gateway.ts';
import { InteractionLog } from './interaction-log.ts';
import { LedgerEvents } from './ledger-events.ts';
import { OrderClaims } from './order-claims.ts';
import { RetentionJob } from './retention.job.ts';
import { RollupsService } from './rollups.service.ts';
import { RoomEventsListener } from './room-events.ts';
import { ShowBrands } from './show-brands.ts';
import { ReplayWatchedController } from './replay-watched.controller.ts';
import { ReferralsController } from './referrals/referrals.controller.ts';
import { ReferralsService } from './referrals/referrals.service.ts';
import { TrackedLinksService } from './referrals/tracked-links.service.ts';
import { AskAfterDeliveryJob } from './surveys/ask-after-delivery.job.ts';
import { SurveysController } from './surveys/surveys.controller.ts';
import { SurveysService } from './surveys/surveys.service.ts';
import { WatchLog } from './watch-log.ts';

@Global()
@Module({
  controllers: [CollectorController, SurveysController, ReferralsController, ReplayWatchedController],
  providers: [
    RoomEventsListener,
    LedgerEvents,
    EngagementGateway,
    InteractionLog,
    OrderClaims,
    RetentionJob,
    RollupsService,
    ShowBrands,
    ...[CollectorService, Identities, ProductIds, Rejections, WriteKeysService],
    SurveysService,
    AskAfterDeliveryJob,
    ReferralsService,
    TrackedLinksService,
    WatchLog,
  ],
  exports: [CollectorService, InteractionLog, RollupsService, SurveysService, WatchLog],
})
export class EngagementModule {}
