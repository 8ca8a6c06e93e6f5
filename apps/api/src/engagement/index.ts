export { EngagementModule } from './engagement.module.ts';
export { InteractionRow, WatchInterval } from './interaction.entity.ts';
export { DayActivity, Rollup, ShowActivity, ShowSecond, Visit } from './rollup.entity.ts';
export { RollupsService } from './rollups.service.ts';
export { ReferralLink, ReferralVisit, TrackedLink, TrackedLinkDay } from './referrals/referral.entity.ts';
export { ReferralsService } from './referrals/referrals.service.ts';
export { Survey, SurveyAnswer, SurveyAsk } from './surveys/survey.entity.ts';
export { SurveysService } from './surveys/surveys.service.ts';
export { WatchLog } from './watch-log.ts';
