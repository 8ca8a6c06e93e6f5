// npm start: prepares the machine and runs Engawa. Until Node 24 is there, nothing but Node 20's own modules is used.
import { reexecUnderNode24 } from './prepare/node.mjs';
import { fail } from './prepare/progress.mjs';

await reexecUnderNode24().catch(fail);
const { runEngawa } = await import('./run/engawa.mjs');
await runEngawa().catch(fail);
