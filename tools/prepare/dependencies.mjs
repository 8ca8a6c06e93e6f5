import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { withLock } from './lock.mjs';
import { npmCommand } from './node.mjs';
import { root } from './paths.mjs';
import { SetupError, step } from './progress.mjs';
import { run } from './run.mjs';

const stampOf = (folder) => join(folder, 'node_modules/.engawa-lock');

/**
 * Installs node_modules from the lockfile, unless they are what it says already.
 *
 * @param {string} [folder] one with a package.json and a lockfile; ours when left out
 */
export async function ensureDependencies(folder = root) {
  if (isInstalled(folder)) return;
  await step(folder === root ? 'dependencies' : `dependencies of ${relative(root, folder)}`, (report) =>
    withLock(
      join(root, '.engawa/install.lock'),
      async () => {
        if (isInstalled(folder)) return;
        report('npm ci');
        rmSync(stampOf(folder), { force: true });
        const [npm, ...first] = npmCommand();
        let fetched = 0;
        const faults = [];
        try {
          await run(npm, [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'], {
            cwd: folder,
            env: { ...process.env, NODE_ENV: '' },
            onLine: (line) => {
              if (/http (fetch|cache)/.test(line)) report(`${(fetched += 1)} files fetched`);
              // What goes wrong is said first; a page of npm's own usage may follow.
              else if (/^npm (error|ERR!)/.test(line) && faults.length < 20) faults.push(line);
            },
          });
        } catch (error) {
          throw new SetupError(`npm ci failed.\n\n${faults.join('\n') || error.message}`);
        }
        writeFileSync(stampOf(folder), `${lockfileHash(folder)}\n`);
      },
      report,
    ),
  );
}

function isInstalled(folder) {
  try {
    if (readFileSync(stampOf(folder), 'utf8').trim() === lockfileHash(folder)) return true;
  } catch {
    // No stamp: see below.
  }
  return isInstalledByHand(folder);
}

// Whoever has just run npm ci or npm install has no stamp, or an old one. npm's own record of what lies in node_modules tells: each
// package there must be the one that the lockfile names.
function isInstalledByHand(folder) {
  try {
    const installed = readJson(folder, 'node_modules/.package-lock.json').packages;
    const wanted = readJson(folder, 'package-lock.json').packages;
    for (const [path, { version, optional, link }] of Object.entries(wanted)) {
      if (path === '' || link) continue;
      if (installed[path] ? installed[path].version !== version : !optional) return false;
    }
    writeFileSync(stampOf(folder), `${lockfileHash(folder)}\n`);
    return true;
  } catch {
    return false;
  }
}

const readJson = (folder, file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

function lockfileHash(folder) {
  const { packages } = readJson(folder, 'package-lock.json');
  const { dependencies, devDependencies } = readJson(folder, 'package.json');
  return createHash('sha256')
    .update(JSON.stringify([packages, dependencies, devDependencies]))
    .digest('hex');
}
