import { join } from 'node:path';
import { ensureBuilt } from '../prepare/build.mjs';
import { ensureDependencies } from '../prepare/dependencies.mjs';
import { ensureFfmpeg } from '../prepare/ffmpeg.mjs';
import { lockHolder, tryLock } from '../prepare/lock.mjs';
import { ensureMediasoupWorker } from '../prepare/mediasoup-worker.mjs';
import { fail, print, SetupError, step } from '../prepare/progress.mjs';
import { API_V8_FLAGS } from '../../libs/platform/src/v8-flags.ts';
import { apiCommand, server } from './apps.mjs';
import { keepPostgres } from './database.mjs';
import { goOnAir, prepareDemo } from './demo.mjs';
import { settle } from './environment.mjs';
import { rotate } from './logs.mjs';
import { checkPorts } from './ports.mjs';
import { waitFor } from './ready.mjs';
import { printSummary } from './summary.mjs';
import { createSupervisor } from './supervisor.mjs';

/**
 * Prepares the machine and runs all of Engawa until it is asked to stop.
 *
 * @returns {Promise<{ rebuild: () => Promise<void> }>} once it is ready; `rebuild` builds what has changed and restarts it
 */
export async function runEngawa() {
  const settings = settle(process.env);
  const { env, dataDir, embedded, sandbox, demo, host, ports } = settings;
  const lock = join(dataDir, 'engawa.lock');
  const unlock = tryLock(lock);
  if (!unlock) {
    const pid = lockHolder(lock)?.pid;
    throw new SetupError(
      `Engawa is already running with the data in ${dataDir}, as process ${pid}.\n` +
        `Stop it there with Ctrl-C, or with: kill ${pid}\nFor a second one, set ENGAWA_DATA_DIR and other ports.`,
    );
  }
  const supervisor = createSupervisor(dataDir);
  let postgres = null;
  const stop = stopOnce(async () => {
    await supervisor.stop();
    // Started already or just now starting: either way it must not be left behind.
    await (await postgres?.catch(() => null))?.stop();
    unlock();
  });
  onSignals(stop, () => supervisor.kill());

  try {
    const left = await supervisor.clearLeftovers();
    if (left > 0) print(`  ✓ ended ${left} process(es) of a run that was killed`);
    await checkPorts(portsOf(settings));
    await ensureDependencies();
    env.FFMPEG_PATH = (await ensureFfmpeg()) ?? '';

    // The worker may take two minutes the first time, so it is made beside the rest.
    const worker = ensureMediasoupWorker();
    worker.catch(() => undefined);
    if (embedded) {
      const logFile = join(dataDir, 'logs/postgres.log');
      rotate(logFile);
      postgres = step('PostgreSQL', (report) => keepPostgres({ dataDir, logFile, report }));
      postgres.catch(() => undefined);
    }
    await ensureBuilt();
    if (postgres) env.DATABASE_URL = (await postgres).url;
    await apiCommand('database schema', env, 'migrate');
    const clip = demo ? await prepareDemo(env) : null;
    env.MEDIASOUP_WORKER_BIN = await worker;

    const address = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    const api = { origin: `http://${address}:${ports.PORT}`, state: supervisor.state };
    await step('servers', async (report) => {
      if (sandbox) supervisor.start({ name: 'stripe-sandbox', args: [server('stripe-sandbox')], env });
      supervisor.start({ name: 'api', args: [...API_V8_FLAGS, server('api')], env });
      await waitFor({ ...api, path: '/api/health', needed: ['api'], report });
      // It reports to the api at once, and would complain of not finding it.
      supervisor.start({ name: 'media', args: [server('media')], env });
      const needed = ['api', 'media', ...(sandbox ? ['stripe-sandbox'] : [])];
      await waitFor({ ...api, path: '/api/ready', needed, report });
    });
    const onAir = clip !== null && (await goOnAir({ supervisor, env, clip }));
    printSummary({ ...settings, onAir });
  } catch (error) {
    await stop();
    fail(error);
  }

  return {
    async rebuild() {
      const rebuilt = await ensureBuilt();
      for (const name of rebuilt) {
        if (name === 'web') print('  ✓ web is built: reload the page');
        if (name === 'api') await apiCommand('database schema', env, 'migrate');
        await supervisor.restart(name);
      }
    },
  };
}

function portsOf({ ports, host, sandbox, mediaWorkers }) {
  const wanted = [
    { variable: 'PORT', port: ports.PORT, host },
    { variable: 'MEDIA_PORT', port: ports.MEDIA_PORT, host },
  ];
  if (sandbox) wanted.push({ variable: 'STRIPE_SANDBOX_PORT', port: ports.STRIPE_SANDBOX_PORT, host: '127.0.0.1' });
  for (let worker = 0; worker < mediaWorkers; worker += 1) {
    wanted.push({ variable: 'MEDIA_RTC_PORT', port: ports.MEDIA_RTC_PORT + worker, host, udp: true });
  }
  return wanted;
}

function stopOnce(work) {
  let stopping = null;
  return () => (stopping ??= work());
}

function onSignals(stop, kill) {
  let askedAt = 0;
  const ending = (code) => stop().then(() => process.exit(code), fail);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (askedAt === 0) {
        askedAt = Date.now();
        print('\n  Stopping …');
      } else if (signal === 'SIGINT' && Date.now() - askedAt > 1000) {
        // Ctrl-C once more, not the first one handed on by npm: no more patience for those that take their time.
        kill();
      }
      void ending(0);
    });
  }
  // A defect here must not leave the servers without anybody who looks after them.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`\n${error.stack}\n`);
    void ending(1);
  });
  // A closed terminal must not end the supervisor in the middle of stopping.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
