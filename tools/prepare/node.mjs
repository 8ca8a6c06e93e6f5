import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { which } from './debian.mjs';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';
import { SetupError, step } from './progress.mjs';
import { run } from './run.mjs';

const nodeVersion = '24.21.0';
const nodePackage = `node-${process.platform}-${process.arch}`;

const isNewEnough = () => Number(process.versions.node.split('.')[0]) >= 24 && typeof crypto.argon2 === 'function';

/** The npm that this process was started with, or the one on PATH, as command and first arguments. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js') && existsSync(script)) return [process.execPath, script];
  const npm = which('npm');
  if (!npm) throw new SetupError('npm is not on PATH. It comes with Node: install both from nodejs.org.');
  return [npm];
}

/**
 * Provides Node 24: the running one when it will do, else the npm registry's package of it for this platform, kept in
 * the cache. npm checks what it downloads against the published integrity.
 *
 * @returns {Promise<string>} path of the executable
 */
export async function ensureNode() {
  if (isNewEnough()) return process.execPath;
  const folder = join(cacheDir, 'node', nodeVersion);
  const node = join(folder, 'bin/node');
  if (await runs(node)) return node;
  await step(`Node ${nodeVersion}`, (report) =>
    withLock(
      `${folder}.lock`,
      async () => {
        if (await runs(node)) return;
        report(`this is ${process.versions.node}; downloading ${nodePackage} with npm`);
        const work = mkdtempSync(join(dirname(folder), 'work-'));
        try {
          const [npm, ...first] = npmCommand();
          const printed = await run(npm, [...first, 'pack', '--silent', `${nodePackage}@${nodeVersion}`], {
            cwd: work,
          });
          report('unpacking');
          const unpacked = join(work, 'node');
          mkdirSync(unpacked);
          const archive = printed.trim().split('\n').pop();
          await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1'], { cwd: work });
          if (!(await runs(join(unpacked, 'bin/node')))) throw new Error('The downloaded Node does not run here.');
          rmSync(folder, { recursive: true, force: true });
          renameSync(unpacked, folder);
        } catch (error) {
          throw new SetupError(
            `Engawa runs on Node 24; this is ${process.versions.node}, and ${nodePackage}@${nodeVersion} could not be ` +
              `installed from the npm registry. Install Node 24 yourself (nodejs.org) and try again.\n\n${error.message}`,
          );
        } finally {
          rmSync(work, { recursive: true, force: true });
        }
      },
      report,
    ),
  );
  return node;
}

async function runs(node) {
  if (!existsSync(node)) return false;
  return run(node, ['--version']).then(
    (version) => version.trim() === `v${nodeVersion}`,
    () => false,
  );
}

/**
 * Call it first in a tool's main file. Under Node 24 it puts that Node first on PATH and returns. Under an older one it
 * runs the same command again under Node 24 and never returns: this process then only waits, hands signals on and takes
 * over the exit code.
 */
export async function reexecUnderNode24() {
  if (process.platform === 'win32') throw new SetupError('Engawa runs on Linux and macOS; on Windows, run it in WSL.');
  const node = await ensureNode();
  if (node === process.execPath) {
    const folder = dirname(node);
    const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== folder);
    process.env.PATH = [folder, ...path].join(delimiter);
    // The other side of the channel is the process that waits. When it is killed, nobody holds this one any more: it
    // ends as if asked to.
    if (process.env.ENGAWA_REEXECUTED && process.channel) {
      process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
      process.channel.unref();
    }
    delete process.env.ENGAWA_REEXECUTED;
    return;
  }
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, ENGAWA_REEXECUTED: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C reaches both processes from the terminal.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (...ending) => resolve(ending));
  });
  process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
}
