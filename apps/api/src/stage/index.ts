export { Stage, StageParticipant } from './stage.entity.ts';
export { StageModule } from './stage.module.ts';
