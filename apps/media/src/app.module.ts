import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HttpErrorFilter } from '#platform/http-errors';
import { ApiCallback } from './api-callback.ts';
import { Broadcasts } from './broadcasts.ts';
import { ControlController } from './control.controller.ts';
import { Recordings } from './recording/recordings.ts';
import { ReplayController } from './recording/replay.controller.ts';
import { RelayGateway } from './relay/relay.gateway.ts';
import { SignallingGateway } from './signalling.gateway.ts';
import { Workers } from './workers.ts';

@Module({
  controllers: [ControlController, ReplayController],
  providers: [
    Workers,
    ApiCallback,
    Broadcasts,
    Recordings,
    RelayGateway,
    SignallingGateway,
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class AppModule {}
