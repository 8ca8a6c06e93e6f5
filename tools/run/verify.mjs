import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../prepare/build.mjs';
import { ensureDependencies } from '../prepare/dependencies.mjs';
import { lockHolder, tryLock } from '../prepare/lock.mjs';
import { root } from '../prepare/paths.mjs';
import { freePort, runningPostgres, startPostgres } from '../prepare/postgres.mjs';
import { sleep } from '../prepare/processes.mjs';
import { print, SetupError, step } from '../prepare/progress.mjs';
import { server } from './apps.mjs';
import { settle } from './environment.mjs';

/**
 * Checks the invariants over the database of this data folder, or of DATABASE_URL. What does not run and is needed, the
 * embedded PostgreSQL and the stand-in for Stripe, is started for as long as that takes.
 *
 * @returns {Promise<number>} the exit code: 0 when all hold
 */
export async function runVerify() {
  const { env, dataDir, embedded, sandbox } = settle(process.env);
  const closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => void close().then(() => process.exit(130)));
  try {
    await ensureDependencies();
    await ensureBuilt(['api', ...(sandbox ? ['stripe-sandbox'] : [])]);
    const running = embedded ? await provideDatabase(env, dataDir, closers) : true;
    if (sandbox && !(await isSandbox(env.STRIPE_API_URL))) await provideSandbox(env, closers);
    print(`\n  ${embedded ? dataDir : 'DATABASE_URL'}, Engawa ${running ? 'running' : 'stopped'}\n`);
    const child = spawn(process.execPath, [server('api'), 'verify', ...(running ? [] : ['--stopped'])], {
      cwd: root,
      env: { ...env, LOG_LEVEL: env.LOG_LEVEL || 'error' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    closers.push(() => child.kill());
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } finally {
    await close();
  }
}

/** @returns {Promise<boolean>} whether Engawa runs on it; if not, nobody can start it until the check is over */
async function provideDatabase(env, dataDir, closers) {
  const lock = join(dataDir, 'engawa.lock');
  const unlock = tryLock(lock);
  if (!unlock) {
    env.DATABASE_URL = await runningPostgres(dataDir);
    if (!env.DATABASE_URL)
      throw new SetupError(
        `Engawa is just being started, as process ${lockHolder(lock)?.pid}. Try again when it is ready.`,
      );
    return true;
  }
  closers.push(unlock);
  if (!existsSync(join(dataDir, 'postgres-password')))
    throw new SetupError(`There is no database in ${dataDir} yet: npm start makes one. For another, set DATABASE_URL.`);
  const postgres = await step('PostgreSQL', (report) => startPostgres({ dataDir, report }));
  closers.push(() => postgres.stop());
  env.DATABASE_URL = postgres.url;
  return false;
}

/** Its books are in its own file: on another port, and sending no webhook, it can only be asked. */
async function provideSandbox(env, closers) {
  await step('stand-in for Stripe', async () => {
    const port = await freePort();
    env.STRIPE_SANDBOX_PORT = String(port);
    env.STRIPE_API_URL = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, [server('stripe-sandbox')], {
      cwd: root,
      env: { ...env, STRIPE_WEBHOOK_URL: '' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    closers.push(async () => {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
    });
    while (!(await isSandbox(env.STRIPE_API_URL))) {
      if (child.exitCode !== null) throw new SetupError('The stand-in for Stripe does not start.');
      await sleep(50);
    }
  });
}

async function isSandbox(url) {
  return fetch(`${url}/_sandbox/health`, { signal: AbortSignal.timeout(2000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}
