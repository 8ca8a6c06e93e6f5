import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './prepare/paths.mjs';
import { run } from './prepare/run.mjs';

// A viewer comes from a link in a message, on a phone: what must arrive before the page lives is held to a budget.
const budget = 130_000;
const viewerPage = 'src/show/ShowPage.tsx';

/** The chunk and all that it imports statically: the browser runs none of it before all of it is there. */
function withStaticImports(manifest, key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const imported of manifest[key].imports ?? []) withStaticImports(manifest, imported, found);
  return found;
}

/** Sizes of the scripts that the viewer page needs, largest first. */
function viewerScripts(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
  const roots = Object.keys(manifest).filter((key) => manifest[key].isEntry || manifest[key].src === viewerPage);
  return [...new Set(roots.flatMap((key) => [...withStaticImports(manifest, key)]))]
    .map((key) => manifest[key].file)
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({ file, bytes: gzipSync(readFileSync(join(folder, file))).length }))
    .sort((a, b) => b.bytes - a.bytes);
}

const folder = mkdtempSync(join(tmpdir(), 'engawa-web-'));
let scripts;
try {
  const vite = join(root, 'node_modules/.bin/vite');
  await run(vite, ['build', '--config', 'apps/web/vite.config.ts', '--outDir', folder, '--emptyOutDir'], { cwd: root });
  scripts = viewerScripts(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const total = scripts.reduce((sum, { bytes }) => sum + bytes, 0);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
for (const { file, bytes } of scripts) console.log(`${kB(bytes)}  ${file}`);
console.log(`${kB(total)}  JavaScript of the viewer page, gzipped; the budget is ${kB(budget).trim()}`);
process.exit(total > budget ? 1 : 0);
