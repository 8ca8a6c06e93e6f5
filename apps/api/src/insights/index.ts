export { InsightsModule } from './insights.module.ts';
export { PersonValue, ValueModel, ValueSettings } from './ltv/value.entity.ts';
