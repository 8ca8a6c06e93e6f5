import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './prepare/build.mjs';
import { ensureDependencies } from './prepare/dependencies.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';
import { root } from './prepare/paths.mjs';
import { startPostgres } from './prepare/postgres.mjs';
import { fail, print, SetupError } from './prepare/progress.mjs';
import { run } from './prepare/run.mjs';

// npm run soak -- 10m [--seed N] [--path N] [--profile NAME]: buyers and faults for as long as one likes, then the invariants.
// npm run soak -- mutants: proves that the harness sees what it is there to see.

const usage = 'npm run soak -- 90s|10m|2h [--seed N] [--path N] [--profile storm|calm], or: npm run soak -- mutants';

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      path: { type: 'string', default: '0' },
      profile: { type: 'string', default: 'storm' },
    },
  });
  const [length = ''] = positionals;
  if (length === 'mutants') return { mutants: true };
  const [, number, unit] = /^(\d+)([smh])$/.exec(length) ?? [];
  if (!number) throw new SetupError(usage);
  const whole = (name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) throw new SetupError(`--${name} is a whole number.\n\n${usage}`);
    return value;
  };
  return {
    seconds: Number(number) * { s: 1, m: 60, h: 3600 }[unit],
    seed: values.seed === undefined ? undefined : whole('seed'),
    path: whole('path'),
    profile: values.profile,
  };
}

async function main() {
  await reexecUnderNode24();
  const options = read(process.argv.slice(2));
  await ensureDependencies();
  if (options.mutants) {
    await run(process.execPath, [join(root, 'tools/test.mjs'), 'integration', 'soak-mutants'], { stdio: 'inherit' });
    return true;
  }
  await ensureBuilt(['api', 'stripe-sandbox']);

  const dir = mkdtempSync(join(process.env.TEST_TEMP_DIR ?? tmpdir(), 'engawa-soak-'));
  // Run by root, PostgreSQL is another user, who has to get through to its folder.
  chmodSync(dir, 0o711);
  const closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void close().finally(() => process.exit(130)));
  }
  let sound = false;
  try {
    const { soak } = await import('../test/soak/soak.ts');
    sound = await soak({ dir, startPostgres, onClose: (closer) => closers.push(closer) }, options, print);
  } finally {
    await close();
    if (sound) rmSync(dir, { recursive: true, force: true });
    else print(`\nIts logs are in ${join(dir, 'logs')}`);
  }
  return sound;
}

process.exit((await main().catch(fail)) ? 0 : 1);
