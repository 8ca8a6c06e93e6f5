import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureDependencies } from './prepare/dependencies.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';
import { root } from './prepare/paths.mjs';
import { fail } from './prepare/progress.mjs';

// npm run check [name …]: everything about the code that can be judged without running the product.

const bin = (name) => join(root, 'node_modules/.bin', name);
const node = (script, ...args) => [process.execPath, join(root, script), ...args];

/** What tsc learnt last time; only what has changed since, and what stands on it, is looked at again. */
const typesLearnt = join(root, 'dist/.built/types.tsbuildinfo');

/** The slow ones first, so that they do not run alone at the end. */
const checks = [
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings', '0'] },
  {
    name: 'types',
    command: [bin('tsc'), '--noEmit', '--pretty', 'false', '--incremental', '--tsBuildInfoFile', typesLearnt],
  },
  { name: 'schema', command: node('tools/checks/schema.mjs') },
  { name: 'bundle size', command: node('tools/bundle-size.mjs') },
  { name: 'unused code', command: [bin('knip'), '--no-progress'] },
  { name: 'dependencies', command: [bin('depcruise'), 'apps', 'libs', 'test', 'tools'] },
  { name: 'formatting', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  { name: 'lockfile', command: node('tools/checks/lockfile.mjs') },
];

/** @returns {Promise<string | null>} all that the command wrote when it failed, else null */
function faultOf([file, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? null : output.trim() || `ended with ${code} and said nothing`));
  });
}

async function runCheck({ name, command }) {
  const started = Date.now();
  const fault = await faultOf(command);
  console.log(`  ${fault === null ? '✓' : '✗'} ${name}  ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return fault === null ? [] : [{ name, fault }];
}

async function main() {
  await reexecUnderNode24();
  await ensureDependencies();

  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    throw new Error(`No such check: ${unknown.join(', ')}. There are: ${checks.map(({ name }) => name).join(', ')}`);
  }
  const queue = checks.filter(({ name }) => named.length === 0 || named.includes(name));
  const total = queue.length;
  const failures = [];
  const lane = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) failures.push(...(await runCheck(check)));
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, lane));

  for (const { name, fault } of failures) console.log(`\n── ${name}\n${fault}`);
  console.log(failures.length === 0 ? `\n${total} checks passed` : `\n${failures.length} of ${total} checks failed`);
  process.exit(failures.length === 0 ? 0 : 1);
}

main().catch(fail);
