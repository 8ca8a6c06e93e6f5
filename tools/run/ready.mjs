import { sleep } from '../prepare/processes.mjs';
import { SetupError } from '../prepare/progress.mjs';

/**
 * Waits until the api says that everything is there.
 *
 * @param {object} options
 * @param {string} options.url of GET /api/ready
 * @param {string[]} options.needed services whose repeated death ends the waiting
 * @param {(name: string) => { deaths: number, tail: string, file: string }} options.state
 * @param {(text: string) => void} options.report
 */
export async function waitUntilReady({ url, needed, state, report }) {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const status = await ask(url);
    if (status === 'ready') return;
    report(status);
    for (const name of needed) {
      const { deaths, tail, file } = state(name);
      if (deaths >= 3) throw new SetupError(`${name} does not stay up. The end of ${file}:\n\n${tail}`);
    }
    if (Date.now() > deadline) {
      const { tail, file } = state('api');
      throw new SetupError(`Not ready after 90 s: ${status}. The end of ${file}:\n\n${tail}`);
    }
    await sleep(100);
  }
}

async function ask(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) return 'ready';
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
