import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, it } from '@jest/globals';

const SECONDS = 25;
const PATIENCE_MS = 240_000;

const children = new Set<ReturnType<typeof spawn>>();
afterAll(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});

it(
  'holds all invariants in a storm, by the command that a person runs for as long as they like',
  async () => {
    const seed = process.env.SOAK_SEED ? ['--seed', process.env.SOAK_SEED] : [];
    const child = spawn(process.execPath, ['tools/soak.mjs', `${SECONDS}s`, ...seed], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (printed += text));
    const [code] = (await once(child, 'close')) as [number | null];
    process.stderr.write(`soak: ${/--seed \d+/.exec(printed)?.[0]}\n`);
    expect({ code, ...(code !== 0 && { printed }) }).toEqual({ code: 0 });
  },
  PATIENCE_MS,
);
