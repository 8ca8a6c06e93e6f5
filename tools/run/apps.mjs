import { join } from 'node:path';
import { root } from '../prepare/paths.mjs';
import { SetupError, step } from '../prepare/progress.mjs';
import { run } from '../prepare/run.mjs';
import { remarkOf } from './logs.mjs';

/** Main file of a built server. */
export const server = (app) => join(root, 'dist/apps', app, 'main.js');

/** Runs a command of the api (`migrate`, `seed-demo`) to its end, as one step. */
export async function apiCommand(title, env, command) {
  await step(title, async () => {
    try {
      await run(process.execPath, [server('api'), command], { cwd: root, env });
    } catch (error) {
      const output = error.output ?? error.message;
      const remarks = output.split('\n').map(remarkOf).filter(Boolean).join('\n');
      throw new SetupError(`${title}: the api's command "${command}" failed.\n\n${remarks || output}`);
    }
  });
}
