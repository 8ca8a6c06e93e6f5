import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../prepare/build.mjs';
import { ensureChromium } from '../prepare/chromium.mjs';
import { ensureFfmpeg } from '../prepare/ffmpeg.mjs';
import { ensureMediasoupWorker } from '../prepare/mediasoup-worker.mjs';
import { root } from '../prepare/paths.mjs';
import { startPostgres } from '../prepare/postgres.mjs';
import { sleep } from '../prepare/processes.mjs';
import { SetupError, step } from '../prepare/progress.mjs';
import { run } from '../prepare/run.mjs';

const template = 'engawa_template';

/** What tests and checks stand on. Each thing is made once, when it is first asked for, and ended by `close`. */
export class TestBench {
  tempDir = mkdtempSync(join(tmpdir(), 'engawa-test-'));
  #made = new Map();
  #groups = new Set();
  #closers = [];
  #closed = false;

  constructor() {
    // Run by root, PostgreSQL is another user, who has to get through to its folder.
    chmodSync(this.tempDir, 0o711);
  }

  /** @returns {Promise<Record<string, string>>} the environment for the tests of that name */
  async environment(part) {
    if (part === 'unit') return {};
    const ffmpeg = await ensureFfmpeg();
    if (!ffmpeg) throw new SetupError('The tests need ffmpeg.');
    const env = {
      MEDIASOUP_WORKER_BIN: await ensureMediasoupWorker(),
      FFMPEG_PATH: ffmpeg,
      TEST_TEMP_DIR: this.tempDir,
      ...(await this.database()),
    };
    if (part === 'integration') return env;
    await ensureBuilt();
    return { ...env, TEST_CHROMIUM: await ensureChromium() };
  }

  /** A PostgreSQL with nothing on it but a database that our migrations have made, for cloning. */
  async database() {
    await ensureBuilt(['api']);
    const adminUrl = await this.#once('PostgreSQL for the tests', async () => {
      const postgres = await startPostgres({ dataDir: join(this.tempDir, 'postgres'), durable: false });
      this.#closers.push(() => postgres.stop());
      return postgres.url;
    });
    const templateUrl = Object.assign(new URL(adminUrl), { pathname: `/${template}` }).href;
    await this.#once('migrations', async () => {
      await createDatabase(adminUrl);
      await run(process.execPath, [join(root, 'dist/apps/api/main.js'), 'migrate'], {
        cwd: root,
        env: { ...process.env, DATABASE_URL: templateUrl },
      });
    });
    return { TEST_DATABASE_ADMIN_URL: adminUrl, TEST_DATABASE_TEMPLATE: template, TEST_TEMPLATE_URL: templateUrl };
  }

  #once(name, make) {
    if (!this.#made.has(name)) this.#made.set(name, step(name, make));
    return this.#made.get(name);
  }

  /** Takes charge of a process group: it is ended with the bench, if it has not ended by then. */
  watch(pid) {
    this.#groups.add(pid);
    if (this.#closed) void endGroup(pid);
  }

  async close() {
    this.#closed = true;
    await Promise.all([...this.#groups].map(endGroup));
    for (const closer of this.#closers.splice(0).reverse()) await closer();
    rmSync(this.tempDir, { recursive: true, force: true });
  }
}

/** Ends a process group: first by asking, since one of them may have started others in groups of their own. */
async function endGroup(pid) {
  const signal = (name) => {
    try {
      return process.kill(-pid, name);
    } catch {
      return false;
    }
  };
  signal('SIGTERM');
  for (let waited = 0; waited < 10_000 && signal(0); waited += 100) await sleep(100);
  signal('SIGKILL');
}

async function createDatabase(adminUrl) {
  // Loaded here: on a fresh checkout there are no packages yet when this file is read.
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  await admin.end();
}
