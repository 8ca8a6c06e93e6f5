import { join } from 'node:path';
import { root } from '../prepare/paths.mjs';
import { SetupError } from '../prepare/progress.mjs';
import { run } from '../prepare/run.mjs';
import { TestBench } from '../testing/bench.mjs';

// Migrations are written by hand and entities are classes: a database that the migrations made must leave TypeORM's
// schema builder nothing to do.

const bench = new TestBench();
try {
  const { TEST_TEMPLATE_URL } = await bench.database();
  await run(process.execPath, [join(root, 'dist/apps/api/main.js'), 'check-schema'], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: TEST_TEMPLATE_URL },
  });
} catch (error) {
  console.error(error instanceof SetupError ? error.message : (error.output ?? error));
  process.exitCode = 1;
} finally {
  await bench.close();
}
