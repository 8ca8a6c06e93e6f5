import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';
import { SetupError } from './progress.mjs';
import { run } from './run.mjs';

/** @returns {string | null} the full path of a command on PATH */
export function which(command) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, command);
    if (folder && existsSync(path)) return path;
  }
  return null;
}

/** The command that installs the packages, for a person to type. */
export function installCommand(packages) {
  if (process.platform === 'darwin') return `brew install ${packages.join(' ')}`;
  return `sudo apt-get install -y ${packages.join(' ')}`;
}

async function missingOf(packages) {
  const missing = [];
  for (const name of packages) {
    const state = await run('dpkg-query', ['-W', '-f', '${Status}', name]).catch(() => '');
    if (!state.endsWith(' installed')) missing.push(name);
  }
  return missing;
}

async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = which('sudo');
  if (!sudo) return null;
  return run(sudo, ['-n', 'true']).then(
    () => [sudo, '-n'],
    () => null,
  );
}

/**
 * Installs Debian or Ubuntu packages that are missing, as root or with a sudo that asks no password.
 *
 * @param {string[]} packages
 * @param {{ purpose: string, report?: (text: string) => void }} options
 * @throws {SetupError} naming the exact command when it cannot
 */
export async function ensurePackages(packages, { purpose, report }) {
  if (!which('apt-get') || !which('dpkg-query')) {
    throw new SetupError(
      `${purpose} needs packages that this system's package manager must install.\n` +
        `On Debian and Ubuntu they are: ${packages.join(' ')}`,
    );
  }
  if ((await missingOf(packages)).length === 0) return;
  // apt-get gives up when another one is refreshing the package lists.
  await withLock(join(cacheDir, 'apt.lock'), () => install({ packages, purpose, report }), report);
}

async function install({ packages, purpose, report }) {
  const missing = await missingOf(packages);
  if (missing.length === 0) return;
  const prefix = await rootPrefix();
  if (!prefix) throw new SetupError(`${purpose} is missing. Install it with:\n\n  ${installCommand(missing)}\n`);

  const apt = async (...args) => {
    const [command, ...rest] = [...prefix, 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args];
    await run(command, rest, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => report?.(line.slice(0, 90)),
    });
  };
  const attempt = () => apt('install', '-y', '--no-install-recommends', ...missing);
  try {
    // The package lists of a fresh machine are empty or old, so a failure is tried again with new ones.
    await attempt().catch(async () => {
      await apt('update');
      await attempt();
    });
  } catch (error) {
    throw new SetupError(
      `${purpose}: installing ${missing.join(' ')} failed. Try by hand:\n\n` +
        `  ${installCommand(missing)}\n\n${String(error.output ?? error.message).trim()}`,
    );
  }
}
