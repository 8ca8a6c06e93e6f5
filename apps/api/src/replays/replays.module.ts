import { Module } from '@nestjs/common';
import { ReplaysController } from './replays.controller.ts';
import { ReplaysService } from './replays.service.ts';

@Module({ controllers: [ReplaysController], providers: [ReplaysService] })
export class ReplaysModule {}
