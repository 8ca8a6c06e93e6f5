// npm run dev: npm start that builds what is saved and restarts it.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare/paths.mjs';
import { reexecUnderNode24 } from './prepare/node.mjs';
import { fail, print } from './prepare/progress.mjs';

await reexecUnderNode24().catch(fail);
const { runEngawa } = await import('./run/engawa.mjs');
const engawa = await runEngawa().catch(fail);

let timer;
let building = Promise.resolve();
const changed = () => {
  clearTimeout(timer);
  // An editor writes a file in several steps.
  timer = setTimeout(() => {
    building = building.then(() => engawa.rebuild()).catch((error) => print(`\n${error.message}\n`));
  }, 200);
};
for (const folder of ['apps', 'libs']) watch(join(root, folder), { recursive: true }, changed);
print('  Watching apps and libs.\n');
