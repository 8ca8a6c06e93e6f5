import { sleep } from '../prepare/processes.mjs';
import { SetupError } from '../prepare/progress.mjs';

/**
 * Waits until the api answers well: `/api/health` that it is alive, `/api/ready` that everything is there.
 *
 * @param {object} options
 * @param {string} options.origin of the api
 * @param {string} options.path
 * @param {string[]} options.needed services whose repeated death ends the waiting
 * @param {(name: string) => { deaths: number, tail: string, file: string }} options.state
 * @param {(text: string) => void} options.report
 */
export async function waitFor({ origin, path, needed, state, report }) {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const missing = await ask(`${origin}${path}`);
    if (missing === null) return;
    report(missing);
    for (const name of needed) {
      const { deaths, tail, file } = state(name);
      if (deaths >= 3) throw new SetupError(`${name} does not stay up. The end of ${file}:\n\n${tail}`);
    }
    if (Date.now() > deadline) {
      const { tail, file } = state('api');
      throw new SetupError(`Not ready after 90 s: ${missing}. The end of ${file}:\n\n${tail}`);
    }
    await sleep(100);
  }
}

async function ask(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) return null;
    return missingOf(await answer.text());
  } catch (error) {
    return `waiting for the api (${error.cause?.code ?? error.message})`;
  }
}

function missingOf(body) {
  try {
    const parts = Object.entries(JSON.parse(body).parts);
    const missing = parts.filter(([, state]) => state !== 'ok').map(([name]) => name);
    return `waiting for ${missing.join(', ')}`;
  } catch {
    return `waiting: ${body.slice(0, 120)}`;
  }
}
