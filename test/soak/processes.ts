import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');

/** A built server in a process of its own, started again whenever it ends. */
export class ServerProcess {
  readonly #args: string[];
  readonly #env: Record<string, string>;
  readonly #healthUrl: string;
  readonly #logFile: string;
  #child: ChildProcess | null = null;
  #stopping = false;

  /** @param options.health path that answers 200 when it serves */
  constructor(options: { app: string; env: Record<string, string>; url: string; health: string; logFile: string }) {
    this.#args = [join(root, 'dist/apps', options.app, 'main.js')];
    // What a person has set for a product of their own is no business of a soak.
    const { PATH = '', HOME = '' } = process.env;
    this.#env = { PATH, HOME, NODE_ENV: 'test', ...options.env };
    this.#healthUrl = options.url + options.health;
    this.#logFile = options.logFile;
  }

  async start(): Promise<void> {
    this.#launch();
    await this.ready();
  }

  async ready(): Promise<void> {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      const healthy = await fetch(this.#healthUrl, { signal: AbortSignal.timeout(2_000) }).then(
        (answer) => answer.ok,
        () => false,
      );
      if (healthy) return;
      await sleep(50);
    }
    throw new Error(`${this.#healthUrl} is not ready after half a minute: see ${this.#logFile}`);
  }

  /** SIGKILL, and waits until its successor serves. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await this.ready();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  }

  #launch(): void {
    const log = openSync(this.#logFile, 'a');
    const child = spawn(process.execPath, this.#args, { cwd: root, env: this.#env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    child.once('exit', () => {
      if (!this.#stopping) setTimeout(() => this.#stopping || this.#launch(), 100);
    });
  }
}

/** Runs a command of the built api to its end. */
export async function apiCommand(
  command: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist/apps/api/main.js'), command], {
    cwd: root,
    env: { PATH, HOME, NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
