import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npmCommand } from './node.mjs';
import { root } from './paths.mjs';
import { SetupError, step } from './progress.mjs';
import { run } from './run.mjs';

const stamp = join(root, 'node_modules/.engawa-lock');

/** Installs node_modules from the lockfile, unless they are what it says already. */
export async function ensureDependencies() {
  if (isInstalled()) return;
  await step('dependencies', (report) =>
    withLock(
      join(root, '.engawa/install.lock'),
      async () => {
        if (isInstalled()) return;
        report('npm ci');
        rmSync(stamp, { force: true });
        const [npm, ...first] = npmCommand();
        let fetched = 0;
        const faults = [];
        try {
          await run(npm, [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'], {
            cwd: root,
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
        writeFileSync(stamp, `${lockfileHash()}\n`);
      },
      report,
    ),
  );
}

function isInstalled() {
  try {
    if (readFileSync(stamp, 'utf8').trim() === lockfileHash()) return true;
  } catch {
    // No stamp: see below.
  }
  return isInstalledByHand();
}

// Whoever has just run npm ci or npm install has no stamp, or an old one. npm's own record of what lies in node_modules tells: each
// package there must be the one that the lockfile names.
function isInstalledByHand() {
  try {
    const installed = readLock('node_modules/.package-lock.json');
    const wanted = readLock('package-lock.json');
    for (const [path, { version, optional, link }] of Object.entries(wanted)) {
      if (path === '' || link) continue;
      if (installed[path] ? installed[path].version !== version : !optional) return false;
    }
    writeFileSync(stamp, `${lockfileHash()}\n`);
    return true;
  } catch {
    return false;
  }
}

const readLock = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;

function lockfileHash() {
  const files = ['package-lock.json', 'package.json'].map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')));
  const [{ packages }, { dependencies, devDependencies }] = files;
  return createHash('sha256')
    .update(JSON.stringify([packages, dependencies, devDependencies]))
    .digest('hex');
}
