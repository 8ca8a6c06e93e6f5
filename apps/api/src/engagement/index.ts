export { EngagementModule } from './engagement.module.ts';
export { InteractionRow, WatchInterval } from './interaction.entity.ts';
export { WatchLog } from './watch-log.ts';
