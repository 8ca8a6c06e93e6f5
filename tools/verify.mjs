import { fail } from './prepare/progress.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';

// npm run verify: checks the invariants of money and stock in the database and in Stripe's books, Engawa running or not.
// It takes the same variables as npm start.

await reexecUnderNode24().catch(fail);
const { runVerify } = await import('./run/verify.mjs');
process.exit(await runVerify().catch(fail));
