export { restoreClock } from './clock.ts';
export { historyLines, hostOf, isTrue, makeHistory } from './demo-history.ts';
