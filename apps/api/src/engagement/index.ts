export { EngagementModule } from './engagement.module.ts';
export { InteractionRow, WatchInterval } from './interaction.entity.ts';
export { DayActivity, Rollup, ShowActivity, ShowSecond, Visit } from './rollup.entity.ts';
export { RollupsService } from './rollups.service.ts';
export { WatchLog } from './watch-log.ts';
