import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HttpErrorFilter } from '#platform/http-errors';
import { Admission } from './admission.ts';
import { ApiCallback } from './api-callback.ts';
import { Broadcasts } from './broadcasts.ts';
import { ControlController } from './control.controller.ts';
import { Packager } from './packaging/packager.ts';
import { Recordings } from './recording/recordings.ts';
import { ReplayController } from './recording/replay.controller.ts';
import { RelayGateway } from './relay/relay.gateway.ts';
import { RtmpServer } from './rtmp/rtmp-server.ts';
import { SignallingGateway } from './signalling.gateway.ts';
import { WhipController } from './whip/whip.controller.ts';
import { WhipSessions } from './whip/whip-sessions.ts';
import { Workers } from './workers.ts';

@Module({
  controllers: [ControlController, ReplayController, WhipController],
  providers: [
    Workers,
    ApiCallback,
    Packager,
    Broadcasts,
    Recordings,
    RelayGateway,
    SignallingGateway,
    Admission,
    WhipSessions,
    RtmpServer,
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class AppModule {}
