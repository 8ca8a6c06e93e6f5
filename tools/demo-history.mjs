import { reexecUnderNode24 } from './prepare/node.mjs';
import { fail } from './prepare/progress.mjs';

// npm run demo:history [-- --seed N --buyers N --weeks N]: gives the demo brand twelve weeks of shows and buyers, on the embedded database,
// while Engawa does not run. npm start then shows them under /insights. It takes the same variables as npm start.

await reexecUnderNode24().catch(fail);
const { runHistory } = await import('./run/history.mjs');
process.exit(await runHistory(process.argv.slice(2)).catch(fail));
