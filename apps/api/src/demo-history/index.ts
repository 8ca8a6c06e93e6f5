export { restoreClock } from './clock.ts';
export { historyLines, hostOf, isTrue, makeHistory, type HistoryReport } from './demo-history.ts';
export type { HistoryOptions } from './history.ts';
