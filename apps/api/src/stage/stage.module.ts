import { Global, Module } from '@nestjs/common';
import { StageController } from './stage.controller.ts';
import { StageService } from './stage.service.ts';

@Global()
@Module({ controllers: [StageController], providers: [StageService] })
export class StageModule {}
