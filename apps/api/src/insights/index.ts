export { PersonChange, PersonDay, PersonFacts, Segment } from './customers/customer.entity.ts';
export { PersonFactsService } from './customers/person-facts.service.ts';
export { InsightsModule } from './insights.module.ts';
export { InsightsService } from './insights.service.ts';
export { FitValuesJob } from './ltv/fit-values.job.ts';
export { PersonValue, ValueModel, ValueSettings } from './ltv/value.entity.ts';
export {
  PersonMove,
  PersonSessions,
  SessionDay,
  ShowAudience,
  ShowPeopleClosing,
  ShowPerson,
} from './overview/person-rollup.entity.ts';
export { PersonRollups } from './overview/person-rollups.service.ts';
export { ReportVersion, ShowReport } from './show/show-report.entity.ts';
export { ShowReports } from './show/show-reports.ts';
export { referralFigures } from './sources/sources.queries.ts';
export { AnalyticsErasure, ErasureRow } from './privacy/erasure.entity.ts';
