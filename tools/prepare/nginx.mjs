import { existsSync } from 'node:fs';
import { ensurePackages, installCommand, which } from './debian.mjs';
import { SetupError, step } from './progress.mjs';

const packages = ['nginx-light'];

/**
 * Provides nginx: the one on PATH, else the distribution's package.
 *
 * @returns {Promise<string>} its path
 */
export async function ensureNginx() {
  const found = find();
  if (found) return found;
  await step('nginx', (report) => ensurePackages(packages, { purpose: 'nginx', report }));
  const installed = find();
  if (!installed) throw new SetupError(`nginx is missing. Install it with:\n\n  ${installCommand(packages)}\n`);
  return installed;
}

/** Debian puts it where only root's PATH leads. */
function find() {
  return which('nginx') ?? ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path)) ?? null;
}
