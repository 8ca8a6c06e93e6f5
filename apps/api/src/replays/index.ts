export { ReplayRow } from './replay.entity.ts';
export { sellsByReplay, watchableReplay } from './replays.queries.ts';
export { ReplaysModule } from './replays.module.ts';
