import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, installCommand, which } from './debian.mjs';
import { SetupError, step } from './progress.mjs';

const debianFolder = '/usr/lib/postgresql';

/**
 * Provides pgbench, which the PostgreSQL of npm does not bring: the one on PATH, else the distribution's package.
 *
 * @returns {Promise<string>} its path
 */
export async function ensurePgbench() {
  const found = find();
  if (found) return found;
  const packages = ['postgresql-contrib'];
  await step('pgbench', (report) => ensurePackages(packages, { purpose: 'pgbench', report }));
  const installed = find();
  if (!installed) throw new SetupError(`pgbench is missing. Install it with:\n\n  ${installCommand(packages)}\n`);
  return installed;
}

function find() {
  const onPath = which('pgbench');
  if (onPath || !existsSync(debianFolder)) return onPath;
  const paths = readdirSync(debianFolder).map((version) => join(debianFolder, version, 'bin/pgbench'));
  return paths.findLast((path) => existsSync(path)) ?? null;
}
