import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../prepare/paths.mjs';
import { sleep } from '../prepare/processes.mjs';

// Timeouts only end what hangs: a busy machine must not fail a test.
const argumentsOf = {
  unit: ['--testTimeout=20000'],
  integration: ['--testTimeout=60000', '--runInBand'],
  // One browser and one product at a time: two would fight for the cores, and then wait for each other.
  e2e: ['--testTimeout=180000', '--runInBand'],
};
/** They wait more than they compute. Runs of their own and not jest's workers, which end before what a spec has started. */
const integrationRuns = Math.min(4, availableParallelism());

/**
 * Runs one jest project to its end.
 *
 * @param {'unit' | 'integration' | 'e2e'} part
 * @param {{ pattern?: string, env: Record<string, string>, tempDir: string, onStart: (pid: number) => void }} options
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>} a spec file that could not be loaded, and a
 *   runner that ended without a result, count as one failure each
 */
export async function runJest(part, options) {
  const runs = part === 'integration' && !options.pattern ? integrationRuns : 1;
  const shards = Array.from({ length: runs }, (_, index) => `${index + 1}/${runs}`);
  const counts = await Promise.all(shards.map((shard) => runShard(part, shard, options)));
  return counts.reduce((sum, one) => {
    for (const key of Object.keys(sum)) sum[key] += one[key];
    return sum;
  });
}

async function runShard(part, shard, { pattern, env, tempDir, onStart }) {
  const outputFile = join(tempDir, `${part}-${shard.replace('/', '-of-')}.json`);
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      '--selectProjects',
      part,
      '--passWithNoTests',
      '--json',
      `--outputFile=${outputFile}`,
      ...argumentsOf[part],
      `--shard=${shard}`,
      ...(pattern ? ['--testPathPatterns', pattern] : []),
    ],
    // Its own process group, so that all it has started can be ended with it. --json repeats the result on stdout.
    { cwd: root, env: { ...withoutOurs(process.env), ...env }, stdio: ['ignore', 'ignore', 'inherit'], detached: true },
  );
  onStart(child.pid);
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  const how = await Promise.race([ended, hangs(outputFile)]);
  const counts = countsOf(outputFile);
  if (!counts) {
    console.error(`The ${part} tests ended with ${how} and without a result.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if (how === hung) {
    console.error(`The ${part} tests left something open: jest did not end after the last of them.`);
    counts.failed += 1;
  } else if (how !== 0 && counts.failed === 0) {
    console.error(`The ${part} tests ended with ${how}.`);
    counts.failed += 1;
  }
  return counts;
}

/** What a person has set for a product of their own, a Stripe key or a database above all, is no business of the tests. */
function withoutOurs(env) {
  const ours =
    /^((STRIPE|ENGAWA|MEDIA|DATABASE|DEMO|REDIS|SMTP|MAIL)(_|$)|(HOST|PORT|PUBLIC_URL|API_URL|NODE_ENV|LOG_LEVEL)$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

const hung = Symbol('hung');

/** Resolves when jest has written its result and is still there well after. */
async function hangs(outputFile) {
  while (!existsSync(outputFile)) await sleep(500);
  await sleep(20_000);
  return hung;
}

function countsOf(outputFile) {
  if (!existsSync(outputFile)) return null;
  const result = JSON.parse(readFileSync(outputFile, 'utf8'));
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
