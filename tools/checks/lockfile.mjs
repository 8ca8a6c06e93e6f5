import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/paths.mjs';

// Native packages come as optional dependencies, one per platform. npm leaves those out of the lockfile that it could not
// find on the day of the install; whoever installs on that platform is then the first to know, and npm ci may refuse.

const folders = ['', 'test/bench/checkout/vendure', 'test/clickhouse'];

/** What Node would load for `name` in the package that lies at `path`: the nearest node_modules upwards that has it. */
function locked(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const found = packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`];
    if (found || at === '') return found;
  }
}

// chdb's libraries for these platforms were not to be had where the lockfile was made: npm takes them by name and version.
const withoutIntegrity = /^@chdb\/lib-(darwin|linux-arm64)/;

function faultsOf(text) {
  const { packages } = JSON.parse(text);
  const faults = [];
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const found = locked(packages, path, name);
      if (!found) faults.push(`${name} ${version}, which ${path} names, is missing: choose versions that have it`);
      else if (!found.integrity && !withoutIntegrity.test(name)) faults.push(`${name} has no integrity`);
    }
  }
  if (/"resolved": "(https?|git)/.test(text)) {
    faults.push('it names a registry host: install with omit-lockfile-registry-resolved=true (.npmrc)');
  }
  return faults;
}

for (const folder of folders) {
  const file = join(folder, 'package-lock.json');
  const faults = faultsOf(readFileSync(join(root, file), 'utf8'));
  if (faults.length === 0) continue;
  console.error(`${file}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  process.exitCode = 1;
}
