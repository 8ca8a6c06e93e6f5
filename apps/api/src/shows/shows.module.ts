import { Global, Module } from '@nestjs/common';
import { BroadcastsService } from './broadcasts.service.ts';
import { IngestController } from './ingest.controller.ts';
import { IngestService } from './ingest.service.ts';
import { MediaClient } from './media.client.ts';
import { MediaFactsController } from './media-facts.controller.ts';
import { PicturePaths } from './picture-paths.ts';
import { PinsService } from './pins.service.ts';
import { RecordingFacts } from './recording-facts.ts';
import { RoomLog } from './room-log.ts';
import { ShowsController } from './shows.controller.ts';
import { ShowsGateway } from './shows.gateway.ts';
import { ShowsService } from './shows.service.ts';
import { SnapshotParts } from './snapshot-parts.ts';
import { StockPublisher } from './stock-publisher.ts';

@Global()
@Module({
  controllers: [ShowsController, MediaFactsController, IngestController],
  providers: [
    BroadcastsService,
    IngestService,
    MediaClient,
    PicturePaths,
    PinsService,
    RecordingFacts,
    RoomLog,
    ShowsGateway,
    ShowsService,
    SnapshotParts,
    StockPublisher,
  ],
  exports: [
    BroadcastsService,
    MediaClient,
    PicturePaths,
    PinsService,
    RecordingFacts,
    RoomLog,
    ShowsService,
    SnapshotParts,
  ],
})
export class ShowsModule {}
