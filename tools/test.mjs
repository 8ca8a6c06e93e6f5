import { ensureDependencies } from './prepare/dependencies.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';
import { SetupError } from './prepare/progress.mjs';
import { runJest } from './testing/jest.mjs';
import { TestBench } from './testing/bench.mjs';

// npm test [-- unit|integration|e2e [pattern]]: prepares what the chosen tests need, runs them, ends with one true sum.

const parts = ['unit', 'integration', 'e2e'];

async function main([part, pattern]) {
  if (part && !parts.includes(part)) throw new SetupError(`No ${part} tests. There are: ${parts.join(', ')}`);
  await reexecUnderNode24();
  await ensureDependencies();

  const bench = new TestBench();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void bench.close().finally(() => process.exit(130)));
  }

  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of part ? [part] : parts) {
    console.log(`\n── ${name} tests`);
    // What cannot be prepared fails its own part; the others still say what they know.
    const counts = await bench.environment(name).then(
      (env) => runJest(name, { pattern, env, tempDir: bench.tempDir, onStart: (pid) => bench.watch(pid) }),
      (error) => {
        console.error(error instanceof SetupError ? error.message : error);
        return { passed: 0, failed: 1, skipped: 0 };
      },
    );
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
  if (sum.passed + sum.failed === 0) {
    console.error('No test ran.');
    sum.failed = 1;
  }
  await bench.close();
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exit(sum.failed === 0 ? 0 : 1);
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
});
