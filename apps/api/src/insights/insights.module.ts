import { Module } from '@nestjs/common';
import { AnalyticsService } from './analytics/analytics.service.ts';
import { ExploreController } from './analytics/explore.controller.ts';
import { CustomersController } from './customers/customers.controller.ts';
import { CustomersService } from './customers/customers.service.ts';
import { PersonFactsService } from './customers/person-facts.service.ts';
import { InsightsController } from './insights.controller.ts';
import { InsightsService } from './insights.service.ts';
import { JourneysController } from './journeys/journeys.controller.ts';
import { FitValuesJob } from './ltv/fit-values.job.ts';
import { LtvController } from './ltv/ltv.controller.ts';
import { LtvService } from './ltv/ltv.service.ts';
import { OverviewController } from './overview/overview.controller.ts';
import { OverviewService } from './overview/overview.service.ts';
import { PersonRollups } from './overview/person-rollups.service.ts';
import { PrivacyController } from './privacy/privacy.controller.ts';
import { PrivacyService } from './privacy/privacy.service.ts';
import { ProfileController } from './profile/profile.controller.ts';
import { ProfileService } from './profile/profile.service.ts';
import { ShowComparisonService } from './show/comparison.service.ts';
import { ShowReports } from './show/show-reports.ts';
import { SourcesController } from './sources/sources.controller.ts';

@Module({
  controllers: [
    InsightsController,
    LtvController,
    OverviewController,
    SourcesController,
    CustomersController,
    ProfileController,
    JourneysController,
    PrivacyController,
    ExploreController,
  ],
  providers: [
    InsightsService,
    ShowComparisonService,
    ShowReports,
    LtvService,
    FitValuesJob,
    OverviewService,
    PersonRollups,
    CustomersService,
    PersonFactsService,
    ProfileService,
    PrivacyService,
    AnalyticsService,
  ],
})
export class InsightsModule {}
