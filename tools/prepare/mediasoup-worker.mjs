import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { buildWorker, packages, recipeHash } from '../mediasoup-worker/build.mjs';
import { ensurePackages } from './debian.mjs';
import { withLock } from './lock.mjs';
import { cacheDir, root } from './paths.mjs';
import { SetupError, step } from './progress.mjs';
import { run } from './run.mjs';

/**
 * Provides the native worker of mediasoup: a cached one, else upstream's prebuilt one, else one built here. Needs
 * node_modules. `MEDIASOUP_WORKER_BIN` overrides all of it. Several processes may call it at once.
 *
 * @returns {Promise<string>} path of an executable that was seen to run
 */
export async function ensureMediasoupWorker() {
  const given = process.env.MEDIASOUP_WORKER_BIN;
  if (given) {
    if (await starts(given)) return given;
    throw new SetupError(`MEDIASOUP_WORKER_BIN is ${given}, which does not run as a mediasoup worker here.`);
  }
  const packageDir = join(root, 'node_modules/mediasoup');
  const { version, repository } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const key = `${version}-${platform()}-${arch()}-${recipeHash()}`;
  const folder = join(cacheDir, 'mediasoup-worker', key);
  const worker = join(folder, 'mediasoup-worker');
  // A cached worker can stop running when the system's libraries change, so it is started each time (5 ms).
  if (existsSync(worker) && (await starts(worker))) return worker;

  await step('mediasoup worker', (report) =>
    withLock(
      `${folder}.lock`,
      async () => {
        if (existsSync(worker) && (await starts(worker))) return { note: 'made by another process' };
        // Another one of this recipe cannot be at work: what is here was left by one that was interrupted.
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        const work = mkdtempSync(join(folder, 'work-'));
        try {
          const prebuilt = await downloadPrebuilt({ version, repository, work, report });
          const made = prebuilt.path ?? (await buildHere({ packageDir, work, report, why: prebuilt.why }));
          await checkWorker(made, version);
          copyFileSync(made, `${worker}.new`);
          chmodSync(`${worker}.new`, 0o755);
          renameSync(`${worker}.new`, worker);
          return { note: prebuilt.path ? "upstream's prebuilt worker" : 'built here' };
        } finally {
          rmSync(work, { recursive: true, force: true });
        }
      },
      report,
    ),
  );
  return worker;
}

async function buildHere({ packageDir, work, report, why }) {
  report(`no prebuilt worker (${why}), building one`);
  await ensurePackages(packages, { purpose: 'The toolchain for the mediasoup worker', report });
  const buildDir = join(work, 'build');
  mkdirSync(buildDir);
  return buildWorker({ workerDir: join(packageDir, 'worker'), buildDir, report });
}

// Without the variable MEDIASOUP_VERSION a worker exits with 41: it has loaded its libraries and found itself complete.
function starts(worker) {
  return new Promise((resolve) => {
    const child = spawn(worker, [], { env: {}, stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 41));
  });
}

// Names the file as upstream's installer does (npm-scripts.mjs, getWorkerPrebuildTarName).
async function downloadPrebuilt({ version, repository, work, report }) {
  const kernel = platform() === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  const file = `mediasoup-worker-${version}-${platform()}-${arch()}${kernel}.tgz`;
  const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  const mirror = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL;
  const url = `${mirror ?? `${home}/releases/download`}/${version}/${file}`;
  try {
    report('looking for a prebuilt worker');
    const answer = await fetchWithin(url, { headersMs: 5000, bodyMs: 120_000 });
    if (answer.status !== 200) return { why: `status ${answer.status}` };
    const digest = mirror ? null : await publishedDigest({ home, version, file });
    const actual = createHash('sha256').update(answer.body).digest('hex');
    if (digest && digest !== actual) return { why: 'the download is not the file that was published' };
    const archive = join(work, file);
    writeFileSync(archive, answer.body);
    const folder = join(work, 'prebuilt');
    mkdirSync(folder);
    await run('tar', ['-xzf', archive, '-C', folder]);
    const path = join(folder, 'mediasoup-worker');
    chmodSync(path, 0o755);
    return (await starts(path)) ? { path } : { why: 'it does not run on this system' };
  } catch (error) {
    return { why: error.cause?.code ?? error.message };
  }
}

// Upstream publishes no checksum of its own; its host states one for each released file.
async function publishedDigest({ home, version, file }) {
  const { host, pathname } = new URL(home);
  try {
    const url = `https://api.${host}/repos${pathname}/releases/tags/${version}`;
    const answer = await fetchWithin(url, { headersMs: 5000, bodyMs: 10_000 });
    const asset = JSON.parse(answer.body.toString()).assets.find(({ name }) => name === file);
    return /^sha256:([0-9a-f]{64})$/.exec(asset?.digest ?? '')?.[1] ?? null;
  } catch {
    return null;
  }
}

async function fetchWithin(url, { headersMs, bodyMs }) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer in time')), headersMs);
  try {
    const answer = await fetch(url, { signal: abort.signal });
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('download too slow')), bodyMs);
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  } finally {
    clearTimeout(timer);
  }
}

// Speaks to a new worker through its channel, as mediasoup does: it must report that it runs. mediasoup itself wants a
// newer Node than this may be, so the message is only looked at for being one.
async function checkWorker(worker, version) {
  await new Promise((resolve, reject) => {
    const child = spawn(worker, ['--logLevel=error'], {
      env: { MEDIASOUP_VERSION: version },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    const timer = setTimeout(() => end(new Error('it did not report in time')), 10_000);
    const end = (error) => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      if (error) reject(new Error(`The new mediasoup worker does not work: ${error.message}\n${stderr}`));
      else resolve();
    };
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', end);
    child.on('exit', (code, signal) => end(new Error(`it ended with ${signal ?? code}`)));
    child.stdio[3].on('error', () => undefined);
    child.stdio[4].on('error', () => undefined);
    // A message is a length of four bytes and a flatbuffer: the worker's first one is WORKER_RUNNING.
    child.stdio[4].once('data', (chunk) => (chunk.length > 4 ? end() : end(new Error('it sent an odd message'))));
  });
}
