import { Module } from '@nestjs/common';
import { InsightsController } from './insights.controller.ts';
import { InsightsService } from './insights.service.ts';
import { FitValuesJob } from './ltv/fit-values.job.ts';
import { LtvController } from './ltv/ltv.controller.ts';
import { LtvService } from './ltv/ltv.service.ts';
import { SourcesController } from './sources/sources.controller.ts';

@Module({
  controllers: [InsightsController, LtvController, SourcesController],
  providers: [InsightsService, LtvService, FitValuesJob],
})
export class InsightsModule {}
