import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { RealtimeServer } from './realtime-server.ts';
import { Rooms } from './rooms.ts';

@Global()
@Module({ imports: [DiscoveryModule], providers: [Rooms, RealtimeServer], exports: [Rooms, RealtimeServer] })
export class RealtimeModule {}
