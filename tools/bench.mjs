import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './prepare/build.mjs';
import { ensureChromium } from './prepare/chromium.mjs';
import { ensureDependencies } from './prepare/dependencies.mjs';
import { ensureMediasoupWorker } from './prepare/mediasoup-worker.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';
import { ensureNginx } from './prepare/nginx.mjs';
import { root } from './prepare/paths.mjs';
import { ensurePgbench } from './prepare/pgbench.mjs';
import { startPostgres } from './prepare/postgres.mjs';
import { fail, SetupError, step } from './prepare/progress.mjs';
import { run as runCommand } from './prepare/run.mjs';

// npm run bench -- NAME [--rounds 3] [--seconds 10] [--profile FOLDER]: ours against its baseline in one run. Its last
// lines are one JSON object per metric; it exits with 0 only if every target is met.

const folder = join(root, 'test/bench');
const benches = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'bench.ts')));
const usage = `npm run bench -- NAME [--rounds N] [--seconds N] [--profile FOLDER]\n\nBenches: ${benches.join(', ')}`;

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '10' },
      profile: { type: 'string' },
    },
  });
  const [name] = positionals;
  if (name !== undefined && !benches.includes(name)) throw new SetupError(`No bench ${name}.\n\n${usage}`);
  const positive = (option) => {
    const number = Number(values[option]);
    if (!Number.isInteger(number) || number < 1) throw new SetupError(`--${option} is a whole number from 1.`);
    return number;
  };
  return { name, options: { rounds: positive('rounds'), seconds: positive('seconds'), profile: values.profile } };
}

/** The embedded PostgreSQL as `npm start` runs it, fsync included, with our migrations applied. */
async function startDatabase(tempDir, onClose) {
  await ensureBuilt(['api']);
  return step('PostgreSQL', async () => {
    const postgres = await startPostgres({ dataDir: tempDir });
    onClose(() => postgres.stop());
    await runCommand(process.execPath, [join(root, 'dist/apps/api/main.js'), 'migrate'], {
      cwd: root,
      env: { PATH: process.env.PATH, DATABASE_URL: postgres.url },
    });
    return { url: postgres.url, pid: postgres.pid };
  });
}

async function main() {
  await reexecUnderNode24();
  const { name, options } = read(process.argv.slice(2));
  if (!name) {
    console.log(usage);
    return true;
  }
  await ensureDependencies();

  const tempDir = mkdtempSync(join(tmpdir(), 'engawa-bench-'));
  // Run by root, PostgreSQL is another user, who has to get through to its folder.
  chmodSync(tempDir, 0o711);
  const closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
    rmSync(tempDir, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void close().finally(() => process.exit(130)));
  }
  try {
    const { run } = await import(join(folder, name, 'bench.ts'));
    const onClose = (closer) => closers.push(closer);
    const verdicts = await run({
      tempDir,
      options,
      onClose,
      startDatabase: () => startDatabase(tempDir, onClose),
      build: ensureBuilt,
      mediasoupWorker: ensureMediasoupWorker,
      chromium: ensureChromium,
      pgbench: ensurePgbench,
      nginx: ensureNginx,
      install: ensureDependencies,
    });
    console.log('');
    for (const verdict of verdicts) console.log(JSON.stringify(verdict));
    return verdicts.every(({ pass }) => pass);
  } finally {
    await close();
  }
}

process.exit((await main().catch(fail)) ? 0 : 1);
