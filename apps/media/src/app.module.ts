import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HttpErrorFilter } from '#platform/http-errors';
import { ApiCallback } from './api-callback.ts';
import { Broadcasts } from './broadcasts.ts';
import { ControlController } from './control.controller.ts';
import { SignallingGateway } from './signalling.gateway.ts';
import { Workers } from './workers.ts';

@Module({
  controllers: [ControlController],
  providers: [Workers, ApiCallback, Broadcasts, SignallingGateway, { provide: APP_FILTER, useClass: HttpErrorFilter }],
})
export class AppModule {}
