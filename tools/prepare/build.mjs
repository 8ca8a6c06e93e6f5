import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { SetupError, step } from './progress.mjs';
import { run } from './run.mjs';

const nest = (app) => ['node_modules/@nestjs/cli/bin/nest.js', 'build', app];
const vite = ['node_modules/vite/bin/vite.js', 'build', '--config', 'apps/web/vite.config.ts', '--logLevel', 'warn'];
const common = ['libs', 'package.json', 'package-lock.json', 'tsconfig.json'];
const server = [...common, 'nest-cli.json', 'rspack.config.mjs'];

/** What is built, by name: the command, what decides its outcome, and the file that shows that it is there. */
const targets = {
  api: { command: nest('api'), inputs: ['apps/api', ...server], output: 'dist/apps/api/main.js' },
  media: { command: nest('media'), inputs: ['apps/media', ...server], output: 'dist/apps/media/main.js' },
  'stripe-sandbox': {
    command: nest('stripe-sandbox'),
    inputs: ['apps/stripe-sandbox', ...server],
    output: 'dist/apps/stripe-sandbox/main.js',
  },
  web: { command: vite, inputs: ['apps/web', ...common], output: 'dist/web/index.html' },
};

/**
 * Builds what has changed since it was last built; the contents of the sources tell. Needs Node 24 and node_modules.
 *
 * @param {string[]} [wanted] all of them when left out
 * @returns {Promise<string[]>} names of what was built anew: `api`, `media`, `stripe-sandbox`, `web`
 * @throws {SetupError} with the output of the builder
 */
export async function ensureBuilt(wanted = Object.keys(targets)) {
  if (stale(wanted).length === 0) return [];
  let built = [];
  await step('build', (report) =>
    withLock(
      join(root, 'dist/.built/lock'),
      async () => {
        const names = stale(wanted);
        const left = new Set(names);
        report([...left].join(', '));
        // The builders use several threads each. All at once they only take each other's memory.
        for (const name of names) {
          await build(name);
          left.delete(name);
          report([...left].join(', '));
        }
        built = names;
        return { note: names.join(', ') };
      },
      report,
    ),
  );
  return built;
}

const stampOf = (name) => join(root, 'dist/.built', name);

function stale(names) {
  const cache = new Map();
  return names.filter((name) => {
    const { output } = targets[name];
    if (!existsSync(join(root, output)) || !existsSync(stampOf(name))) return true;
    return readFileSync(stampOf(name), 'utf8') !== hashOf(name, cache);
  });
}

async function build(name) {
  const { command, output } = targets[name];
  // Taken before the build: what is saved while it runs is built next time.
  const hash = hashOf(name, new Map());
  rmSync(stampOf(name), { force: true });
  try {
    await run(process.execPath, command, { cwd: root, env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' } });
  } catch (error) {
    throw new SetupError(`Building ${name} failed:\n\n${error.output ?? error.message}`);
  }
  if (!existsSync(join(root, output))) throw new SetupError(`Building ${name} made no ${output}.`);
  mkdirSync(join(root, 'dist/.built'), { recursive: true });
  writeFileSync(stampOf(name), hash);
}

function hashOf(name, cache) {
  const hash = createHash('sha256');
  for (const input of targets[name].inputs) {
    if (!cache.has(input)) cache.set(input, hashPath(join(root, input)));
    hash.update(`${input}:${cache.get(input)}\n`);
  }
  return hash.digest('hex');
}

function hashPath(path) {
  const hash = createHash('sha256');
  if (!existsSync(path)) return 'absent';
  let entries;
  try {
    entries = readdirSync(path, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error;
    return hash.update(readFileSync(path)).digest('hex');
  }
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort())
    hash
      .update(`${file.slice(path.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}
