import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from '../prepare/build.mjs';
import { ensureDependencies } from '../prepare/dependencies.mjs';
import { lockHolder, tryLock } from '../prepare/lock.mjs';
import { root } from '../prepare/paths.mjs';
import { freePort, startPostgres } from '../prepare/postgres.mjs';
import { sleep } from '../prepare/processes.mjs';
import { print, SetupError, step } from '../prepare/progress.mjs';
import { apiCommand, server } from './apps.mjs';
import { prepareDemo } from './demo.mjs';
import { settle } from './environment.mjs';
import { remarkOf, rotate } from './logs.mjs';

/**
 * Makes the history of the demo brand, on a fresh checkout too. Nothing else may run on the data meanwhile: the business clock is in the past.
 *
 * @param {string[]} args of the api's command
 * @returns {Promise<number>} the exit code: 0 when all that was checked at the end is true
 */
export async function runHistory(args) {
  const { env, dataDir, embedded, sandbox, demo } = settle(process.env);
  if (!sandbox) throw new SetupError('A history is paid at the stand-in for Stripe: unset STRIPE_SECRET_KEY.');
  if (!demo && !args.includes('--brand'))
    throw new SetupError(
      embedded
        ? 'The demo is switched off here (DEMO, HOST).'
        : 'DATABASE_URL is set: a history is made on the embedded database, unless --brand names a brand of yours.',
    );
  const closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => void close().then(() => process.exit(130)));
  try {
    const unlock = tryLock(join(dataDir, 'engawa.lock'));
    if (!unlock) {
      const pid = lockHolder(join(dataDir, 'engawa.lock'))?.pid;
      throw new SetupError(`Engawa is running with the data in ${dataDir}, as process ${pid}: end it first.`);
    }
    closers.push(unlock);
    await ensureDependencies();
    await ensureBuilt(['api', 'stripe-sandbox']);
    if (embedded) {
      const postgres = await step('PostgreSQL', (report) => startPostgres({ dataDir, report }));
      closers.push(() => postgres.stop());
      env.DATABASE_URL = postgres.url;
    }
    // Ports of its own: npm start with other data may be using the usual ones.
    const [port, sandboxPort] = [await freePort(), await freePort()];
    Object.assign(env, {
      PORT: String(port),
      STRIPE_SANDBOX_PORT: String(sandboxPort),
      STRIPE_API_URL: `http://127.0.0.1:${sandboxPort}`,
      STRIPE_WEBHOOK_URL: `http://127.0.0.1:${port}/api/stripe/webhook`,
      LOG_LEVEL: env.LOG_LEVEL || 'warn',
      FFMPEG_PATH: '',
      // Whoever loses the machine meanwhile begins the history anew: no need to wait for the disk at each of its commits.
      PGOPTIONS: '-c synchronous_commit=off',
    });
    await apiCommand('database schema', env, 'migrate');
    if (demo) await prepareDemo(env);
    await startSandbox(env, closers);
    return await play(env, args, closers);
  } finally {
    await close();
  }
}

async function startSandbox(env, closers) {
  const child = spawn(process.execPath, [server('stripe-sandbox')], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  closers.push(() => ended(child));
  const health = () =>
    fetch(`${env.STRIPE_API_URL}/_sandbox/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await health())) {
    if (child.exitCode !== null) throw new SetupError('The stand-in for Stripe does not start.');
    await sleep(50);
  }
}

/** Shows progress in one line, and prints what the command finds out at its end. */
async function play(env, args, closers) {
  const found = [];
  const log = join(env.ENGAWA_DATA_DIR, 'logs/demo-history.log');
  rotate(log);
  let code = 1;
  await step('history', async (report) => {
    const child = spawn(process.execPath, [server('api'), 'demo-history', ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    closers.push(() => ended(child));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('…')) report(line.slice(2));
      else if (!line.startsWith('{')) found.push(line);
      else {
        appendFileSync(log, `${line}\n`);
        if (remarkOf(line)) print(`  ! ${remarkOf(line)}`);
      }
    }
    code = child.exitCode ?? (await once(child, 'exit'))[0] ?? 1;
    if (found.length === 0) throw new SetupError(`The history was not made. Its log: ${log}`);
  });
  print(
    ['', ...found.map((line) => `  ${line}`), '', '  npm start shows it: sign in and open /insights.', ''].join('\n'),
  );
  return code;
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null && child.kill()) await once(child, 'exit');
}
