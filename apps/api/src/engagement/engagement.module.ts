import { Global, Module } from '@nestjs/common';
import { Collector } from './collector.ts';
import { EngagementGateway } from './engagement.gateway.ts';
import { InteractionLog } from './interaction-log.ts';
import { WatchLog } from './watch-log.ts';

@Global()
@Module({ providers: [Collector, EngagementGateway, InteractionLog, WatchLog], exports: [InteractionLog, WatchLog] })
export class EngagementModule {}
