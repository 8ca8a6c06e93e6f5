import { ensureDependencies } from './prepare/dependencies.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';
import { SetupError } from './prepare/progress.mjs';

// npm run screens: starts the product with its demo brand, plays a short evening in it with real browsers and guests, and writes the main
// places as small pictures to docs/screens/.

try {
  await reexecUnderNode24();
  await ensureDependencies();
  const { takeScreens } = await import('./screens/take.mjs');
  await takeScreens();
  process.exit(0);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
